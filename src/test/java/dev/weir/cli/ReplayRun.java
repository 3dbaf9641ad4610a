package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code weir replay} left in a folder. */
record ReplayRun(Path folder) {
  static final List<String> FILES =
      List.of(
          "metrics.jsonl",
          "alerts.jsonl",
          "triggers.jsonl",
          "audit.jsonl",
          "dead-letters.jsonl",
          "summary.json");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Runs the command as people do. */
  static ReplayRun of(Path job, Map<Event.Input, Path> inputs, int parallelism, Path out) {
    List<String> words =
        new ArrayList<>(
            List.of("replay", "--job", job.toString(), "--out", out.toString(), "--parallelism"));
    words.add(String.valueOf(parallelism));
    inputs.forEach((input, file) -> words.addAll(List.of("--" + input.id(), file.toString())));
    assertThat(Weir.run(words.toArray(String[]::new))).as("exit code").isZero();
    return new ReplayRun(out);
  }

  /** The lines of a file as JSON. */
  List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(file))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  /** Metrics by series, window and revision: the newest revision of each. */
  List<JsonNode> newestMetrics() throws IOException {
    Map<String, JsonNode> newest = new LinkedHashMap<>();
    for (JsonNode metric : lines("metrics.jsonl")) {
      newest.merge(
          metric.get("series_id").asText() + metric.get("window_start").asText(),
          metric,
          (one, other) ->
              one.get("revision").asInt() > other.get("revision").asInt() ? one : other);
    }
    return new ArrayList<>(newest.values());
  }

  /** The inputs of which it was said that much could not be used. */
  List<String> floods() throws IOException {
    List<String> floods = new ArrayList<>();
    for (JsonNode alert : lines("alerts.jsonl")) {
      JsonNode labels = alert.get("labels");
      if (labels.get("metric").asText().equals("dead_letters")
          && alert.get("status").asText().equals("FIRING")) {
        floods.add(labels.get("feature").asText());
      }
    }
    return floods;
  }

  JsonNode summary() throws IOException {
    return JSON.readTree(folder.resolve("summary.json").toFile());
  }

  /** The counts of an input, by name. */
  Map<String, Long> counts(Event.Input input) throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    summary()
        .get("inputs")
        .get(input.id())
        .properties()
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue().asLong()));
    return counts;
  }

  /** That no byte of any file differs. */
  void assertSameBytesAs(ReplayRun other) throws IOException {
    for (String file : FILES) {
      byte[] mine = Files.readAllBytes(folder.resolve(file));
      byte[] theirs = Files.readAllBytes(other.folder.resolve(file));
      assertThat(Arrays.mismatch(mine, theirs))
          .as("first byte of %s that differs", file)
          .isEqualTo(-1);
    }
  }

  /** That the counts of every input and the lines of every output add up. */
  void assertCountsAddUp() throws IOException {
    for (Event.Input input : Event.Input.values()) {
      Map<String, Long> counts = counts(input);
      long in = counts.remove("in");
      assertThat(counts.keySet())
          .containsExactlyInAnyOrder("used", "duplicate", "late", "expired", "dead_lettered");
      assertThat(counts.values().stream().mapToLong(Long::longValue).sum())
          .as("fates of %s", input.id())
          .isEqualTo(in);
    }
    JsonNode outputs = summary().get("outputs");
    for (String file : FILES.subList(0, 5)) {
      String name = file.substring(0, file.indexOf('.')).replace('-', '_');
      assertThat(outputs.get(name).asInt()).as(file).isEqualTo(lines(file).size());
    }
  }
}
