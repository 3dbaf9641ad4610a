package dev.weir.simulation;

import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.CalibrationEvidence;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.EvidenceSettings;
import dev.weir.stats.inference.HarmEvidence;
import dev.weir.stats.inference.WindowCounts;
import dev.weir.stats.summary.ScoreLayout;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Records of a binary classifier that is calibrated at first: scores are Beta(2, 5), the second
 * smallest of six uniform numbers; the logit of a label is the score's times a slope plus a shift.
 */
final class Scored {
  static final int REFERENCE = 10_000;
  private static final int BINS = 10;
  private static final EvidenceSettings SETTINGS = new EvidenceSettings(0.01, 1e-4);

  private final double[] scores;
  private final boolean[] positive;

  private Scored(int n) {
    scores = new double[n];
    positive = new boolean[n];
  }

  static Scored draw(int n, double shift, double slope, SplittableRandom random) {
    Scored drawn = new Scored(n);
    double[] uniform = new double[6];
    for (int i = 0; i < n; i++) {
      Arrays.setAll(uniform, u -> random.nextDouble());
      Arrays.sort(uniform);
      double score = uniform[1];
      double logit = shift + slope * Math.log(score / (1 - score));
      drawn.scores[i] = score;
      drawn.positive[i] = random.nextDouble() < 1 / (1 + Math.exp(-logit));
    }
    return drawn;
  }

  /** The same scores, every label turned around. */
  Scored inverted() {
    Scored other = new Scored(scores.length);
    System.arraycopy(scores, 0, other.scores, 0, scores.length);
    for (int i = 0; i < positive.length; i++) {
      other.positive[i] = !positive[i];
    }
    return other;
  }

  int n() {
    return scores.length;
  }

  double score(int i) {
    return scores[i];
  }

  boolean positive(int i) {
    return positive[i];
  }

  /** 1 where the decision at one half is wrong. */
  double[] errors() {
    double[] errors = new double[n()];
    Arrays.setAll(errors, i -> scores[i] >= 0.5 == positive[i] ? 0 : 1);
    return errors;
  }

  double[] brier() {
    double[] losses = new double[n()];
    Arrays.setAll(losses, i -> Math.pow(scores[i] - (positive[i] ? 1 : 0), 2));
    return losses;
  }

  /** Scores by the tenths of the reference's, for who watches inputs only. */
  long[] scoreBins(double[] edges) {
    long[] counts = new long[BINS];
    for (double score : scores) {
      int bin = Arrays.binarySearch(edges, score);
      counts[bin < 0 ? -bin - 1 : bin + 1]++;
    }
    return counts;
  }

  double[] scoreEdges() {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double[] edges = new double[BINS - 1];
    Arrays.setAll(edges, edge -> sorted[(edge + 1) * sorted.length / BINS]);
    return edges;
  }

  HarmEvidence errorPlan() {
    return HarmEvidence.zeroOne(
        new long[] {(long) Arrays.stream(errors()).sum()},
        new long[] {n()},
        SETTINGS,
        AbsentLabels.CENSORED);
  }

  WindowCounts errorWindow() {
    return HarmEvidence.zeroOneWindow(0, (long) Arrays.stream(errors()).sum(), n(), 0);
  }

  HarmEvidence brierPlan() {
    double[] losses = brier();
    double mean = Arrays.stream(losses).average().orElseThrow();
    double variance =
        Arrays.stream(losses).map(loss -> (loss - mean) * (loss - mean)).sum() / (n() - 1);
    return HarmEvidence.bounded(
        new long[] {n()},
        new double[] {mean},
        new double[] {variance},
        SETTINGS,
        AbsentLabels.CENSORED);
  }

  WindowCounts brierWindow() {
    long sum = 0;
    long squares = 0;
    for (double value : brier()) {
      long loss = (long) Math.floor(value * 0x1p30 + 0.5);
      sum += loss;
      squares = Math.addExact(squares, loss * loss >> 10);
    }
    // Squares are summed at 2^-50 and shifted back into 128 bits at 2^-60.
    return HarmEvidence.boundedWindow(0, n(), 0, sum, squares >>> 54, squares << 10, 0);
  }

  static CalibrationEvidence calibrationPlan(double tolerance) {
    return new CalibrationEvidence(tolerance, 1, Dispersion.none(), AbsentLabels.CENSORED);
  }

  WindowCounts calibrationWindow() {
    long[] negatives = new long[CalibrationEvidence.BINS];
    long[] positives = new long[CalibrationEvidence.BINS];
    for (int i = 0; i < n(); i++) {
      (positive[i] ? positives : negatives)[ScoreLayout.logitBin(scores[i])]++;
    }
    return CalibrationEvidence.window(0, negatives, positives, new long[CalibrationEvidence.BINS]);
  }
}
