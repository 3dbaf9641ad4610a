package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.event.Event;
import dev.weir.simulation.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any input order within the lateness, with 1 or 8 subtasks, gives identical evidence and alarms,
 * bit for bit ({@code statistics.md} 11): every evidence is written in full into the metrics.
 */
@Tag("slow")
class AnyOrderSimulationTest {
  private static final int STREAMS = 20;
  private static final int HOURS = 24;
  private static final int AN_HOUR = 200;
  private static final int REFERENCE_HOURS = 20;
  private static final long HOUR = 3_600_000;
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();

  @TempDir Path folder;

  /** A row with what was predicted and what happened. */
  private record Drawn(
      String id, long time, double x, String kind, double score, boolean positive, int delay) {
    /** From the thirteenth hour on x lies higher, and labels turn against the scores. */
    static Drawn draw(String prefix, int row, long start, Random random) {
      boolean moved = row >= HOURS / 2 * AN_HOUR && prefix.equals("p");
      double score = Math.round(1000 * (0.05 + 0.9 * random.nextDouble())) / 1000.0;
      return new Drawn(
          prefix + row,
          start + row * HOUR / AN_HOUR + random.nextLong(HOUR / AN_HOUR),
          random.nextGaussian() + (moved ? 1 : 0),
          List.of("a", "b", "c").get(random.nextInt(3)),
          score,
          random.nextDouble() < (moved ? 1 - score : score),
          60 + random.nextInt(1800));
    }

    String at() {
      return Instant.ofEpochMilli(time).toString();
    }

    String features() {
      return id + "," + at() + "," + x + "," + kind;
    }

    String prediction() {
      return id + "," + at() + "," + score;
    }

    long labelTime() {
      return time + 1000L * delay;
    }

    String label() {
      return id + "," + Instant.ofEpochMilli(labelTime()) + "," + (positive ? 1 : 0);
    }
  }

  private static List<Drawn> draw(String prefix, int hours, long start, Random random) {
    List<Drawn> rows = new ArrayList<>();
    for (int row = 0; row < hours * AN_HOUR; row++) {
      rows.add(Drawn.draw(prefix, row, start, random));
    }
    return rows;
  }

  private Path write(String name, String head, Stream<String> rows) throws IOException {
    return Files.write(folder.resolve(name), Stream.concat(Stream.of(head), rows).toList());
  }

  /** Each input in an order of its own. */
  private Map<Event.Input, Path> files(List<Drawn> stream, Random order) throws IOException {
    List<Drawn> given = Arrivals.outOfOrder(stream, Drawn::time, HOUR, order);
    List<Drawn> said = Arrivals.outOfOrder(stream, Drawn::time, HOUR, order);
    List<Drawn> happened = Arrivals.outOfOrder(stream, Drawn::labelTime, HOUR, order);
    return Map.of(
        Event.Input.FEATURES,
        write("features.csv", "event_id,event_time,x,kind", given.stream().map(Drawn::features)),
        Event.Input.PREDICTIONS,
        write(
            "predictions.csv",
            "event_id,prediction_time,score",
            said.stream().map(Drawn::prediction)),
        Event.Input.LABELS,
        write(
            "labels.csv", "event_id,label_time,label_class", happened.stream().map(Drawn::label)));
  }

  private Path job(Random random) throws IOException {
    write(
        "reference.csv",
        "event_id,event_time,x,kind,prediction_time,score,label_time,label_class",
        draw("r", REFERENCE_HOURS, START - 40 * HOUR, random).stream()
            .map(
                row ->
                    "%s,%s,%s,%s"
                        .formatted(
                            row.features(),
                            row.at(),
                            row.score(),
                            row.label().substring(row.label().indexOf(',') + 1))));
    return Files.writeString(
        folder.resolve("weir.yaml"),
        """
        weir: 1
        model: any
        reference: reference.csv
        columns: {numeric: [x], categorical: [kind]}
        segments: [kind]
        window: {size: 1h, min_events: 50, lateness: 1h}
        labels: {horizon: 2h, lateness: 1h}
        """);
  }

  private static long alarms(ReplayRun run) throws IOException {
    return run.lines("alerts.jsonl").stream()
        .filter(alert -> alert.get("rule").asText().equals("EVIDENCE"))
        .filter(alert -> alert.get("status").asText().equals("FIRING"))
        .count();
  }

  private static long evidence(ReplayRun run) throws IOException {
    long values = 0;
    for (JsonNode metric : run.lines("metrics.jsonl")) {
      values += metric.get("log_e").isNumber() ? 1 : 0;
    }
    return values;
  }

  private static int differing(ReplayRun one, ReplayRun other) throws IOException {
    int files = 0;
    for (String file : ReplayRun.FILES) {
      byte[] mine = Files.readAllBytes(one.folder().resolve(file));
      byte[] theirs = Files.readAllBytes(other.folder().resolve(file));
      files += Arrays.equals(mine, theirs) ? 0 : 1;
    }
    return files;
  }

  @Test
  void anyOrderAndParallelism_giveTheSameEvidenceAndAlarms() throws IOException {
    long alarms = 0;
    long evidence = 0;
    int[] differing = new int[2];
    for (int seed = 1; seed <= STREAMS; seed++) {
      Random random = new Random(seed);
      Path job = job(random);
      List<Drawn> stream = draw("p", HOURS, START, random);
      ReplayRun first = run(job, stream, new Random(100 + seed), 1, seed + "-first");
      ReplayRun one = run(job, stream, new Random(200 + seed), 1, seed + "-one");
      ReplayRun eight = run(job, stream, new Random(300 + seed), 8, seed + "-eight");
      assertThat(alarms(first)).as("alarms of seed %d", seed).isPositive();
      alarms += alarms(first);
      evidence += evidence(first);
      differing[0] += differing(first, one);
      differing[1] += differing(first, eight);
    }
    report(alarms, evidence, differing);
    assertThat(differing).containsExactly(0, 0);
  }

  private ReplayRun run(Path job, List<Drawn> stream, Random order, int parallelism, String name)
      throws IOException {
    return ReplayRun.of(job, files(stream, order), parallelism, folder.resolve(name));
  }

  private static void report(long alarms, long evidence, int[] differing) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("## Any order of arrival");
    lines.add("");
    lines.add(
        "A day of hourly windows of 200 rows from the files to the alerts: features, predictions"
            + " and labels each in an order");
    lines.add(
        "of its own within the lateness of an hour; half a day in, a feature moves and labels turn"
            + " against the scores. Compared");
    lines.add(
        "with the first order are all bytes written, of which the values of evidence and the alarms"
            + " are a part.");
    lines.add("");
    lines.add(
        Report.line(
            Stream.of(
                "other order, read by",
                "streams",
                "values of evidence",
                "alarms",
                "promise",
                "files that differ")));
    lines.add("|---|---|---|---|---|---|");
    String[] readers = {"1 subtask", "8 subtasks"};
    for (int i = 0; i < readers.length; i++) {
      lines.add(
          Report.line(
              Stream.<Object>of(readers[i], STREAMS, evidence, alarms, "0", differing[i])
                  .map(String::valueOf)));
    }
    Report.write("4-any-order", lines);
  }
}
