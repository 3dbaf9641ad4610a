package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/**
 * Sums of a loss scaled to [0,1], for evidence of harm.
 *
 * <p>Guarantee: each loss is within 2^-31 of its quantised value; a loss that is withdrawn leaves
 * no trace. Losses above 1 count as 1 and are counted as clipped.
 */
public final class LossSummary implements Summary<LossSummary> {
  private static final int VERSION = 1;
  private static final double HALF_UNIT = 0x1p-31;

  private long n;
  private long clipped;
  private final Sum128 sum = new Sum128();
  private final Sum128 sumOfSquares = new Sum128();

  /**
   * Adds a loss (sign 1) or takes it back (sign -1).
   *
   * @param scaledLoss loss divided by its declared maximum, at least 0
   */
  public void add(double scaledLoss, int sign) {
    if (!(scaledLoss >= 0)) {
      throw new IllegalArgumentException("A loss must be at least 0, not " + scaledLoss);
    }
    n += sign;
    if (scaledLoss > 1) {
      clipped += sign;
    }
    long quantised = FixedPoint.probability(Math.min(scaledLoss, 1));
    sum.add(quantised, sign);
    sumOfSquares.addProduct(quantised, sign * quantised);
  }

  /** Number of losses. */
  public long n() {
    return n;
  }

  /** Number of losses above 1. */
  public long clipped() {
    return clipped;
  }

  /** Sum of x, each x in [0,1]. */
  public double sum() {
    return sum.toDouble() * 0x1p-30;
  }

  /** Sum of x^2. */
  public double sumOfSquares() {
    return sumOfSquares.toDouble() * 0x1p-60;
  }

  /** A copy of the exact sum of x, in units of 2^-30. */
  public Sum128 exactSum() {
    Sum128 copy = new Sum128();
    copy.add(sum);
    return copy;
  }

  /** A copy of the exact sum of x^2, in units of 2^-60. */
  public Sum128 exactSumOfSquares() {
    Sum128 copy = new Sum128();
    copy.add(sumOfSquares);
    return copy;
  }

  /** Mean of x, within 2^-31; absent without losses. */
  public Optional<Measured> mean() {
    return n <= 0 ? Optional.empty() : Optional.of(new Measured(sum() / n, HALF_UNIT));
  }

  /** Variance of x with n-1; absent below two losses. */
  public Optional<Measured> variance() {
    if (n < 2) {
      return Optional.empty();
    }
    double variance = Exact.variance(n, sum, sumOfSquares) * 0x1p-60;
    return Optional.of(new Measured(variance, 0x1p-30 * Math.sqrt(variance) + 0x1p-62));
  }

  @Override
  public void merge(LossSummary other) {
    n += other.n;
    clipped += other.clipped;
    sum.add(other.sum);
    sumOfSquares.add(other.sumOfSquares);
  }

  @Override
  public LossSummary empty() {
    return new LossSummary();
  }

  @Override
  public boolean isEmpty() {
    return n == 0 && clipped == 0 && sum.isZero() && sumOfSquares.isZero();
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Compact.writeSigned(out, n);
    Compact.writeSigned(out, clipped);
    sum.encode(out);
    sumOfSquares.encode(out);
  }

  /** Reads what {@link #encode} wrote. */
  public static LossSummary decode(DataInput in) throws IOException {
    Compact.readVersion(in, VERSION);
    LossSummary summary = new LossSummary();
    summary.n = Compact.readSigned(in);
    summary.clipped = Compact.readSigned(in);
    summary.sum.add(Sum128.decode(in));
    summary.sumOfSquares.add(Sum128.decode(in));
    return summary;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LossSummary that
        && n == that.n
        && clipped == that.clipped
        && sum.equals(that.sum)
        && sumOfSquares.equals(that.sumOfSquares);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(n) + sum.hashCode();
  }
}
