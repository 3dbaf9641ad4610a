package dev.weir.stats.summary;

import java.math.BigInteger;
import java.util.Optional;

/**
 * Reliability of scores, read from a {@link ScoreTable}.
 *
 * <p>Guarantee: numbers are those of the scores quantised to 2^-30; each score is off by at most
 * 2^-31. Without outcomes every number is absent.
 */
public final class Calibration {
  private static final double HALF_UNIT = 0x1p-31;

  private final ScoreTable table;
  private final long n;

  /** Over the bins of a table. */
  public Calibration(ScoreTable table) {
    this.table = table;
    this.n = table.n();
  }

  /** Brier score (1950), within 2^-30. */
  public Optional<Measured> brier() {
    if (n <= 0) {
      return Optional.empty();
    }
    BigInteger total = BigInteger.ZERO;
    for (int bin = 0; bin < table.bins(); bin++) {
      total =
          total
              .add(table.squares(bin).toBigInteger())
              .subtract(table.products(bin).toBigInteger().shiftLeft(31))
              .add(BigInteger.valueOf(table.positives(bin)).shiftLeft(60));
    }
    return Optional.of(new Measured(total.doubleValue() * 0x1p-60 / n, 2 * HALF_UNIT));
  }

  /** Expected calibration error: {@code sum (n_b/n) |mean p - mean y|}, within 2^-31. */
  public Optional<Measured> expectedError() {
    double total = 0;
    for (int bin = 0; bin < table.bins(); bin++) {
      total += Math.abs(table.sumOfScores(bin) - table.positives(bin));
    }
    return measured(total / n, HALF_UNIT);
  }

  /** Largest {@code |mean p - mean y|} over the bins that are not empty, within 2^-31. */
  public Optional<Measured> maximumError() {
    double largest = 0;
    for (int bin = 0; bin < table.bins(); bin++) {
      if (table.n(bin) > 0) {
        largest = Math.max(largest, Math.abs(gap(bin)));
      }
    }
    return measured(largest, HALF_UNIT);
  }

  /**
   * Debiased root mean square calibration error of Kumar, Liang and Ma (2019): {@code sqrt(max(0,
   * sum (n_b/n) [gap^2 - y(1-y)/(n_b-1)]))} over bins with n_b at least 2. Compare it with nothing
   * but itself. The bound follows the squared error (2^-30 at most) through the root.
   */
  public Optional<Measured> debiasedError() {
    double total = 0;
    for (int bin = 0; bin < table.bins(); bin++) {
      long count = table.n(bin);
      if (count >= 2) {
        double rate = rate(bin);
        double gap = gap(bin);
        total += count * (gap * gap - rate * (1 - rate) / (count - 1));
      }
    }
    double square = Math.max(0, total / n);
    double slack = 3 * HALF_UNIT;
    return measured(
        Math.sqrt(square), Math.sqrt(square + slack) - Math.sqrt(Math.max(0, square - slack)));
  }

  /**
   * Murphy's (1973) decomposition with the within-bin terms of Stephenson, Coelho and Jolliffe
   * (2008): {@code brier = reliability - resolution + uncertainty + withinBinVariance -
   * withinBinCovariance} exactly.
   */
  public Optional<Murphy> murphy() {
    if (n <= 0) {
      return Optional.empty();
    }
    double baseRate = (double) table.positives() / n;
    double reliability = 0;
    double resolution = 0;
    double variance = 0;
    double covariance = 0;
    for (int bin = 0; bin < table.bins(); bin++) {
      long count = table.n(bin);
      if (count > 0) {
        double gap = gap(bin);
        double lift = rate(bin) - baseRate;
        reliability += count * gap * gap;
        resolution += count * lift * lift;
        variance += withinBinVariance(bin);
        covariance += withinBinCovariance(bin);
      }
    }
    return Optional.of(
        new Murphy(
            new Measured(reliability / n, 3 * HALF_UNIT),
            Measured.exact(resolution / n),
            Measured.exact(baseRate * (1 - baseRate)),
            new Measured(variance / n, 3 * HALF_UNIT),
            new Measured(2 * covariance / n, 3 * HALF_UNIT)));
  }

  /** {@code sum p^2 - (sum p)^2/n_b}, exact until the division. */
  private double withinBinVariance(int bin) {
    BigInteger scaled = Exact.scaledDeviation(table.n(bin), table.scores(bin), table.squares(bin));
    return scaled.doubleValue() * 0x1p-60 / table.n(bin);
  }

  /** {@code sum py - sum p sum y/n_b}, exact until the division. */
  private double withinBinCovariance(int bin) {
    BigInteger scaled =
        table
            .products(bin)
            .toBigInteger()
            .multiply(BigInteger.valueOf(table.n(bin)))
            .subtract(
                table
                    .scores(bin)
                    .toBigInteger()
                    .multiply(BigInteger.valueOf(table.positives(bin))));
    return scaled.doubleValue() * 0x1p-30 / table.n(bin);
  }

  Optional<Measured> spiegelhalterZ(Sum128 varianceSum) {
    double variance = varianceSum.toDouble() * 0x1p-30;
    if (n <= 0 || variance <= 0) {
      return Optional.empty();
    }
    BigInteger total = BigInteger.ZERO;
    for (int bin = 0; bin < table.bins(); bin++) {
      BigInteger products = table.products(bin).toBigInteger();
      BigInteger scores = table.scores(bin).toBigInteger();
      total =
          total
              .add(BigInteger.valueOf(table.positives(bin)).shiftLeft(60))
              .subtract(scores.shiftLeft(30))
              .subtract(products.shiftLeft(31))
              .add(table.squares(bin).toBigInteger().shiftLeft(1));
    }
    double z = total.doubleValue() * 0x1p-60 / Math.sqrt(variance);
    // Each record moves the numerator by at most 3 half units and the variance by one.
    double relative = Math.min(1, n * HALF_UNIT / variance);
    double bound = 3 * n * HALF_UNIT / Math.sqrt(variance) + Math.abs(z) * relative;
    return Optional.of(new Measured(z, bound));
  }

  private double rate(int bin) {
    return (double) table.positives(bin) / table.n(bin);
  }

  private double gap(int bin) {
    return (table.sumOfScores(bin) - table.positives(bin)) / table.n(bin);
  }

  private Optional<Measured> measured(double value, double bound) {
    return n <= 0 ? Optional.empty() : Optional.of(new Measured(value, bound));
  }
}
