package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.Recomputation.Flight;
import dev.weir.event.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The replay of the first days of the flights: the same bytes however it is run, and the numbers
 * that plain lists of doubles give.
 */
class ReplayIT {
  private static final Path FLIGHTS = Path.of("jobs", "flights-delay");
  private static final String CUT = "2001-03-11";
  private static final int DAYS = 10;
  private static final long DAY = 86_400_000;

  /** As the job file has it: {@code window.lateness}, {@code labels.lateness}. */
  private static final long LATENESS = 600_000;

  private static final Map<Event.Input, String> TIME_COLUMNS =
      Map.of(
          Event.Input.FEATURES, "event_time",
          Event.Input.PREDICTIONS, "prediction_time",
          Event.Input.LABELS, "label_time");

  private static final List<String> NUMERIC =
      List.of(
          "distance",
          "origin_size",
          "destination_size",
          "origin_recent_delay",
          "dest_recent_delay",
          "network_recent_delay");

  @TempDir private static Path folder;
  private static Path job;
  private static Map<Event.Input, Path> inputs;
  private static ReplayRun run;

  @BeforeAll
  static void replayTheFirstDays() throws IOException {
    job = folder.resolve("weir.yaml");
    // Few segments, so that there is little to write, and few rows are enough for a number.
    String file =
        Files.readString(FLIGHTS.resolve("weir.yaml"))
            .replace("max_segments: 30", "max_segments: 3")
            .replace("min_events: 200", "min_events: 30");
    Files.writeString(job, file);
    Files.copy(FLIGHTS.resolve("reference.csv"), folder.resolve("reference.csv"));
    inputs = cut();
    run = ReplayRun.of(job, inputs, 1, folder.resolve("out-1"));
  }

