package dev.weir.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The simulation report: one file per part under target/simulation, put together in their order.
 */
public final class Report {
  private static final Path PARTS = Path.of("target/simulation");
  private static final Path WHOLE = Path.of("target/simulation-report.md");

  private static final String HEAD =
      """
      # Simulation report

      What comes out when Weir watches streams whose truth is known, beside what is usually done, on the same
      streams and seeds. Made by `./mvnw -Pslow test -Dtest='*SimulationTest'`, which writes
      `target/simulation-report.md`; this is a copy.
      """;

  private Report() {}

  /**
   * Writes a part, in the order of the names of parts, and the whole anew; a headed part is apart.
   */
  public static void write(String part, List<String> lines) throws IOException {
    Files.createDirectories(PARTS);
    Files.writeString(PARTS.resolve(part + ".md"), String.join("\n", lines) + "\n");
    List<Path> parts;
    try (Stream<Path> found = Files.list(PARTS)) {
      parts = found.filter(path -> path.toString().endsWith(".md")).sorted().toList();
    }
    StringBuilder whole = new StringBuilder(HEAD);
    for (Path path : parts) {
      String text = Files.readString(path);
      whole.append(text.startsWith("#") ? "\n" : "").append(text);
    }
    Files.writeString(WHOLE, whole);
  }

  /** A line of a table. */
  public static String line(Stream<String> cells) {
    return cells.collect(Collectors.joining(" | ", "| ", " |"));
  }
}
