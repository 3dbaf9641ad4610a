package dev.weir.decide;

import static dev.weir.decide.TestingModel.DAY;
import static dev.weir.decide.TestingModel.START;
import static dev.weir.decide.TestingModel.alerts;
import static dev.weir.decide.TestingModel.series;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.decide.Output.Status;
import dev.weir.monitor.Series;
import dev.weir.simulation.Report;
import dev.weir.simulation.Shares;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.CalibrationEvidence;
import dev.weir.stats.inference.CategoryReference;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.EvidenceSettings;
import dev.weir.stats.inference.HarmEvidence;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import dev.weir.stats.inference.WindowCounts;
import dev.weir.stats.summary.ScoreLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Years in which nothing happens, through evidence, step-up rule and alert desk as in the product.
 * The budget is one false alarm in 90 days per model, so a year may bring 365/90 alarm events on
 * average; the upper 99% bound of what comes must not be above that.
 */
@Tag("slow")
class NullYearsSimulationTest {
  private static final int STREAMS = 1000;
  private static final int DAYS = 365;
  private static final double BUDGET = 90;
  private static final double CONFIDENCE = 0.99;
  private static final int ROWS = 1000;
  private static final int REFERENCE = 10_000;

  /** One series of a model: what it is judged by, and how a day of it is drawn. */
  private record Stationary(
      Series series, EvidencePlan plan, Function<SplittableRandom, WindowCounts> day) {}

  /** Draws a model: its references, then its series. */
  private interface Model {
    List<Stationary> draw(SplittableRandom random);
  }

  /** Alarm events of all streams, and streams with at least one. */
  private record Count(long events, int streams) {}

