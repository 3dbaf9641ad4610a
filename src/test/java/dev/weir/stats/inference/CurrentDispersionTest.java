package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.simulation.Shares;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** How counts scatter now: what is said of independent records, of others, and of drift. */
class CurrentDispersionTest {
  private static final int BINS = 10;
  private static final int WINDOWS = 2 * CurrentDispersion.PAIRS;

  /** To 1/8 each z^2 is rounded. */
  private static final double ROUNDING = 1 / 16.0;

  private static DriftEvidence plan() {
    long[] reference = new long[BINS];
    Arrays.fill(reference, 1000);
    return DriftEvidence.numeric(new long[][] {reference}, new EvidenceSettings(0.02, 1e-4));
  }

  private static Shares even() {
    double[] shares = new double[BINS];
    Arrays.fill(shares, 1.0 / BINS);
    return new Shares(shares);
  }

  /** One reading of so many windows as it takes. */
  private static CurrentDispersion.Reading read(
      IntFunction<long[]> windows, Dispersion assumed, boolean restarted) {
    CurrentDispersion state = new CurrentDispersion();
    DriftEvidence plan = plan();
    Optional<CurrentDispersion.Reading> reading = Optional.empty();
    for (int window = 0; window < WINDOWS; window++) {
      assertThat(reading).isEmpty();
      if (restarted) {
        state = copy(state);
      }
      reading = state.add(plan, DriftEvidence.window(0, windows.apply(window)), assumed);
    }
    return reading.orElseThrow();
  }

