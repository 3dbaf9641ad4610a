package dev.weir.stats.summary;

import java.util.Arrays;

/**
 * Finds the bin of a value among sorted edges, mostly with three comparisons, two of which are
 * added up.
 *
 * <p>Guarantee: the result is exactly the number of edges at most the value. A grid of equal cells
 * over the edges narrows the search: the cell of a value never falls when the value grows, so only
 * edges of the value's own cell need a comparison, whatever the rounding. The grid lies over the
 * numbers or over their magnitudes, whichever spreads the edges better: amounts and delays have
 * long tails.
 */
final class EdgeIndex {
  private static final int CELLS_PER_EDGE = 4;

  /** So many edges of a cell are compared without asking whether the cell has them. */
  private static final int COMPARED = 2;

  /** The edges, and behind them some that are at most no value. */
  private final double[] edges;

  private final boolean ofMagnitudes;
  private final double origin;
  private final double cellsPerUnit;
  private final int lastCell;

  /** For each cell the number of edges in cells before it, and one entry more. */
  private final char[] before;

  private EdgeIndex(double[] edges, boolean ofMagnitudes) {
    this.ofMagnitudes = ofMagnitudes;
    this.edges = Arrays.copyOf(edges, edges.length + COMPARED + 1);
    Arrays.fill(this.edges, edges.length, this.edges.length, Double.NaN);
    this.lastCell = CELLS_PER_EDGE * edges.length;
    this.origin = edges.length == 0 ? 0 : place(edges[0]);
    double width = edges.length == 0 ? 0 : place(edges[edges.length - 1]) - origin;
    double density = lastCell / width;
    this.cellsPerUnit = width > 0 && Double.isFinite(density) ? density : 0;
    this.before = new char[lastCell + 2];
    for (double edge : edges) {
      before[cell(edge) + 1]++;
    }
    for (int cell = 0; cell <= lastCell; cell++) {
      before[cell + 1] += before[cell];
    }
  }

  /**
   * An index of these edges.
   *
   * @param edges strictly increasing, 65,535 at most
   */
  static EdgeIndex of(double[] edges) {
    EdgeIndex ofNumbers = new EdgeIndex(edges, false);
    EdgeIndex ofMagnitudes = new EdgeIndex(edges, true);
    return ofNumbers.crowding() <= ofMagnitudes.crowding() ? ofNumbers : ofMagnitudes;
  }

  /** Pairs of edges that share a cell, each counted twice, and the edges. */
  private long crowding() {
    long crowding = 0;
    for (int cell = 0; cell <= lastCell; cell++) {
      long here = (long) before[cell + 1] - before[cell];
      crowding += here * here;
    }
    return crowding;
  }

  /** Number of edges that are at most the value, which must not be NaN. */
  int bin(double value) {
    int cell = cell(value);
    int base = before[cell];
    if (edges[base + COMPARED] <= value) {
      return search(base + COMPARED + 1, before[cell + 1], value);
    }
    // Edges of later cells are above the value, so it does no harm to compare with one.
    return base + (edges[base] <= value ? 1 : 0) + (edges[base + 1] <= value ? 1 : 0);
  }

  /** Counts values, none of which may be NaN, in their bins. */
  void count(double[] values, int from, int to, long[] counts) {
    for (int i = from; i < to; i++) {
      counts[bin(values[i])]++;
    }
  }

  /** The same where it lies between {@code least} and {@code most}. */
  private int search(int least, int most, double value) {
    int from = least;
    int to = most;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (edges[middle] <= value) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  private int cell(double value) {
    // 0 * infinity is NaN, which the cast turns into cell 0 like everything else then.
    int cell = (int) ((place(value) - origin) * cellsPerUnit);
    return Math.max(0, Math.min(lastCell, cell));
  }

  /** Where a value lies on the axis of the grid; it never falls when the value grows. */
  private double place(double value) {
    if (!ofMagnitudes) {
      return value;
    }
    // The bits of a positive double grow with it, about as its logarithm does; 0 + -0 is 0.
    long bits = Double.doubleToRawLongBits(value + 0.0);
    return (double) (bits ^ ((bits >> 63) & Long.MAX_VALUE));
  }
}
