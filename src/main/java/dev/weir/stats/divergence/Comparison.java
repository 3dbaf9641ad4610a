package dev.weir.stats.divergence;

import dev.weir.stats.summary.CategoricalSummary;
import dev.weir.stats.summary.Measured;
import dev.weir.stats.summary.NumericSummary;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two histograms over the same cells, and for numeric columns the fine ones beside them.
 *
 * <p>Guarantee: immutable; both sides have the same cells. Counts may be fractional, as those of a
 * shrunk reference are.
 */
public final class Comparison {
  private final double[] reference;
  private final double[] current;
  private final double referenceTotal;
  private final double currentTotal;
  private final Optional<Line> line;

  /** Shares of the cells as they are, and smoothed: made when first asked for. */
  private @Nullable Shares plain;

  private @Nullable Shares smoothed;

  private Comparison(double[] reference, double[] current, Optional<Line> line) {
    this(reference, current, total(reference), total(current), line);
  }

  private Comparison(
      double[] reference,
      double[] current,
      double referenceTotal,
      double currentTotal,
      Optional<Line> line) {
    if (reference.length != current.length) {
      throw new IllegalArgumentException(
          "Both sides must have the same cells, not "
              + reference.length
              + " and "
              + current.length);
    }
    this.reference = requireCounts(reference);
    this.current = requireCounts(current);
    this.referenceTotal = referenceTotal;
    this.currentTotal = currentTotal;
    this.line = line;
  }

  /** Compares two numeric columns of one layout. */
  public static Comparison of(NumericSummary reference, NumericSummary current) {
    if (!reference.layout().equals(current.layout())) {
      throw new IllegalArgumentException("Only summaries of one layout can be compared");
    }
    double referenceTotal = (double) reference.n();
    double currentTotal = (double) current.n();
    Line line =
        new Line(
            reference.layout().fineEdges(),
            reference.fineCountsAsDoubles(),
            current.fineCountsAsDoubles(),
            referenceTotal,
            currentTotal,
            Math.min(lowest(reference), lowest(current)),
            Math.max(highest(reference), highest(current)),
            reference.standardDeviation().map(Measured::value).orElse(0.0));
    return new Comparison(
        doubles(reference.coarseCounts()),
        doubles(current.coarseCounts()),
        referenceTotal,
        currentTotal,
        Optional.of(line));
  }

  private static double lowest(NumericSummary summary) {
    return summary.min().orElse(summary.layout().lowest());
  }

  private static double highest(NumericSummary summary) {
    return summary.max().orElse(summary.layout().highest());
  }

  /** Compares two categorical columns of one layout. */
  public static Comparison of(CategoricalSummary reference, CategoricalSummary current) {
    if (!reference.layout().equals(current.layout())) {
      throw new IllegalArgumentException("Only summaries of one layout can be compared");
    }
    return ofCounts(doubles(reference.counts()), doubles(current.counts()));
  }

  /** Compares counts, or shares, over cells without an order. */
  public static Comparison ofCounts(double[] reference, double[] current) {
    return new Comparison(reference.clone(), current.clone(), Optional.empty());
  }

  /** Compares counts over cells on a line. */
  public static Comparison ofLine(Line line) {
    return new Comparison(line.reference, line.current, Optional.of(line));
  }

  /** Returns this comparison with other counts for the reference, such as shrunk ones. */
  public Comparison withReference(double[] counts) {
    return new Comparison(counts.clone(), current, line);
  }

  /**
   * Returns this comparison with its reference drawn towards a larger one: {@code rows} records
   * that are shared out as those of {@code whole} are added to it, in the cells and on the line.
   *
   * <p>The share of a cell is then w p + (1 - w) P with w = m/(m + rows), p its share here and P
   * its share there. Nothing is added where {@code whole} is empty.
   */
  public Comparison shrunk(Comparison whole, double rows) {
    return new Comparison(
        mixed(reference, whole.reference, rows),
        current,
        line.flatMap(
            mine ->
                whole.line.map(
                    theirs ->
                        new Line(
                            mine.edges,
                            mixed(mine.reference, theirs.reference, rows),
                            mine.current,
                            mine.lowest,
                            mine.highest,
                            mine.referenceDeviation))));
  }

  private static double[] mixed(double[] counts, double[] whole, double rows) {
    double total = total(whole);
    double[] mixed = counts.clone();
    for (int cell = 0; cell < mixed.length && total > 0; cell++) {
      mixed[cell] += rows * whole[cell] / total;
    }
    return mixed;
  }