  private static Count play(long seed, int streams, Model model) {
    long events = 0;
    int touched = 0;
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int stream = 0; stream < streams; stream++) {
      int now = year(model, seeds.split());
      events += now;
      touched += now > 0 ? 1 : 0;
    }
    return new Count(events, touched);
  }

  private static int year(Model model, SplittableRandom random) {
    List<Stationary> all = model.draw(random);
    TestingModel testing = new TestingModel();
    testing.budgetDays = BUDGET;
    testing.weight = 1.0 / all.size();
    testing.windowDays = 1;
    testing.resolveAfter = 1;
    all.forEach(one -> testing.plans.put(one.series(), one.plan()));
    int events = 0;
    for (int day = 1; day <= DAYS; day++) {
      long tick = START + day * DAY;
      for (Stationary one : all) {
        testing.findings.add(testing.counted(one.series(), tick, ROWS, one.day().apply(random)));
      }
      boolean fired =
          alerts(testing.decide(tick)).stream()
              .anyMatch(
                  alert -> !alert.monitor().equals("weir") && alert.status() == Status.FIRING);
      events += fired ? 1 : 0;
    }
    return events;
  }

  /**
   * A model with a series of every kind.
   *
   * @param off how much of its tolerance each series is away from the reference, from 0 to 1
   */
  private static List<Stationary> everyKind(double off, SplittableRandom random) {
    return List.of(
        numeric(off, random),
        categorical(off, random),
        rate(off, random),
        harm(off, random),
        calibration(off),
        coverage(off));
  }

  private static final EvidenceSettings DRIFT = new EvidenceSettings(0.02, 1e-3);

  /** Standard normal; shifted so that the largest distance of distribution functions is off. */
  private static Stationary numeric(double off, SplittableRandom random) {
    NormalDistribution normal = new NormalDistribution(null, 0, 1);
    double[] sample = new double[REFERENCE];
    Arrays.setAll(sample, row -> random.nextGaussian());
    Arrays.sort(sample);
    int bins = 32;
    double mean = 2 * normal.inverseCumulativeProbability(0.5 + off * 0.02 / 2);
    long[] reference = new long[bins];
    double[] shares = new double[bins];
    double below = 0;
    for (int bin = 0; bin < bins; bin++) {
      int from = REFERENCE * bin / bins;
      int to = REFERENCE * (bin + 1) / bins;
      reference[bin] = to - from;
      double end = bin < bins - 1 ? normal.cumulativeProbability(sample[to] - mean) : 1;
      shares[bin] = end - below;
      below = end;
    }
    Shares now = new Shares(shares);
    return new Stationary(
        series("drift", "total_variation", "number"),
        DriftEvidence.numeric(new long[][] {reference}, DRIFT),
        r -> DriftEvidence.window(0, now.counts(ROWS, r)));
  }

  private static Stationary categorical(double off, SplittableRandom random) {
    double[] before = {.3, .2, .15, .1, .08, .07, .05, .03, .015, .005};
    double[] after = before.clone();
    after[0] += off * 0.02;
    after[1] -= off * 0.02;
    long[] reference = new Shares(before).counts(REFERENCE, random);
    Shares now = new Shares(after);
    return new Stationary(
        series("drift", "total_variation", "category"),
        DriftEvidence.categorical(CategoryReference.of(new long[][] {reference}), DRIFT),
        r -> DriftEvidence.window(0, now.counts(ROWS, r)));
  }

  private static Stationary rate(double off, SplittableRandom random) {
    double rate = 0.01;
    return new Stationary(
        series("quality", "missing_rate", "number"),
        RateEvidence.estimated(
            new long[] {Shares.hits(rate, REFERENCE, random)},
            new long[] {REFERENCE},
            new EvidenceSettings(0.005, 1e-3),
            EnumSet.of(Side.ABOVE),
            AbsentLabels.MISSING_AT_RANDOM),
        r -> RateEvidence.window(0, Shares.hits(rate + off * 0.005, ROWS, r), ROWS, 0));
  }

  private static Stationary harm(double off, SplittableRandom random) {
    double rate = 0.2;
    return new Stationary(
        series("performance", "accuracy", null),
        HarmEvidence.zeroOne(
            new long[] {Shares.hits(rate, REFERENCE, random)},
            new long[] {REFERENCE},
            new EvidenceSettings(0.01, 1e-3),
            AbsentLabels.CENSORED),
        r -> HarmEvidence.zeroOneWindow(0, Shares.hits(rate + off * 0.01, ROWS, r), ROWS, 0));
  }

  /** Scores are Beta(2, 5) in 1024 bins; the positive rate of each is its score plus off. */
  private static Stationary calibration(double off) {
    BetaDistribution beta = new BetaDistribution(null, 2, 5);
    double[] shares = new double[ScoreLayout.LOGIT_BINS];
    double[] rates = new double[shares.length];
    for (int bin = 0; bin < shares.length; bin++) {
      double low = ScoreLayout.logitBinLow(bin);
      double high = ScoreLayout.logitBinHigh(bin);
      shares[bin] = beta.cumulativeProbability(high) - beta.cumulativeProbability(low);
      rates[bin] = Math.min(1, (low + high) / 2 + off * 0.02);
    }
    Shares scores = new Shares(shares);
    return new Stationary(
        series("calibration", "ece", null),
        new CalibrationEvidence(0.02, 1, Dispersion.none(), AbsentLabels.CENSORED),
        r -> {
          long[] negatives = new long[shares.length];
          long[] positives = new long[shares.length];
          for (int row = 0; row < ROWS; row++) {
            int bin = scores.draw(r);
            (r.nextDouble() < rates[bin] ? positives : negatives)[bin]++;
          }
          return CalibrationEvidence.window(0, negatives, positives, new long[shares.length]);
        });
  }

  private static Stationary coverage(double off) {
    return new Stationary(
        series("coverage", "coverage", null),
        RateEvidence.nominal(
            0.1, 0.02, 1, Dispersion.none(), EnumSet.allOf(Side.class), AbsentLabels.CENSORED),
        r -> RateEvidence.window(0, Shares.hits(0.1 + off * 0.02, ROWS, r), ROWS, 0));
  }

  /** Ten series with a known bound, no tolerance, and the truth on the bound. */
  private static List<Stationary> onTheBound(boolean identical) {
    List<Stationary> all = new ArrayList<>();
    WindowCounts[] shared = new WindowCounts[1];
    for (int s = 0; s < 10; s++) {
      boolean first = s == 0;
      all.add(
          new Stationary(
              series("quality", "missing_rate", "f" + s),
              TestingModel.ABOVE_TENTH,
              r -> {
                if (first || !identical) {
                  shared[0] = RateEvidence.window(0, Shares.hits(0.1, 200, r), 200, 0);
                }
                return shared[0];
              }));
    }
    return all;
  }

  private static void report(int order, String what, int series, int streams, Count count)
      throws IOException {
    double per90 = count.events() * BUDGET / ((double) streams * DAYS);
    double bound = upperEvents(count.events()) * BUDGET / ((double) streams * DAYS);
    writeRow(
        order,
        Stream.of(
            what,
            Integer.toString(series),
            String.format(Locale.ROOT, "%,d", streams),
            Long.toString(count.events()),
            String.format(Locale.ROOT, "%.4f", per90),
            String.format(Locale.ROOT, "%.4f", bound),
            String.format(Locale.ROOT, "%.1f%%", 100.0 * count.streams() / streams),
            String.format(Locale.ROOT, "%.1f%%", 100 * upperShare(count.streams(), streams))));
    assertThat(bound)
        .as("%s: upper bound of alarm events in 90 days, %s", what, count)
        .isLessThanOrEqualTo(1);
  }

  /** Upper bound of the mean of a Poisson count. */
  private static double upperEvents(long events) {
    return new GammaDistribution(null, events + 1.0, 1).inverseCumulativeProbability(CONFIDENCE);
  }

  /** Upper Clopper-Pearson bound of a share. */
  private static double upperShare(int hits, int total) {
    return hits == total
        ? 1
        : new BetaDistribution(null, hits + 1.0, total - hits)
            .inverseCumulativeProbability(CONFIDENCE);
  }

  @Test
  void referencesAsDrawn_noAlarm() throws IOException {
    Count count = play(401, STREAMS, random -> everyKind(0, random));
    report(1, "every kind of series, nothing changed", 6, STREAMS, count);
    assertThat(count.events()).as("tolerance leaves the null far inside").isZero();
  }

  @Test
  void everySeriesAtItsTolerance_staysWithinTheBudget() throws IOException {
    Count count = play(402, STREAMS, random -> everyKind(1, random));
    report(2, "every kind of series, each off by exactly its tolerance", 6, STREAMS, count);
  }

  @Test
  void knownBoundsWithoutTolerance_truthOnTheBound_independent() throws IOException {
    Count count = play(403, STREAMS, random -> onTheBound(false));
    report(3, "known bounds, truth on the bound, independent", 10, STREAMS, count);
    assertThat(count.events()).as("the guarantee is tight here").isPositive();
  }

  @Test
  void knownBoundsWithoutTolerance_truthOnTheBound_identical() throws IOException {
    Count count = play(404, STREAMS, random -> onTheBound(true));
    report(4, "known bounds, truth on the bound, all series equal", 10, STREAMS, count);
    assertThat(count.events()).as("the guarantee is tight here").isPositive();
  }

  private static void writeRow(int order, Stream<String> cells) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("## Years in which nothing happens");
    lines.add("");
    lines.add(
        "A year of daily windows of 1,000 rows (on the bound: 200) per stream, one false alarm per"
            + " 90 days and model");
    lines.add("allowed, through evidence, step-up rule and alert desk. Bounds are upper 99% ones.");
    lines.add("");
    lines.add(
        Report.line(
            Stream.of(
                "null",
                "series per model",
                "streams",
                "alarm events",
                "per 90 days and model",
                "bound (1 is allowed)",
                "streams with an alarm",
                "bound")));
    lines.add("|---|---|---|---|---|---|---|---|");
    Report.write("2-null-years-0", lines);
    Report.write("2-null-years-" + order, List.of(Report.line(cells)));
  }
}
