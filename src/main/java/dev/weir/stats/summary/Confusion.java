package dev.weir.stats.summary;

import java.util.OptionalDouble;

/**
 * Decisions against labels; what would be 0/0 is absent, not 0.
 *
 * @param truePositives decided positive, labelled positive
 * @param falsePositives decided positive, labelled negative
 * @param falseNegatives decided negative, labelled positive
 * @param trueNegatives decided negative, labelled negative
 */
public record Confusion(
    long truePositives, long falsePositives, long falseNegatives, long trueNegatives) {

  /** Number of outcomes. */
  public long n() {
    return truePositives + falsePositives + falseNegatives + trueNegatives;
  }

  /** Share of right decisions. */
  public OptionalDouble accuracy() {
    return ratio(truePositives + trueNegatives, n());
  }

  /** Share of positives among those decided positive. */
  public OptionalDouble precision() {
    return ratio(truePositives, truePositives + falsePositives);
  }

  /** Share of positives that were decided positive. */
  public OptionalDouble recall() {
    return ratio(truePositives, truePositives + falseNegatives);
  }

  /** Harmonic mean of precision and recall; absent if nothing is or was decided positive. */
  public OptionalDouble f1() {
    return ratio(2.0 * truePositives, 2.0 * truePositives + falsePositives + falseNegatives);
  }

  /** Share decided positive. */
  public OptionalDouble positiveRate() {
    return ratio(truePositives + falsePositives, n());
  }

  /** Matthews correlation (1975), in [-1,1]; absent if a row or a column of the table is empty. */
  public OptionalDouble matthewsCorrelation() {
    double numerator =
        (double) truePositives * trueNegatives - (double) falsePositives * falseNegatives;
    double decided =
        Math.sqrt((double) truePositives + falsePositives)
            * Math.sqrt((double) trueNegatives + falseNegatives);
    double labelled =
        Math.sqrt((double) truePositives + falseNegatives)
            * Math.sqrt((double) trueNegatives + falsePositives);
    return ratio(numerator, decided * labelled);
  }

  private static OptionalDouble ratio(double numerator, double denominator) {
    return denominator > 0 ? OptionalDouble.of(numerator / denominator) : OptionalDouble.empty();
  }
}
