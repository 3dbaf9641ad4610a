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
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Labels turn against the scores at a known moment: a plain rule finds it a window later, the alert
 * is dated by that moment, what was estimated from scores alone is off by as much as was realised.
 */
class ChangeDatedReplayIT {
  private static final int HOURS = 8;
  private static final int IDS = 300;
  private static final long HOUR = 3_600_000;
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();

  /** In the middle of the sixth hour. */
  private static final long CHANGE = START + 5 * HOUR + HOUR / 2;

  private static final long HORIZON = 2 * HOUR;

  @TempDir Path folder;

  private void write(String name, long start, int hours, boolean withLabels, Random random)
      throws IOException {
    List<String> rows =
        new ArrayList<>(
            List.of(
                "event_id,event_time,prediction_time,score"
                    + (withLabels ? ",label_class,label_time" : "")));
    List<String> labels = new ArrayList<>(List.of("event_id,label_time,label_class"));
    for (int i = 0; i < hours * IDS; i++) {
      long time = start + i * HOUR / IDS;
      double score = Math.round(1000 * (0.05 + 0.9 * random.nextDouble())) / 1000.0;
      double truth = time < CHANGE ? score : 1 - score;
      String label = random.nextDouble() < truth ? "1" : "0";
      Instant at = Instant.ofEpochMilli(time);
      Instant known = at.plusSeconds(60 + random.nextInt(600));
      String row = "e%s-%d,%s,%s,%s".formatted(name.charAt(0), i, at, at, score);
      rows.add(withLabels ? row + "," + label + "," + known : row);
      labels.add("e%s-%d,%s,%s".formatted(name.charAt(0), i, known, label));
    }
    Files.write(folder.resolve(name), rows);
    if (!withLabels) {
      Files.write(folder.resolve("labels.csv"), labels);
    }
  }

  private static Map<Long, JsonNode> byWindow(ReplayRun run, String metric) throws IOException {
    Map<Long, JsonNode> values = new TreeMap<>();
    for (JsonNode line : run.newestMetrics()) {
      if (line.get("metric").asText().equals(metric)) {
        values.put(Instant.parse(line.get("window_start").asText()).toEpochMilli(), line);
      }
    }
    return values;
  }

  @Test
  void plainRule_isDatedByTheChangeOfTheLosses_andTheGapSaysWhatScoresCouldNot()
      throws IOException {
    write("reference.csv", START - 20 * HOUR, 10, true, new Random(1));
    write("predictions.csv", START, HOURS, false, new Random(2));
    Path job =
        Files.writeString(
            folder.resolve("weir.yaml"),
            """
            weir: 1
            model: turning
            reference: reference.csv
            window: {size: 1h, min_events: 50, lateness: 30m}
            labels: {horizon: 2h, lateness: 30m}
            monitors:
              performance: {rules: [brier > 0.3], evidence: false}
            """);
    Map<Event.Input, Path> inputs =
        Map.of(
            Event.Input.PREDICTIONS,
            folder.resolve("predictions.csv"),
            Event.Input.LABELS,
            folder.resolve("labels.csv"));
    ReplayRun run = ReplayRun.of(job, inputs, 1, folder.resolve("one"));
    ReplayRun.of(job, inputs, 3, folder.resolve("three")).assertSameBytesAs(run);

    List<JsonNode> fired =
        run.lines("alerts.jsonl").stream()
            .filter(
                alert -> alert.get("labels").get("alertname").asText().startsWith("performance"))
            .filter(alert -> alert.get("status").asText().equals("FIRING"))
            .toList();
    assertThat(fired).hasSize(1);
    JsonNode alert = fired.get(0);
    assertThat(Instant.parse(alert.get("change_began_at").asText()))
        .isCloseTo(Instant.ofEpochMilli(CHANGE), within(Duration.ofMinutes(10)));
    Instant startsAt = Instant.parse(alert.get("starts_at").asText());
    assertThat(Instant.parse(alert.get("updated_at").asText()))
        .as("known when labels are, not when the window ends")
        .isAfter(startsAt)
        .isBeforeOrEqualTo(startsAt.plusMillis(HORIZON));

    Map<Long, JsonNode> estimated = byWindow(run, "estimated_accuracy");
    Map<Long, JsonNode> realised = byWindow(run, "accuracy");
    Map<Long, JsonNode> gaps = byWindow(run, "estimated_accuracy_gap");
    assertThat(gaps.keySet()).isEqualTo(realised.keySet()).hasSize(HOURS);
    gaps.forEach(
        (window, gap) -> {
          assertThat(gap.get("value").asDouble())
              .isCloseTo(
                  realised.get(window).get("value").asDouble()
                      - estimated.get(window).get("value").asDouble(),
                  within(1e-12));
          assertThat(gap.get("unit").asText()).isEqualTo("none");
          if (window < START + 5 * HOUR) {
            assertThat(gap.get("value").asDouble()).isBetween(-0.1, 0.1);
          } else if (window > START + 5 * HOUR) {
            assertThat(gap.get("value").asDouble()).as("labels turned").isLessThan(-0.25);
          }
        });
    assertThat(byWindow(run, "estimated_roc_auc_gap").get(START + 6 * HOUR).get("value").asDouble())
        .isLessThan(-0.4);
  }
}
