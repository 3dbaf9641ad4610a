package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;

/** Shares of the cells, with a count added to each. */
final class Shares {
  private final Comparison comparison;
  private final double added;
  private final double referenceTotal;
  private final double currentTotal;

  private Shares(Comparison comparison, double added) {
    this.comparison = comparison;
    this.added = added;
    this.referenceTotal = comparison.referenceTotal() + added * comparison.cells();
    this.currentTotal = comparison.currentTotal() + added * comparison.cells();
  }

  static Shares of(Comparison comparison, double smoothing) {
    return new Shares(comparison, smoothing);
  }

  double reference(int cell) {
    return (comparison.reference(cell) + added) / referenceTotal;
  }

  double current(int cell) {
    return (comparison.current(cell) + added) / currentTotal;
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
