package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.stream.IntStream;

/**
 * Bins and units of a numeric column, frozen from the reference.
 *
 * <p>Guarantee: every coarse edge is a fine edge, edges are strictly increasing, and bins are
 * closed on the left; the outer bins are open. With B bins asked for there are at most B.
 *
 * <p>Edges are quantiles i/B of the reference by the linear rule: at rank {@code h = (m-1) i/B}
 * between the sorted values floor(h) and floor(h)+1 (Hyndman and Fan 1996, type 7); equal edges are
 * merged. Values are measured from {@code centre} = reference median in units of {@code
 * 2^unitExponent} = scale * 2^-20, scale the power of two at least max(p99 - p01, 2^-20 |median|,
 * 2^-60).
 */
public final class NumericLayout implements Layout {
  /** Bins used where the job file says nothing. */
  public static final int DEFAULT_BINS = 32;

  /** Fine bins used where the job file says nothing. */
  public static final int DEFAULT_FINE_BINS = 256;

  private static final int VERSION = 1;
  private static final int MOST_EDGES = (1 << 16) - 1;
  private static final int SCALE_TO_UNIT = 20;

  private final double[] coarseEdges;
  private final double[] fineEdges;
  private final EdgeIndex fineIndex;
  private final int[] coarseOfFine;
  private final double centre;
  private final int unitExponent;
  private final double inverseUnit;
  private final double lowest;
  private final double highest;
  private final boolean keepsExtremes;
  private final boolean innerBinsAreInRange;
  private final int fingerprint;

  private NumericLayout(
      double[] coarseEdges,
      double[] fineEdges,
      double centre,
      int unitExponent,
      double lowest,
      double highest,
      boolean keepsExtremes) {
    this.coarseEdges = coarseEdges;
    this.fineEdges = fineEdges;
    this.fineIndex = EdgeIndex.of(fineEdges);
    this.centre = centre;
    this.unitExponent = unitExponent;
    this.inverseUnit = Math.scalb(1.0, -unitExponent);
    this.lowest = lowest;
    this.highest = highest;
    this.keepsExtremes = keepsExtremes;
    this.innerBinsAreInRange =
        fineEdges.length > 0
            && lowest <= fineEdges[0]
            && fineEdges[fineEdges.length - 1] <= highest;
    this.coarseOfFine = coarseOfFine(coarseEdges, fineEdges);
    this.fingerprint = Layout.fingerprintOf(this);
  }

