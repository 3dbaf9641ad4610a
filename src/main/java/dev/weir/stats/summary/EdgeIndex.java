package dev.weir.stats.summary;

/**
 * Finds the bin of a value among sorted edges, mostly with one or two comparisons.
 *
 * <p>Guarantee: the result is exactly the number of edges at most the value. A grid of equal cells
 * over the edges narrows the search: the cell of a value never falls when the value grows, so only
 * edges of the value's own cell need a comparison, whatever the rounding.
 */
final class EdgeIndex {
  private static final int CELLS_PER_EDGE = 4;

  private final double[] edges;
  private final double origin;
  private final double cellsPerUnit;
  private final int lastCell;

  /** For each cell the number of edges in cells before it, and one entry more. */
  private final int[] before;

  EdgeIndex(double[] edges) {
    this.edges = edges;
    this.lastCell = CELLS_PER_EDGE * edges.length;
    this.origin = edges.length == 0 ? 0 : edges[0];
    double width = edges.length == 0 ? 0 : edges[edges.length - 1] - origin;
    double density = lastCell / width;
    this.cellsPerUnit = width > 0 && Double.isFinite(density) ? density : 0;
    this.before = new int[lastCell + 2];
    for (double edge : edges) {
      before[cell(edge) + 1]++;
    }
    for (int cell = 0; cell <= lastCell; cell++) {
      before[cell + 1] += before[cell];
    }
  }

  /** Number of edges that are at most the value, which must not be NaN. */
  int bin(double value) {
    int cell = cell(value);
    int base = before[cell];
    int length = before[cell + 1] - base;
    while (length > 1) {
      int half = length >>> 1;
      base = edges[base + half - 1] <= value ? base + half : base;
      length -= half;
    }
    return length == 1 && edges[base] <= value ? base + 1 : base;
  }

  private int cell(double value) {
    // 0 * infinity is NaN, which the cast turns into cell 0 like everything else then.
    int cell = (int) ((value - origin) * cellsPerUnit);
    return Math.max(0, Math.min(lastCell, cell));
  }
}
