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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One file of every kind of value that is no plain number: unseen categories and such of high
 * cardinality, vectors, NaN and infinities, times as features, booleans, columns that are always
 * missing or always the same. Every rate is counted again here from the cells.
 */
class CornerTypesReplayIT {
  private static final int ROWS = 600;
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final List<String> FEATURES =
      List.of("x", "flat", "when", "city", "user", "flag", "stamp", "never", "none", "same", "vec");

  @TempDir Path folder;

  private final List<Map<String, String>> reference = new ArrayList<>();
  private final List<Map<String, String>> stream = new ArrayList<>();

  private static Map<String, String> row(int i, long start, boolean now, Random random) {
    Map<String, String> row = new TreeMap<>();
    long time = start + random.nextInt(240_000);
    row.put("event_id", (now ? "p" : "r") + i);
    row.put("event_time", Instant.ofEpochMilli(time).toString());
    row.put("x", now ? corner(i, random) : number(random));
    row.put("flat", now && i % 100 == 7 ? "4" : "3");
    row.put("when", now && i % 50 == 9 ? "soon" : Long.toString(time - random.nextInt(100_000)));
    row.put("city", now && i % 4 == 1 ? "new" + i % 12 : "c" + random.nextInt(5));
    row.put("user", (now ? "u" : "v") + i);
    row.put("flag", now && i % 20 == 3 ? "maybe" : i % 3 == 0 ? "true" : "false");
    row.put("stamp", Instant.ofEpochMilli(time).toString());
    row.put("never", "");
    row.put("none", now && i % 60 == 5 ? "7.5" : "");
    row.put("same", "one");
    row.put("vec", now ? vectorOrWorse(i, random) : vector(random));
    return row;
  }

  private static String number(Random random) {
    return String.format(Locale.ROOT, "%.3f", random.nextGaussian());
  }

  private static String corner(int i, Random random) {
    return switch (i % 25) {
      case 1 -> "NaN";
      case 2 -> "Infinity";
      case 3 -> "-inf";
      case 4 -> "";
      case 5 -> "many";
      case 6 -> "99.5";
      case 7 -> "-99.5";
      default -> number(random);
    };
  }

  private static String vector(Random random) {
    return "\"[" + number(random) + ", " + number(random) + ", " + number(random) + "]\"";
  }

  private static String vectorOrWorse(int i, Random random) {
    return switch (i % 40) {
      case 11 -> "";
      case 12 -> "\"[1.0, 2.0]\"";
      case 13 -> "word";
      default -> vector(random);
    };
  }