  /** Number of cells. */
  public int cells() {
    return reference.length;
  }

  /** Reference count of a cell. */
  public double reference(int cell) {
    return reference[cell];
  }

  /** Current count of a cell. */
  public double current(int cell) {
    return current[cell];
  }

  /** Number of reference records, m. */
  public double referenceTotal() {
    return referenceTotal;
  }

  /** Number of current records, n. */
  public double currentTotal() {
    return currentTotal;
  }

  /** The shares of the cells. */
  Shares shares() {
    Shares made = plain == null ? new Shares(this, 0, false) : plain;
    plain = made;
    return made;
  }

  /** The same with so much added to each count, and the logarithms of their ratios. */
  Shares shares(double added) {
    if (added != PopulationStability.HALF) {
      return new Shares(this, added, true);
    }
    Shares made = smoothed == null ? new Shares(this, added, true) : smoothed;
    smoothed = made;
    return made;
  }

  /** Whether one side has no records: then no distance exists. */
  public boolean hasEmptySide() {
    return !(referenceTotal() > 0 && currentTotal() > 0);
  }

  /** The fine histograms of a numeric column; absent for categories. */
  public Optional<Line> line() {
    return line;
  }

  static double total(double[] counts) {
    double total = 0;
    for (double count : counts) {
      total += count;
    }
    return total;
  }

  private static double[] doubles(long[] counts) {
    double[] doubles = new double[counts.length];
    for (int cell = 0; cell < doubles.length; cell++) {
      doubles[cell] = (double) counts[cell];
    }
    return doubles;
  }

  private static double[] requireCounts(double[] counts) {
    for (double count : counts) {
      if (!(count >= 0 && count < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("Counts must be finite and at least 0, not " + count);
      }
    }
    return counts;
  }

  /** Two histograms over bins of the real line, closed on the left. */
  public static final class Line {
    private final double[] edges;
    private final double[] reference;
    private final double[] current;
    private final double lowest;
    private final double highest;
    private final double referenceDeviation;
    private final double referenceTotal;
    private final double currentTotal;

    /**
     * Over bins with inner edges. The arrays are not copied, and must not change.
     *
     * @param edges inner edges, strictly increasing
     * @param reference counts per bin, one more than edges
     * @param current counts per bin
     * @param lowest smallest value seen on either side: the end of the first bin
     * @param highest largest value seen on either side: the end of the last bin
     * @param referenceDeviation standard deviation of the reference; 0 if unknown
     */
    public Line(
        double[] edges,
        double[] reference,
        double[] current,
        double lowest,
        double highest,
        double referenceDeviation) {
      this(
          edges,
          reference,
          current,
          total(reference),
          total(current),
          lowest,
          highest,
          referenceDeviation);
    }

    private Line(
        double[] edges,
        double[] reference,
        double[] current,
        double referenceTotal,
        double currentTotal,
        double lowest,
        double highest,
        double referenceDeviation) {
      if (reference.length != edges.length + 1 || current.length != edges.length + 1) {
        throw new IllegalArgumentException(
            "There must be one count more than edges (" + edges.length + ") on each side");
      }
      this.edges = edges;
      this.reference = reference;
      this.current = current;
      this.lowest = lowest;
      this.highest = highest;
      this.referenceDeviation = referenceDeviation;
      this.referenceTotal = referenceTotal;
      this.currentTotal = currentTotal;
    }

    /** Number of bins. */
    public int bins() {
      return reference.length;
    }

    /** Reference count of a bin. */
    public double reference(int bin) {
      return reference[bin];
    }

    /** Current count of a bin. */
    public double current(int bin) {
      return current[bin];
    }

    /** Number of reference records. */
    public double referenceTotal() {
      return referenceTotal;
    }

    /** Number of current records. */
    public double currentTotal() {
      return currentTotal;
    }

    /** Lower end of a bin. */
    public double low(int bin) {
      return bin == 0 ? (edges.length == 0 ? lowest : Math.min(lowest, edges[0])) : edges[bin - 1];
    }

    /** Upper end of a bin. */
    public double high(int bin) {
      boolean last = bin == edges.length;
      return last ? (edges.length == 0 ? highest : Math.max(highest, edges[bin - 1])) : edges[bin];
    }

    /** Standard deviation of the reference; 0 if unknown. */
    public double referenceDeviation() {
      return referenceDeviation;
    }
  }
}
