package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Losses of a champion and of a challenger on the same predictions: sums of d = loss of the
 * champion - loss of the challenger, each loss scaled to [0,1].
 *
 * <p>Guarantee: d is exact for the quantised losses, each within 2^-31 of the loss; a pair that is
 * withdrawn leaves no trace. Losses above 1 count as 1.
 */
public final class PairedLosses implements Summary<PairedLosses> {
  private static final int VERSION = 1;

  private long n;
  private long challengerBetter;
  private long championBetter;
  private final Sum128 sum = new Sum128();
  private final Sum128 sumOfSquares = new Sum128();

  /**
   * Adds a pair (sign 1) or takes it back (sign -1).
   *
   * @param champion loss of the champion divided by its declared maximum, at least 0
   * @param challenger loss of the challenger, likewise
   */
  public void add(double champion, double challenger, int sign) {
    if (!(champion >= 0) || !(challenger >= 0)) {
      throw new IllegalArgumentException(
          "Losses must be at least 0, not " + champion + " and " + challenger);
    }
    long d =
        FixedPoint.probability(Math.min(champion, 1))
            - FixedPoint.probability(Math.min(challenger, 1));
    n += sign;
    challengerBetter += d > 0 ? sign : 0;
    championBetter += d < 0 ? sign : 0;
    sum.add(d, sign);
    sumOfSquares.addProduct(d, sign * d);
  }

  /** Number of pairs. */
  public long n() {
    return n;
  }

  /** Pairs in which the challenger had the smaller loss. */
  public long challengerBetter() {
    return challengerBetter;
  }

  /** Pairs in which the champion had the smaller loss. */
  public long championBetter() {
    return championBetter;
  }

  /** Sum of d, each in [-1,1]. */
  public double sum() {
    return sum.toDouble() * 0x1p-30;
  }

  /** Sum of d^2. */
  public double sumOfSquares() {
    return sumOfSquares.toDouble() * 0x1p-60;
  }

  @Override
  public void merge(PairedLosses other) {
    n += other.n;
    challengerBetter += other.challengerBetter;
    championBetter += other.championBetter;
    sum.add(other.sum);
    sumOfSquares.add(other.sumOfSquares);
  }

  @Override
  public PairedLosses empty() {
    return new PairedLosses();
  }

  @Override
  public boolean isEmpty() {
    return n == 0
        && challengerBetter == 0
        && championBetter == 0
        && sum.isZero()
        && sumOfSquares.isZero();
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Compact.writeSigned(out, n);
    Compact.writeSigned(out, challengerBetter);
    Compact.writeSigned(out, championBetter);
    sum.encode(out);
    sumOfSquares.encode(out);
  }

  /** Reads what {@link #encode} wrote. */
  public static PairedLosses decode(DataInput in) throws IOException {
    Compact.readVersion(in, VERSION);
    PairedLosses paired = new PairedLosses();
    paired.n = Compact.readSigned(in);
    paired.challengerBetter = Compact.readSigned(in);
    paired.championBetter = Compact.readSigned(in);
    paired.sum.add(Sum128.decode(in));
    paired.sumOfSquares.add(Sum128.decode(in));
    return paired;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PairedLosses that
        && n == that.n
        && challengerBetter == that.challengerBetter
        && championBetter == that.championBetter
        && sum.equals(that.sum)
        && sumOfSquares.equals(that.sumOfSquares);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(n) + sum.hashCode();
  }
}
