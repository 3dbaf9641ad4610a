package dev.weir.stats.summary;

import java.math.BigInteger;

/** Numbers from 128-bit sums, exact until the one division. */
final class Exact {
  /** Its square is a {@code long}. */
  private static final long MOST_SQUARED = 3_037_000_499L;

  private Exact() {}

  /** {@code (Q - S^2/n)/(n-1)} in squared units, never negative; n at least 2. */
  static double variance(long n, Sum128 sum, Sum128 sumOfSquares) {
    if (n <= MOST_SQUARED && sum.isLong() && sumOfSquares.isLong()) {
      Sum128 deviation = new Sum128();
      deviation.addProduct(n, sumOfSquares.low());
      Sum128 square = new Sum128();
      square.addProduct(sum.low(), sum.low());
      deviation.subtract(square);
      return Math.max(0, deviation.toDouble() / (double) (n * (n - 1)));
    }
    BigInteger count = BigInteger.valueOf(n);
    double denominator = count.multiply(count.subtract(BigInteger.ONE)).doubleValue();
    return Math.max(0, scaledDeviation(n, sum, sumOfSquares).doubleValue() / denominator);
  }

  /** {@code n Q - S^2}: n times the sum of squared deviations from the mean. */
  static BigInteger scaledDeviation(long n, Sum128 sum, Sum128 sumOfSquares) {
    BigInteger total = sum.toBigInteger();
    return sumOfSquares
        .toBigInteger()
        .multiply(BigInteger.valueOf(n))
        .subtract(total.multiply(total));
  }
}
