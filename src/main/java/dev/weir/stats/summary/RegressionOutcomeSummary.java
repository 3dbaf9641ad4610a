package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Values, intervals and labels of a regression model.
 *
 * <p>Guarantee: an outcome that is withdrawn (sign -1) leaves no trace. Errors are quantised to
 * scale * 2^-20, widths, interval scores and pinball losses to scale * 2^-30; what lies beyond 2^23
 * and 2^13 scales is clipped and counted.
 *
 * <p>Corner cases: an outcome without an interval enters the errors only, one without a value the
 * intervals only. An interval holds its ends.
 */
public final class RegressionOutcomeSummary implements Summary<RegressionOutcomeSummary> {
  private static final int VERSION = 1;

  private static final int N = 0;
  private static final int INTERVALS = 1;
  private static final int BELOW = 2;
  private static final int ABOVE = 3;
  private static final int CLIPPED = 4;
  private static final int COUNTERS = 5;

  private static final int ERROR = 0;
  private static final int ERROR_SQUARED = 1;
  private static final int ERROR_ABSOLUTE = 2;
  private static final int LABEL = 3;
  private static final int LABEL_SQUARED = 4;
  private static final int WIDTH = 5;
  private static final int WINKLER = 6;
  private static final int PINBALL = 7;
  private static final int SUMS = 8;

  private final RegressionLayout layout;
  private final int fingerprint;
  private final double inverseUnit;
  private final double inverseScoreUnit;
  private final long[] counters = new long[COUNTERS];
  private final Sum128[] sums = new Sum128[SUMS];

  /** An empty summary. */
  public RegressionOutcomeSummary(RegressionLayout layout) {
    this.layout = layout;
    this.fingerprint = layout.fingerprint();
    this.inverseUnit = Math.scalb(1.0, 20 - layout.scaleExponent());
    this.inverseScoreUnit = Math.scalb(1.0, 30 - layout.scaleExponent());
    Arrays.setAll(sums, i -> new Sum128());
  }

  /** Adds a value beside its label (sign 1) or takes it back (sign -1). */
  public void add(double value, double label, int sign) {
    requireFinite(value);
    requireFinite(label);
    counters[N] += sign;
    long error = quantised(value - label, sign);
    sums[ERROR].add(error, sign);
    sums[ERROR_ABSOLUTE].add(Math.abs(error), sign);
    sums[ERROR_SQUARED].addProduct(error, sign * error);
    long centred = quantised(label - layout.centre(), sign);
    sums[LABEL].add(centred, sign);
    sums[LABEL_SQUARED].addProduct(centred, sign * centred);
  }

  /** Adds an interval beside its label (sign 1) or takes it back (sign -1). */
  public void addInterval(double lower, double upper, double label, int sign) {
    requireFinite(label);
    requireFinite(lower);
    requireFinite(upper);
    if (lower > upper) {
      throw new IllegalArgumentException(
          "An interval must not end before it begins: " + lower + " > " + upper);
    }
    counters[INTERVALS] += sign;
    if (label < lower) {
      counters[BELOW] += sign;
    } else if (label > upper) {
      counters[ABOVE] += sign;
    }
    double alpha = layout.alpha();
    addScore(WIDTH, upper - lower, sign);
    addScore(WINKLER, winkler(lower, upper, label, alpha), sign);
    double lowLoss = pinball(label - lower, alpha / 2);
    double highLoss = pinball(label - upper, 1 - alpha / 2);
    addScore(PINBALL, (lowLoss + highLoss) / 2, sign);
  }

  /** Winkler's (1972) score of one interval: width plus 2/alpha times the distance outside. */
  public static double winkler(double lower, double upper, double label, double alpha) {
    double outside = Math.max(0, lower - label) + Math.max(0, label - upper);
    return upper - lower + 2 / alpha * outside;
  }

  /** Pinball loss {@code max(t z, (t-1) z)} of a distance z at quantile level t. */
  public static double pinball(double distance, double level) {
    return Math.max(level * distance, (level - 1) * distance);
  }

