package dev.weir.stats.inference;

import java.util.OptionalDouble;

/**
 * Planning: how long a change takes to be found, and the smallest change found within the budget's
 * days.
 *
 * @param weight of the series
 * @param windowDays length of a window in days
 * @param components components that are not vacuous
 * @param recordsPerWindow mean reference rows per window, divided by the dispersion
 * @param budgetDays B
 */
public record WindowsToAlarm(
    double weight, double windowDays, int components, double recordsPerWindow, double budgetDays) {

  /** Halvings of an interval of length at most 1: to the last bit. */
  private static final int BISECTIONS = 60;

  /** Below this times u(1 - u), an excess over the bound is under the smallest tilt. */
  private static final double SMALLEST_VISIBLE = 0.0125;

  /** Nats per record: KL(rate, bound) = f ln(f/u) + (1-f) ln((1-f)/(1-u)). */
  public static double divergence(double rate, double bound) {
    return term(rate, bound) + term(1 - rate, 1 - bound);
  }

  private static double term(double f, double u) {
    return f == 0 ? 0 : f * StrictMath.log(f / u);
  }

  /**
   * About how many windows a change takes: (ln(B/(w Delta)) + ln C) / (n KL(f, u)).
   *
   * @param rate the probability of the event after the change
   * @param bound the bound it is tested against
   */
  public double windows(double rate, double bound) {
    double needed =
        StepUp.logThreshold(budgetDays, weight, windowDays) + StrictMath.log((double) components);
    return needed / (recordsPerWindow * divergence(rate, bound));
  }

  /**
   * The detectable effect: the smallest rise of a probability above its reference that is found
   * within B days; absent if none is, or the bound is vacuous.
   *
   * @param share the event's share in the reference
   * @param upper its upper bound, tolerance included
   */
  public OptionalDouble detectableRise(double share, double upper) {
    if (TiltKernel.vacuous(upper) || !(recordsPerWindow > 0) || components == 0) {
      return OptionalDouble.empty();
    }
    double patience = budgetDays / windowDays;
    double low = upper + SMALLEST_VISIBLE * upper * (1 - upper);
    double high = 1;
    if (windows(high, upper) > patience) {
      return OptionalDouble.empty();
    }
    if (windows(low, upper) <= patience) {
      return OptionalDouble.of(low - share);
    }
    for (int step = 0; step < BISECTIONS; step++) {
      double middle = (low + high) / 2;
      if (windows(middle, upper) <= patience) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return OptionalDouble.of(high - share);
  }

  /** As {@link #detectableRise} for a fall below the lower bound. */
  public OptionalDouble detectableFall(double share, double lower) {
    return detectableRise(1 - share, 1 - lower);
  }
}
