package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a window says about a numeric column.
 *
 * <p>Guarantee: counts are exact; the mean is within unit/2 and the variance within unit * sd +
 * unit^2/4 of the exact ones (unit = scale * 2^-20, see {@link NumericLayout}), as long as {@link
 * #clipped} is 0.
 *
 * <p>Corner cases: NaN, infinities, missing values and values of the wrong type are counted apart
 * and enter neither bins nor sums. Values beyond the range are counted in {@link #under} or {@link
 * #over} and in the outer bins. Values farther than 2^43 units from the centre are clipped in the
 * sums, and counted. Minus zero is zero. Without data every number is absent.
 */
public final class NumericSummary implements Summary<NumericSummary> {
  private static final int VERSION = 1;

  private static final int MISSING = 0;
  private static final int TYPE_ERRORS = 1;
  private static final int NAN = 2;
  private static final int PLUS_INFINITY = 3;
  private static final int MINUS_INFINITY = 4;
  private static final int UNDER = 5;
  private static final int OVER = 6;
  private static final int CLIPPED = 7;
  private static final int COUNTERS = 8;

  /** Whole numbers below this one are doubles, and so are their sums. */
  private static final double MOST_EXACT = 0x1p53;

  /** Units from the centre, 8 scales. */
  private static final double NEAR = 0x1p23;

  /** So many squares of numbers below {@link #NEAR} certainly have an exact sum. */
  private static final int MOST_SUMMED = 1 << 6;

  private final NumericLayout layout;
  private final long[] counters = new long[COUNTERS];
  private final FineCounts fineCounts;
  private final Sum128 sum = new Sum128();
  private final Sum128 sumOfSquares = new Sum128();
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  /** An empty summary. */
  public NumericSummary(NumericLayout layout) {
    this.layout = layout;
    this.fineCounts = new FineCounts(layout.fineBins());
  }

  /** Counts a value; NaN and infinities go to their own counters. */
  public void add(double value) {
    count(value, 1);
    if (layout.keepsExtremes() && Double.isFinite(value)) {
      min = Math.min(min, value + 0.0);
      max = Math.max(max, value + 0.0);
    }
  }

  /** Counts the first values of an array. */
  public void add(double[] values, int count) {
    for (int from = 0; from < count; from += MOST_SUMMED) {
      int to = Math.min(count, from + MOST_SUMMED);
      long[] counts = fineCounts.arrayFor(to - from);
      if (counts == null) {
        for (int i = from; i < to; i++) {
          add(values[i]);
        }
      } else {
        add(values, from, to, counts);
      }
    }
  }

  private void add(double[] values, int from, int to, long[] counts) {
    if (!addToSums(values, from, to)) {
      addAroundFar(values, from, to, counts);
      return;
    }
    int last = counts.length - 1;
    boolean bothSeen = counts[0] > 0 && counts[last] > 0;
    long outer = counts[0] + counts[last];
    layout.countFine(values, from, to, counts);
    fineCounts.addToTotal(to - from);
    // No value of an inner bin passes one of an outer bin, and mostly there are no others.
    boolean allInner = counts[0] + counts[last] == outer;
    if (!(allInner && bothSeen)) {
      widen(values, from, to);
    }
    if (!(allInner && layout.innerBinsAreInRange())) {
      countOutside(values, from, to);
    }
  }

  private void widen(double[] values, int from, int to) {
    if (!layout.keepsExtremes()) {
      return;
    }
    double least = min;
    double most = max;
    for (int i = from; i < to; i++) {
      if (values[i] < least) {
        least = values[i];
      }
      if (values[i] > most) {
        most = values[i];
      }
    }
    min = least + 0.0;
    max = most + 0.0;
  }

  private void countOutside(double[] values, int from, int to) {
    double lowest = layout.lowest();
    double highest = layout.highest();
    int under = 0;
    int over = 0;
    for (int i = from; i < to; i++) {
      under += values[i] < lowest ? 1 : 0;
      over += values[i] > highest ? 1 : 0;
    }
    counters[UNDER] += under;
    counters[OVER] += over;
  }

  /**
   * Adds values and squares without rounding, or nothing where that cannot be: then the sum of
   * squares is too large, or no number. Whole numbers add up exactly as long as the sum is small,
   * and faster than integers; two sums do not wait for each other.
   */
  private boolean addToSums(double[] values, int from, int to) {
    double centre = layout.centre();
    double inverseUnit = layout.inverseUnit();
    double one = 0;
    double oneOfSquares = 0;
    double other = 0;
    double otherOfSquares = 0;
    int i = from;
    for (; i + 1 < to; i += 2) {
      double units = Math.floor((values[i] - centre) * inverseUnit + 0.5);
      one += units;
      oneOfSquares += units * units;
      double unitsOfNext = Math.floor((values[i + 1] - centre) * inverseUnit + 0.5);
      other += unitsOfNext;
      otherOfSquares += unitsOfNext * unitsOfNext;
    }
    if (i < to) {
      double units = Math.floor((values[i] - centre) * inverseUnit + 0.5);
      one += units;
      oneOfSquares += units * units;
    }
    double squares = oneOfSquares + otherOfSquares;
    if (!(squares < MOST_EXACT)) {
      return false;
    }
    sum.add((long) (one + other));
    sumOfSquares.add((long) squares);
    return true;
  }

  /** Values far from the centre, and those that are no numbers, one by one; all between at once. */
  private void addAroundFar(double[] values, int from, int to, long[] counts) {
    int start = from;
    for (int i = from; i <= to; i++) {
      if (i < to && Math.abs((values[i] - layout.centre()) * layout.inverseUnit()) < NEAR) {
        continue;
      }
      add(values, start, i, counts);
      if (i < to) {
        add(values[i]);
      }
      start = i + 1;
    }
  }

  /**
   * Counts a value (sign 1) or takes a counted one back exactly (sign -1).
   *
   * @throws IllegalStateException if the layout keeps minimum and maximum, which cannot be undone
   */
  public void add(double value, int sign) {
    if (layout.keepsExtremes()) {
      throw new IllegalStateException(
          "Values can be withdrawn only from a layout without extremes");
    }
    count(value, sign);
  }

  private void count(double value, int sign) {
    if (!Double.isFinite(value)) {
      counters[Double.isNaN(value) ? NAN : value > 0 ? PLUS_INFINITY : MINUS_INFINITY] += sign;
      return;
    }
    fineCounts.add(layout.fineBin(value), sign);
    if (value < layout.lowest()) {
      counters[UNDER] += sign;
    } else if (value > layout.highest()) {
      counters[OVER] += sign;
    }
    double offset = value - layout.centre();
    double inverseUnit = layout.inverseUnit();
    long quantised = FixedPoint.quantise(offset, inverseUnit, FixedPoint.NUMERIC_CLIP);
    boolean mayBeClipped = Math.abs(quantised) == FixedPoint.NUMERIC_CLIP;
    if (mayBeClipped && FixedPoint.clips(offset, inverseUnit, FixedPoint.NUMERIC_CLIP)) {
      counters[CLIPPED] += sign;
    }
    sum.add(quantised, sign);
    sumOfSquares.addProduct(quantised, sign * quantised);
  }

  /** Counts a missing value. */
  public void addMissing() {
    addMissing(1);
  }

  /** Counts so many missing values; a negative number takes them back. */
  public void addMissing(int count) {
    counters[MISSING] += count;
  }

  /** Counts a value of the wrong type. */
  public void addTypeError() {
    counters[TYPE_ERRORS]++;
  }

  /** The layout. */
  public NumericLayout layout() {
    return layout;
  }

  /** Number of finite values. */
  public long n() {
    return fineCounts.total();
  }

  /** Number of records: finite, not finite, missing and of the wrong type. */
  public long records() {
    return n() + missing() + typeErrors() + nan() + plusInfinity() + minusInfinity();
  }

  /** Number of missing values. */
  public long missing() {
    return counters[MISSING];
  }

  /** Number of values of the wrong type. */
  public long typeErrors() {
    return counters[TYPE_ERRORS];
  }

  /** Number of values that are not a number. */
  public long nan() {
    return counters[NAN];
  }

  /** Number of values plus infinity. */
  public long plusInfinity() {
    return counters[PLUS_INFINITY];
  }

  /** Number of values minus infinity. */
  public long minusInfinity() {
    return counters[MINUS_INFINITY];
  }

  /** Number of finite values below the range. */
  public long under() {
    return counters[UNDER];
  }

  /** Number of finite values above the range. */
  public long over() {
    return counters[OVER];
  }

  /** Number of finite values that are clipped in the sums. */
  public long clipped() {
    return counters[CLIPPED];
  }

  /** Counts of the fine bins. */
  public long[] fineCounts() {
    return fineCounts.toArray();
  }

  /** The same as floating-point numbers, as distances need them. */
  public double[] fineCountsAsDoubles() {
    return fineCounts.toDoubles();
  }

  /** Counts of the B bins, summed from the fine ones. */
  public long[] coarseCounts() {
    long[] counts = new long[layout.coarseBins()];
    long[] fine = fineCounts.view();
    int coarse = 0;
    long sum = 0;
    for (int bin = 0; bin < fine.length; bin++) {
      int next = layout.coarseOfFine(bin);
      if (next != coarse) {
        counts[coarse] = sum;
        coarse = next;
        sum = 0;
      }
      sum += fine[bin];
    }
    counts[coarse] = sum;
    return counts;
  }

  /** Smallest finite value; absent without one, or if the layout keeps no extremes. */
  public OptionalDouble min() {
    return min <= max ? OptionalDouble.of(min) : OptionalDouble.empty();
  }

  /** Largest finite value; absent like {@link #min}. */
  public OptionalDouble max() {
    return min <= max ? OptionalDouble.of(max) : OptionalDouble.empty();
  }

  /** Sum of the values' distances from the centre, in units of the layout. */
  public BigInteger sumInUnits() {
    return sum.toBigInteger();
  }

  /** Mean, within unit/2; absent without values. */
  public Optional<Measured> mean() {
    long n = n();
    if (n <= 0) {
      return Optional.empty();
    }
    double unit = layout.unit();
    return Measured.ifFinite(layout.centre() + sum.toDouble() / n * unit, unit / 2);
  }

  /**
   * Standard deviation with n-1; absent below two values.
   *
   * <p>Bound: quantisation moves each value by at most unit/2, and the standard deviation is a norm
   * of the deviations, so it moves by at most unit/2 * sqrt(n/(n-1)).
   */
  public Optional<Measured> standardDeviation() {
    long n = n();
    if (n < 2) {
      return Optional.empty();
    }
    double variance = Exact.variance(n, sum, sumOfSquares);
    double unit = layout.unit();
    return Measured.ifFinite(
        Math.sqrt(variance) * unit, unit / 2 * Math.sqrt((double) n / (n - 1)));
  }

  /**
   * Quantile from the fine bins: in the first bin whose cumulative count reaches {@code level * n},
   * linear inside. The outer bins end at minimum and maximum (at the range of the layout if there
   * are none).
   *
   * <p>Bound: the width of that bin. Absent without values, or if that bin has no finite end.
   *
   * @param level in (0,1)
   */
  public Optional<Measured> quantile(double level) {
    long n = n();
    if (n <= 0) {
      return Optional.empty();
    }
    double target = level * n;
    long[] counts = fineCounts.view();
    long before = 0;
    int bin = 0;
    while (bin < counts.length - 1 && before + counts[bin] < target) {
      before += counts[bin++];
    }
    double low = lowerEnd(bin);
    double width = Math.max(0, upperEnd(bin) - low);
    if (!Double.isFinite(low) || !Double.isFinite(width) || counts[bin] <= 0) {
      return Optional.empty();
    }
    double share = Math.max(0, target - before) / counts[bin];
    return Measured.ifFinite(low + Math.min(1, share) * width, width);
  }

  private double lowerEnd(int bin) {
    double end = bin == 0 ? min().orElse(layout.lowest()) : layout.fineEdge(bin - 1);
    return bin == 0 && layout.fineBins() > 1 ? Math.min(end, layout.fineEdge(0)) : end;
  }

  private double upperEnd(int bin) {
    boolean last = bin == layout.fineBins() - 1;
    double end = last ? max().orElse(layout.highest()) : layout.fineEdge(bin);
    return last && bin > 0 ? Math.max(end, layout.fineEdge(bin - 1)) : end;
  }

  @Override
  public void merge(NumericSummary other) {
    Layout.requireEqual(layout, other.layout);
    Compact.addAll(counters, other.counters);
    fineCounts.addAll(other.fineCounts);
    sum.add(other.sum);
    sumOfSquares.add(other.sumOfSquares);
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  @Override
  public NumericSummary empty() {
    return new NumericSummary(layout);
  }

  @Override
  public boolean isEmpty() {
    return Compact.allZero(counters)
        && fineCounts.isZero()
        && sum.isZero()
        && sumOfSquares.isZero();
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Compact.writeHeader(out, VERSION, layout.fingerprint());
    Compact.writeCounts(out, counters);
    fineCounts.encode(out);
    sum.encode(out);
    sumOfSquares.encode(out);
    boolean extremes = min <= max;
    out.writeBoolean(extremes);
    if (extremes) {
      out.writeDouble(min);
      out.writeDouble(max);
    }
  }

  /** Reads what {@link #encode} wrote. */
  public static NumericSummary decode(DataInput in, NumericLayout layout) throws IOException {
    NumericSummary summary = new NumericSummary(layout);
    summary.mergeEncoded(in);
    return summary;
  }

  /**
   * Merges what {@link #encode} wrote: panes hold few values, and this touches no other bin.
   *
   * @throws IOException if the bytes are damaged or of another layout; then this is not to be used
   */
  public void mergeEncoded(DataInput in) throws IOException {
    Compact.readHeader(in, VERSION, layout.fingerprint());
    Compact.addCounts(in, counters);
    fineCounts.addEncoded(in);
    sum.add(Sum128.decode(in));
    sumOfSquares.add(Sum128.decode(in));
    if (in.readBoolean()) {
      min = Math.min(min, in.readDouble());
      max = Math.max(max, in.readDouble());
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NumericSummary that
        && layout.equals(that.layout)
        && Arrays.equals(counters, that.counters)
        && fineCounts.equals(that.fineCounts)
        && sum.equals(that.sum)
        && sumOfSquares.equals(that.sumOfSquares)
        && min == that.min
        && max == that.max;
  }

  @Override
  public int hashCode() {
    return 31 * fineCounts.hashCode() + Arrays.hashCode(counters);
  }
}