  private static void requireFinite(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("An outcome must be finite, not " + value);
    }
  }

  private long quantised(double distance, int sign) {
    if (FixedPoint.clips(distance, inverseUnit, FixedPoint.NUMERIC_CLIP)) {
      counters[CLIPPED] += sign;
    }
    return FixedPoint.quantise(distance, inverseUnit, FixedPoint.NUMERIC_CLIP);
  }

  private void addScore(int index, double score, int sign) {
    if (FixedPoint.clips(score, inverseScoreUnit, FixedPoint.SCORE_CLIP)) {
      counters[CLIPPED] += sign;
    }
    sums[index].add(FixedPoint.quantise(score, inverseScoreUnit, FixedPoint.SCORE_CLIP), sign);
  }

  /** The layout. */
  public RegressionLayout layout() {
    return layout;
  }

  /** Number of outcomes with a value. */
  public long n() {
    return counters[N];
  }

  /** Number of outcomes with an interval. */
  public long intervals() {
    return counters[INTERVALS];
  }

  /** Number of intervals that missed their label. */
  public long misses() {
    return counters[BELOW] + counters[ABOVE];
  }

  /** Number of labels below their interval. */
  public long missesBelow() {
    return counters[BELOW];
  }

  /** Number of labels above their interval. */
  public long missesAbove() {
    return counters[ABOVE];
  }

  /** Number of quantities that were clipped in the sums. */
  public long clipped() {
    return counters[CLIPPED];
  }

  private double unit() {
    return Math.scalb(1.0, layout.scaleExponent() - 20);
  }

  /** Mean absolute error, in units of the target, within unit/2. */
  public Optional<Measured> meanAbsoluteError() {
    return mean(ERROR_ABSOLUTE);
  }

  /** Mean of value minus label, within unit/2. */
  public Optional<Measured> bias() {
    return mean(ERROR);
  }

  private Optional<Measured> mean(int index) {
    return n() <= 0
        ? Optional.empty()
        : Measured.ifFinite(sums[index].toDouble() / n() * unit(), unit() / 2);
  }

  /** Root mean squared error, within unit/2 (the triangle inequality of the norm). */
  public Optional<Measured> rootMeanSquaredError() {
    return n() <= 0
        ? Optional.empty()
        : Measured.ifFinite(Math.sqrt(sums[ERROR_SQUARED].toDouble() / n()) * unit(), unit() / 2);
  }

  /**
   * Share of the labels' variance that is explained: {@code 1 - sum e^2/(sum y^2 - (sum y)^2/n)};
   * absent if the label is constant.
   *
   * <p>Bound: both sums of squares are squared norms that quantisation moves by at most sqrt(n)/2
   * units each.
   */
  public Optional<Measured> r2() {
    long n = n();
    if (n < 2) {
      return Optional.empty();
    }
    double total = Exact.scaledDeviation(n, sums[LABEL], sums[LABEL_SQUARED]).doubleValue() / n;
    double errors = sums[ERROR_SQUARED].toDouble();
    double slack = Math.sqrt(n) / 2;
    double smallestNorm = Math.sqrt(total) - slack;
    if (!(smallestNorm > 0)) {
      return Optional.empty();
    }
    double ratio = Math.sqrt(errors / total);
    double largest = (Math.sqrt(errors) + slack) / smallestNorm;
    return Measured.ifFinite(1 - ratio * ratio, largest * largest - ratio * ratio);
  }

  /** Share of labels inside their interval; absent without intervals. */
  public OptionalDouble coverage() {
    return intervals() <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) (intervals() - misses()) / intervals());
  }

  /** Mean width of the intervals. */
  public Optional<Measured> meanWidth() {
    return meanScore(WIDTH);
  }

  /** Mean interval score of Winkler (1972). */
  public Optional<Measured> winkler() {
    return meanScore(WINKLER);
  }

  /** Mean of the pinball losses of both ends at alpha/2 and 1 - alpha/2. */
  public Optional<Measured> pinball() {
    return meanScore(PINBALL);
  }

  private Optional<Measured> meanScore(int index) {
    if (intervals() <= 0) {
      return Optional.empty();
    }
    double scoreUnit = Math.scalb(1.0, layout.scaleExponent() - 30);
    return Measured.ifFinite(sums[index].toDouble() / intervals() * scoreUnit, scoreUnit / 2);
  }

  @Override
  public void merge(RegressionOutcomeSummary other) {
    Layout.requireEqual(layout, other.layout);
    Compact.addAll(counters, other.counters);
    for (int i = 0; i < SUMS; i++) {
      sums[i].add(other.sums[i]);
    }
  }

  @Override
  public RegressionOutcomeSummary empty() {
    return new RegressionOutcomeSummary(layout);
  }

  @Override
  public boolean isEmpty() {
    return Compact.allZero(counters) && Arrays.stream(sums).allMatch(Sum128::isZero);
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Compact.writeHeader(out, VERSION, fingerprint);
    Compact.writeCounts(out, counters);
    for (Sum128 sum : sums) {
      sum.encode(out);
    }
  }

  /** Reads what {@link #encode} wrote. */
  public static RegressionOutcomeSummary decode(DataInput in, RegressionLayout layout)
      throws IOException {
    Compact.readHeader(in, VERSION, layout.fingerprint());
    RegressionOutcomeSummary summary = new RegressionOutcomeSummary(layout);
    Compact.addCounts(in, summary.counters);
    for (Sum128 sum : summary.sums) {
      sum.add(Sum128.decode(in));
    }
    return summary;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RegressionOutcomeSummary that
        && layout.equals(that.layout)
        && Arrays.equals(counters, that.counters)
        && Arrays.equals(sums, that.sums);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(sums) + Arrays.hashCode(counters);
  }
}
