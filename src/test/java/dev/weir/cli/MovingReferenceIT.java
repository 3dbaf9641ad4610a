package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows against earlier windows: the distance is that of their shares, and nothing is judged. */
class MovingReferenceIT {
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  @TempDir Path folder;

  /** An hour of 100 rows, so many of which are {@code a}, the others {@code b}. */
  private static List<String> hour(int hour, int ofA) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Instant time = START.plus(Duration.ofHours(hour)).plusSeconds(i);
      lines.add("p%d-%d,%s,%s".formatted(hour, i, time, i < ofA ? "a" : "b"));
    }
    return lines;
  }

  private List<JsonNode> distances(String against, Map<Integer, Integer> hours) throws IOException {
    List<String> rows = new ArrayList<>(List.of("event_id,event_time,c"));
    hours.keySet().stream().sorted().forEach(hour -> rows.addAll(hour(hour, hours.get(hour))));
    Path features = Files.write(folder.resolve(against + ".csv"), rows);
    List<String> reference = new ArrayList<>(List.of("event_id,event_time,c"));
    for (int hour = -50; hour < -40; hour++) {
      reference.addAll(hour(hour, 90));
    }
    Files.write(folder.resolve("reference.csv"), reference);
    Path job =
        Files.writeString(
            folder.resolve(against + ".yaml"),
            """
            weir: 1
            model: moving
            reference: {path: reference.csv, against: %s}
            columns: {categorical: [c]}
            window: {size: 1h, min_events: 20}
            labels: {horizon: 1h}
            monitors: {drift: true, quality: true}
            """
                .formatted(against));
    ReplayRun run =
        ReplayRun.of(job, Map.of(Event.Input.FEATURES, features), 1, folder.resolve(against));
    return run.newestMetrics().stream()
        .filter(metric -> metric.get("metric").asText().equals("total_variation"))
        .toList();
  }

  private static void assertApart(JsonNode metric, double distance) {
    assertThat(metric.get("value").asDouble()).isCloseTo(distance, within(1e-12));
    assertThat(metric.get("n_reference").asInt()).isEqualTo(100);
    assertThat(metric.get("verdict").asText()).isEqualTo("NOT_JUDGED");
    assertThat(metric.get("log_e").isNull()).isTrue();
    assertThat(metric.get("baseline_id").isNull()).isTrue();
  }

  @Test
  void previousWindow_isTheOneBefore() throws IOException {
    List<JsonNode> metrics = distances("previous_window", Map.of(0, 60, 1, 30, 2, 30, 4, 30));
    assertThat(metrics).hasSize(4);
    assertThat(metrics.get(0).get("verdict").asText()).isEqualTo("NO_BASELINE");
    assertApart(metrics.get(1), 0.3);
    assertApart(metrics.get(2), 0);
    assertThat(metrics.get(3).get("verdict").asText())
        .as("the hour before had no row")
        .isEqualTo("NO_BASELINE");
  }

  @Test
  void sameHourLastWeek_isSevenDaysBefore() throws IOException {
    List<JsonNode> metrics =
        distances("same_hour_last_week", Map.of(3, 60, 4, 10, 171, 20, 172, 15));
    assertThat(metrics).hasSize(4);
    assertThat(metrics.get(1).get("verdict").asText()).isEqualTo("NO_BASELINE");
    assertApart(metrics.get(2), 0.4);
    assertApart(metrics.get(3), 0.05);
  }
}
