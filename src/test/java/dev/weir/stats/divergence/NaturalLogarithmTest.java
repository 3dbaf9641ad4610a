package dev.weir.stats.divergence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NaturalLogarithmTest {
  private static void assertNear(double x) {
    double exact = StrictMath.log(x);
    assertThat(Math.abs(NaturalLogarithm.of(x) - exact))
        .as("ln %s", Double.toHexString(x))
        .isLessThanOrEqualTo(2 * Math.ulp(exact));
  }

  @Test
  void isWithinTwoUnitsInTheLastPlace_whereverTheArgumentLies() {
    Random random = new Random(1);
    for (int i = 0; i < 300_000; i++) {
      assertNear(Math.scalb(1 + random.nextDouble(), random.nextInt(2046) - 1022));
      assertNear(0.5 + random.nextDouble());
      // Shares that hardly differ: what is left of 1 decides.
      assertNear(1 + Math.scalb(random.nextDouble() - 0.5, -random.nextInt(50)));
    }
  }

  @Test
  void isExact_whereTheLogarithmIs() {
    assertThat(NaturalLogarithm.of(1)).isZero();
    assertThat(NaturalLogarithm.of(2)).isEqualTo(StrictMath.log(2));
    assertThat(NaturalLogarithm.of(0.5)).isEqualTo(-StrictMath.log(2));
  }

  @Test
  void leavesOtherArgumentsToTheLibrary() {
    assertThat(NaturalLogarithm.of(0)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(NaturalLogarithm.of(Double.POSITIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(NaturalLogarithm.of(Double.MIN_VALUE)).isEqualTo(StrictMath.log(Double.MIN_VALUE));
    assertThat(NaturalLogarithm.of(-1)).isNaN();
  }
}
