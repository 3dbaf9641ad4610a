package dev.weir.stats.summary;

import java.util.Arrays;
import java.util.List;

/**
 * Finds the bin of a value among sorted edges, mostly with three comparisons, two of which are
 * added up.
 *
 * <p>Guarantee: the result is exactly the number of edges at most the value. A grid of equal cells
 * over the edges narrows the search: the cell of a value never falls when the value grows, so only
 * edges of the value's own cell need a comparison, whatever the rounding. The grid lies over the
 * numbers, over their magnitudes, or over those of their distances from where edges are densest,
 * whichever spreads the edges best: amounts and delays have long tails, and so have returns and
 * errors, on both sides of a value that need not be zero.
 */
final class EdgeIndex {
  private static final int CELLS_PER_EDGE = 4;

  /** So many edges of a cell are compared without asking whether the cell has them. */
  private static final int COMPARED = 2;

  /** The narrowest stretch that has one of so many edges is where they are densest. */
  private static final int PART = 8;

  /** The edges, and behind them some that are at most no value. */
  private final double[] edges;

  private final Axis axis;
  private final double origin;
  private final double cellsPerUnit;
  private final int lastCell;
  private final int size;

  /** For each cell the number of edges in cells before it, and one entry more. */
  private final char[] before;

  private EdgeIndex(double[] edges, Axis axis) {
    this.axis = axis;
    this.edges = Arrays.copyOf(edges, edges.length + COMPARED + 1);
    Arrays.fill(this.edges, edges.length, this.edges.length, Double.NaN);
    this.size = edges.length;
    this.lastCell = CELLS_PER_EDGE * edges.length;
    this.origin = edges.length == 0 ? 0 : axis.place(edges[0]);
    double width = edges.length == 0 ? 0 : axis.place(edges[edges.length - 1]) - origin;
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
    EdgeIndex best = new EdgeIndex(edges, Axis.NUMBERS);
    for (Axis axis : List.of(Axis.MAGNITUDES, Axis.ofDistances(edges))) {
      EdgeIndex other = new EdgeIndex(edges, axis);
      best = other.crowding() < best.crowding() ? other : best;
    }
    return best;
  }

  /** Pairs of edges that share a cell which must be searched, each counted twice, and the edges. */
  private long crowding() {
    long crowding = 0;
    for (int cell = 0; cell <= lastCell; cell++) {
      long here = (long) before[cell + 1] - before[cell];
      crowding += here > COMPARED ? here * here : 0;
    }
    return crowding;
  }

  /** Number of edges that are at most the value, which must not be NaN. */
  int bin(double value) {
    int cell = cell(value);
    if (cell < 0 || cell > lastCell) {
      return cell < 0 ? 0 : size;
    }
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

  /** The same where it lies between {@code least} and {@code most}, without branches. */
  private int search(int least, int most, double value) {
    int from = least;
    int left = most - least;
    while (left > 0) {
      int half = (left + 1) >>> 1;
      from += edges[from + half - 1] <= value ? half : 0;
      left -= half;
    }
    return from;
  }

  /** The cell of a value: 0 to {@link #lastCell} for those between the outermost edges. */
  private int cell(double value) {
    // 0 * infinity is NaN, which the cast turns into cell 0 like everything else then.
    return (int) ((axis.place(value) - origin) * cellsPerUnit);
  }

  /**
   * Where the grid lies.
   *
   * @param even over the numbers themselves
   * @param centre otherwise over distances from here
   * @param nearby distances below this one are told apart evenly, others by their magnitude
   * @param nearbyBits its bits
   */
  private record Axis(boolean even, double centre, double nearby, long nearbyBits) {
    private static final Axis NUMBERS = new Axis(true, 0, 0, 0);
    private static final Axis MAGNITUDES = new Axis(false, 0, 0, 0);

    private static Axis ofDistances(double[] edges) {
      int part = edges.length / PART;
      int densest = 0;
      double narrowest = Double.POSITIVE_INFINITY;
      for (int i = 0; i + part < edges.length; i++) {
        double width = edges[i + part] - edges[i];
        if (width < narrowest) {
          densest = i;
          narrowest = width;
        }
      }
      double centre = edges.length == 0 ? 0 : edges[densest + part / 2];
      return new Axis(false, centre, narrowest, Double.doubleToRawLongBits(narrowest));
    }

    /** Where a value lies; it never falls when the value grows. */
    private double place(double value) {
      if (even) {
        return value;
      }
      double distance = value - centre;
      // The bits of a positive double grow with it, about as its logarithm does.
      long bits = Double.doubleToRawLongBits(Math.abs(distance) + nearby) - nearbyBits;
      long sign = Double.doubleToRawLongBits(distance) >> 63;
      return (double) ((bits ^ sign) - sign);
    }
  }
}
