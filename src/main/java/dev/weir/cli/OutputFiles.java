package dev.weir.cli;

import dev.weir.flink.FolderSink;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Turns what the tasks of a run left behind into sorted files.
 *
 * <p>Guarantee: equal sets of lines give equal files, whatever task wrote which line and when.
 */
final class OutputFiles {
  /** Topic to file. */
  private static final Map<String, String> FILES =
      Map.of(
          "metrics", "metrics.jsonl",
          "alerts", "alerts.jsonl",
          "retraining-triggers", "triggers.jsonl",
          "audit", "audit.jsonl",
          "dead-letters", "dead-letters.jsonl");

  /** Fields that order the lines of a topic. */
  private static final Map<String, List<String>> ORDER =
      Map.of(
          "metrics", List.of("window_end", "series_id", "revision"),
          "alerts", List.of("updated_at", "alert_id"),
          "retraining-triggers", List.of("decided_at", "trigger_id"),
          "audit", List.of("event_time", "model_id", "sequence"),
          "dead-letters", List.of("topic", "partition", "offset"));

  private OutputFiles() {}

  /** A line: what it is ordered by, and where it stands. */
  private record Line(String key, byte[] block, int from, int to) implements Comparable<Line> {
    @Override
    public int compareTo(Line other) {
      return key.compareTo(other.key);
    }
  }

  /** Sorts every topic into its file and removes what was unsorted. Lines by topic. */
  static Map<String, Long> sort(Path folder) throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      String topic = file.getKey();
      List<Path> unsorted = unsorted(folder, topic);
      counts.put(topic, write(folder.resolve(file.getValue()), lines(topic, unsorted)));
      for (Path path : unsorted) {
        Files.delete(path);
      }
    }
    return counts;
  }

  /** The lines of a topic that no file is made of, removed as they are read. */
  static List<String> take(Path folder, String topic) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path path : unsorted(folder, topic)) {
      lines.addAll(Files.readAllLines(path, StandardCharsets.UTF_8));
      Files.delete(path);
    }
    return lines;
  }

  /** Removes what an earlier run left behind. */
  static void clear(Path folder) throws IOException {
    for (String file : FILES.values()) {
      Files.deleteIfExists(folder.resolve(file));
    }
    for (Path path : unsorted(folder, "")) {
      Files.delete(path);
    }
  }

  private static List<Path> unsorted(Path folder, String topic) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths
          .filter(
              path -> {
                String name = path.getFileName().toString();
                return (topic.isEmpty() || name.startsWith(topic + "."))
                    && name.endsWith(FolderSink.SUFFIX);
              })
          .sorted()
          .toList();
    }
  }

  private static List<Line> lines(String topic, List<Path> unsorted) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (Path path : unsorted) {
      read(path, ORDER.getOrDefault(topic, List.of()), lines);
    }
    Collections.sort(lines);
    return lines;
  }

  private static void read(Path path, List<String> fields, List<Line> lines) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] rest = new byte[0];
      while (true) {
        byte[] read = in.readNBytes(BLOCK);
        if (read.length == 0) {
          return;
        }
        byte[] block = new byte[rest.length + read.length];
        System.arraycopy(rest, 0, block, 0, rest.length);
        System.arraycopy(read, 0, block, rest.length, read.length);
        int from = 0;
        for (int at = rest.length; at < block.length; at++) {
          if (block[at] == '\n') {
            lines.add(new Line(key(block, from, at, fields), block, from, at + 1));
            from = at + 1;
          }
        }
        rest = java.util.Arrays.copyOfRange(block, from, block.length);
      }
    }
  }

  private static final int BLOCK = 1 << 22;

  private static String key(byte[] block, int from, int to, List<String> fields) {
    String line = new String(block, from, to - from, StandardCharsets.UTF_8);
    StringBuilder key = new StringBuilder();
    for (String field : fields) {
      key.append(value(line, field)).append('\u0000');
    }
    return key.toString();
  }

  /**
   * The value of a field of one of our own lines, numbers padded so that they order as text. Inside
   * a text every quotation mark is escaped, so the mark before the name is the field's own.
   */
  static String value(String line, String field) {
    String mark = "\"" + field + "\":";
    int start = line.indexOf(mark) + mark.length();
    if (line.charAt(start) == '"') {
      return line.substring(start + 1, line.indexOf('"', start + 1));
    }
    int end = start;
    while (end < line.length() && Character.isDigit(line.charAt(end))) {
      end++;
    }
    return "0".repeat(Math.max(0, 20 - (end - start))) + line.substring(start, end);
  }

  private static long write(Path file, List<Line> lines) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      for (Line line : lines) {
        out.write(line.block(), line.from(), line.to() - line.from());
      }
    }
    return lines.size();
  }
}
