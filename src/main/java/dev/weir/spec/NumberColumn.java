package dev.weir.spec;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** A growing column of numbers; NaN is missing. Times are epoch milliseconds, which are exact. */
final class NumberColumn {
  private double[] values = new double[1024];
  private int size;

  void add(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size + size / 2);
    }
    values[size++] = value;
  }

  int size() {
    return size;
  }

  double get(int row) {
    return values[row];
  }

  /** The numbers that are there, in the order of the rows. */
  DoubleStream present() {
    return Arrays.stream(values, 0, size).filter(value -> !Double.isNaN(value));
  }

  /** Whether any number is there. */
  boolean hasAny() {
    return present().findAny().isPresent();
  }

  /**
   * The smallest of {@code values} such that at least a share {@code p} is not larger; NaN for
   * none.
   */
  static double quantile(double[] values, double p) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(p * sorted.length - 1e-9);
    return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)];
  }
}
