package dev.weir.simulation;

import dev.weir.stats.inference.CusumState;
import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.StepUp;
import dev.weir.stats.inference.WindowCounts;

/**
 * One series as Weir carries it from window to window: weight .01, at most one alarm in 90 days.
 */
final class Evidence {
  static final double WEIGHT = 0.01;
  static final double HOUR = 1.0 / 24;
  static final double DAY = 1;
  static final double BUDGET = 90;

  private final EvidencePlan plan;
  private final double windowDays;
  private final CusumState state = new CusumState();

  Evidence(EvidencePlan plan, double windowDays) {
    this.plan = plan;
    this.windowDays = windowDays;
  }

  static Evidence hourly(EvidencePlan plan) {
    return new Evidence(plan, HOUR);
  }

  /** Takes in a window; after an alarm the series starts anew. */
  boolean alarms(WindowCounts window, int index) {
    double logE = state.fold(plan, window, index).logE();
    boolean alarm =
        StepUp.alarms(new double[] {StepUp.logDays(WEIGHT, windowDays, logE)}, BUDGET).length > 0;
    if (alarm) {
      state.reset();
    }
    return alarm;
  }
}
