package dev.weir.baseline;

import dev.weir.stats.summary.NumericLayout;
import dev.weir.stats.summary.NumericSummary;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How far the labels of the reference lay from the middle of their intervals, in half-widths: from
 * it follows at which level an interval would just have missed (Gibbs and Candes 2021).
 *
 * <p>Immutable. Kept as a histogram, so a level is right up to the share of one fine bin.
 */
public final class IntervalScores {
  private static final int BINS = 32;
  private static final int FINE_BINS = 1024;

  private final NumericLayout layout;

  /** Reference scores in this fine bin or above. */
  private final long[] atLeast;

  private IntervalScores(NumericLayout layout, long[] counts) {
    this.layout = layout;
    this.atLeast = counts.clone();
    for (int bin = counts.length - 2; bin >= 0; bin--) {
      atLeast[bin] += atLeast[bin + 1];
    }
  }

  /** No reference: every level is 1. */
  public static IntervalScores none() {
    return of(new double[0]);
  }

  /** From the scores of the reference, ascending and finite. */
  public static IntervalScores of(double[] sorted) {
    NumericLayout layout = NumericLayout.of(sorted, BINS, FINE_BINS);
    NumericSummary summary = new NumericSummary(layout);
    for (double score : sorted) {
      summary.add(score);
    }
    return new IntervalScores(layout, summary.fineCounts());
  }

  /**
   * Distance of a label from the middle of its interval, in half-widths; infinite if there is none.
   */
  public static double score(double lower, double upper, double label) {
    double half = (upper - lower) / 2;
    double distance = Math.abs(label - (lower + half));
    return distance == 0 ? 0 : distance / half;
  }

  /**
   * The smallest level at which the interval misses: {@code (1 + #{reference scores >= s})/(1 +
   * m)}, in (0,1]; above the largest of the reference it is the smallest there is.
   */
  public double level(double score) {
    long above = score > layout.highest() ? 0 : atLeast[layout.fineBin(score)];
    return (1.0 + above) / (1.0 + atLeast[0]);
  }

  void encode(DataOutput out) throws IOException {
    layout.encode(out);
    Bytes.writeCounts(out, atLeast);
  }

  static IntervalScores decode(DataInput in) throws IOException {
    NumericLayout layout = NumericLayout.decode(in);
    long[] atLeast = new long[layout.fineBins()];
    Bytes.addCounts(in, atLeast);
    long[] counts = atLeast.clone();
    for (int bin = 0; bin < counts.length - 1; bin++) {
      counts[bin] -= atLeast[bin + 1];
    }
    return new IntervalScores(layout, counts);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IntervalScores that
        && layout.equals(that.layout)
        && Arrays.equals(atLeast, that.atLeast);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(atLeast);
  }
}