  private static CurrentDispersion copy(CurrentDispersion state) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      state.encode(new DataOutputStream(bytes));
      return CurrentDispersion.decode(
          new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** z^2 of two shares by the textbook, pair by pair, for the event "below the first edge". */
  @Test
  void theValueIsTheMeanOfTheTwoSampleStatistics() {
    RateEvidence plan =
        RateEvidence.nominal(
            0.1,
            0.02,
            1,
            Dispersion.none(),
            EnumSet.of(Side.ABOVE),
            AbsentLabels.MISSING_AT_RANDOM);
    SplittableRandom random = new SplittableRandom(31);
    CurrentDispersion state = new CurrentDispersion();
    double sum = 0;
    Optional<CurrentDispersion.Reading> reading = Optional.empty();
    for (int pair = 0; pair < CurrentDispersion.PAIRS; pair++) {
      int n = 200 + random.nextInt(800);
      int m = 200 + random.nextInt(800);
      int k = Shares.hits(0.05 + 0.1 * random.nextDouble(), n, random);
      int j = Shares.hits(0.05 + 0.1 * random.nextDouble(), m, random);
      double pooled = (double) (k + j) / (n + m);
      double z =
          ((double) k / n - (double) j / m)
              / Math.sqrt(pooled * (1 - pooled) * (1.0 / n + 1.0 / m));
      sum += z * z;
      state.add(plan, RateEvidence.window(0, k, n, 0), Dispersion.none());
      reading = state.add(plan, RateEvidence.window(0, j, m, 0), Dispersion.none());
    }
    assertThat(reading).isPresent();
    CurrentDispersion.Reading said = reading.orElseThrow();
    assertThat(said.value()).isCloseTo(sum / CurrentDispersion.PAIRS, within(ROUNDING));
    // Chi-square with 14 degrees of freedom: .975 and .025 quantiles, checked by the series.
    double rounded = CurrentDispersion.PAIRS * said.value();
    assertThat(said.interval().low()).isCloseTo(rounded / 26.118948045037371, within(1e-8));
    assertThat(said.interval().high()).isCloseTo(rounded / 5.628726103023174, within(1e-8));
  }

  @Test
  void independentRecords_areHardlyEverCalledBursty() {
    SplittableRandom random = new SplittableRandom(32);
    Shares shares = even();
    int runs = 1000;
    int bursty = 0;
    for (int run = 0; run < runs; run++) {
      bursty +=
          read(window -> shares.counts(500, random), Dispersion.none(), false).burstier() ? 1 : 0;
    }
    // At most .001 each: four of a thousand have a probability of .004.
    assertThat(bursty).isLessThan(4);
  }

  @Test
  void aLastingJump_isDriftAndNoBurst() {
    SplittableRandom random = new SplittableRandom(33);
    double[] moved = new double[BINS];
    Arrays.fill(moved, 0.5 / BINS);
    moved[0] += 0.5;
    Shares before = even();
    Shares after = new Shares(moved);
    for (int jump = 1; jump < WINDOWS; jump++) {
      int at = jump;
      CurrentDispersion.Reading reading =
          read(
              window -> (window < at ? before : after).counts(1000, random),
              Dispersion.none(),
              false);
      assertThat(reading.burstier()).as("jump at window %d", jump).isFalse();
      if (jump % 2 == 1) {
        assertThat(reading.value()).as("jump inside a pair, at window %d", jump).isGreaterThan(20);
      }
    }
  }

  @Test
  void aSlowDrift_isNoBurst() {
    SplittableRandom random = new SplittableRandom(34);
    for (int run = 0; run < 50; run++) {
      CurrentDispersion.Reading reading =
          read(
              window -> {
                double[] shares = new double[BINS];
                Arrays.fill(shares, (1 - 0.01 * window) / BINS);
                shares[0] += 0.01 * window;
                return new Shares(shares).counts(1000, random);
              },
              Dispersion.none(),
              false);
      assertThat(reading.burstier()).isFalse();
    }
  }

  private static long[] repeated(Shares shares, SplittableRandom random) {
    return Arrays.stream(shares.counts(50, random)).map(count -> 20 * count).toArray();
  }

  @Test
  void recordsTwentyTimes_scatterTwentyTimesAsMuch_unlessThatIsAssumed() {
    SplittableRandom random = new SplittableRandom(35);
    Shares shares = even();
    List<Double> values = new ArrayList<>();
    for (int run = 0; run < 200; run++) {
      CurrentDispersion.Reading reading =
          read(window -> repeated(shares, random), Dispersion.none(), false);
      assertThat(reading.burstier()).isTrue();
      values.add(reading.value());
      assertThat(read(window -> repeated(shares, random), Dispersion.uniform(20), false).burstier())
          .isFalse();
    }
    // The largest of nineteen events is above the mean of one.
    assertThat(values.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
        .isBetween(20.0, 45.0);
  }

  @Test
  void shocksOfOneBin_areSeenInItsEvents() {
    SplittableRandom random = new SplittableRandom(36);
    int bursty = 0;
    for (int run = 0; run < 200; run++) {
      CurrentDispersion.Reading reading =
          read(
              window -> {
                double odds = 1 / 9.0 * Math.exp(0.3 * random.nextGaussian());
                double[] shares = new double[BINS];
                Arrays.fill(shares, 1 / (1 + odds) / (BINS - 1));
                shares[4] = odds / (1 + odds);
                return new Shares(shares).counts(1000, random);
              },
              Dispersion.none(),
              false);
      bursty += reading.burstier() ? 1 : 0;
    }
    assertThat(bursty).isGreaterThan(150);
  }

  @Test
  void aRestart_changesNothing() {
    for (long seed = 37; seed < 47; seed++) {
      long drawn = seed;
      SplittableRandom one = new SplittableRandom(drawn);
      SplittableRandom other = new SplittableRandom(drawn);
      Shares shares = even();
      assertThat(read(window -> repeated(shares, one), Dispersion.none(), true))
          .isEqualTo(read(window -> repeated(shares, other), Dispersion.none(), false));
    }
  }

  @Test
  void windowsOfOtherCells_areNotCompared() {
    long[] reference = new long[BINS];
    Arrays.fill(reference, 1000);
    DriftEvidence plan =
        DriftEvidence.numeric(
            new long[][] {reference, reference}, new EvidenceSettings(0.02, 1e-4));
    CurrentDispersion state = new CurrentDispersion();
    Shares shares = even();
    SplittableRandom random = new SplittableRandom(48);
    for (int window = 0; window < 10 * WINDOWS; window++) {
      assertThat(
              state.add(
                  plan,
                  DriftEvidence.window(window % 2, shares.counts(100, random)),
                  Dispersion.none()))
          .isEmpty();
    }
  }
}
