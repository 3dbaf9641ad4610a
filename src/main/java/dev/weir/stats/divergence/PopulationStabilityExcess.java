package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.math3.special.Gamma;

/**
 * Population stability index less what chance alone gives: {@code psi - (K-1)(1/n + 1/m)}, in nats.
 *
 * <p>About 0 without drift, at every sample size; may be negative, which means "no more than
 * noise". An empty side: absent.
 */
public record PopulationStabilityExcess() implements Divergence {
  private static final double LEVEL = 0.95;
  private static final double SMALLEST_EXPECTED = 5;

  @Override
  public String id() {
    return "psi_excess";
  }

  @Override
  public String unit() {
    return "nat";
  }

  @Override
  public Optional<Measured> between(Comparison comparison) {
    return new PopulationStability(PopulationStability.HALF)
        .between(comparison)
        .map(psi -> Measured.exact(psi.value() - noise(comparison) * (comparison.cells() - 1)));
  }

  /**
   * The excess-free psi that chance passes in 5 % of windows: chi-square(.95, K-1)(1/n + 1/m).
   *
   * <p>Absent with fewer than two cells, an empty side, or an expected count n p_k below 5, where
   * the approximation makes no claim.
   */
  public static OptionalDouble noise95(Comparison comparison) {
    int cells = comparison.cells();
    if (cells < 2 || comparison.hasEmptySide()) {
      return OptionalDouble.empty();
    }
    double perReference = comparison.currentTotal() / comparison.referenceTotal();
    for (int cell = 0; cell < cells; cell++) {
      if (comparison.reference(cell) * perReference < SMALLEST_EXPECTED) {
        return OptionalDouble.empty();
      }
    }
    return OptionalDouble.of(chiSquareQuantile(cells - 1) * noise(comparison));
  }

  private static double noise(Comparison comparison) {
    return 1 / comparison.currentTotal() + 1 / comparison.referenceTotal();
  }

  /** Bisection on the regularised incomplete gamma function, to the last bit that moves. */
  private static double chiSquareQuantile(int degrees) {
    double low = 0;
    double high = 10.0 * degrees + 10;
    while (high - low > 1e-12 * high) {
      double middle = (low + high) / 2;
      if (Gamma.regularizedGammaP(degrees / 2.0, middle / 2) < LEVEL) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
