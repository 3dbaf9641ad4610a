package dev.weir.monitor;

import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.EvidencePlan;
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
 */
record JudgedMetric(
    String metric,
    @Nullable String feature,
    double tolerance,
    PlanMaker plan,
    ThresholdReader threshold) {

  /** Makes a plan from the reference. */
  interface PlanMaker {
    EvidencePlan make(double delta, Dispersion dispersion);
  }

  /** Says how far the value may truly go. */
  interface ThresholdReader {
    @Nullable Double of(Supplier<EvidencePlan> plan, int season);
  }
}
