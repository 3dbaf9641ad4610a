package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;

/**
 * Hellinger distance {@code sqrt(1 - sum sqrt(p_k q_k))}, in [0,1].
 *
 * <p>Computed as {@code sqrt(sum (sqrt p_k - sqrt q_k)^2 / 2)}, which is the same number without
 * cancellation: equal sides give exactly 0. On the bins it is a lower bound of the unbinned
 * distance. An empty side: absent. Source: Csiszar (1967).
 */
public record Hellinger() implements Divergence {
  @Override
  public String id() {
    return "hellinger";
  }

  @Override
  public String unit() {
    return "ratio";
  }

  @Override
  public Optional<Measured> between(Comparison comparison) {
    if (comparison.hasEmptySide()) {
      return Optional.empty();
    }
    Shares shares = comparison.shares();
    double total = 0;
    for (int cell = 0; cell < comparison.cells(); cell++) {
      double step = Math.sqrt(shares.reference(cell)) - Math.sqrt(shares.current(cell));
      total += step * step;
    }
    return Optional.of(Measured.exact(Math.sqrt(Math.min(1, total / 2))));
  }
}
