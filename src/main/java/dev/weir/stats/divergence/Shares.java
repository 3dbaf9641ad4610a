package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;

/** Shares of the cells, with a count added to each. Immutable. */
final class Shares {
  private final double[] reference;
  private final double[] current;
  private final double[] logRatios;

  /**
   * Worked out from counts.
   *
   * @param withLogRatios whether {@link #logRatio} will be asked for
   */
  Shares(Comparison comparison, double added, boolean withLogRatios) {
    int cells = comparison.cells();
    double referenceTotal = comparison.referenceTotal() + added * cells;
    double currentTotal = comparison.currentTotal() + added * cells;
    reference = new double[cells];
    current = new double[cells];
    logRatios = new double[withLogRatios ? cells : 0];
    for (int cell = 0; cell < cells; cell++) {
      double p = (comparison.reference(cell) + added) / referenceTotal;
      double q = (comparison.current(cell) + added) / currentTotal;
      reference[cell] = p;
      current[cell] = q;
      if (withLogRatios && p != q) {
        logRatios[cell] = NaturalLogarithm.of(q / p);
      }
    }
  }

  double reference(int cell) {
    return reference[cell];
  }

  double current(int cell) {
    return current[cell];
  }

  /** ln(q_k/p_k); 0 where both are equal. */
  double logRatio(int cell) {
    return logRatios[cell];
  }

  /** A binned distance is the quantity itself: no bound. Infinite (no smoothing): absent. */
  static Optional<Measured> finite(double value) {
    return Double.isFinite(value)
        ? Optional.of(Measured.exact(Math.max(0, value)))
        : Optional.empty();
  }

  static void requireSmoothing(double smoothing) {
    if (!(smoothing >= 0 && smoothing < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("Smoothing must be at least 0, not " + smoothing);
    }
  }
}
