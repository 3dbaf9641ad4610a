package dev.weir.monitor;

import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.StepUp;
import dev.weir.stats.inference.WindowsToAlarm;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a judged series can find, for planning: about, not exactly, because it takes one event of
 * the series and an even stream.
 *
 * @param weight share of the false-alarm budget of one version
 * @param logThreshold log_e at which the series alarms alone, in nats
 * @param smallestChange smallest rise of a probability or scaled loss found within the time of one
 *     false alarm; empty: none is, or no single event tells it
 * @param low whether only changes above five tolerances are found
 */
public record Power(
    double weight, double logThreshold, OptionalDouble smallestChange, boolean low) {
  /** Tolerances above which the smallest change that is found is worth a warning. */
  private static final double MOST_TOLERANCES = 5;

  /**
   * The power of a series.
   *
   * @param share of the weight that one version has
   * @param budgetDays days per false alarm of the model
   * @param windowDays length of a window
   * @param rowsPerWindow mean rows of the reference per window
   */
  public static Power of(
      Judged judged, double share, double budgetDays, double windowDays, double rowsPerWindow) {
    double weight = judged.weight() * share;
    EvidencePlan plan = judged.plan();
    WindowsToAlarm planning =
        new WindowsToAlarm(weight, windowDays, plan.live(), rowsPerWindow, budgetDays);
    Optional<EvidencePlan.TypicalEvent> event = plan.typicalEvent();
    OptionalDouble smallest =
        event
            .map(one -> planning.detectableRise(one.share(judged.tolerance()), one.upper()))
            .orElse(OptionalDouble.empty());
    boolean low =
        event.isPresent()
            && (smallest.isEmpty()
                || smallest.getAsDouble() > MOST_TOLERANCES * judged.tolerance());
    return new Power(weight, StepUp.logThreshold(budgetDays, weight, windowDays), smallest, low);
  }
}
