package dev.weir.stats.summary;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * How well scores order the classes, from a class histogram.
 *
 * <p>Guarantee: the exact number of the unbinned scores lies within the error bound: inside a bin
 * every order of positives and negatives is possible.
 */
public final class Ranking {
  private final long[] negatives;
  private final long[] positives;
  private final long allNegatives;
  private final long allPositives;

  /**
   * Over bins in ascending order of score.
   *
   * @param negatives counts of negatives
   * @param positives counts of positives, same length
   */
  public Ranking(long[] negatives, long[] positives) {
    this.negatives = negatives.clone();
    this.positives = positives.clone();
    this.allNegatives = Arrays.stream(negatives).sum();
    this.allPositives = Arrays.stream(positives).sum();
  }

  /**
   * Area under the ROC curve, ties counting one half: {@code sum pos_b (2 neg_below +
   * neg_b)/(2PN)}, integers until the division. Bound: {@code sum pos_b neg_b/(2PN)}. Absent
   * without both classes.
   */
  public Optional<Measured> rocAuc() {
    if (allNegatives <= 0 || allPositives <= 0) {
      return Optional.empty();
    }
    BigInteger twiceWins = BigInteger.ZERO;
    BigInteger ties = BigInteger.ZERO;
    long below = 0;
    for (int bin = 0; bin < negatives.length; bin++) {
      BigInteger positive = BigInteger.valueOf(positives[bin]);
      twiceWins = twiceWins.add(positive.multiply(BigInteger.valueOf(2 * below + negatives[bin])));
      ties = ties.add(positive.multiply(BigInteger.valueOf(negatives[bin])));
      below += negatives[bin];
    }
    double pairs = 2.0 * allPositives * allNegatives;
    return Optional.of(new Measured(twiceWins.doubleValue() / pairs, ties.doubleValue() / pairs));
  }

  /**
   * Average precision: sum over descending bins of (recall step) x precision, ties in a bin being
   * one group. Bound: the larger distance to the values with each bin ordered all positives first
   * and all negatives first. Absent without positives.
   */
  public Optional<Measured> averagePrecision() {
    if (allPositives <= 0) {
      return Optional.empty();
    }
    double grouped = 0;
    double best = 0;
    double worst = 0;
    long truePositives = 0;
    long falsePositives = 0;
    for (int bin = negatives.length - 1; bin >= 0; bin--) {
      long gained = positives[bin];
      if (gained > 0) {
        double after = truePositives + gained;
        grouped += gained * after / (after + falsePositives + negatives[bin]);
        best += sumOfPrecisions(truePositives, falsePositives, gained);
        worst += sumOfPrecisions(truePositives, falsePositives + negatives[bin], gained);
      }
      truePositives += gained;
      falsePositives += negatives[bin];
    }
    double bound = Math.max(best - grouped, grouped - worst) / allPositives;
    return Optional.of(new Measured(grouped / allPositives, Math.max(0, bound)));
  }

  /** Sum over i = 1..gained of {@code (t+i)/(t+i+f)}: positives that come one by one. */
  private static double sumOfPrecisions(long truePositives, long falsePositives, long gained) {
    if (falsePositives == 0) {
      return gained;
    }
    if (gained > Harmonic.EXACT_TERMS) {
      return gained - falsePositives * Harmonic.between(truePositives + falsePositives, gained);
    }
    double total = 0;
    for (long i = 1; i <= gained; i++) {
      double found = truePositives + i;
      total += found / (found + falsePositives);
    }
    return total;
  }
}
