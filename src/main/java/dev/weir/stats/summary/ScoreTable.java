package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Score bins x {n, sum p, sum p^2, sum y, sum py} in fixed point: all that reliability needs.
 *
 * <p>Guarantee: exact for the scores quantised to 2^-30. The bins are the caller's.
 */
public final class ScoreTable {
  private final long[] counts;
  private final long[] positives;
  private final Sum128[] scores;
  private final Sum128[] squares;
  private final Sum128[] products;

  /** An empty table of {@code bins} rows. */
  public ScoreTable(int bins) {
    counts = new long[bins];
    positives = new long[bins];
    scores = sums(bins);
    squares = sums(bins);
    products = sums(bins);
  }

  private static Sum128[] sums(int bins) {
    Sum128[] sums = new Sum128[bins];
    Arrays.setAll(sums, i -> new Sum128());
    return sums;
  }

  /**
   * Adds a score (sign 1) or takes it back (sign -1).
   *
   * @param quantised the score in units of 2^-30
   */
  public void add(int bin, long quantised, boolean positive, int sign) {
    counts[bin] += sign;
    scores[bin].add(quantised, sign);
    squares[bin].addProduct(quantised, sign * quantised);
    if (positive) {
      positives[bin] += sign;
      products[bin].add(quantised, sign);
    }
  }

  /** Number of rows. */
  public int bins() {
    return counts.length;
  }

  /** Number of scores in a bin. */
  public long n(int bin) {
    return counts[bin];
  }

  /** Number of scores. */
  public long n() {
    return Arrays.stream(counts).sum();
  }

  /** Number of positive labels in a bin. */
  public long positives(int bin) {
    return positives[bin];
  }

  /** Number of positive labels. */
  public long positives() {
    return Arrays.stream(positives).sum();
  }

  /** Sum of the scores in a bin. */
  public double sumOfScores(int bin) {
    return scores[bin].toDouble() * 0x1p-30;
  }

  /** Sum of the squared scores in a bin. */
  public double sumOfSquares(int bin) {
    return squares[bin].toDouble() * 0x1p-60;
  }

  /** Sum of the scores of positives in a bin. */
  public double sumOfProducts(int bin) {
    return products[bin].toDouble() * 0x1p-30;
  }

  Sum128 scores(int bin) {
    return scores[bin];
  }

  Sum128 squares(int bin) {
    return squares[bin];
  }

  Sum128 products(int bin) {
    return products[bin];
  }

  void merge(ScoreTable other) {
    Compact.addAll(counts, other.counts);
    Compact.addAll(positives, other.positives);
    for (int bin = 0; bin < counts.length; bin++) {
      scores[bin].add(other.scores[bin]);
      squares[bin].add(other.squares[bin]);
      products[bin].add(other.products[bin]);
    }
  }

  boolean isEmpty() {
    return Compact.allZero(counts)
        && Compact.allZero(positives)
        && allZero(scores)
        && allZero(squares)
        && allZero(products);
  }

  private static boolean allZero(Sum128[] sums) {
    return Arrays.stream(sums).allMatch(Sum128::isZero);
  }

  void encode(DataOutput out) throws IOException {
    Compact.writeCounts(out, counts);
    Compact.writeCounts(out, positives);
    for (int bin = 0; bin < counts.length; bin++) {
      scores[bin].encode(out);
      squares[bin].encode(out);
      products[bin].encode(out);
    }
  }

  void decode(DataInput in) throws IOException {
    Compact.addCounts(in, counts);
    Compact.addCounts(in, positives);
    for (int bin = 0; bin < counts.length; bin++) {
      scores[bin].add(Sum128.decode(in));
      squares[bin].add(Sum128.decode(in));
      products[bin].add(Sum128.decode(in));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoreTable that
        && Arrays.equals(counts, that.counts)
        && Arrays.equals(positives, that.positives)
        && Arrays.equals(scores, that.scores)
        && Arrays.equals(squares, that.squares)
        && Arrays.equals(products, that.products);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(counts) + Arrays.hashCode(positives);
  }
}
