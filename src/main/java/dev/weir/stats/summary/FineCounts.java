package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts of fine bins.
 *
 * <p>Guarantee: memory follows the values while there are at most {@value #FEW}, as in a pane of a
 * segment with little traffic: then their bins are listed. More are counted in an array of all
 * bins. Reading changes nothing, so that threads may share what nobody adds to any more.
 */
final class FineCounts {
  private static final int FEW = 64;
  private static final int LEAST = 4;

  private final int size;

  /** Bins of single values, in the order in which they came, until there is an array. */
  private int[] listed = {};

  private int values;
  private long @Nullable [] counts;
  private long total;

  /** Counts of {@code size} bins, all 0. */
  FineCounts(int size) {
    this.size = size;
  }

  /**
   * The array to count in, if so many more values are too many for a list; else null. What is
   * counted there is told to {@link #addToTotal}.
   */
  long @Nullable [] arrayFor(int more) {
    return counts == null && values + (long) more <= FEW ? null : array();
  }

  void addToTotal(long count) {
    total += count;
  }

  /** Adds to a bin; a negative number takes back. */
  void add(int bin, long count) {
    total += count;
    long[] all = counts;
    if (all != null) {
      all[bin] += count;
    } else {
      addToFew(bin, count);
    }
  }

  private void addToFew(int bin, long count) {
    if (count > 0 && values + count <= FEW) {
      for (long i = 0; i < count; i++) {
        list(bin);
      }
    } else {
      array()[bin] += count;
    }
  }

  private void list(int bin) {
    if (values == listed.length) {
      listed = Arrays.copyOf(listed, Math.max(LEAST, 2 * values));
    }
    listed[values++] = bin;
  }

  private long[] array() {
    long[] made = counts;
    if (made == null) {
      made = toArray();
      counts = made;
      listed = new int[0];
      values = 0;
    }
    return made;
  }

  /** All counts in order; a new array. */
  long[] toArray() {
    if (counts != null) {
      return counts.clone();
    }
    long[] all = new long[size];
    for (int i = 0; i < values; i++) {
      all[listed[i]]++;
    }
    return all;
  }

  /** The same as floating-point numbers. */
  double[] toDoubles() {
    double[] all = new double[size];
    if (counts == null) {
      for (int i = 0; i < values; i++) {
        all[listed[i]]++;
      }
    } else {
      for (int bin = 0; bin < size; bin++) {
        all[bin] = (double) counts[bin];
      }
    }
    return all;
  }

  /** All counts in order, not to be changed. */
  long[] view() {
    return counts == null ? toArray() : counts;
  }

  long total() {
    return total;
  }

  boolean isZero() {
    return counts == null ? values == 0 : Compact.allZero(counts);
  }

  void addAll(FineCounts other) {
    if (other.counts != null) {
      Compact.addAll(array(), other.counts);
      total += other.total;
      return;
    }
    // Held apart, because a summary that is merged with itself changes its own list.
    int[] bins = other.listed;
    int more = other.values;
    for (int i = 0; i < more; i++) {
      add(bins[i], 1);
    }
  }

  /** Writes the same bytes whether they are listed or not. */
  void encode(DataOutput out) throws IOException {
    if (counts != null) {
      Compact.writeCounts(out, counts);
      return;
    }
    int[] sorted = Arrays.copyOf(listed, values);
    Arrays.sort(sorted);
    Compact.writeCounts(out, size, sorted);
  }

  /** Adds what {@link #encode} wrote. */
  void addEncoded(DataInput in) throws IOException {
    Compact.readCounts(in, size, this::add);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FineCounts that && Arrays.equals(view(), that.view());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(view());
  }
}
