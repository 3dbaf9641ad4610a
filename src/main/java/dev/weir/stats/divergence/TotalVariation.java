package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;

/**
 * Total variation distance {@code (1/2) sum |p_k - q_k|}, in [0,1]: no event over the cells can
 * change its probability by more.
 *
 * <p>On the bins it is a lower bound of the unbinned distance. An empty side: absent.
 */
public record TotalVariation() implements Divergence {
  @Override
  public String id() {
    return "total_variation";
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
      total += Math.abs(shares.reference(cell) - shares.current(cell));
    }
    return Optional.of(Measured.exact(Math.min(1, total / 2)));
  }
}
