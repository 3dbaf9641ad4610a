package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
 * A model whose users each send twenty rows alike, from file to file: the gate keeps them from
 * alarming, and neither order nor parallelism changes a byte.
 */
class EntityReplayIT {
  private static final int HOURS = 12;
  private static final int USERS = 30;
  private static final int ROWS = 20;
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final String HEAD = "event_id,event_time,who,x";

  @TempDir Path folder;

  private static List<String> hour(String prefix, long start, Random random) {
    List<String> lines = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      double value = random.nextGaussian();
      for (int row = 0; row < ROWS; row++) {
        // Within five minutes, so that no order is late.
        Instant time = Instant.ofEpochMilli(start + random.nextInt(300_000));
        lines.add(
            "%s%d-%d-%d,%s,u%d,%s"
                .formatted(prefix, start, user, row, time, user, Double.toString(value)));
      }
    }
    return lines;
  }

  private Path write(String name, String prefix, long start, int hours, Random random, Random order)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(HEAD));
    for (int hour = 0; hour < hours; hour++) {
      List<String> lines = hour(prefix, start + hour * 3_600_000L, random);
      Collections.shuffle(lines, order);
      all.addAll(lines);
    }
    return Files.write(folder.resolve(name), all);
  }

  private Path job(String name, String more) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        """
        weir: 1
        model: users
        reference: reference.csv
        columns: {numeric: [x]%s}
        window: {size: 1h, min_events: 20}
        labels: {horizon: 1h}
        summaries: {bins: 10, fine_bins: 50}
        monitors: {drift: true, quality: {evidence: false}}
        %s
        """
            .formatted(more.contains("entity") ? "" : ", ignore: [who]", more));
  }

  private static long alarms(ReplayRun run) throws IOException {
    return run.lines("alerts.jsonl").stream()
        .filter(alert -> alert.get("rule").asText().equals("EVIDENCE"))
        .count();
  }

  @Test
  void rowsOfOneUser_countOnce_whateverTheOrder() throws IOException {
    write("reference.csv", "r", START - 40 * 3_600_000L, 40, new Random(1), new Random(1));
    Path job = job("gated.yaml", "entity: who\n");
    Map<Event.Input, Path> inputs =
        new TreeMap<>(
            Map.of(
                Event.Input.FEATURES,
                write("features.csv", "p", START, HOURS, new Random(2), new Random(3))));
    ReplayRun once = ReplayRun.of(job, inputs, 1, folder.resolve("once"));
    ReplayRun raw = ReplayRun.of(job("raw.yaml", ""), inputs, 1, folder.resolve("raw"));
    inputs.put(
        Event.Input.FEATURES,
        write("shuffled.csv", "p", START, HOURS, new Random(2), new Random(4)));
    ReplayRun again = ReplayRun.of(job, inputs, 3, folder.resolve("again"));

    for (String file : List.of("metrics.jsonl", "alerts.jsonl", "audit.jsonl")) {
      assertThat(again.folder().resolve(file)).hasSameBinaryContentAs(once.folder().resolve(file));
    }
    assertThat(alarms(raw)).as("alarms without the gate").isPositive();
    assertThat(alarms(once)).as("alarms with the gate").isZero();
    for (JsonNode metric : once.newestMetrics()) {
      if (metric.get("metric").asText().equals("total_variation")) {
        assertThat(metric.get("n_current").asInt()).as("shown are all rows").isEqualTo(600);
        assertThat(metric.get("log_e").isNumber()).isTrue();
      }
    }
  }

  @Test
  void moreUsersThanAllowed_giveNoEvidence_andThatIsSaid() throws IOException {
    List<String> reference = new ArrayList<>(List.of(HEAD));
    List<String> stream = new ArrayList<>(List.of(HEAD));
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      Instant time = Instant.ofEpochMilli(START + i / 1500 * 3_600_000L + i);
      reference.add(
          "r%d,%s,u%d,%s".formatted(i, time.minusSeconds(7200), i, random.nextGaussian()));
      stream.add("p%d,%s,u%d,%s".formatted(i, time, i, random.nextGaussian()));
    }
    Files.write(folder.resolve("reference.csv"), reference);
    Path job = job("few.yaml", "entity: who\nlimits: {max_entities: 1000}\n");
    Path features = Files.write(folder.resolve("features.csv"), stream);
    ReplayRun run =
        ReplayRun.of(job, Map.of(Event.Input.FEATURES, features), 1, folder.resolve("few"));

    for (JsonNode metric : run.newestMetrics()) {
      if (metric.get("metric").asText().equals("total_variation")) {
        assertThat(metric.get("withheld").asText()).isEqualTo("limit");
        assertThat(metric.get("verdict").asText()).isEqualTo("NOT_JUDGED");
      }
    }
    assertThat(run.lines("alerts.jsonl"))
        .anySatisfy(
            alert -> {
              assertThat(alert.get("labels").get("alertname").asText())
                  .isEqualTo("weir.limit_reached");
              assertThat(alert.get("summary").asText()).contains("limits.max_entities");
            });
  }
}