  /**
   * Builds the layout from reference values.
   *
   * @param sorted finite reference values in ascending order; empty gives one bin, centre 0, scale
   *     1 and no range
   * @param bins at least 1
   * @param fineBins a multiple of {@code bins}
   * @throws IllegalArgumentException if a value is not finite or out of order, or bins do not fit
   */
  public static NumericLayout of(double[] sorted, int bins, int fineBins) {
    if (bins < 1 || fineBins < bins || fineBins % bins != 0) {
      throw new IllegalArgumentException(
          "Fine bins must be a multiple of bins, not " + fineBins + " and " + bins);
    }
    requireSortedFinite(sorted);
    if (sorted.length == 0) {
      return ofEdges(new double[0], 0, 0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    double[] fine = edges(sorted, fineBins, 1);
    double[] coarse = edges(sorted, fineBins, fineBins / bins);
    double median = quantile(sorted, 1, 2);
    double width = quantile(sorted, 99, 100) - quantile(sorted, 1, 100);
    int scale = FixedPoint.exponentAtLeast(Math.max(width, 0x1p-20 * Math.abs(median)));
    return new NumericLayout(
        coarse,
        fine,
        median,
        scale - SCALE_TO_UNIT,
        sorted[0] + 0.0,
        sorted[sorted.length - 1] + 0.0,
        true);
  }

  /** {@link #of(double[], int, int)} with 32 and 256 bins. */
  public static NumericLayout of(double[] sorted) {
    return of(sorted, DEFAULT_BINS, DEFAULT_FINE_BINS);
  }

  /**
   * Builds a layout from given inner edges, used both as coarse and as fine ones.
   *
   * @param edges strictly increasing
   * @param centre subtracted from values before they are quantised
   * @param scaleExponent the unit is 2^(scaleExponent - 20)
   */
  public static NumericLayout ofEdges(
      double[] edges, double centre, int scaleExponent, double lowest, double highest) {
    requireSortedFinite(edges);
    double[] copy = edges.clone();
    return new NumericLayout(
        copy, copy, centre, scaleExponent - SCALE_TO_UNIT, lowest, highest, true);
  }

  /** Returns this layout with the declared range in place of the reference's. */
  public NumericLayout withRange(double declaredLowest, double declaredHighest) {
    return new NumericLayout(
        coarseEdges,
        fineEdges,
        centre,
        unitExponent,
        declaredLowest,
        declaredHighest,
        keepsExtremes);
  }

  /** Returns this layout without minimum and maximum, so that values can be withdrawn exactly. */
  public NumericLayout withoutExtremes() {
    return new NumericLayout(coarseEdges, fineEdges, centre, unitExponent, lowest, highest, false);
  }

  /** Inner edges of the B bins, B - 1 at most. */
  public double[] coarseEdges() {
    return coarseEdges.clone();
  }

  /** Inner edges of the fine bins. */
  public double[] fineEdges() {
    return fineEdges.clone();
  }

  /** Number of bins. */
  public int coarseBins() {
    return coarseEdges.length + 1;
  }

  /** Number of fine bins. */
  public int fineBins() {
    return fineEdges.length + 1;
  }

  /** The coarse bin of a value, 0 to {@link #coarseBins} - 1: the number of edges at most it. */
  public int coarseBin(double value) {
    return Compact.bin(coarseEdges, value);
  }

  /** The fine bin of a value: the number of fine edges at most it. */
  public int fineBin(double value) {
    return fineIndex.bin(value);
  }

  /** Counts values, none of which may be NaN, in their fine bins. */
  void countFine(double[] values, int from, int to, long[] counts) {
    fineIndex.count(values, from, to, counts);
  }

  /** The coarse bin that contains a fine bin. */
  public int coarseOfFine(int fineBin) {
    return coarseOfFine[fineBin];
  }

  /** Reference median: the origin of the fixed-point sums. */
  public double centre() {
    return centre;
  }

  /** The unit of the fixed-point sums is 2^unitExponent. */
  public int unitExponent() {
    return unitExponent;
  }

  /** The unit of the fixed-point sums. */
  public double unit() {
    return Math.scalb(1.0, unitExponent);
  }

  /** The scale, a power of two: 2^20 units. */
  public double scale() {
    return Math.scalb(1.0, unitExponent + SCALE_TO_UNIT);
  }

  /** Smallest value inside the range of the reference, or the declared one. */
  public double lowest() {
    return lowest;
  }

  /** Largest value inside the range. */
  public double highest() {
    return highest;
  }

  /** Whether summaries keep minimum and maximum; if not, values can be withdrawn. */
  public boolean keepsExtremes() {
    return keepsExtremes;
  }

  /** Whether only values of the two outer fine bins can lie outside the range. */
  boolean innerBinsAreInRange() {
    return innerBinsAreInRange;
  }

  double fineEdge(int index) {
    return fineEdges[index];
  }

  double inverseUnit() {
    return inverseUnit;
  }

  /**
   * The quantile {@code numerator/denominator} of sorted values by the linear rule (type 7).
   *
   * @param sorted at least one value, ascending
   */
  public static double quantile(double[] sorted, int numerator, int denominator) {
    long scaledRank = (long) (sorted.length - 1) * numerator;
    int below = (int) (scaledRank / denominator);
    double fraction = (double) (scaledRank % denominator) / denominator;
    double low = sorted[below] + 0.0;
    if (fraction == 0 || sorted[below + 1] == low) {
      return low;
    }
    double high = sorted[below + 1];
    // The plain difference may overflow for values near the largest double.
    double step = high - low;
    double value =
        Double.isInfinite(step) ? low * (1 - fraction) + high * fraction : low + step * fraction;
    return Math.min(value, high) + 0.0;
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Compact.writeDoubles(out, coarseEdges);
    Compact.writeDoubles(out, fineEdges);
    out.writeDouble(centre);
    Compact.writeSigned(out, unitExponent);
    out.writeDouble(lowest);
    out.writeDouble(highest);
    out.writeBoolean(keepsExtremes);
  }

  /** Reads what {@link #encode} wrote. */
  public static NumericLayout decode(DataInput in) throws IOException {
    Compact.readVersion(in, VERSION);
    double[] coarse = Compact.readDoubles(in, MOST_EDGES);
    double[] fine = Compact.readDoubles(in, MOST_EDGES);
    double centre = in.readDouble();
    int unitExponent = (int) Compact.readSigned(in);
    double lowest = in.readDouble();
    double highest = in.readDouble();
    if (!Double.isFinite(centre) || unitExponent < -80 || unitExponent > 1003) {
      throw new IOException("No centre or unit of a column: bytes are damaged");
    }
    requireEdges(coarse);
    requireEdges(fine);
    return new NumericLayout(coarse, fine, centre, unitExponent, lowest, highest, in.readBoolean());
  }

  @Override
  public int fingerprint() {
    return fingerprint;
  }

  @Override
  public boolean equals(Object other) {
    return Layout.equal(this, other);
  }

  @Override
  public int hashCode() {
    return fingerprint;
  }

  private static double[] edges(double[] sorted, int denominator, int step) {
    return IntStream.range(1, denominator / step)
        .mapToDouble(i -> quantile(sorted, i * step, denominator))
        .distinct()
        .toArray();
  }

  private static int[] coarseOfFine(double[] coarse, double[] fine) {
    int[] result = new int[fine.length + 1];
    for (int bin = 1; bin < result.length; bin++) {
      result[bin] = Compact.bin(coarse, fine[bin - 1]);
    }
    return result;
  }

  private static void requireEdges(double[] edges) throws IOException {
    Layout.decoded(
        () -> {
          requireSortedFinite(edges);
          return edges;
        });
  }

  private static void requireSortedFinite(double[] sorted) {
    for (int i = 0; i < sorted.length; i++) {
      if (!Double.isFinite(sorted[i]) || (i > 0 && sorted[i] < sorted[i - 1])) {
        throw new IllegalArgumentException(
            "Values must be finite and ascending; value " + i + " is " + sorted[i]);
      }
    }
  }
}
