package dev.weir.cli;

import dev.weir.event.CanonicalJson;
import dev.weir.event.Event;
import dev.weir.event.Fate;
import dev.weir.flink.operator.CountOperator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder that a run over files or the quick start leaves behind. */
final class Results {
  private static final String SUMMARY = "summary.json";

  private Results() {}

  /** Makes the folder, and sees to it that nothing in it is lost without being asked. */
  static void prepare(Path out, boolean force) {
    try {
      Files.createDirectories(out);
      if (!force && !isEmpty(out)) {
        throw new CommandFailure(
            ExitCode.CONFIGURATION,
            "the folder " + out + " is not empty; name another one or say --force");
      }
      Files.deleteIfExists(out.resolve(SUMMARY));
      OutputFiles.clear(out);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "the folder " + out + " cannot be written (" + e + "); name another one with --out",
          e);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** Sorts what the tasks left and writes {@code summary.json} last. */
  static void finish(
      Path out, JobFolder job, Replay.Span span, Map<String, List<String>> ignoredColumns)
      throws IOException {
    Map<String, Map<String, Long>> inputs = inputs(OutputFiles.take(out, "counts"));
    Map<String, Long> outputs = OutputFiles.sort(out);
    Map<String, @Nullable Object> summary = new LinkedHashMap<>();
    summary.put("model_id", job.spec().modelId());
    summary.put("config_hash", job.spec().configHash());
    summary.put("baseline_id", job.baseline().id());
    summary.put("inputs", inputs);
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("metrics", outputs.getOrDefault("metrics", 0L));
    written.put("alerts", outputs.getOrDefault("alerts", 0L));
    written.put("triggers", outputs.getOrDefault("retraining-triggers", 0L));
    written.put("audit", outputs.getOrDefault("audit", 0L));
    written.put("dead_letters", outputs.getOrDefault("dead-letters", 0L));
    summary.put("outputs", written);
    summary.put("first_event_time", time(span.first()));
    summary.put("last_event_time", time(span.last()));
    summary.put("ignored_columns", ignoredColumns);
    Files.writeString(out.resolve(SUMMARY), inOrder(summary) + "\n", StandardCharsets.UTF_8);
  }

  private static @Nullable String time(@Nullable Long millis) {
    return millis == null ? null : CanonicalJson.time(millis);
  }

  /** Counts by input and outcome, every input and outcome named. */
  private static Map<String, Map<String, Long>> inputs(List<String> lines) {
    Map<String, Map<String, Long>> inputs = new LinkedHashMap<>();
    for (Event.Input input : Event.Input.values()) {
      Map<String, Long> counts = new LinkedHashMap<>();
      counts.put(CountOperator.READ, 0L);
      for (Fate fate : Fate.values()) {
        counts.put(fate.id(), 0L);
      }
      inputs.put(input.id(), counts);
    }
    for (String line : lines) {
      String[] words = line.split(" ");
      inputs.getOrDefault(words[0], new TreeMap<>()).put(words[1], Long.parseLong(words[2]));
    }
    return inputs;
  }

  /** A JSON object with its fields in the order given; what is inside is in canonical form. */
  private static String inOrder(Map<String, @Nullable Object> fields) {
    return fields.entrySet().stream()
        .map(
            field ->
                CanonicalJson.string(field.getKey())
                    + ": "
                    + (field.getValue() instanceof Map<?, ?> map && map.size() > 0
                        ? nested(map)
                        : CanonicalJson.write(field.getValue())))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String nested(Map<?, ?> map) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((name, value) -> fields.put(String.valueOf(name), value));
    return inOrder(fields);
  }
}
