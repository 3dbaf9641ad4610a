package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.Event;
import dev.weir.flink.kafka.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endless ids, versions, segments and categories, and labels that never come: bounds are said. */
class BoundedIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HOURS = 3;
  private static final int AN_HOUR = 1_500;
  private static final int MOST_PENDING = 1_440;
  private static final int MOST_VERSIONS = 2;

  @TempDir private Path folder;

  @Test
  void everyBound_isCountedAndSaid() throws Exception {
    Path job = SmallTraffic.job(folder, 10);
    String limits =
        "limits: {max_pending: %d, max_versions: %d, max_features: 1}%n"
            .formatted(MOST_PENDING, MOST_VERSIONS);
    Files.writeString(job, Files.readString(job) + limits);
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"));
        KafkaRig rig = new KafkaRig(broker, "bounded", folder)) {
      rig.publish(JobFolder.load(job, null), SmallTraffic.START - Duration.ofDays(1).toMillis());
      JobClient running = rig.startWithoutRestarts(KafkaRig.PARTITIONS);
      List<Event> features = new ArrayList<>();
      List<Event> predictions = new ArrayList<>();
      List<Event> labels = new ArrayList<>();
      for (int i = 0; i < HOURS * AN_HOUR; i++) {
        long time = SmallTraffic.START + i * SmallTraffic.HOUR / AN_HOUR;
        features.add(SmallTraffic.features("f" + i, time, i, "endless-" + i));
        predictions.add(SmallTraffic.prediction("p" + i, time, 0.5, "v" + i % 97));
        labels.add(SmallTraffic.label("nobody-" + i, time, "1", 0, false));
      }
      rig.send(features);
      rig.send(predictions);
      rig.send(labels);
      rig.awaitRead();
      rig.stop(running, true);

      assertCounts(rig.counts());
      assertThat(rig.outputs(Topic.ALERTS))
          .as("alerts")
          .anyMatch(line -> line.contains("limit_reached") && line.contains("max_pending"))
          .anyMatch(line -> line.contains("limit_reached") && line.contains("max_versions"))
          .anyMatch(line -> line.contains("limit_reached") && line.contains("max_features"));
      Map<String, Set<String>> versions = new TreeMap<>();
      Set<String> segments = new TreeSet<>();
      Set<String> columns = new TreeSet<>();
      int withheld = 0;
      for (String line : rig.outputs(Topic.METRICS)) {
        JsonNode metric = JSON.readTree(line);
        if (metric.get("metric").asText().equals("volume")) {
          versions
              .computeIfAbsent(metric.get("window_end").asText(), any -> new TreeSet<>())
              .add(metric.get("model_version").asText());
        }
        segments.add(metric.get("segment").asText());
        columns.add(metric.get("feature").asText());
        withheld += metric.get("withheld").asText().equals("limit") ? 1 : 0;
      }
      assertThat(versions).hasSize(HOURS);
      versions.forEach(
          (end, shown) -> assertThat(shown).as(end).hasSizeBetween(2, 10 * MOST_VERSIONS + 1));
      assertThat(segments).isSubsetOf("null", "channel=web", "channel=shop", "channel=__other__");
      assertThat(columns).contains("channel").doesNotContain("x");
      assertThat(withheld).as("metrics that give no evidence for a limit").isPositive();
    }
  }

  private static void assertCounts(Map<String, Map<String, Long>> all) {
    long sent = (long) HOURS * AN_HOUR;
    all.forEach(
        (input, read) -> {
          Map<String, Long> counts = new TreeMap<>(read);
          assertThat(counts.remove("in")).as(input).isEqualTo(sent);
          assertThat(counts.values().stream().mapToLong(Long::longValue).sum())
              .as("fates of %s: %s", input, counts)
              .isEqualTo(sent);
        });
    assertThat(all.get("predictions")).containsEntry("expired", sent);
    assertThat(all.get("labels")).containsEntry("expired", sent);
    assertThat(all.get("features")).containsEntry("used", sent);
  }
}
