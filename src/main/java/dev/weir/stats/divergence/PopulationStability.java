package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;

/**
 * Population stability index: {@code sum (q_k - p_k) ln(q_k/p_k)} over the B bins, in nats.
 *
 * <p>Shares are smoothed by one half per cell, {@code p_k = (r_k + 1/2)/(m + K/2)}, so empty cells
 * are finite. Without drift its expectation is about (K-1)(1/n + 1/m): see {@link
 * PopulationStabilityExcess}. One cell: 0. An empty side: absent. Source: Yurdakul and Naranjo
 * (2020).
 *
 * @param smoothing count added to every cell
 */
public record PopulationStability(double smoothing) implements Divergence {
  /** The smoothing of every published value. */
  public static final double HALF = 0.5;

  /** Rejects a negative count. */
  public PopulationStability {
    Shares.requireSmoothing(smoothing);
  }

  @Override
  public String id() {
    return "psi";
  }

  @Override
  public String unit() {
    return "nat";
  }

  @Override
  public Optional<Measured> between(Comparison comparison) {
    if (comparison.hasEmptySide()) {
      return Optional.empty();
    }
    Shares shares = comparison.shares(smoothing);
    double total = 0;
    for (int cell = 0; cell < comparison.cells(); cell++) {
      double p = shares.reference(cell);
      double q = shares.current(cell);
      if (p != q) {
        total += (q - p) * shares.logRatio(cell);
      }
    }
    return Shares.finite(total);
  }
}
