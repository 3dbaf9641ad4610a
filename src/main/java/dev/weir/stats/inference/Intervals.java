package dev.weir.stats.inference;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.commons.math3.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Ordinary intervals of one window at a stated confidence. They cover the truth with that
 * probability in one window, not in all windows together, so nothing is decided on them.
 */
public final class Intervals {
  /** The .975 quantile of the standard normal: two-sided 95%. */
  public static final double NORMAL_975 = 1.959963984540054;

  private static final AtomicReferenceArray<@Nullable Student> STUDENTS =
      new AtomicReferenceArray<>(1 << 10);

  private Intervals() {}

  /**
   * Wilson's interval of a rate, two-sided 95%.
   *
   * <p>Absent if {@code total} is 0. At {@code hits = 0} the low end is 0, at {@code hits = total}
   * the high end is 1. Source: Wilson (1927).
   *
   * @param hits how often it happened, 0 to {@code total}
   * @param total out of how many
   */
  public static Optional<Interval> wilson(long hits, long total) {
    return wilson(hits, total, NORMAL_975);
  }

  /** As {@link #wilson(long, long)}, for the normal quantile {@code z}. */
  public static Optional<Interval> wilson(long hits, long total, double z) {
    Counts.requirePart(hits, total);
    if (total == 0) {
      return Optional.empty();
    }
    double n = total;
    double share = hits / n;
    double square = z * z;
    double centre = share + square / (2 * n);
    double half = z * StrictMath.sqrt(share * (1 - share) / n + square / (4 * n * n));
    double scale = 1 + square / n;
    double low = hits == 0 ? 0 : (centre - half) / scale;
    double high = hits == total ? 1 : (centre + half) / scale;
    return Optional.of(new Interval(low, high).within01());
  }

  /**
   * Student's interval of a mean: mean +- t sd / sqrt(n), two-sided.
   *
   * <p>Absent for fewer than two values or a standard deviation that is not finite. Source: Student
   * (1908).
   *
   * @param mean mean of the values
   * @param standardDeviation with divisor n - 1, not negative
   * @param n how many values
   * @param confidence for example .95
   */
  public static Optional<Interval> student(
      double mean, double standardDeviation, long n, double confidence) {
    if (n < 2 || !Double.isFinite(mean) || !Double.isFinite(standardDeviation)) {
      return Optional.empty();
    }
    double half =
        studentQuantile(n - 1, (1 + confidence) / 2)
            * standardDeviation
            / StrictMath.sqrt((double) n);
    return Optional.of(new Interval(mean - half, mean + half));
  }

  /**
   * Columns of one window have mostly as many values as each other, and finding a quantile takes
   * longer than all the rest: some that were found are kept, by their degrees of freedom.
   */
  private static double studentQuantile(long freedom, double level) {
    int slot = (int) (freedom % STUDENTS.length());
    Student kept = STUDENTS.get(slot);
    if (kept == null || kept.freedom() != freedom || kept.level() != level) {
      double quantile =
          new TDistribution(null, (double) freedom).inverseCumulativeProbability(level);
      kept = new Student(freedom, level, quantile);
      STUDENTS.set(slot, kept);
    }
    return kept.quantile();
  }

  /** A quantile of Student's distribution. */
  private record Student(long freedom, double level, double quantile) {}

  /**
   * DeLong's interval of the area under the ROC curve, two-sided 95%, cut to [0, 1].
   *
   * <p>Scores of one bin are ties. Absent with fewer than two records of a class. Source: DeLong,
   * DeLong and Clarke-Pearson (1988), with placements taken per bin.
   *
   * @param negatives records of the negative class per score bin, scores ascending
   * @param positives records of the positive class, same bins
   */
  public static Optional<Interval> rocAuc(long[] negatives, long[] positives) {
    if (negatives.length != positives.length) {
      throw new IllegalArgumentException("both classes need the same bins");
    }
    double n = (double) Counts.sum(negatives);
    double p = (double) Counts.sum(positives);
    if (n < 2 || p < 2) {
      return Optional.empty();
    }
    double auc = 0;
    double negativesBelow = 0;
    for (int bin = 0; bin < negatives.length; bin++) {
      auc += positives[bin] * (negativesBelow + negatives[bin] / 2.0) / n / p;
      negativesBelow += negatives[bin];
    }
    double ofPositives = 0;
    double ofNegatives = 0;
    double below = 0;
    double positivesBelow = 0;
    for (int bin = 0; bin < negatives.length; bin++) {
      double placement = (below + negatives[bin] / 2.0) / n - auc;
      ofPositives += positives[bin] * placement * placement;
      double counterPlacement = (p - positivesBelow - positives[bin] / 2.0) / p - auc;
      ofNegatives += negatives[bin] * counterPlacement * counterPlacement;
      below += negatives[bin];
      positivesBelow += positives[bin];
    }
    double variance = ofPositives / (p - 1) / p + ofNegatives / (n - 1) / n;
    double half = NORMAL_975 * StrictMath.sqrt(variance);
    return Optional.of(new Interval(auc - half, auc + half).within01());
  }
}
