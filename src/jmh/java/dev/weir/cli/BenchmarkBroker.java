package dev.weir.cli;

import java.nio.file.Path;

/** A Kafka broker in a process of its own, so that its work is not counted as anybody's. */
final class BenchmarkBroker {
  private BenchmarkBroker() {}

  /** Says where it is, and runs until its standard input ends. */
  public static void main(String[] arguments) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]))) {
      System.out.println(broker.bootstrapServers());
      while (System.in.read() >= 0) {
        // Nobody says anything.
      }
    }
    System.exit(0);
  }
}
