package dev.weir.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against a search with exact arithmetic: slow, short, and without any of the tricks. */
class ShortestDecimalTest {
  private static final long SEED = 754;

  @Test
  void randomBits_areThoseOfTheSearch() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 2_000; i++) {
      check(Double.longBitsToDouble(random.nextLong() & Long.MAX_VALUE));
    }
  }

  @Test
  void everydayNumbers_areThoseOfTheSearch() {
    SplittableRandom random = new SplittableRandom(SEED + 1);
    for (int i = 0; i < 2_000; i++) {
      check(random.nextInt(1, 1_000_000) / 1000.0);
      check(random.nextDouble());
      check(random.nextInt(1, 100) * Math.pow(10, random.nextInt(-20, 25)));
    }
  }

  @Test
  void powersOfTwoAndTheirNeighbours_areThoseOfTheSearch() {
    for (int exponent = -1074; exponent <= 1023; exponent += 3) {
      double power = Math.scalb(1.0, exponent);
      check(Math.nextDown(power));
      check(power);
      check(Math.nextUp(power));
    }
  }

  @Test
  void smallestNumbers_areThoseOfTheSearch() {
    for (long bits = 1; bits <= 300; bits++) {
      check(Double.longBitsToDouble(bits));
    }
  }

  private static void check(double value) {
    if (value > 0 && value < Double.POSITIVE_INFINITY) {
      BigDecimal expected = search(value);
      ShortestDecimal decimal = ShortestDecimal.of(value);
      assertThat(BigDecimal.valueOf(decimal.digits(), -decimal.exponent()))
          .as("bits %x of seed %d", Double.doubleToLongBits(value), SEED)
          .isEqualTo(expected);
    }
  }

  private static BigDecimal search(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int length = 1; length <= 17; length++) {
      BigDecimal below = exact.round(new MathContext(length, RoundingMode.DOWN));
      BigDecimal above = exact.round(new MathContext(length, RoundingMode.UP));
      boolean belowFits = below.doubleValue() == value && below.signum() > 0;
      boolean aboveFits = above.doubleValue() == value;
      if (belowFits && aboveFits) {
        int nearer = exact.subtract(below).compareTo(above.subtract(exact));
        boolean lastDigitEven = !below.unscaledValue().testBit(0);
        BigDecimal best = nearer < 0 || (nearer == 0 && lastDigitEven) ? below : above;
        return best.stripTrailingZeros();
      }
      if (belowFits || aboveFits) {
        return (belowFits ? below : above).stripTrailingZeros();
      }
    }
    throw new AssertionError(value);
  }
}
