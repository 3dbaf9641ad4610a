package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;

/**
 * Jensen-Shannon distance: square root of the divergence in base 2, in [0,1]; 0 log 0 = 0.
 *
 * <p>On the bins it is a lower bound of the unbinned distance (data processing inequality). An
 * empty side: absent. Source: Lin (1991).
 */
public record JensenShannon() implements Divergence {
  private static final double LN_2 = StrictMath.log(2);

  @Override
  public String id() {
    return "jensen_shannon";
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
    double nats = 0;
    for (int cell = 0; cell < comparison.cells(); cell++) {
      double p = shares.reference(cell);
      double q = shares.current(cell);
      double middle = (p + q) / 2;
      nats += term(p, middle) / 2 + term(q, middle) / 2;
    }
    double bits = Math.max(0, Math.min(1, nats / LN_2));
    return Optional.of(Measured.exact(Math.sqrt(bits)));
  }

  private static double term(double share, double middle) {
    return share == 0 || share == middle ? 0 : share * NaturalLogarithm.of(share / middle);
  }
}
