package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * False alarms and delay of drift evidence on simulated traffic, as the table of acceptance by
 * simulation asks. Unless said otherwise: 32 bins, weight .01, hourly windows of 1000, at most one
 * false alarm in 90 days, 10 000 reference rows. Delay is never judged without the false-alarm
 * test.
 */
@Tag("slow")
class DriftSimulationTest {
  private static final double WEIGHT = 0.01;
  private static final double HOUR = 1.0 / 24;
  private static final double BUDGET = 90;
  private static final EvidenceSettings SETTINGS = new EvidenceSettings(0.02, 1e-4);
  private static final int NEVER = Integer.MAX_VALUE;

  /** What one simulated series did. */
  private record Run(int firstAlarm, int alarms, int largestState) {}

  private static Run run(DriftEvidence plan, int windows, IntFunction<long[]> traffic) {
    CusumState state = new CusumState();
    int first = NEVER;
    int alarms = 0;
    int largest = 0;
    for (int window = 0; window < windows; window++) {
      EvidenceReading reading =
          state.fold(plan, DriftEvidence.window(0, traffic.apply(window)), window * 3_600_000L);
      double days = StepUp.logDays(WEIGHT, HOUR, reading.logE());
      if (StepUp.alarms(new double[] {days}, BUDGET).length > 0) {
        alarms++;
        first = Math.min(first, window);
        state.reset();
      }
      largest = Math.max(largest, size(state));
    }
    return new Run(first, alarms, largest);
  }

  private static int size(CusumState state) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      state.encode(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.size();
  }

