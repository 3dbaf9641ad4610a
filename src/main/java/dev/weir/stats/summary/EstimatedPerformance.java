package dev.weir.stats.summary;

import java.util.Arrays;
import java.util.Optional;

/**
 * Performance of a binary classifier estimated from its scores alone (confidence-based performance
 * estimation, NannyML).
 *
 * <p>Guarantee: none against a change of concept. Scores are recalibrated by the reliability of the
 * reference, so the estimate is right as long as labels follow scores as they did there; with all
 * labels inverted it does not move at all.
 *
 * <p>The reliability curve is the non-decreasing one nearest to the reference rates (pool adjacent
 * violators; Ayer et al. 1955) on the bins of the class histogram. A bin without reference outcomes
 * takes the rate of the nearest bin below that has some, else above.
 */
public final class EstimatedPerformance {
  private final double[] rates;

  private EstimatedPerformance(double[] rates) {
    this.rates = rates;
  }

  /** Learns the reliability curve; absent without reference outcomes. */
  public static Optional<EstimatedPerformance> of(BinaryOutcomeSummary reference) {
    long[] negatives = reference.negativeCounts();
    long[] positives = reference.positiveCounts();
    return reference.n() > 0
        ? Optional.of(new EstimatedPerformance(reliability(negatives, positives)))
        : Optional.empty();
  }

  /** The estimated probability of a positive label in a bin of the class histogram. */
  public double rate(int bin) {
    return rates[bin];
  }

  /** Mean probability that the decision is right; absent without predictions. */
  public Optional<Measured> accuracy(ScoreDecisions window) {
    double right = 0;
    for (int bin = 0; bin < rates.length; bin++) {
      right += window.positive(bin) * rates[bin] + window.negative(bin) * (1 - rates[bin]);
    }
    long n = window.n();
    return n <= 0 ? Optional.empty() : Optional.of(Measured.exact(right / n));
  }

  /**
   * Area under the ROC curve with {@code n p} positives and {@code n (1-p)} negatives in each bin,
   * within half the pairs that share a bin; absent if either class has none.
   */
  public Optional<Measured> rocAuc(ScoreDecisions window) {
    double below = 0;
    double allPositive = 0;
    double twiceWon = 0;
    double ties = 0;
    for (int bin = 0; bin < rates.length; bin++) {
      double n = (double) window.positive(bin) + window.negative(bin);
      double positive = n * rates[bin];
      double negative = n * (1 - rates[bin]);
      twiceWon += positive * (2 * below + negative);
      ties += positive * negative;
      below += negative;
      allPositive += positive;
    }
    double pairs = 2 * allPositive * below;
    return pairs > 0 ? Optional.of(new Measured(twiceWon / pairs, ties / pairs)) : Optional.empty();
  }

  private static double[] reliability(long[] negatives, long[] positives) {
    int bins = negatives.length;
    int[] firstBin = new int[bins];
    double[] hits = new double[bins];
    double[] counts = new double[bins];
    int blocks = 0;
    for (int bin = 0; bin < bins; bin++) {
      double count = (double) negatives[bin] + positives[bin];
      if (count > 0) {
        firstBin[blocks] = blocks == 0 ? 0 : bin;
        hits[blocks] = positives[bin];
        counts[blocks++] = count;
        while (blocks > 1
            && hits[blocks - 2] * counts[blocks - 1] >= hits[blocks - 1] * counts[blocks - 2]) {
          hits[blocks - 2] += hits[blocks - 1];
          counts[blocks - 2] += counts[blocks - 1];
          blocks--;
        }
      }
    }
    double[] rates = new double[bins];
    for (int block = 0; block < blocks; block++) {
      int end = block + 1 < blocks ? firstBin[block + 1] : bins;
      Arrays.fill(rates, firstBin[block], end, hits[block] / counts[block]);
    }
    return rates;
  }
}
