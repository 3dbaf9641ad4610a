package dev.weir.stats.inference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Which series of a model alarm together at one tick: e-d-BH on evidence measured in days.
 *
 * <p>Guarantee: with at most one false alarm per B days as budget, the expected number of false
 * alarm events in B days is at most 1 under any dependence between series, if each series' weights
 * sum to at most 1 and a series is a candidate only when its own window closes. Source:
 * Dandapanthula and Ramdas (2025).
 */
public final class StepUp {
  private StepUp() {}

  /** ln M, the evidence in days: {@code ln(weight * windowDays) + logE}. */
  public static double logDays(double weight, double windowDays, double logE) {
    return StrictMath.log(weight * windowDays) + logE;
  }

  /** The log_e at which a series alarms alone: {@code ln(B / (weight * windowDays))}. */
  public static double logThreshold(double budgetDays, double weight, double windowDays) {
    return StrictMath.log(budgetDays / (weight * windowDays));
  }

  /**
   * The candidates that alarm: the j* with the most evidence, j* the largest j whose j-th largest M
   * is at least B/j.
   *
   * @param logDays ln M of each candidate of this tick
   * @param budgetDays B
   * @return their positions, ascending; of equal M the earlier position comes first
   */
  public static int[] alarms(double[] logDays, double budgetDays) {
    int[] order =
        IntStream.range(0, logDays.length)
            .boxed()
            .sorted(Comparator.comparingDouble(candidate -> -logDays[candidate]))
            .mapToInt(Integer::intValue)
            .toArray();
    int count = 0;
    for (int j = 1; j <= order.length; j++) {
      if (logDays[order[j - 1]] >= StrictMath.log(budgetDays / j)) {
        count = j;
      }
    }
    int[] alarms = Arrays.copyOf(order, count);
    Arrays.sort(alarms);
    return alarms;
  }
}
