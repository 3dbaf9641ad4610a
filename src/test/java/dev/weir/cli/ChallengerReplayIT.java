package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A champion, a better challenger and a shadow that says the same as the champion, on the same
 * prediction ids, from file to file; expected numbers are computed here from the rows.
 */
class ChallengerReplayIT {
  private static final int HOURS = 8;
  private static final int IDS = 250;
  private static final double NEEDED = Math.log(2 / 0.05);
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();

  @TempDir Path folder;

  private final List<String> predictions = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();

  /** Sum of d, sum of d^2 and pairs of each hour. */
  private final double[][] expected = new double[HOURS][3];

  private static double rounded(double score) {
    return Math.round(Math.min(0.99, Math.max(0.01, score)) * 1000) / 1000.0;
  }

  private void writeReference() throws IOException {
    Random random = new Random(1);
    List<String> lines =
        new ArrayList<>(
            List.of("event_id,event_time,prediction_time,score,label_class,label_time"));
    for (int i = 0; i < 2000; i++) {
      Instant time = Instant.ofEpochMilli(START - 86_400_000L + i * 20_000L);
      double truth = random.nextDouble();
      String label = random.nextDouble() < truth ? "1" : "0";
      lines.add(
          "r%d,%s,%s,%s,%s,%s"
              .formatted(i, time, time, rounded(truth), label, time.plusSeconds(600)));
    }
    Files.write(folder.resolve("reference.csv"), lines);
  }

  private void predict(String id, long time, double score, String version, String role) {
    predictions.add(
        "%s,%s,%s,%s,%s".formatted(id, Instant.ofEpochMilli(time), score, version, role));
  }

  /** Within five minutes of each hour, so that no order is late. */
  private void traffic() {
    Random random = new Random(2);
    for (int hour = 0; hour < HOURS; hour++) {
      for (int i = 0; i < IDS; i++) {
        String id = "p" + hour + "-" + i;
        long time = START + hour * 3_600_000L + random.nextInt(240_000);
        double truth = random.nextDouble();
        int label = random.nextDouble() < truth ? 1 : 0;
        double champion = rounded(truth + 0.4 * random.nextGaussian());
        double challenger = rounded(truth + 0.05 * random.nextGaussian());
        boolean hindsight = i == 1;
        predict(id, time, champion, "v1", i % 2 == 0 ? "CHAMPION" : "");
        predict(id, time + (hindsight ? 59_000 : 10), challenger, "v2", "CHALLENGER");
        predict(id, time + 20, champion, "v3", "SHADOW");
        if (i == 2) {
          predict(id, time + 10, challenger, "v2", "CHALLENGER");
        }
        if (i % 50 == 3) {
          continue; // its label never comes
        }
        long known = time + 30_000 + random.nextInt(20_000);
        labels.add("%s,%s,%d".formatted(id, Instant.ofEpochMilli(known), label));
        if (!hindsight) {
          double d = square(champion - label) - square(challenger - label);
          expected[hour][0] += d;
          expected[hour][1] += d * d;
          expected[hour][2]++;
        }
      }
    }
  }

  private static double square(double x) {
    return x * x;
  }

  private ReplayRun replay(int parallelism, Random order) throws IOException {
    String name = "run" + parallelism;
    Map<Event.Input, Path> inputs = new TreeMap<>();
    inputs.put(
        Event.Input.PREDICTIONS,
        shuffled(name, "event_id,prediction_time,score,model_version,role", predictions, order));
    inputs.put(
        Event.Input.LABELS, shuffled(name, "event_id,label_time,label_class", labels, order));
    Path job =
        Files.writeString(
            folder.resolve("weir.yaml"),
            """
            weir: 1
            model: duel
            reference: reference.csv
            window: {size: 1h, min_events: 50, lateness: 10m}
            labels: {horizon: 2h, lateness: 10m}
            monitors:
              comparison: {rules: [promotion > 0]}
            """);
    return ReplayRun.of(job, inputs, parallelism, folder.resolve(name));
  }

  /** Lines in another order inside each hour. */
  private Path shuffled(String name, String head, List<String> lines, Random order)
      throws IOException {
    TreeMap<String, List<String>> hours = new TreeMap<>();
    for (String line : lines) {
      hours
          .computeIfAbsent(line.split(",")[1].substring(0, 13), any -> new ArrayList<>())
          .add(line);
    }
    List<String> all = new ArrayList<>(List.of(head));
    hours
        .values()
        .forEach(
            hour -> {
              Collections.shuffle(hour, order);
              all.addAll(hour);
            });
    return Files.write(folder.resolve(name + "-" + head.length() + ".csv"), all);
  }

