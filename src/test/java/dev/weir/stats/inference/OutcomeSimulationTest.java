package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * False alarms and delay of evidence on outcomes: harm, coverage, calibration, missing labels.
 * Weight .01, hourly cohorts of 1000, budget 90 days, delta 1e-4, unless said otherwise. Scores are
 * Beta(2, 5), the second smallest of six uniform numbers.
 */
@Tag("slow")
class OutcomeSimulationTest {
  private static final double ALARM = StepUp.logThreshold(90, 0.01, 1.0 / 24);
  private static final int NEVER = Integer.MAX_VALUE;

  /** One record: a score, and a label whose logit is the score's plus a shift, times a slope. */
  private record Outcome(double score, boolean positive) {
    static Outcome draw(double shift, double slope, SplittableRandom random) {
      double[] uniform = random.doubles(6).toArray();
      Arrays.sort(uniform);
      double score = uniform[1];
      double logit = shift + slope * Math.log(score / (1 - score));
      return new Outcome(score, random.nextDouble() < 1 / (1 + Math.exp(-logit)));
    }

    boolean wrong() {
      return score >= 0.5 != positive;
    }

    double brier() {
      return (score - (positive ? 1 : 0)) * (score - (positive ? 1 : 0));
    }
  }

  /** Windows until the alarm, from 1; NEVER if there is none. */
  private static int delay(
      EvidencePlan plan,
      int windows,
      SplittableRandom random,
      Function<SplittableRandom, WindowCounts> cohort) {
    CusumState state = new CusumState();
    for (int window = 1; window <= windows; window++) {
      if (state.fold(plan, cohort.apply(random), window).logE() >= ALARM) {
        return window;
      }
    }
    return NEVER;
  }

  private static WindowCounts errors(double shift, SplittableRandom random) {
    long wrong = 0;
    for (int i = 0; i < 1000; i++) {
      wrong += Outcome.draw(shift, 1, random).wrong() ? 1 : 0;
    }
    return HarmEvidence.zeroOneWindow(0, wrong, 1000, 0);
  }