  private static int falseAlarms(int runs, int windows, int n, int rows, int bins, long seed) {
    int alarms = 0;
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int i = 0; i < runs; i++) {
      SplittableRandom random = seeds.split();
      BinnedTraffic traffic = new BinnedTraffic(rows, bins, random);
      DriftEvidence plan = DriftEvidence.numeric(new long[][] {traffic.reference()}, SETTINGS);
      double[] shares = traffic.shares(0, 1);
      alarms += run(plan, windows, window -> BinnedTraffic.draw(shares, n, random)).alarms();
    }
    return alarms;
  }

  /** Delays in windows from the change on, one per run, sorted; NEVER where it was not found. */
  private static int[] delays(
      int runs, int rows, int bins, int change, int windows, long seed, Shape shape) {
    int[] delays = new int[runs];
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int i = 0; i < runs; i++) {
      SplittableRandom random = seeds.split();
      BinnedTraffic traffic = new BinnedTraffic(rows, bins, random);
      DriftEvidence plan = DriftEvidence.numeric(new long[][] {traffic.reference()}, SETTINGS);
      double[] before = traffic.shares(0, 1);
      CusumState state = new CusumState();
      delays[i] = NEVER;
      for (int window = 0; window < change + windows && delays[i] == NEVER; window++) {
        int since = window - change;
        double[] shares = since < 0 ? before : shape.shares(traffic, since);
        EvidenceReading reading =
            state.fold(
                plan, DriftEvidence.window(0, BinnedTraffic.draw(shares, 1000, random)), window);
        if (StepUp.logDays(WEIGHT, HOUR, reading.logE()) >= StrictMath.log(BUDGET)) {
          assertThat(since).as("run %d alarmed before the change", i).isNotNegative();
          delays[i] = since + 1;
        }
      }
    }
    Arrays.sort(delays);
    return delays;
  }

  private interface Shape {
    double[] shares(BinnedTraffic traffic, int windowsSinceChange);
  }

  private static int median(int[] sorted) {
    return sorted[(sorted.length - 1) / 2];
  }

  private static int ninetieth(int[] sorted) {
    return sorted[(int) Math.ceil(0.9 * sorted.length) - 1];
  }

  private static void assertFound(int[] delays, int median, int ninetieth) {
    assertThat(delays[delays.length - 1])
        .as("all found: %s", Arrays.toString(delays))
        .isLessThan(NEVER);
    assertThat(median(delays))
        .as("median of %s", Arrays.toString(delays))
        .isLessThanOrEqualTo(median);
    assertThat(ninetieth(delays))
        .as("p90 of %s", Arrays.toString(delays))
        .isLessThanOrEqualTo(ninetieth);
  }

  @Test
  void noDrift_thirtyDays_neverAlarms() {
    assertThat(falseAlarms(200, 720, 1000, 10_000, 32, 1)).isZero();
  }

  @Test
  void noDrift_smallWindows_neverAlarm() {
    assertThat(falseAlarms(100, 720, 200, 10_000, 32, 2)).isZero();
  }

  @Test
  void noDrift_smallReferences_neverAlarm() {
    assertThat(falseAlarms(100, 720, 1000, 300, 10, 3)).as("300 rows").isZero();
    assertThat(falseAlarms(100, 720, 1000, 1000, 10, 4)).as("1000 rows").isZero();
  }

  @Test
  void benignShift_ofHalfTheTolerance_neverAlarms() {
    // KS .01 between normals: a shift of 2 z with Phi(z) = .505, z = .01253.
    assertThat(shifted(60, 20, 1_000_000, 0.0250670, 5)).isZero();
  }

  @Test
  void shiftAtTheTolerance_neverAlarms() {
    // KS .02: Phi(z) = .51, z = .02507.
    assertThat(shifted(60, 200, 100_000, 0.0501393, 6)).isZero();
  }

  private static int shifted(int runs, int windows, int rows, double mean, long seed) {
    int alarms = 0;
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int i = 0; i < runs; i++) {
      SplittableRandom random = seeds.split();
      BinnedTraffic traffic = new BinnedTraffic(rows, 10, random);
      DriftEvidence plan = DriftEvidence.numeric(new long[][] {traffic.reference()}, SETTINGS);
      double[] shares = traffic.shares(mean, 1);
      alarms += run(plan, windows, window -> BinnedTraffic.draw(shares, 10_000, random)).alarms();
    }
    return alarms;
  }

  @Test
  void abruptShift_ofAQuarterDeviation_isFoundInFourWindows() {
    assertFound(
        delays(60, 10_000, 32, 50, 120, 7, (traffic, since) -> traffic.shares(0.25, 1)), 4, 6);
  }

  @Test
  void abruptShift_ofHalfADeviation_isFoundAtOnce() {
    assertFound(
        delays(60, 10_000, 10, 50, 120, 8, (traffic, since) -> traffic.shares(0.5, 1)), 1, 2);
  }

  @Test
  void widerSpread_isFoundInSixWindows() {
    assertFound(
        delays(60, 10_000, 32, 50, 120, 9, (traffic, since) -> traffic.shares(0, 1.3)), 6, 8);
  }

  @Test
  void ramp_isFoundBeforeItIsHalfDone() {
    int[] delays =
        delays(
            60,
            10_000,
            32,
            50,
            200,
            10,
            (traffic, since) -> traffic.shares(0.5 * Math.min(1, (since + 1) / 168.0), 1));
    assertFound(delays, 68, 74);
  }

  @Test
  void aSmallReference_findsSomeOfTheSmallShifts() {
    // 70% in 120 windows, plus or minus 2.5 standard errors of 60 runs.
    int[] delays = delays(60, 1000, 10, 50, 120, 11, (traffic, since) -> traffic.shares(0.25, 1));
    assertThat(Arrays.stream(delays).filter(delay -> delay != NEVER).count()).isBetween(33L, 51L);
  }

  @Test
  void aQuietSeries_takesFewBytes() {
    SplittableRandom random = new SplittableRandom(12);
    BinnedTraffic traffic = new BinnedTraffic(10_000, 32, random);
    DriftEvidence plan = DriftEvidence.numeric(new long[][] {traffic.reference()}, SETTINGS);
    double[] shares = traffic.shares(0, 1);
    Run quiet = run(plan, 720, window -> BinnedTraffic.draw(shares, 1000, random));
    assertThat(quiet.largestState()).as("largest encoded state in bytes").isLessThanOrEqualTo(200);
  }
}
