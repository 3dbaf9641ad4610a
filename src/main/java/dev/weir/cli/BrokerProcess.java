package dev.weir.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A broker as a process of its own, of a cluster on this machine.
 *
 * <p>Arguments: the folder of its log, its port, its controller's port, a file that is written when
 * clients can connect, and settings {@code KEY=VALUE}.
 */
final class BrokerProcess {
  private BrokerProcess() {}

  /** Runs until the process is ended; a broker that does not start ends the process at once. */
  @SuppressWarnings("CatchAndPrintStackTrace") // Standard output and error are the log here.
  public static void main(String[] arguments) throws Exception {
    Map<String, String> more = new HashMap<>();
    for (int i = 4; i < arguments.length; i++) {
      String[] setting = arguments[i].split("=", 2);
      more.put(setting[0], setting[1]);
    }
    try {
      EmbeddedBroker broker =
          EmbeddedBroker.open(
              Path.of(arguments[0]),
              Integer.parseInt(arguments[1]),
              Integer.parseInt(arguments[2]),
              more);
      Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
      Files.writeString(Path.of(arguments[3]), String.valueOf(ProcessHandle.current().pid()));
    } catch (Exception e) {
      e.printStackTrace();
      // Threads of a half-started broker would keep the process alive.
      Runtime.getRuntime().halt(1);
    }
  }
}
