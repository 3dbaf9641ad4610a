package dev.weir.stats.inference;

/**
 * ln of the mean of exponentials, without overflow; terms are added in index order.
 *
 * <p>A term below e^-38 of one that was added before is not worked out: it is less than half of the
 * last bit of the sum, so adding it would not change the sum.
 */
public final class LogMeanExp {
  /** Nats between a sum and a term that is lost in it: 2^-54 is e^-37.43. */
  private static final double LOST = 38;

  /** The same in units of 2^-30 nats. */
  private static final long LOST_UNITS = 38L << 30;

  private LogMeanExp() {}

  /**
   * The same in nats for evidence in units of 2^-30 nats; terms that are lost beside the largest
   * are left out, which lowers the result by at most 2^-54 each.
   *
   * @param components which levels count, at least one
   * @param largest the largest of them
   */
  static double ofUnits(long[] levels, int[] components, long largest) {
    long least = Nats.addSaturating(largest, -LOST_UNITS);
    double sum = 0;
    for (int component : components) {
      long level = levels[component];
      if (level > least) {
        sum += Nats.expOfMinus(largest - level);
      }
    }
    return Nats.of(largest) + StrictMath.log(sum / components.length);
  }

  /** ln(sum exp(v_i) / count) of all values; 0 (no evidence) if there are none. */
  public static double of(double... values) {
    int count = values.length;
    if (count == 0) {
      return 0;
    }
    double largest = Double.NEGATIVE_INFINITY;
    for (int index = 0; index < count; index++) {
      largest = Math.max(largest, values[index]);
    }
    if (Double.isInfinite(largest)) {
      return largest;
    }
    double sum = 0;
    double added = Double.NEGATIVE_INFINITY;
    for (int index = 0; index < count; index++) {
      double gap = values[index] - largest;
      if (gap >= added - LOST) {
        sum += StrictMath.exp(gap);
        added = Math.max(added, gap);
      }
    }
    return largest + StrictMath.log(sum / count);
  }
}
