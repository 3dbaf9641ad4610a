package dev.weir.stats.summary;

import java.util.Optional;

/**
 * Cox's (1958) recalibration: {@code logit P(y) = intercept + slope * logit(score)}; perfect scores
 * have intercept 0 and slope 1.
 *
 * <p>Guarantee: maximum likelihood on the class histogram with bin-centre logits; scores beyond
 * logit +-8 count as +-8. Against raw clipped logits the error is at most .001 (simulated 121).
 *
 * @param intercept in logits
 * @param slope per logit
 */
public record LogisticRecalibration(double intercept, double slope) {
  /** Simulated error against raw clipped logits. */
  public static final double ERROR_BOUND = 0.001;

  private static final int MOST_STEPS = 50;
  private static final double SMALLEST_STEP = 1e-12;

  /**
   * Newton from (0,1), stopping at a step below 1e-12; absent if not converged within 50 steps or
   * if the classes are separated.
   *
   * @param negatives class histogram of the negatives, 1024 logit-spaced bins
   * @param positives class histogram of the positives
   */
  public static Optional<LogisticRecalibration> fit(long[] negatives, long[] positives) {
    if (separated(negatives, positives)) {
      return Optional.empty();
    }
    double intercept = 0;
    double slope = 1;
    for (int step = 0; step < MOST_STEPS; step++) {
      double gradient0 = 0;
      double gradient1 = 0;
      double weight = 0;
      double weightX = 0;
      double weightXx = 0;
      for (int bin = 0; bin < negatives.length; bin++) {
        double n = (double) negatives[bin] + positives[bin];
        if (n > 0) {
          double x = ScoreLayout.logitBinCentre(bin);
          double fitted = 1 / (1 + StrictMath.exp(-(intercept + slope * x)));
          double residual = positives[bin] - n * fitted;
          double w = n * fitted * (1 - fitted);
          gradient0 += residual;
          gradient1 += residual * x;
          weight += w;
          weightX += w * x;
          weightXx += w * x * x;
        }
      }
      double determinant = weight * weightXx - weightX * weightX;
      double step0 = (weightXx * gradient0 - weightX * gradient1) / determinant;
      double step1 = (weight * gradient1 - weightX * gradient0) / determinant;
      intercept += step0;
      slope += step1;
      if (!Double.isFinite(intercept) || !Double.isFinite(slope)) {
        return Optional.empty();
      }
      if (Math.max(Math.abs(step0), Math.abs(step1)) < SMALLEST_STEP) {
        return Optional.of(new LogisticRecalibration(intercept, slope));
      }
    }
    return Optional.empty();
  }

  /** Whether a class is missing, or one threshold puts each class on its side: no finite fit. */
  private static boolean separated(long[] negatives, long[] positives) {
    int lowestNegative = first(negatives, 1);
    int highestNegative = first(negatives, -1);
    int lowestPositive = first(positives, 1);
    int highestPositive = first(positives, -1);
    return lowestNegative < 0
        || lowestPositive < 0
        || highestNegative <= lowestPositive
        || highestPositive <= lowestNegative;
  }

  private static int first(long[] counts, int direction) {
    for (int i = direction > 0 ? 0 : counts.length - 1; i >= 0 && i < counts.length; ) {
      if (counts[i] > 0) {
        return i;
      }
      i += direction;
    }
    return -1;
  }
}