  /** ln of the mean over eight stakes of exp(t S + (ln(1 - t) + t) Q). */
  private static double logE(double sum, double squares) {
    double mean = 0;
    for (int j = 1; j <= 8; j++) {
      double t = Math.pow(2, -j);
      mean += Math.exp(t * sum + (Math.log(1 - t) + t) * squares) / 8;
    }
    return Math.log(mean);
  }

  private static double more(double sum, double squares, double n) {
    for (double all = n; all < 1e6; all++) {
      if (Math.max(logE(sum * all / n, squares * all / n), logE(-sum * all / n, squares * all / n))
          >= NEEDED) {
        return all - n;
      }
    }
    return Double.NaN;
  }

  private static Map<String, JsonNode> comparison(ReplayRun run, String version, int hour)
      throws IOException {
    Map<String, JsonNode> found = new TreeMap<>();
    for (JsonNode metric : run.newestMetrics()) {
      if (metric.get("monitor").asText().equals("comparison")
          && metric.get("model_version").asText().equals(version)
          && Instant.parse(metric.get("window_start").asText()).toEpochMilli()
              == START + hour * 3_600_000L) {
        found.put(metric.get("metric").asText(), metric);
      }
    }
    return found;
  }

  @Test
  void challengerAndShadow_areComparedOnTheSameIds_whateverTheOrder() throws IOException {
    writeReference();
    traffic();
    ReplayRun run = replay(1, new Random(10));
    replay(2, new Random(20)).assertSameBytesAs(run);
    replay(4, new Random(40)).assertSameBytesAs(run);

    run.assertCountsAddUp();
    // Of each hour five ids have no label; three versions predict them, and one predicts too late.
    assertThat(run.counts(Event.Input.PREDICTIONS))
        .containsEntry("in", HOURS * (3L * IDS + 1))
        .containsEntry("duplicate", (long) HOURS)
        .containsEntry("expired", HOURS * (3 * 5 + 1L));

    double sum = 0;
    double squares = 0;
    double n = 0;
    boolean promoted = false;
    for (int hour = 0; hour < HOURS; hour++) {
      sum += expected[hour][0];
      squares += expected[hour][1];
      n += expected[hour][2];
      Map<String, JsonNode> found = comparison(run, "v2", hour);
      assertThat(found.get("paired_difference").get("value").asDouble())
          .as("hour %d", hour)
          .isCloseTo(sum / n, within(1e-8));
      assertThat(found.get("paired_difference").get("n_current").asDouble()).isEqualTo(n);
      assertThat(found.get("paired_difference").get("baseline_id").asText())
          .isEqualTo("version/v1");
      assertThat(found.get("paired_difference").get("ci_low").asDouble()).isLessThan(sum / n);
      assertThat(found.get("challenger_log_e").get("value").asDouble())
          .isCloseTo(logE(sum, squares), within(1e-5));
      assertThat(found.get("champion_log_e").get("value").asDouble())
          .isCloseTo(logE(-sum, squares), within(1e-5));
      boolean wins = logE(sum, squares) >= NEEDED;
      assertThat(found.get("promotion").get("value").asInt()).isEqualTo(wins ? 1 : 0);
      assertThat(found.get("promotion").get("verdict").asText()).isEqualTo(wins ? "ALERT" : "OK");
      assertThat(found.get("pairs_needed").get("value").asDouble())
          .isEqualTo(more(sum, squares, n));
      promoted |= wins;

      Map<String, JsonNode> same = comparison(run, "v3", hour);
      assertThat(same.get("paired_difference").get("value").asDouble()).isZero();
      assertThat(same.get("promotion").get("value").asInt()).isZero();
      assertThat(same.get("pairs_needed").get("verdict").asText()).isEqualTo("UNDEFINED");
    }
    assertThat(promoted).as("the better one is found").isTrue();
    assertThat(comparison(run, "v1", 0)).as("the champion is compared with nobody").isEmpty();

    List<JsonNode> alerts =
        run.lines("alerts.jsonl").stream()
            .filter(alert -> alert.get("monitor").asText().equals("comparison"))
            .toList();
    assertThat(alerts).hasSize(1);
    assertThat(alerts.get(0).get("model_version").asText()).isEqualTo("v2");
    assertThat(alerts.get(0).get("labels").get("alertname").asText())
        .isEqualTo("comparison.promotion.rule");
  }
}