  /** The rows before the cut, and all labels of these. */
  private static Map<Event.Input, Path> cut() throws IOException {
    Map<Event.Input, Path> cut = new EnumMap<>(Event.Input.class);
    Set<String> ids = new HashSet<>();
    for (Event.Input input : Event.Input.values()) {
      List<String> lines = lines(FLIGHTS.resolve("stream").resolve(input.id() + ".csv.gz"));
      List<String> kept = new ArrayList<>(lines.subList(0, 1));
      int column = column(lines, TIME_COLUMNS.get(input));
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(",", -1);
        if (input == Event.Input.LABELS
            ? ids.contains(cells[0])
            : cells[column].compareTo(CUT) < 0) {
          ids.add(cells[0]);
          kept.add(line);
        }
      }
      cut.put(input, Files.write(folder.resolve(input.id() + ".csv"), kept));
    }
    return cut;
  }

  private static List<String> lines(Path file) throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), UTF_8))) {
      return in.lines().toList();
    }
  }

  private static int column(List<String> lines, String name) {
    return List.of(lines.get(0).split(",")).indexOf(name);
  }

  @Test
  void bytes_areTheSameAtEveryParallelism() throws IOException {
    for (int parallelism : new int[] {2, 4}) {
      Path out = folder.resolve("out-" + parallelism);
      ReplayRun.of(job, inputs, parallelism, out).assertSameBytesAs(run);
    }
  }

  @Test
  void bytes_areTheSameOnRepetition() throws IOException {
    ReplayRun.of(job, inputs, 1, folder.resolve("again")).assertSameBytesAs(run);
  }

  @Test
  void orderOfLinesWithinTheLateness_changesNoByte() throws IOException {
    Map<Event.Input, Path> permuted = new EnumMap<>(Event.Input.class);
    int moved = 0;
    for (Map.Entry<Event.Input, Path> input : inputs.entrySet()) {
      List<String> lines = Files.readAllLines(input.getValue());
      List<String> other = permuted(lines, TIME_COLUMNS.get(input.getKey()));
      for (int i = 0; i < lines.size(); i++) {
        moved += lines.get(i).equals(other.get(i)) ? 0 : 1;
      }
      Path file = folder.resolve("permuted-" + input.getKey().id() + ".csv");
      permuted.put(input.getKey(), Files.write(file, other));
    }
    assertThat(moved).isGreaterThan(10_000);
    ReplayRun.of(job, permuted, 3, folder.resolve("out-permuted")).assertSameBytesAs(run);
  }

  /** Every line as late as by chance up to the lateness. */
  private static List<String> permuted(List<String> lines, String timeColumn) {
    int column = column(lines, timeColumn);
    List<String> permuted = new ArrayList<>(lines.subList(0, 1));
    permuted.addAll(
        Arrivals.outOfOrder(
            lines.subList(1, lines.size()),
            line -> time(line.split(",", -1)[column]),
            LATENESS,
            new Random(20010311)));
    return permuted;
  }

  @Test
  void counts_addUp() throws IOException {
    run.assertCountsAddUp();
    long rows = Files.readAllLines(inputs.get(Event.Input.LABELS)).size() - 1;
    assertThat(run.counts(Event.Input.FEATURES))
        .containsEntry("in", rows)
        .containsEntry("used", rows);
    assertThat(run.counts(Event.Input.PREDICTIONS)).containsEntry("in", rows);
    assertThat(run.counts(Event.Input.LABELS))
        .containsEntry("in", rows)
        .containsEntry("used", rows);
    long tooLong = flights().stream().filter(f -> f.labelTime() > f.predictionTime() + DAY).count();
    assertThat(run.counts(Event.Input.PREDICTIONS)).containsEntry("expired", tooLong);
    assertThat(run.lines("dead-letters.jsonl")).isEmpty();
  }

  private interface Check {
    double truth(List<Flight> flights);
  }

  @Test
  void outcomes_areThoseOfPlainArithmetic() throws IOException {
    Map<String, Check> exact = new LinkedHashMap<>();
    exact.put("accuracy", Recomputation::accuracy);
    exact.put("brier", Recomputation::brier);
    exact.put("log_loss", Recomputation::logLoss);
    exact.put("ece", Recomputation::ece);
    exact.put("coverage", Recomputation::coverage);
    exact.put("mae", Recomputation::mae);
    exact.put("rmse", Recomputation::rmse);
    exact.put("roc_auc", Recomputation::rocAuc);
    List<Flight> flights = flights();
    Set<String> kept = largestOrigins();
    List<String> wrong = new ArrayList<>();
    Map<String, Integer> checked = new TreeMap<>();
    for (JsonNode record : run.newestMetrics()) {
      Check check = exact.get(record.get("metric").asText());
      if (check == null || !record.get("feature").isNull()) {
        continue;
      }
      List<Flight> cohort =
          flights.stream()
              .filter(inWindow(record, Flight::predictionTime))
              .filter(inSegment(record, kept))
              .toList();
      checked.merge(record.get("metric").asText(), 1, Integer::sum);
      if (record.get("n_current").asInt() != cohort.size()) {
        wrong.add(record + " has not the rows of " + cohort.size());
      }
      if (!isEnough(record.get("metric").asText(), cohort)) {
        if (!record.get("verdict").asText().equals("NOT_ENOUGH_DATA")) {
          wrong.add(record + " rests on too few rows");
        }
        continue;
      }
      // In minutes and for ranks the record says how far bins and fixed point can have moved it.
      boolean bounded = List.of("roc_auc", "mae", "rmse").contains(record.get("metric").asText());
      double truth = check.truth(cohort);
      double bound = bounded ? record.get("error_bound").asDouble() + 1e-9 : 1e-6;
      wrong.addAll(Recomputation.differences(record, truth, bound, bound));
    }
    assertThat(wrong).isEmpty();
    // Every day, for all traffic, the three largest origins and the rest.
    assertThat(checked.keySet()).isEqualTo(new TreeSet<>(exact.keySet()));
    assertThat(checked.values()).allMatch(count -> count == DAYS * 5);
  }

  /** Rows that a number needs: those of the job file, and what statistics asks for. */
  private static boolean isEnough(String metric, List<Flight> cohort) {
    long positive = cohort.stream().filter(flight -> flight.labelClass() == 1).count();
    return switch (metric) {
      case "roc_auc" -> cohort.size() >= 30 && positive >= 10 && cohort.size() - positive >= 10;
      case "ece" -> cohort.size() >= 100;
      case "coverage" -> cohort.size() >= 50;
      default -> cohort.size() >= 30;
    };
  }

  @Test
  void drift_isThatOfTheTwoSamples() throws IOException {
    List<String> reference = Files.readAllLines(FLIGHTS.resolve("reference.csv"));
    List<String> features = Files.readAllLines(inputs.get(Event.Input.FEATURES));
    Set<String> kept = largestOrigins();
    List<String> wrong = new ArrayList<>();
    int overall = 0;
    int ofSegments = 0;
    for (JsonNode record : run.newestMetrics()) {
      String metric = record.get("metric").asText();
      boolean ks = metric.equals("ks");
      if (!record.get("monitor").asText().equals("drift") || !ks && !metric.equals("wasserstein")) {
        continue;
      }
      if (record.get("segment").isNull()) {
        overall++;
      } else {
        ofSegments++;
      }
      String feature = record.get("feature").asText();
      Predicate<String[]> segment =
          cells -> inSegment(record, kept, cells[column(features, "origin")]);
      double[] before = numbers(reference, feature, segment);
      double[] now =
          numbers(features, feature, segment.and(inWindow(record, cells -> time(cells[1]))));
      if (record.get("n_current").asInt() != now.length
          || record.get("n_reference").asInt() != before.length) {
        wrong.add(record + " has not the rows of " + now.length + " and " + before.length);
      }
      double bound = record.get("error_bound").asDouble() + 1e-9;
      double truth =
          ks
              ? Recomputation.ks(before, now)
              : Recomputation.wasserstein(before, now) / Recomputation.standardDeviation(before);
      // Bins can hide a part of the largest gap, and never make it larger.
      wrong.addAll(Recomputation.differences(record, truth, bound, ks ? 1e-9 : bound));
    }
    assertThat(wrong).isEmpty();
    assertThat(overall).isEqualTo(DAYS * NUMERIC.size() * 2);
    assertThat(ofSegments).isPositive();
  }

  @Test
  void volume_isTheNumberOfRows() throws IOException {
    List<String> features = Files.readAllLines(inputs.get(Event.Input.FEATURES));
    List<String> predictions = Files.readAllLines(inputs.get(Event.Input.PREDICTIONS));
    Set<String> kept = largestOrigins();
    int checked = 0;
    for (JsonNode record : run.lines("metrics.jsonl")) {
      if (!record.get("metric").asText().equals("volume")) {
        continue;
      }
      // Versions are told by predictions only; segments by features only.
      boolean ofFeatures = record.get("model_version").asText().equals("*");
      long rows =
          (ofFeatures ? features : predictions)
              .stream()
                  .skip(1)
                  .map(line -> line.split(",", -1))
                  .filter(cells -> inWindow(record, (String[] c) -> time(c[1])).test(cells))
                  .filter(cells -> inSegment(record, kept, cells[2]))
                  .count();
      assertThat(record.get("value").asLong()).as("%s", record).isEqualTo(rows);
      assertThat(record.get("n_current").asLong()).isEqualTo(rows);
      checked++;
    }
    assertThat(checked).isEqualTo(DAYS * 6);
  }

  private static <T> Predicate<T> inWindow(JsonNode record, ToDoubleFunction<T> time) {
    long start = time(record.get("window_start").asText());
    long end = time(record.get("window_end").asText());
    return row -> time.applyAsDouble(row) >= start && time.applyAsDouble(row) < end;
  }

  private static Predicate<Flight> inSegment(JsonNode record, Set<String> kept) {
    return flight -> inSegment(record, kept, flight.origin());
  }

  private static boolean inSegment(JsonNode record, Set<String> kept, String origin) {
    JsonNode segment = record.get("segment");
    String expected = kept.contains(origin) ? origin : "__other__";
    return segment.isNull() || segment.asText().equals("origin=" + expected);
  }

  private static Set<String> largestOrigins() throws IOException {
    Map<String, Integer> rows = new HashMap<>();
    List<String> reference = Files.readAllLines(FLIGHTS.resolve("reference.csv"));
    for (String line : reference.subList(1, reference.size())) {
      rows.merge(line.split(",", -1)[column(reference, "origin")], 1, Integer::sum);
    }
    return rows.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(3)
        .map(Map.Entry::getKey)
        .collect(HashSet::new, HashSet::add, HashSet::addAll);
  }

  /** The three files joined by id. */
  private static List<Flight> flights() throws IOException {
    Map<String, String[]> features = byId(Event.Input.FEATURES);
    Map<String, String[]> labels = byId(Event.Input.LABELS);
    List<Flight> flights = new ArrayList<>();
    for (String[] said : byId(Event.Input.PREDICTIONS).values()) {
      String[] given = features.get(said[0]);
      String[] happened = labels.get(said[0]);
      flights.add(
          new Flight(
              given[2],
              time(said[1]),
              time(happened[1]),
              Double.parseDouble(said[3]),
              Double.parseDouble(said[5]),
              Double.parseDouble(said[6]),
              Double.parseDouble(said[7]),
              Integer.parseInt(happened[2]),
              Double.parseDouble(happened[3])));
    }
    return flights;
  }

  private static Map<String, String[]> byId(Event.Input input) throws IOException {
    Map<String, String[]> rows = new LinkedHashMap<>();
    List<String> lines = Files.readAllLines(inputs.get(input));
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      rows.put(cells[0], cells);
    }
    return rows;
  }

  /** The numbers of a column; an empty cell is missing. */
  private static double[] numbers(List<String> lines, String name, Predicate<String[]> wanted) {
    int column = column(lines, name);
    return lines.stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .filter(wanted)
        .map(cells -> cells[column])
        .filter(cell -> !cell.isEmpty())
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private static long time(String text) {
    return Instant.parse(text).toEpochMilli();
  }
}
