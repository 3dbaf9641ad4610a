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

  private LogMeanExp() {}

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
