package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What needs an order, from the job file to the metrics: the detectors on the losses and the levels
 * of adaptive conformal inference. At one known moment the scores turn against the labels and the
 * intervals become too narrow.
 *
 * <p>Two predictions share each moment, the later one under the smaller id; some come twice, some
 * are never labelled, some get half of their label, and everything is read out of order. What the
 * detectors find stands in {@code sequential/expected.json}: implementations that are not ours said
 * so of the same losses, by the script beside it.
 */
class SequentialReplayIT {
  private static final int HOURS = 8;
  private static final int AN_HOUR = 300;
  private static final int CHANGE = 5 * AN_HOUR + AN_HOUR / 2;
  private static final int REFERENCE = 2000;
  private static final long HOUR = 3_600_000;
  private static final long STEP = 2 * HOUR / AN_HOUR;
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final long LATENESS = HOUR / 2;
  private static final double NOMINAL = 0.9;
  private static final double GAMMA = 0.02;
  private static final String PREDICTION = "event_id,event_time,prediction_time,score";
  private static final String INTERVAL = ",value,lower,upper";
  private static final int[] EIGHTHS = {1, 2, 6, 7};

  private static final String HEAD =
      """
      weir: 1
      model: ordered
      positive_class: "1"
      window: {size: 1h, min_events: 50, lateness: 30m}
      monitors:
        quality: false
        prediction_drift: false
        label_drift: false
        calibration: false
        labels: false
        estimated_performance: false
        performance: {loss: brier, evidence: false}
      """;

  private static final String NUMBERS =
      """
      reference: numbers.csv
      task: [binary, regression]
      labels: {horizon: 2h, lateness: 1h}
      """;

  /** The lines of each job file beside the head; of "negative" only positives are ever labelled. */
  private static final Map<String, String> JOBS =
      new TreeMap<>(
          Map.of(
              "usual",
              """
                coverage: {nominal: 0.9, evidence: false}
                concept_drift: {rules: [adwin > 0]}
              """
                  + NUMBERS,
              "other",
              """
                coverage: {nominal: 0.9, evidence: false, aci: {gamma: 0.02}}
                concept_drift:
                  adwin: {delta: 0.05}
                  page_hinkley: {delta: 0.01, threshold: 20}
                  ddm: {warning: 1.5, drift: 2.5}
                  bocpd: {hazard: 0.01}
              """
                  + NUMBERS,
              "negative",
              """
                concept_drift: true
              reference: classes.csv
              task: [binary]
              labels: {horizon: 2h, lateness: 1h, absent: negative}
              """));

  @TempDir private static Path folder;

  private static List<Drawn> reference;
  private static List<Drawn> stream;
  private static List<List<Drawn>> arrivals;
  private static Map<String, List<ReplayRun>> runs;
  private static JsonNode expected;

  /** A linear congruential generator modulo 2^64 (Knuth, MMIX): easy to write anywhere. */
  private static final class Numbers {
    private long state;

    Numbers(long seed) {
      this.state = seed;
    }

