package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BetaQuantileTest {
  @ParameterizedTest
  @CsvSource({"1e-9, 1e4", "1e-6, 1e6", "0.01, 1e8", "0.5, 3", "0.999, 1e5"})
  void lowerTail_ofFirstShapeOne_hasAClosedForm(double probability, double b) {
    // P(X <= x) = 1 - (1 - x)^b.
    double expected = -Math.expm1(Math.log1p(-probability) / b);
    assertThat(BetaQuantile.lowerTail(probability, 1, b))
        .isCloseTo(expected, within(Math.max(1e-14, 1e-10 * expected)));
  }

  @ParameterizedTest
  @CsvSource({"1e-9, 1", "1e-6, 12.5", "0.3, 400"})
  void lowerTail_ofSecondShapeOne_hasAClosedForm(double probability, double a) {
    // P(X <= x) = x^a.
    double expected = Math.pow(probability, 1 / a);
    assertThat(BetaQuantile.lowerTail(probability, a, 1))
        .isCloseTo(expected, Percentage.withPercentage(1e-8));
  }

  @Test
  void upperTail_keepsItsPrecisionFarOut() {
    // P(X > x) = (1 - x)^b.
    double expected = -Math.expm1(Math.log(1e-12) / 1000);
    assertThat(BetaQuantile.upperTail(1e-12, 1, 1000)).isCloseTo(expected, within(1e-14));
  }

  /** mpmath 1.3.0, 40 digits: the root of betainc(a, b, 0, x, regularized=True) = probability. */
  @ParameterizedTest
  @CsvSource({
    "1e-7, 1621.5, 9.5, 0.9787671923200401",
    "4e-7, 2360, 636, 0.7494134189173529",
    "6e-5, 2.9, 258, 0.00024416558026099894",
    "3e-4, 4, 101, 0.0030182082072720624",
    "0.0116, 864, 46200, 0.01698168954867331",
    "0.97, 12.25, 30.5, 0.42289584228314236",
    "1e-9, 312, 9689, 0.02184539629900342"
  })
  void lowerTail_ofAnyShapes_isExactToAFewUnitsOfTheLastPlace(
      double probability, double a, double b, double expected) {
    double found = BetaQuantile.lowerTail(probability, a, b);
    assertThat(found).isCloseTo(expected, within(1e-13 * expected));
    assertThat(BetaQuantile.lowerTail(probability, a, b)).as("asked again").isEqualTo(found);
  }

  @Test
  void symmetricShapes_haveTheirMedianAtOneHalf() {
    assertThat(BetaQuantile.lowerTail(0.5, 321.5, 321.5)).isCloseTo(0.5, within(1e-13));
  }

  @Test
  void probabilitiesOutsideTheOpenUnitInterval_areRejected() {
    assertThatIllegalArgumentException().isThrownBy(() -> BetaQuantile.lowerTail(0, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> BetaQuantile.lowerTail(0.5, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> BetaQuantile.lowerTail(Double.NaN, 1, 1));
  }
}