  private static int[] errorDelays(int runs, double shift, int windows, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    int[] delays = new int[runs];
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = seeds.split();
      long wrong = 0;
      for (int i = 0; i < 10_000; i++) {
        wrong += Outcome.draw(0, 1, random).wrong() ? 1 : 0;
      }
      HarmEvidence plan =
          HarmEvidence.zeroOne(
              new long[] {wrong},
              new long[] {10_000},
              new EvidenceSettings(0.01, 1e-4),
              AbsentLabels.CENSORED);
      delays[run] = delay(plan, windows, random, r -> errors(shift, r));
    }
    Arrays.sort(delays);
    return delays;
  }

  private static int median(int[] sorted) {
    return sorted[(sorted.length - 1) / 2];
  }

  private static int ninetieth(int[] sorted) {
    return sorted[(int) Math.ceil(0.9 * sorted.length) - 1];
  }

  @Test
  void errorRate_withoutHarm_neverAlarms() {
    assertThat(errorDelays(40, 0, 100, 31)).containsOnly(NEVER);
  }

  @Test
  void errorRate_afterALogitShift_isFoundInFiveCohorts() {
    int[] delays = errorDelays(40, 0.5, 100, 32);
    assertThat(median(delays)).as("median of %s", Arrays.toString(delays)).isLessThanOrEqualTo(5);
    assertThat(ninetieth(delays)).as("p90 of %s", Arrays.toString(delays)).isLessThanOrEqualTo(8);
  }

  private static WindowCounts brier(double shift, SplittableRandom random) {
    long sum = 0;
    long squares = 0;
    for (int i = 0; i < 1000; i++) {
      long loss = (long) Math.floor(Outcome.draw(shift, 1, random).brier() * 0x1p30 + 0.5);
      sum += loss;
      squares = Math.addExact(squares, loss * loss >> 10);
    }
    // Squares are summed at 2^-50 and shifted back into 128 bits at 2^-60.
    return HarmEvidence.boundedWindow(0, 1000, 0, sum, squares >>> 54, squares << 10, 0);
  }

  @Test
  void brierScore_afterALogitShift_isFoundAndInsideItsToleranceIsNot() {
    SplittableRandom seeds = new SplittableRandom(33);
    int[] harmed = new int[40];
    int[] tolerated = new int[40];
    for (int run = 0; run < harmed.length; run++) {
      SplittableRandom random = seeds.split();
      double[] losses = new double[10_000];
      Arrays.setAll(losses, i -> Outcome.draw(0, 1, random).brier());
      double mean = Arrays.stream(losses).average().orElseThrow();
      double variance =
          Arrays.stream(losses).map(loss -> (loss - mean) * (loss - mean)).sum() / 9999;
      HarmEvidence plan =
          HarmEvidence.bounded(
              new long[] {10_000},
              new double[] {mean},
              new double[] {variance},
              new EvidenceSettings(0.01, 1e-4),
              AbsentLabels.CENSORED);
      harmed[run] = delay(plan, 100, random, r -> brier(0.5, r));
      tolerated[run] = delay(plan, 100, random, r -> brier(0.3, r));
    }
    Arrays.sort(harmed);
    assertThat(median(harmed)).as("median of %s", Arrays.toString(harmed)).isLessThanOrEqualTo(11);
    assertThat(tolerated).as("a shift inside bound and tolerance").containsOnly(NEVER);
  }

  private static int[] missDelays(int runs, double rate, int n, int windows, long seed) {
    RateEvidence plan =
        RateEvidence.nominal(
            0.1, 0.02, 1, Dispersion.none(), EnumSet.allOf(Side.class), AbsentLabels.CENSORED);
    SplittableRandom seeds = new SplittableRandom(seed);
    int[] delays = new int[runs];
    Arrays.setAll(
        delays,
        run ->
            delay(
                plan,
                windows,
                seeds.split(),
                r -> RateEvidence.window(0, BinnedTraffic.drawHits(rate, n, r), n, 0)));
    Arrays.sort(delays);
    return delays;
  }

  @Test
  void miscoverage_atOrInsideTheTolerance_neverAlarms() {
    assertThat(missDelays(60, 0.10, 1000, 300, 34)).containsOnly(NEVER);
    assertThat(missDelays(60, 0.12, 1000, 300, 35)).containsOnly(NEVER);
  }

  @Test
  void miscoverage_doubled_isFound() {
    assertThat(median(missDelays(60, 0.20, 1000, 300, 36))).isEqualTo(1);
    assertThat(median(missDelays(60, 0.20, 100, 300, 37))).isLessThanOrEqualTo(9);
  }

  @Test
  void intervalsThatAreTooWide_areFound() {
    assertThat(median(missDelays(60, 0.05, 1000, 300, 38))).isLessThanOrEqualTo(4);
  }

  private static WindowCounts classes(double shift, double slope, SplittableRandom random) {
    long[] negatives = new long[CalibrationEvidence.BINS];
    long[] positives = new long[CalibrationEvidence.BINS];
    for (int i = 0; i < 1000; i++) {
      Outcome outcome = Outcome.draw(shift, slope, random);
      double logit = Math.log(outcome.score() / (1 - outcome.score()));
      int bin = (int) Math.max(0, Math.min(1023, Math.floor((logit + 8) * 64)));
      (outcome.positive() ? positives : negatives)[bin]++;
    }
    return CalibrationEvidence.window(0, negatives, positives, new long[CalibrationEvidence.BINS]);
  }

  private static int[] calibrationDelays(double shift, double slope, int windows, long seed) {
    CalibrationEvidence plan =
        new CalibrationEvidence(0.02, 1, Dispersion.none(), AbsentLabels.CENSORED);
    SplittableRandom seeds = new SplittableRandom(seed);
    int[] delays = new int[25];
    Arrays.setAll(
        delays, run -> delay(plan, windows, seeds.split(), r -> classes(shift, slope, r)));
    Arrays.sort(delays);
    return delays;
  }

  @Test
  void calibration_shiftedInsideTheTolerance_neverAlarms() {
    assertThat(calibrationDelays(0, 1, 60, 39)).containsOnly(NEVER);
    assertThat(calibrationDelays(0.1, 1, 60, 40)).containsOnly(NEVER);
  }

  @Test
  void calibration_shiftedBeyondIt_isFound() {
    int[] delays = calibrationDelays(0.3, 1, 60, 41);
    assertThat(delays[24]).as("all found: %s", Arrays.toString(delays)).isLessThan(NEVER);
    assertThat(median(delays)).as("median of %s", Arrays.toString(delays)).isLessThanOrEqualTo(9);
  }

  @Test
  void calibration_overconfident_isFoundAndNamed() {
    CalibrationEvidence plan =
        new CalibrationEvidence(0.02, 1, Dispersion.none(), AbsentLabels.CENSORED);
    CusumState state = new CusumState();
    SplittableRandom random = new SplittableRandom(42);
    EvidenceReading reading = state.fold(plan, classes(0, 0.6, random), 0);
    for (int window = 1; window < 5; window++) {
      reading = state.fold(plan, classes(0, 0.6, random), window);
    }
    assertThat(reading.logE()).as("five windows of slope .6").isGreaterThan(ALARM);
    assertThat(CalibrationEvidence.slope(reading.leading())).as("leading slope").isLessThan(1);
  }

  /**
   * Errors come with their label after 2 days on average, right answers after 15; cohorts are final
   * after 10 days. Then most errors have their label and most right answers have not.
   */
  @Test
  void errorsLabelledFirst_alarmOnlyWhereMissingLabelsAreDropped() {
    double knownErrors = 1 - Math.exp(-10.0 / 2);
    double knownHits = 1 - Math.exp(-10.0 / 15);
    double alarm = StepUp.logThreshold(90, 0.01, 1);
    int censored = 0;
    int dropped = 0;
    SplittableRandom seeds = new SplittableRandom(43);
    for (int run = 0; run < 200; run++) {
      SplittableRandom random = seeds.split();
      WindowCounts[] days = new WindowCounts[90];
      for (int day = 0; day < days.length; day++) {
        int errors = (int) BinnedTraffic.drawHits(0.1, 1000, random);
        long wrong = BinnedTraffic.drawHits(knownErrors, errors, random);
        long labelled = wrong + BinnedTraffic.drawHits(knownHits, 1000 - errors, random);
        days[day] = RateEvidence.window(0, wrong, labelled, 1000 - labelled);
      }
      censored += highest(days, AbsentLabels.CENSORED) >= alarm ? 1 : 0;
      dropped += highest(days, AbsentLabels.MISSING_AT_RANDOM) >= alarm ? 1 : 0;
    }
    assertThat(censored).as("runs with an alarm, missing labels against the alarm").isZero();
    assertThat(dropped).as("runs with an alarm, missing labels dropped").isGreaterThan(190);
  }

  private static double highest(WindowCounts[] days, AbsentLabels absent) {
    RateEvidence plan =
        RateEvidence.nominal(0.1, 0.02, 1, Dispersion.none(), EnumSet.of(Side.ABOVE), absent);
    CusumState state = new CusumState();
    double highest = Double.NEGATIVE_INFINITY;
    for (int day = 0; day < days.length; day++) {
      highest = Math.max(highest, state.fold(plan, days[day], day).logE());
    }
    return highest;
  }
}
