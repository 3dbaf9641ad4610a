package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumericSummaryTest {
  private static final NumericLayout LAYOUT = NumericLayout.of(new double[] {0, 1, 2, 3, 4}, 4, 4);

  private static NumericSummary of(double... values) {
    NumericSummary summary = new NumericSummary(LAYOUT);
    Arrays.stream(values).forEach(summary::add);
    return summary;
  }

  @Test
  void counters_keepEveryRecordApart() {
    NumericSummary summary =
        of(1, 2, -1, 9, 10, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300);
    summary.addMissing();
    summary.addTypeError();
    summary.addTypeError();
    assertThat(summary.n()).isEqualTo(6);
    assertThat(summary.records()).isEqualTo(12);
    assertThat(summary.under()).isEqualTo(1);
    assertThat(summary.over()).isEqualTo(3);
    assertThat(summary.clipped()).isEqualTo(1);
    assertThat(summary.nan()).isEqualTo(1);
    assertThat(summary.plusInfinity()).isEqualTo(1);
    assertThat(summary.minusInfinity()).isEqualTo(1);
    assertThat(summary.missing()).isEqualTo(1);
    assertThat(summary.typeErrors()).isEqualTo(2);
    assertThat(summary.coarseCounts()).containsExactly(1, 1, 1, 3);
    assertThat(summary.min()).hasValue(-1);
    assertThat(summary.max()).hasValue(1e300);
  }

  @Test
  void withoutData_everyNumberIsAbsent() {
    NumericSummary empty = of(Double.NaN);
    assertThat(empty.mean()).isEmpty();
    assertThat(empty.standardDeviation()).isEmpty();
    assertThat(empty.quantile(0.5)).isEmpty();
    assertThat(empty.min()).isEmpty();
    assertThat(of(3).standardDeviation()).isEmpty();
    assertThat(of(3).mean()).isPresent();
  }

  // By hand: mean of 1, 2, 4 is 7/3; variance with n-1 is 7/3.
  @Test
  void moments_areThoseOfTheValues() {
    NumericSummary summary = of(1, 2, 4);
    Measured mean = summary.mean().orElseThrow();
    Measured deviation = summary.standardDeviation().orElseThrow();
    assertThat(mean.value()).isEqualTo(7 / 3.0, within(mean.errorBound() + 1e-15));
    assertThat(deviation.value())
        .isEqualTo(Math.sqrt(7 / 3.0), within(deviation.errorBound() + 1e-15));
    assertThat(mean.errorBound()).isEqualTo(4 * 0x1p-21);
  }

  /** Far from zero a sum of squares of doubles would lose every digit of the variance. */
  @Test
  void standardDeviation_farFromZero_doesNotCancel() {
    double[] reference = new SplittableRandom(5).doubles(1000).map(u -> 1e9 + u).sorted().toArray();
    NumericSummary summary = new NumericSummary(NumericLayout.of(reference));
    Arrays.stream(reference).forEach(summary::add);
    double mean = Arrays.stream(reference).map(x -> x - 1e9).average().orElseThrow();
    double variance =
        Arrays.stream(reference).map(x -> (x - 1e9 - mean) * (x - 1e9 - mean)).sum() / 999;
    Measured deviation = summary.standardDeviation().orElseThrow();
    assertThat(deviation.value())
        .isEqualTo(Math.sqrt(variance), within(deviation.errorBound() + 1e-12));
    assertThat(deviation.errorBound()).isLessThan(1e-3);
  }

  /** A thousand times the same value: the deviation is exactly 0. */
  @Test
  void standardDeviation_ofAConstant_isZero() {
    double[] values = new double[1000];
    Arrays.fill(values, 0.1);
    assertThat(of(values).standardDeviation().orElseThrow().value()).isZero();
  }

  // By hand: of 1..4 in bins [.,1) [1,2) [2,3) [3,.]: counts 0 1 1 2, the last bin ends at 4.
  @ParameterizedTest
  @CsvSource({"0.25, 2, 1", "0.5, 3, 1", "0.75, 3.5, 1", "1, 4, 1", "0.125, 1.5, 1"})
  void quantile_isLinearInsideItsBin(double level, double expected, double bound) {
    Measured quantile = of(1, 2, 3, 4).quantile(level).orElseThrow();
    assertThat(quantile.value()).isEqualTo(expected, within(1e-12));
    assertThat(quantile.errorBound()).isEqualTo(bound);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void quantile_isWithinItsBoundOfTheExactOne(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] reference = random.doubles(3000).map(u -> -Math.log(1 - u)).sorted().toArray();
    double[] current = random.doubles(1000).map(u -> -1.3 * Math.log(1 - u)).sorted().toArray();
    NumericSummary summary = new NumericSummary(NumericLayout.of(reference));
    Arrays.stream(current).forEach(summary::add);
    for (double level : new double[] {0.05, 0.25, 0.5, 0.75, 0.95}) {
      double exact = current[(int) Math.ceil(level * current.length) - 1];
      Measured quantile = summary.quantile(level).orElseThrow();
      assertThat(Math.abs(quantile.value() - exact))
          .as("seed %d level %s", seed, level)
          .isLessThanOrEqualTo(quantile.errorBound());
    }
  }

  /** -0.0 and 0.0 are one value: otherwise min would depend on the order of arrival. */
  @Test
  void minusZero_isZero() {
    assertThat(Shape.bytes(of(0.0, -0.0))).isEqualTo(Shape.bytes(of(-0.0, 0.0)));
  }

  @Test
  void withdrawing_needsALayoutWithoutExtremes() {
    assertThatThrownBy(() -> of(1).add(1, -1)).isInstanceOf(IllegalStateException.class);
  }

  static Stream<NumericLayout> layouts() {
    return Stream.of(
        LAYOUT,
        LAYOUT.withRange(-1, 2),
        LAYOUT.withoutExtremes(),
        NumericLayout.of(new double[] {3}),
        NumericLayout.of(new double[0]));
  }

  /** Batches of all sizes, with tails from a few units to more than any sum holds. */
  @ParameterizedTest
  @MethodSource("layouts")
  void manyAtOnce_countAsOneByOne(NumericLayout layout) {
    SplittableRandom random = new SplittableRandom(11);
    double[] corners = {
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.MAX_VALUE,
      -Double.MAX_VALUE,
      0x1p60,
      -0x1p60,
      0.0,
      -0.0,
      Double.MIN_VALUE
    };
    for (int tail = 0; tail < 12; tail++) {
      NumericSummary together = new NumericSummary(layout);
      NumericSummary oneByOne = new NumericSummary(layout);
      for (int count : new int[] {0, 1, 2, 63, 64, 65, 400, 1, 0, 1_000, 7}) {
        double width = Math.scalb(layout.scale(), tail);
        double[] values = random.doubles(count + 5).map(u -> width * (u - 0.5)).toArray();
        for (int i = 10; tail % 2 == 1 && i < count; i += 1 + random.nextInt(50)) {
          values[i] = corners[random.nextInt(corners.length)];
        }
        together.add(values, count);
        for (int i = 0; i < count; i++) {
          oneByOne.add(values[i]);
        }
        assertThat(together).as("%d values, tail %d", count, tail).isEqualTo(oneByOne);
      }
      assertThat(Shape.bytes(together)).isEqualTo(Shape.bytes(oneByOne));
    }
  }

  /** While no value was in an outer bin, those of inner bins are the extremes. */
  @Test
  void extremes_ofInnerBinsAlone_areThoseOfTheValues() {
    NumericSummary summary = new NumericSummary(LAYOUT);
    double[] values = new double[100];
    Arrays.fill(values, 2);
    summary.add(values, 100);
    values[7] = 1.5;
    values[8] = 2.5;
    summary.add(values, 100);
    assertThat(summary.min()).hasValue(1.5);
    assertThat(summary.max()).hasValue(2.5);
  }

  @Test
  void merge_ofDifferentLayouts_isRefused() {
    NumericSummary other = new NumericSummary(LAYOUT.withRange(0, 1));
    assertThatThrownBy(() -> of(1).merge(other)).hasMessageContaining("different");
  }
}