    int below(int bound) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      return (int) ((state >>> 33) % bound);
    }
  }

  /**
   * A prediction with its label.
   *
   * @param score in eighths
   * @param steps distance of the label from the middle of the interval, in 15/256 of its half
   */
  private record Drawn(
      int index,
      long time,
      int score,
      boolean positive,
      int steps,
      int sign,
      int value,
      int delay) {
    String id() {
      return String.valueOf(99_999 - index);
    }

    boolean labelled() {
      return index % 37 != 11;
    }

    boolean hasClass() {
      return labelled() && index % 31 != 5;
    }

    boolean hasValue() {
      return labelled() && (index % 29 != 3 || !hasClass());
    }

    double loss() {
      double gap = score / 8.0 - (positive ? 1 : 0);
      return gap * gap;
    }

    boolean missed() {
      return steps * 15 > 256;
    }

    String labelValue() {
      return String.valueOf(value + sign * steps * 0.9375);
    }

    String trueClass() {
      return positive ? "1" : "0";
    }

    String prediction() {
      Instant at = Instant.ofEpochMilli(time);
      return id() + "," + at + "," + at + "," + score / 8.0;
    }

    String withInterval() {
      return "%s,%d,%d,%d".formatted(prediction(), value, value - 16, value + 16);
    }

    String labelTime() {
      return Instant.ofEpochMilli(time + 1000L * delay).toString();
    }

    String label() {
      return "%s,%s,%s,%s,0"
          .formatted(
              id(), labelTime(), hasClass() ? trueClass() : "", hasValue() ? labelValue() : "");
    }

    /** Whether the class turns out to be the other one, when all cohorts are final. */
    boolean corrected() {
      return hasClass() && hasValue() && index % 53 == 9;
    }

    String correction() {
      return "%s,%s,%s,%s,1"
          .formatted(
              id(), Instant.ofEpochMilli(START + 11 * HOUR), positive ? "0" : "1", labelValue());
    }

    double lossInTheEnd() {
      double gap = score / 8.0 - (positive ^ corrected() ? 1 : 0);
      return gap * gap;
    }
  }

  private static List<Drawn> draw(long seed, int rows, int change, long start) {
    Numbers numbers = new Numbers(seed);
    List<Drawn> drawn = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int score = EIGHTHS[numbers.below(4)];
      boolean heads = numbers.below(8) < score;
      int steps = numbers.below(i < change ? 20 : 30);
      int sign = 2 * numbers.below(2) - 1;
      int value = 100 + numbers.below(50);
      int delay = 60 + numbers.below(600);
      drawn.add(
          new Drawn(
              i,
              start + i / 2 * STEP,
              score,
              i < change ? heads : !heads,
              steps,
              sign,
              value,
              delay));
    }
    return drawn;
  }

  @BeforeAll
  static void replay() throws IOException {
    expected =
        new ObjectMapper()
            .readTree(Path.of("src/test/resources/sequential/expected.json").toFile());
    reference = draw(1, REFERENCE, REFERENCE, START - 10 * HOUR);
    stream = draw(2, HOURS * AN_HOUR, CHANGE, START);
    arrivals = List.of(stream, Arrivals.outOfOrder(stream, Drawn::time, LATENESS, new Random(3)));
    write(
        "classes.csv",
        PREDICTION + ",label_class",
        reference.stream().map(one -> one.prediction() + "," + one.trueClass()));
    write(
        "numbers.csv",
        PREDICTION + INTERVAL + ",label_class,label_value",
        reference.stream()
            .map(one -> one.withInterval() + "," + one.trueClass() + "," + one.labelValue()));
    runs = new TreeMap<>();
    for (String job : JOBS.keySet()) {
      runs.put(job, runs(job));
    }
  }

  private static Path write(String name, String head, Stream<String> rows) throws IOException {
    return Files.write(folder.resolve(name), Stream.concat(Stream.of(head), rows).toList());
  }

  /** The stream in order in one task, then out of order in two. */
  private static List<ReplayRun> runs(String name) throws IOException {
    Path job = Files.writeString(folder.resolve(name + ".yaml"), HEAD + JOBS.get(name));
    List<ReplayRun> runs = new ArrayList<>();
    for (List<Drawn> arrival : arrivals) {
      String place = name + "-" + runs.size();
      Map<Event.Input, Path> files =
          name.equals("negative") ? positives(arrival, place) : numbers(arrival, place);
      runs.add(ReplayRun.of(job, files, runs.size() + 1, folder.resolve(place)));
    }
    return runs;
  }

  private static Map<Event.Input, Path> numbers(List<Drawn> rows, String name) throws IOException {
    return Map.of(
        Event.Input.PREDICTIONS,
        write(
            name + "-predictions.csv",
            PREDICTION + INTERVAL,
            rows.stream()
                .flatMap(one -> Stream.of(one, one).limit(one.index() % 41 == 7 ? 2 : 1))
                .map(Drawn::withInterval)),
        Event.Input.LABELS,
        write(
            name + "-labels.csv",
            "event_id,label_time,label_class,label_value,revision",
            Stream.concat(
                rows.stream().filter(Drawn::labelled).map(Drawn::label),
                rows.stream().filter(Drawn::corrected).map(Drawn::correction))));
  }

  private static Map<Event.Input, Path> positives(List<Drawn> rows, String name)
      throws IOException {
    return Map.of(
        Event.Input.PREDICTIONS,
        write(name + "-predictions.csv", PREDICTION, rows.stream().map(Drawn::prediction)),
        Event.Input.LABELS,
        write(
            name + "-labels.csv",
            "event_id,label_time,label_class",
            rows.stream()
                .filter(Drawn::positive)
                .map(one -> one.id() + "," + one.labelTime() + ",1")));
  }

  // ---- The same in plain arithmetic ----

  /** By time, then by id as text. */
  private static List<Drawn> ordered(Predicate<Drawn> wanted) {
    return stream.stream()
        .filter(wanted)
        .sorted(Comparator.comparingLong(Drawn::time).thenComparing(Drawn::id))
        .toList();
  }

  /** Those that have a loss: where no label means negative, all. */
  private static List<Drawn> losses(String job) {
    return ordered(drawn -> job.equals("negative") || drawn.hasClass());
  }

  private static int hour(Drawn drawn) {
    return drawn.index() / AN_HOUR;
  }

  /** The smallest level at which the interval misses, in units of 2^-30. */
  private static double level(Drawn drawn) {
    long above = reference.stream().filter(one -> one.steps() >= drawn.steps()).count();
    double level = (1.0 + above) / (1.0 + reference.size());
    return Math.floor(level * 0x1p30 + 0.5) / 0x1p30;
  }

  /** Gibbs and Candes (2021), (2): the level after each hour. */
  private static double[] oneStep(List<Drawn> order) {
    double target = 1 - NOMINAL;
    double alpha = target;
    double[] after = new double[HOURS];
    for (Drawn drawn : order) {
      double error = level(drawn) < alpha ? 1 : 0;
      alpha += GAMMA * (target - error);
      after[hour(drawn)] = alpha;
    }
    return after;
  }

  /** Gibbs and Candes (2022), algorithm 2, with the mean level in the place of a drawn one. */
  private static double[] manySteps(List<Drawn> order) {
    double target = 1 - NOMINAL;
    double eta =
        Math.sqrt(3 / 500.0)
            * Math.sqrt(
                (Math.log(2 * 8 * 500.0) + 1)
                    / (Math.pow(1 - target, 2) * Math.pow(target, 3)
                        + Math.pow(target, 2) * Math.pow(1 - target, 3)));
    double sigma = 1 / 1000.0;
    double[] alphas = new double[8];
    double[] weights = new double[8];
    Arrays.fill(alphas, target);
    Arrays.fill(weights, 1);
    double[] after = new double[HOURS];
    for (Drawn drawn : order) {
      double beta = level(drawn);
      double sum = 0;
      for (int i = 0; i < 8; i++) {
        double loss = target * (beta - alphas[i]) - Math.min(0, beta - alphas[i]);
        weights[i] *= Math.exp(-eta * loss);
        sum += weights[i];
      }
      double mean = 0;
      for (int i = 0; i < 8; i++) {
        weights[i] = (1 - sigma) * weights[i] / sum + sigma / 8;
        alphas[i] += 0.001 * Math.pow(2, i) * (target - (beta < alphas[i] ? 1 : 0));
        mean += weights[i] * alphas[i];
      }
      after[hour(drawn)] = mean / Arrays.stream(weights).sum();
    }
    return after;
  }

  /** Christoffersen (1998), of misses that follow each other within an hour. */
  private static double[] independence(List<Drawn> order) {
    double[] ratios = new double[HOURS];
    for (int hour = 0; hour < HOURS; hour++) {
      int now = hour;
      List<Drawn> some = order.stream().filter(drawn -> hour(drawn) == now).toList();
      double[][] n = new double[2][2];
      for (int i = 1; i < some.size(); i++) {
        n[some.get(i - 1).missed() ? 1 : 0][some.get(i).missed() ? 1 : 0]++;
      }
      double after0 = n[0][1] / (n[0][0] + n[0][1]);
      double after1 = n[1][1] / (n[1][0] + n[1][1]);
      double any = (n[0][1] + n[1][1]) / (some.size() - 1);
      ratios[hour] =
          -2
              * (logLikelihood(n[0][0] + n[1][0], n[0][1] + n[1][1], any)
                  - logLikelihood(n[0][0], n[0][1], after0)
                  - logLikelihood(n[1][0], n[1][1], after1));
    }
    return ratios;
  }

  private static double logLikelihood(double hits, double misses, double rate) {
    return (hits == 0 ? 0 : hits * Math.log(1 - rate))
        + (misses == 0 ? 0 : misses * Math.log(rate));
  }

  // ---- What was published ----

  private static Map<Integer, JsonNode> published(ReplayRun run, String metric) throws IOException {
    Map<Integer, JsonNode> values = new TreeMap<>();
    for (JsonNode line : run.newestMetrics()) {
      if (line.get("metric").asText().equals(metric)) {
        long start = Instant.parse(line.get("window_start").asText()).toEpochMilli();
        values.put((int) ((start - START) / HOUR), line);
      }
    }
    return values;
  }

  private static Map<Integer, Double> values(String job, String metric) throws IOException {
    Map<Integer, Double> values = new TreeMap<>();
    published(runs.get(job).get(0), metric)
        .forEach(
            (hour, line) -> {
              assertThat(line.get("value").isNumber()).as("%s", line).isTrue();
              values.put(hour, line.get("value").asDouble());
            });
    return values;
  }

  private static Map<Integer, Double> byHour(Function<Integer, Double> value) {
    Map<Integer, Double> values = new TreeMap<>();
    for (int hour = 0; hour < HOURS; hour++) {
      values.put(hour, value.apply(hour));
    }
    return values;
  }

  private static void assertClose(Map<Integer, Double> found, double[] truth) {
    assertThat(found).hasSize(HOURS);
    found.forEach(
        (hour, value) ->
            assertThat(value).as("hour %d", hour).isCloseTo(truth[hour], within(1e-9)));
  }

  @Test
  void theLossesAreThoseOfTheReferences() {
    for (String job : runs.keySet()) {
      JsonNode known = expected.get(job);
      assertThat(losses(job)).as(job).hasSize(known.get("outcomes").asInt());
      assertThat(losses(job).stream().mapToDouble(Drawn::loss).sum())
          .as(job)
          .isEqualTo(known.get("sum_of_losses").asDouble());
    }
    assertThat(reference.stream().mapToDouble(Drawn::loss).sum())
        .isEqualTo(expected.get("sum_of_reference").asDouble());
  }

  @Test
  void detectors_findTheChangesThatTheirReferencesFind() throws IOException {
    for (String job : runs.keySet()) {
      List<Drawn> losses = losses(job);
      Map<String, Map<Integer, Double>> wanted = new LinkedHashMap<>();
      for (String detector : List.of("adwin", "page_hinkley", "ddm")) {
        Map<Integer, Double> counts = byHour(hour -> 0.0);
        expected
            .get(job)
            .get(detector)
            .forEach(change -> counts.merge(hour(losses.get(change.asInt())), 1.0, Double::sum));
        assertThat(counts.values()).as("something is found").anyMatch(count -> count > 0);
        wanted.put(detector, counts);
      }
      JsonNode lengths = expected.get(job).get("bocpd");
      wanted.put("bocpd", byHour(hour -> lengths.get(hour).asDouble()));
      for (Map.Entry<String, Map<Integer, Double>> one : wanted.entrySet()) {
        assertThat(values(job, one.getKey()))
            .as(job + " " + one.getKey())
            .isEqualTo(one.getValue());
      }
    }
  }

  /** The first outcome of the regime that the change points saw last, by hour. */
  private static Map<Integer, Drawn> regimes(String job) {
    List<Drawn> losses = losses(job);
    Map<Integer, Drawn> first = new TreeMap<>();
    for (int hour = 0; hour < HOURS; hour++) {
      int until = hour;
      int seen = (int) losses.stream().filter(drawn -> hour(drawn) <= until).count();
      int length = expected.get(job).get("bocpd").get(hour).asInt();
      if (length > 0 && length < seen) {
        first.put(hour, losses.get(seen - length));
      }
    }
    return first;
  }

  @Test
  void regimeAge_isThatOfTheFirstOutcomeSinceTheChange() throws IOException {
    for (String job : runs.keySet()) {
      Map<Integer, Double> ages = new TreeMap<>();
      regimes(job)
          .forEach(
              (hour, first) -> {
                long end = START + (hour + 1) * HOUR;
                // Of an earlier hour only the hour is remembered.
                long began = hour(first) == hour ? first.time() : START + hour(first) * HOUR;
                ages.put(hour, (end - began) / 1000.0);
              });
      assertThat(values(job, "regime_age")).as(job).isEqualTo(ages);
    }
  }

  @Test
  void alert_saysWhenTheChangeBegan() throws IOException {
    List<JsonNode> fired =
        runs.get("usual").get(0).lines("alerts.jsonl").stream()
            .filter(alert -> alert.get("status").asText().equals("FIRING"))
            .filter(alert -> alert.get("labels").get("metric").asText().equals("adwin"))
            .toList();
    assertThat(fired).hasSize(1);
    Instant began = Instant.parse(fired.get(0).get("change_began_at").asText());
    int hour = hour(stream.get(CHANGE));
    assertThat(began).isEqualTo(Instant.ofEpochMilli(regimes("usual").get(hour).time()));
    assertThat(began)
        .isCloseTo(Instant.ofEpochMilli(stream.get(CHANGE).time()), within(Duration.ofMinutes(5)));
  }

  @Test
  void aciAlpha_isThePlainRecursion() throws IOException {
    List<Drawn> intervals = ordered(Drawn::hasValue);
    assertClose(values("other", "aci_alpha"), oneStep(intervals));
    assertClose(values("usual", "aci_alpha"), manySteps(intervals));
    assertClose(values("usual", "christoffersen_independence_lr"), independence(intervals));
    List<Drawn> arrived = arrivals.get(1).stream().filter(Drawn::hasValue).toList();
    assertThat(furthest(oneStep(arrived), oneStep(intervals)))
        .as("another order gives other levels")
        .isGreaterThan(1e-6);
    assertThat(furthest(manySteps(arrived), manySteps(intervals))).isGreaterThan(1e-6);
  }

  private static double furthest(double[] some, double[] others) {
    return IntStream.range(0, HOURS)
        .mapToDouble(i -> Math.abs(some[i] - others[i]))
        .max()
        .orElse(0);
  }

  /** What needs an order takes in each cohort once, when it is final, and never goes back. */
  @Test
  void corrections_reviseTheLossAndNothingThatNeedsAnOrder() throws IOException {
    ReplayRun run = runs.get("usual").get(0);
    Map<Integer, JsonNode> brier = published(run, "brier");
    assertThat(brier).hasSize(HOURS);
    brier.forEach(
        (hour, line) ->
            assertThat(line.get("value").asDouble())
                .isCloseTo(
                    ordered(Drawn::hasClass).stream()
                        .filter(drawn -> hour(drawn) == hour)
                        .mapToDouble(Drawn::lossInTheEnd)
                        .average()
                        .orElseThrow(),
                    within(1e-9)));
    for (String metric : List.of("adwin", "page_hinkley", "ddm", "bocpd", "aci_alpha")) {
      assertThat(run.lines("metrics.jsonl"))
          .as(metric)
          .filteredOn(line -> line.get("metric").asText().equals(metric))
          .hasSize(HOURS);
    }
  }

  @Test
  void orderOfArrivalAndParallelism_changeNoByte() throws IOException {
    assertThat(arrivals.get(1)).isNotEqualTo(stream);
    for (List<ReplayRun> ofJob : runs.values()) {
      ofJob.get(1).assertSameBytesAs(ofJob.get(0));
      ofJob.get(0).assertCountsAddUp();
    }
    assertThat(runs.get("usual").get(0).counts(Event.Input.PREDICTIONS).get("duplicate"))
        .isEqualTo(stream.stream().filter(drawn -> drawn.index() % 41 == 7).count());
  }
}
