package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;

/**
 * A distance between the reference and the current window.
 *
 * <p>Guarantee: deterministic, never NaN; absent where it does not exist (an empty side, or the
 * corner cases of the member). Whether there is enough data is the caller's question.
 */
public sealed interface Divergence
    permits PopulationStability,
        PopulationStabilityExcess,
        KolmogorovSmirnov,
        Wasserstein,
        JensenShannon,
        Hellinger,
        TotalVariation,
        KullbackLeibler,
        ChiSquare {

  /** The metric id, never changed once released. */
  String id();

  /** Unit of the value: {@code nat ratio reference_sd none}. */
  String unit();

  /** Whether it needs values on a line: there is none between categories. */
  default boolean needsOrder() {
    return false;
  }

  /** The distance and the most that bins have moved it; absent where it does not exist. */
  Optional<Measured> between(Comparison comparison);
}
