package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogMeanExpTest {
  /** The definition, with every term worked out. */
  private static double inFull(double[] values) {
    double largest = Arrays.stream(values).max().orElseThrow();
    double sum = 0;
    for (double value : values) {
      sum += StrictMath.exp(value - largest);
    }
    return largest + StrictMath.log(sum / values.length);
  }

  @Test
  void termsThatAreLostInTheSum_changeNoBit() {
    SplittableRandom random = new SplittableRandom(17);
    for (int run = 0; run < 20_000; run++) {
      double spread = Math.pow(10, random.nextDouble(-1, 4));
      double[] values = new double[1 + random.nextInt(200)];
      Arrays.setAll(values, i -> spread * (random.nextDouble() - 0.8));
      assertThat(LogMeanExp.of(values))
          .as("run %d, spread %s", run, spread)
          .isEqualTo(inFull(values));
    }
  }

  /** Terms exactly where a last bit can still turn over: multiples of ln 2 below the largest. */
  @Test
  void termsAtTheEdge_changeNoBit() {
    for (double below = 36; below < 40; below += 1.0 / 64) {
      double[] values = {0, -below, -below, -0.5, -below, -below};
      assertThat(LogMeanExp.of(values)).as("%s below", below).isEqualTo(inFull(values));
    }
  }

  /** Looked-up exponentials differ from those of the JDK by less than any decision can see. */
  @Test
  void levelsInUnits_sayTheSameToTheTwelfthDigit() {
    SplittableRandom random = new SplittableRandom(18);
    for (int run = 0; run < 20_000; run++) {
      double spread = Math.pow(10, random.nextDouble(-9, 4));
      long[] levels = new long[1 + random.nextInt(200)];
      Arrays.setAll(levels, i -> Nats.floor(spread * (random.nextDouble() - 0.8)));
      int[] live = IntStream.range(0, levels.length).filter(i -> i % 3 != 1).toArray();
      double[] nats = Arrays.stream(live).mapToDouble(i -> Nats.of(levels[i])).toArray();
      long largest = Arrays.stream(live).mapToLong(i -> levels[i]).max().orElseThrow();
      assertThat(LogMeanExp.ofUnits(levels, live, largest))
          .as("run %d, spread %s", run, spread)
          .isCloseTo(inFull(nats), within(2e-13));
    }
  }

  @Test
  void levelsAtTheEndsOfLong_areLimits() {
    long[] levels = {Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE};
    assertThat(LogMeanExp.ofUnits(levels, new int[] {0, 2}, Long.MAX_VALUE)).isEqualTo(0x1p33);
    assertThat(LogMeanExp.ofUnits(levels, new int[] {1}, Long.MIN_VALUE)).isNegative();
  }

  @Test
  void noValues_areNoEvidence() {
    assertThat(LogMeanExp.of()).isZero();
    assertThat(LogMeanExp.of(Double.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
  }
}
