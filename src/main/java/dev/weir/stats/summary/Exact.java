package dev.weir.stats.summary;

import java.math.BigInteger;

/** Numbers from 128-bit sums, exact until the one division. */
final class Exact {
  private Exact() {}

  /** {@code (Q - S^2/n)/(n-1)} in squared units, never negative; n at least 2. */
  static double variance(long n, Sum128 sum, Sum128 sumOfSquares) {
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
