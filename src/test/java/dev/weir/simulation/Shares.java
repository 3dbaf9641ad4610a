package dev.weir.simulation;

import java.util.SplittableRandom;

/** Draws cells with given probabilities; a guide table makes a draw take constant time. */
public final class Shares {
  private final double[] ends;
  private final int[] guide = new int[256];

  /** Cells with these probabilities, which sum to 1. */
  public Shares(double... probabilities) {
    ends = new double[probabilities.length];
    double sum = 0;
    for (int cell = 0; cell < ends.length; cell++) {
      sum += probabilities[cell];
      ends[cell] = cell == ends.length - 1 ? 1 : sum;
    }
    for (int slot = 0, cell = 0; slot < guide.length; slot++) {
      while (ends[cell] <= slot / (double) guide.length) {
        cell++;
      }
      guide[slot] = cell;
    }
  }

  int cells() {
    return ends.length;
  }

  /** The cell of one record. */
  public int draw(SplittableRandom random) {
    double u = random.nextDouble();
    int cell = guide[(int) (u * guide.length)];
    while (ends[cell] <= u) {
      cell++;
    }
    return cell;
  }

  /** A window of independent records, in their order. */
  int[] records(int n, SplittableRandom random) {
    int[] records = new int[n];
    for (int i = 0; i < n; i++) {
      records[i] = draw(random);
    }
    return records;
  }

  /** The counts of a window of independent records. */
  public long[] counts(int n, SplittableRandom random) {
    long[] counts = new long[ends.length];
    for (int i = 0; i < n; i++) {
      counts[draw(random)]++;
    }
    return counts;
  }

  static long[] count(int[] records, int cells) {
    long[] counts = new long[cells];
    for (int record : records) {
      counts[record]++;
    }
    return counts;
  }

  /** How many of {@code n} records an event of probability {@code p} happens to. */
  public static int hits(double p, int n, SplittableRandom random) {
    int hits = 0;
    for (int i = 0; i < n; i++) {
      hits += random.nextDouble() < p ? 1 : 0;
    }
    return hits;
  }
}
