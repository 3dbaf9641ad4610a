package dev.weir.stats.inference;

import java.util.OptionalLong;

/**
 * What a paired comparison rests on: counts of better and worse for losses of 0 and 1, else sums of
 * d = loss of the champion - loss of the challenger, each in [-1, 1].
 *
 * @param signs whether {@code first} and {@code second} are how often the challenger and how often
 *     the champion was better; else they are the sums of d and of d^2
 * @param n pairs
 * @param first see {@code signs}
 * @param second see {@code signs}
 */
public record PairedSums(boolean signs, double n, double first, double second) {
  /** Who needs more pairs than this for a verdict is told no number. */
  public static final long MOST_PAIRS = 1L << 40;

  /** The evidence of both sides. */
  public PairedComparison compared() {
    return signs ? PairedComparison.ofSigns(first, second) : PairedComparison.ofSums(first, second);
  }

  /** The same sums of as many pairs more or less, that went like these. */
  public PairedSums times(double factor) {
    return new PairedSums(signs, n * factor, first * factor, second * factor);
  }

  /** Mean of d; 0 without pairs. */
  public double meanDifference() {
    return n <= 0 ? 0 : (signs ? first - second : first) / n;
  }

  /**
   * The fewest pairs, these included, that give a verdict if all go on as these did; empty if that
   * takes more than {@link #MOST_PAIRS}. Evidence is convex in their number and 0 without any, so
   * that what suffices once suffices from there on.
   *
   * @param counted number of pairs that these sums stand for, at least 1: more than {@code n} where
   *     each counts as less than one
   */
  public OptionalLong pairsNeeded(double alpha, long counted) {
    if (undecided(alpha, (double) MOST_PAIRS / counted)) {
      return OptionalLong.empty();
    }
    long tooFew = 0;
    long enough = MOST_PAIRS;
    while (enough - tooFew > 1) {
      long middle = (tooFew + enough) / 2;
      if (undecided(alpha, (double) middle / counted)) {
        tooFew = middle;
      } else {
        enough = middle;
      }
    }
    return OptionalLong.of(enough);
  }

  private boolean undecided(double alpha, double factor) {
    return times(factor).compared().verdict(alpha) == PairedComparison.Verdict.UNDECIDED;
  }
}
