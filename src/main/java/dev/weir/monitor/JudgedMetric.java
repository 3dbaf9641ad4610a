package dev.weir.monitor;

import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.EvidencePlan;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A metric of one segment that carries evidence, before weights are shared out.
 *
 * @param metric id of the metric
 * @param feature feature or column; null: not about one column
 * @param tolerance the change that nobody wants to hear about
 * @param plan makes the plan
 * @param threshold reads the threshold off the plan
 * @param cells what it is made of, asked for when an alert tells where a change lies; empty: it has
 *     no cells
 */
record JudgedMetric(
    String metric,
    @Nullable String feature,
    double tolerance,
    PlanMaker plan,
    ThresholdReader threshold,
    Supplier<Optional<Cells>> cells) {

  /** A metric without cells. */
  JudgedMetric(
      String metric,
      @Nullable String feature,
      double tolerance,
      PlanMaker plan,
      ThresholdReader threshold) {
    this(metric, feature, tolerance, plan, threshold, Optional::empty);
  }

  /** The same metric with these cells. */
  JudgedMetric of(Supplier<Cells> made) {
    return new JudgedMetric(
        metric, feature, tolerance, plan, threshold, () -> Optional.of(made.get()));
  }

  /** Makes a plan from the reference. */
  interface PlanMaker {
    EvidencePlan make(double delta, Dispersion dispersion);
  }

  /** Says how far the value may truly go. */
  interface ThresholdReader {
    @Nullable Double of(Supplier<EvidencePlan> plan, int season);
  }
}
