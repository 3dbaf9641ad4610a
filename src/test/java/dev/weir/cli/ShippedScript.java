package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.tools.AclCommand;

/**
 * The script of {@code weir topics --acls}, run by a shell as it was printed. Where it calls {@code
 * kafka-acls.sh}, the program behind that name is run in this process.
 */
final class ShippedScript {
  private ShippedScript() {}

  /** Runs it against a broker, with the settings of one who may grant. */
  static void run(String script, Path folder, String bootstrapServers, Path clientFile)
      throws Exception {
    Path calls = folder.resolve("calls.txt");
    Path tools = Files.createDirectories(folder.resolve("kafka tools"));
    Path tool =
        Files.writeString(
            tools.resolve("kafka-acls.sh"),
            "#!/bin/sh\nprintf '%s\\n' \"$@\" -- >> '" + calls + "'\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path file = Files.writeString(folder.resolve("acls.sh"), script);
    ProcessBuilder shell = new ProcessBuilder("sh", "-eu", file.toString()).inheritIO();
    Map<String, String> environment = shell.environment();
    environment.put("PATH", tools + File.pathSeparator + environment.get("PATH"));
    environment.put("BOOTSTRAP_SERVERS", bootstrapServers);
    environment.put("KAFKA_CONFIG", clientFile.toString());
    Process process = shell.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    Exit.setExitProcedure(
        (code, message) -> {
          throw new IllegalStateException("kafka-acls.sh ended with " + code + ": " + message);
        });
    try {
      List<String> arguments = new ArrayList<>();
      for (String word : Files.readAllLines(calls)) {
        if (word.equals("--")) {
          AclCommand.main(arguments.toArray(String[]::new));
          arguments.clear();
        } else {
          arguments.add(word);
        }
      }
    } finally {
      Exit.resetExitProcedure();
    }
  }
}
