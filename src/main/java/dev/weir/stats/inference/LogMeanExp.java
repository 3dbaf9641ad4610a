package dev.weir.stats.inference;

/** ln of the mean of exponentials, without overflow; terms are added in index order. */
public final class LogMeanExp {
  private LogMeanExp() {}

  /** ln(sum exp(v_i) / count) of all values; 0 (no evidence) if there are none. */
  public static double of(double... values) {
    return of(values, values.length);
  }

  /** As {@link #of(double...)}, of the first {@code count} values. */
  static double of(double[] values, int count) {
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
    for (int index = 0; index < count; index++) {
      sum += StrictMath.exp(values[index] - largest);
    }
    return largest + StrictMath.log(sum / count);
  }
}
