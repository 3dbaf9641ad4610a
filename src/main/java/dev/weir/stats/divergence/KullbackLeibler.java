package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;

/**
 * Kullback-Leibler divergence of the current window from the reference: {@code sum q_k
 * ln(q_k/p_k)}, in nats.
 *
 * <p>Shares are smoothed by one half per cell, so empty cells are finite. An empty side: absent.
 *
 * @param smoothing count added to every cell
 */
public record KullbackLeibler(double smoothing) implements Divergence {
  /** Rejects a negative count. */
  public KullbackLeibler {
    Shares.requireSmoothing(smoothing);
  }

  @Override
  public String id() {
    return "kl";
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
      if (q > 0 && q != p) {
        total += q * shares.logRatio(cell);
      }
    }
    return Shares.finite(total);
  }
}
