package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FixedPointTest {

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1073741824", "0.5, 536870912", "0.1, 107374182", "1e-10, 0", "5e-10, 1"})
  void probability_isRoundedToTheNearestUnit(double value, long expected) {
    assertThat(FixedPoint.probability(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
  void probability_outsideTheUnitInterval_isRefused(double value) {
    assertThatThrownBy(() -> FixedPoint.probability(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0,1]");
  }

  /** Half up, also below zero: -2.5 goes to -2, not to -3. */
  @ParameterizedTest
  @CsvSource({"2.5, 3", "-2.5, -2", "-2.51, -3", "2.49, 2"})
  void quantise_roundsHalvesUp(double value, long expected) {
    assertThat(FixedPoint.quantise(value, 1, FixedPoint.NUMERIC_CLIP)).isEqualTo(expected);
  }

  @Test
  void quantise_beyondTheClip_staysAtIt() {
    assertThat(FixedPoint.quantise(1e300, 1, 100)).isEqualTo(100);
    assertThat(FixedPoint.quantise(Double.NEGATIVE_INFINITY, 1, 100)).isEqualTo(-100);
    assertThat(FixedPoint.clips(100, 1, 100)).isFalse();
    assertThat(FixedPoint.clips(100.5, 1, 100)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0",
    "1.0001, 1",
    "0.5, -1",
    "3, 2",
    "4, 2",
    "0, -60",
    "1e-30, -60",
    "1.7e308, 1023"
  })
  void exponentAtLeast_isTheSmallestPowerOfTwo(double value, int expected) {
    assertThat(FixedPoint.exponentAtLeast(value)).isEqualTo(expected);
  }
}
