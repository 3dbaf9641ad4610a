package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Columns of the reference that the stream does not bring: a feature under another name, and
 * predictions without the intervals that the reference has. It is said at once, by name, and once.
 */
class AbsentColumnsReplayIT {
  private static final int HOURS = 5;
  private static final int AN_HOUR = 300;
  private static final long HOUR = 3_600_000;
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();

  @TempDir Path folder;
  private Path job;

  private static Instant time(int row) {
    return Instant.ofEpochMilli(START + row * HOUR / AN_HOUR);
  }

  /** One row in two hundred has the feature "rare". */
  @BeforeEach
  void write() throws IOException {
    Random random = new Random(1);
    List<String> rows =
        new ArrayList<>(
            List.of("event_id,event_time,prediction_time,x,fare,rare,value,lower,upper"));
    for (int i = 0; i < 2000; i++) {
      Instant at = time(i - 3000);
      double value = random.nextInt(100);
      rows.add(
          "r%d,%s,%s,%s,%s,%s,%s,%s,%s"
              .formatted(
                  i,
                  at,
                  at,
                  random.nextGaussian(),
                  random.nextInt(50),
                  i % 200 == 0 ? "1.5" : "",
                  value,
                  value - 5,
                  value + 5));
    }
    Files.write(folder.resolve("reference.csv"), rows);
    job =
        Files.writeString(
            folder.resolve("weir.yaml"),
            """
            weir: 1
            model: absent
            task: regression
            reference: reference.csv
            columns: {numeric: [x, fare, rare]}
            window: {size: 1h, min_events: 50}
            labels: {horizon: 1h}
            """);
  }

  /** Rows that have "fare" in some hours, and "price" in its place in others; so for intervals. */
  private ReplayRun replay(IntPredicate whole, int parallelism) throws IOException {
    Random random = new Random(2);
    List<String> features = new ArrayList<>();
    List<String> predictions = new ArrayList<>();
    for (int i = 0; i < HOURS * AN_HOUR; i++) {
      boolean complete = whole.test(i / AN_HOUR);
      double value = random.nextInt(100);
      features.add(
          "{\"event_id\": \"p%d\", \"event_time\": \"%s\", \"x\": %s, \"%s\": %d}"
              .formatted(
                  i,
                  time(i),
                  random.nextGaussian(),
                  complete ? "fare" : "price",
                  random.nextInt(50)));
      predictions.add(
          "{\"event_id\": \"p%d\", \"prediction_time\": \"%s\", \"value\": %s%s}"
              .formatted(
                  i,
                  time(i),
                  value,
                  complete
                      ? ", \"lower\": %s, \"upper\": %s".formatted(value - 5, value + 5)
                      : ""));
    }
    return ReplayRun.of(
        job,
        Map.of(
            Event.Input.FEATURES,
            Files.write(folder.resolve("features.jsonl"), features),
            Event.Input.PREDICTIONS,
            Files.write(folder.resolve("predictions.jsonl"), predictions)),
        parallelism,
        folder.resolve("out-" + parallelism));
  }

  private static List<JsonNode> alerts(ReplayRun run, String name, String feature)
      throws IOException {
    return run.lines("alerts.jsonl").stream()
        .filter(alert -> alert.get("labels").get("alertname").asText().equals(name))
        .filter(alert -> alert.get("labels").path("feature").asText().equals(feature))
        .toList();
  }

  private static List<JsonNode> metrics(ReplayRun run, String metric, String feature)
      throws IOException {
    return run.newestMetrics().stream()
        .filter(line -> line.get("metric").asText().equals(metric))
        .filter(line -> line.get("feature").asText().equals(feature))
        .toList();
  }

  private static long hour(JsonNode alert, String field) {
    return (Instant.parse(alert.get(field).asText()).toEpochMilli() - START) / HOUR;
  }

  @Test
  void whatNeverComes_isNamedAfterTheFirstWindow() throws IOException {
    ReplayRun run = replay(hour -> false, 1);
    replay(hour -> false, 2).assertSameBytesAs(run);
    run.assertCountsAddUp();

    assertThat(metrics(run, "missing_rate", "fare"))
        .hasSize(HOURS)
        .allSatisfy(
            line -> {
              assertThat(line.get("value").asDouble()).isEqualTo(1);
              assertThat(line.get("n_current").asInt()).isEqualTo(AN_HOUR);
            });
    assertThat(metrics(run, "total_variation", "fare"))
        .hasSize(HOURS)
        .allSatisfy(
            line -> {
              assertThat(line.get("verdict").asText()).isEqualTo("NOT_ENOUGH_DATA");
              assertThat(line.get("value").isNull()).isTrue();
              assertThat(line.get("n_current").asInt()).isZero();
            });
    assertThat(metrics(run, "missing_rate", "x"))
        .allSatisfy(line -> assertThat(line.get("value").asDouble()).isZero());

    assertThat(alerts(run, "quality.missing_rate", "fare"))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.get("status").asText()).isEqualTo("FIRING");
              assertThat(alert.get("rule").asText()).isEqualTo("EVIDENCE");
              assertThat(hour(alert, "updated_at")).isEqualTo(1);
              assertThat(alert.get("summary").asText())
                  .startsWith("fare lost quality: missing rate 1, limit 0.0")
                  .endsWith("n = 300");
            });
    assertThat(alerts(run, "weir.columns_missing", "features"))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.get("status").asText()).isEqualTo("FIRING");
              assertThat(hour(alert, "updated_at")).isEqualTo(1);
              assertThat(alert.get("summary").asText())
                  .as("one row in two hundred is no reason to expect any")
                  .isEqualTo(
                      "none of 300 rows of features has fare, which the reference has; they have"
                          + " price, which it has not");
            });
    assertThat(alerts(run, "weir.columns_missing", "predictions"))
        .singleElement()
        .satisfies(
            alert ->
                assertThat(alert.get("summary").asText())
                    .isEqualTo(
                        "none of 300 rows of predictions has interval_width, which the reference"
                            + " has"));
    List<String> others = new ArrayList<>();
    for (JsonNode alert : run.lines("alerts.jsonl")) {
      String name = alert.get("labels").get("alertname").asText();
      if (!Set.of("quality.missing_rate", "weir.columns_missing").contains(name)) {
        others.add(alert.toString());
      }
    }
    assertThat(others).as("nothing else is wrong").isEmpty();
  }

  @Test
  void whatComesAgain_isOver() throws IOException {
    ReplayRun run = replay(hour -> hour != 1 && hour != 2, 1);
    for (String input : List.of("features", "predictions")) {
      List<JsonNode> said = alerts(run, "weir.columns_missing", input);
      assertThat(said)
          .as(input)
          .extracting(alert -> alert.get("status").asText())
          .containsExactly("FIRING", "RESOLVED");
      assertThat(hour(said.get(0), "updated_at")).isEqualTo(2);
      assertThat(hour(said.get(1), "updated_at")).isEqualTo(4);
    }
  }
}