  @BeforeEach
  void write() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 2 * ROWS; i++) {
      reference.add(row(i, START - 86_400_000L + i / ROWS * 3_600_000L, false, random));
    }
    for (int i = 0; i < ROWS; i++) {
      stream.add(row(i, START, true, random));
    }
    file("reference.csv", reference);
  }

  private Path file(String name, List<Map<String, String>> rows) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("event_id,event_time," + String.join(",", FEATURES));
    for (Map<String, String> row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.get("event_id"), row.get("event_time")));
      FEATURES.forEach(feature -> cells.add(row.get(feature)));
      lines.add(String.join(",", cells));
    }
    return Files.write(folder.resolve(name), lines);
  }

  private ReplayRun replay(int parallelism) throws IOException {
    List<Map<String, String>> shuffled = new ArrayList<>(stream);
    Collections.shuffle(shuffled, new Random(parallelism));
    Path job =
        Files.writeString(
            folder.resolve("weir.yaml"),
            """
            weir: 1
            model: corners
            reference: reference.csv
            columns:
              numeric: [x, flat, when, never, none]
              categorical: [city, user, flag, stamp, same]
              embedding: [vec]
            window: {size: 1h, min_events: 20, lateness: 10m}
            labels: {horizon: 1h}
            summaries: {top_categories: 20}
            """);
    return ReplayRun.of(
        job,
        Map.of(Event.Input.FEATURES, file("features-" + parallelism + ".csv", shuffled)),
        parallelism,
        folder.resolve("run" + parallelism));
  }

  // ---- The same counts from the cells ----

  private static boolean isNumber(String cell) {
    return cell.matches("-?[0-9.]+");
  }

  private static boolean isVector(String cell) {
    return cell.startsWith("\"[");
  }

  private double share(String feature, java.util.function.Predicate<String> counts) {
    return (double) stream.stream().map(row -> row.get(feature)).filter(counts).count() / ROWS;
  }

  private double[] numbers(String feature) {
    return stream.stream()
        .map(row -> row.get(feature))
        .filter(CornerTypesReplayIT::isNumber)
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private Set<String> known(String feature) {
    Set<String> known = new HashSet<>();
    reference.forEach(row -> known.add(row.get(feature)));
    return known;
  }

  private static JsonNode metric(ReplayRun run, String monitor, String metric, String feature)
      throws IOException {
    for (JsonNode line : run.newestMetrics()) {
      if (line.get("monitor").asText().equals(monitor)
          && line.get("metric").asText().equals(metric)
          && (feature == null || line.get("feature").asText().equals(feature))) {
        return line;
      }
    }
    throw new AssertionError("no " + metric + " of " + feature);
  }

  private static double value(ReplayRun run, String metric, String feature) throws IOException {
    JsonNode line = metric(run, "quality", metric, feature);
    assertThat(line.get("value").isNumber()).as("%s", line).isTrue();
    return line.get("value").asDouble();
  }

  @Test
  void everyKindOfValue_isCountedExactly_whateverTheOrder() throws IOException {
    ReplayRun run = replay(1);
    replay(2).assertSameBytesAs(run);
    replay(4).assertSameBytesAs(run);
    run.assertCountsAddUp();
    assertThat(run.counts(Event.Input.FEATURES)).containsEntry("used", (long) ROWS);

    // Numbers, and what is none.
    assertThat(value(run, "missing_rate", "x")).isEqualTo(share("x", String::isEmpty));
    assertThat(value(run, "nan_rate", "x"))
        .isEqualTo(share("x", cell -> cell.equals("NaN") || cell.contains("nf")));
    assertThat(value(run, "type_error_rate", "x")).isEqualTo(share("x", "many"::equals));
    double[] x = numbers("x");
    double most =
        reference.stream().mapToDouble(row -> Double.parseDouble(row.get("x"))).max().orElseThrow();
    double least =
        reference.stream().mapToDouble(row -> Double.parseDouble(row.get("x"))).min().orElseThrow();
    long outside = java.util.Arrays.stream(x).filter(v -> v > most || v < least).count();
    assertThat(value(run, "out_of_range_rate", "x")).isEqualTo((double) outside / x.length);
    assertThat(metric(run, "quality", "mean", "x").get("n_current").asInt()).isEqualTo(x.length);
    assertThat(value(run, "mean", "x"))
        .isCloseTo(java.util.Arrays.stream(x).average().orElseThrow(), within(1e-4));
    assertThat(value(run, "max", "x")).isCloseTo(99.5, within(1e-4));
    assertThat(value(run, "min", "x")).isCloseTo(-99.5, within(1e-4));

    // A constant and a time as numbers.
    assertThat(value(run, "out_of_range_rate", "flat")).isEqualTo(share("flat", "4"::equals));
    assertThat(value(run, "mean", "flat")).isCloseTo(3 + share("flat", "4"::equals), within(1e-9));
    assertThat(value(run, "type_error_rate", "when")).isEqualTo(share("when", "soon"::equals));
    assertThat(value(run, "mean", "when"))
        .isCloseTo(java.util.Arrays.stream(numbers("when")).average().orElseThrow(), within(1e4));

    // Always missing, and missing in the reference only: nothing to compare with, and it is said.
    assertThat(value(run, "missing_rate", "never")).isEqualTo(1);
    assertThat(metric(run, "drift", "ks", "never").get("verdict").asText())
        .isEqualTo("NO_BASELINE");
    assertThat(value(run, "missing_rate", "none")).isEqualTo(share("none", String::isEmpty));
    assertThat(metric(run, "drift", "total_variation", "none").get("verdict").asText())
        .isEqualTo("NO_BASELINE");

    // Categories: new ones, one for each row, booleans, times as texts, always the same.
    for (String feature : List.of("city", "user", "flag", "stamp", "same")) {
      Set<String> known = known(feature);
      assertThat(value(run, "unseen_rate", feature))
          .as(feature)
          .isEqualTo(share(feature, cell -> !known.contains(cell)));
      assertThat(value(run, "missing_rate", feature)).isZero();
      assertThat(metric(run, "drift", "total_variation", feature).get("value").isNumber()).isTrue();
    }
    assertThat(value(run, "unseen_rate", "user")).isEqualTo(1);
    assertThat(value(run, "unseen_rate", "same")).isZero();
    assertThat(metric(run, "drift", "total_variation", "same").get("value").asDouble()).isZero();
    assertThat(metric(run, "drift", "total_variation", "user").get("value").asDouble())
        .isEqualTo(1);
    assertThat(metric(run, "quality", "distinct", "same").get("value").asInt()).isEqualTo(1);

    // Vectors, of another length too.
    assertThat(value(run, "missing_rate", "vec")).isEqualTo(share("vec", String::isEmpty));
    assertThat(value(run, "type_error_rate", "vec"))
        .isEqualTo(share("vec", cell -> cell.equals("word") || cell.equals("\"[1.0, 2.0]\"")));
    JsonNode mmd = metric(run, "multivariate_drift", "mmd", null);
    assertThat(mmd.get("n_current").asDouble())
        .isEqualTo(share("vec", cell -> isVector(cell) && !cell.equals("\"[1.0, 2.0]\"")) * ROWS);
    assertThat(mmd.get("value").asDouble()).isBetween(0.0, 0.2);

    for (JsonNode line : run.lines("metrics.jsonl")) {
      boolean without =
          Set.of("NO_BASELINE", "NOT_ENOUGH_DATA", "UNDEFINED")
              .contains(line.get("verdict").asText());
      assertThat(line.get("value").isNull()).as("%s", line).isEqualTo(without);
    }
  }
}
