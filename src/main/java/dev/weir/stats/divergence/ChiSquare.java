package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;

/**
 * Pearson's statistic of the 2 x K table of counts; {@link #degreesOfFreedom} = K - 1 over the
 * cells that are not empty on both sides.
 *
 * <p>Fewer than two such cells, or an empty side: absent.
 */
public record ChiSquare() implements Divergence {
  @Override
  public String id() {
    return "chi_square";
  }

  @Override
  public String unit() {
    return "none";
  }

  /** Number of cells with a record on either side, less one. */
  public static int degreesOfFreedom(Comparison comparison) {
    int filled = 0;
    for (int cell = 0; cell < comparison.cells(); cell++) {
      filled += comparison.reference(cell) + comparison.current(cell) > 0 ? 1 : 0;
    }
    return filled - 1;
  }

  @Override
  public Optional<Measured> between(Comparison comparison) {
    if (comparison.hasEmptySide() || degreesOfFreedom(comparison) < 1) {
      return Optional.empty();
    }
    double m = comparison.referenceTotal();
    double n = comparison.currentTotal();
    double statistic = 0;
    for (int cell = 0; cell < comparison.cells(); cell++) {
      double both = comparison.reference(cell) + comparison.current(cell);
      if (both > 0) {
        // Both rows of a column deviate by the same amount from their expectation.
        double deviation = comparison.current(cell) - n * (both / (m + n));
        statistic += deviation * deviation * (m + n) / both * (1 / m + 1 / n);
      }
    }
    return Shares.finite(statistic);
  }
}
