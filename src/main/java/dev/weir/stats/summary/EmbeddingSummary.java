package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * Mean of the random Fourier features of a vector column.
 *
 * <p>Guarantee: each feature is quantised to 2^-30; sums are exact. Vectors that are missing, of
 * another length or not finite are counted apart.
 */
public final class EmbeddingSummary implements Summary<EmbeddingSummary> {
  private static final int VERSION = 1;

  private static final int N = 0;
  private static final int MISSING = 1;
  private static final int TYPE_ERRORS = 2;
  private static final int COUNTERS = 3;

  private final EmbeddingLayout layout;
  private final long[] counters = new long[COUNTERS];
  private final Sum128[] sums;

  /** An empty summary. */
  public EmbeddingSummary(EmbeddingLayout layout) {
    this.layout = layout;
    this.sums = new Sum128[layout.features()];
    Arrays.setAll(sums, i -> new Sum128());
  }

  /** Counts a vector; one of another length or not finite is a type error. */
  public void add(double[] vector) {
    if (vector.length != layout.dimension() || !Arrays.stream(vector).allMatch(Double::isFinite)) {
      counters[TYPE_ERRORS]++;
      return;
    }
    counters[N]++;
    for (int pair = 0; pair < layout.features() / 2; pair++) {
      double angle = layout.angle(pair, vector);
      // A vector of huge numbers has no direction left: it counts like angle 0.
      double safe = Double.isFinite(angle) ? angle : 0;
      sums[2 * pair].add(quantised(StrictMath.cos(safe)));
      sums[2 * pair + 1].add(quantised(StrictMath.sin(safe)));
    }
  }

  private static long quantised(double feature) {
    return FixedPoint.quantise(feature, 0x1p30, FixedPoint.ONE);
  }

  /** Counts a missing vector. */
  public void addMissing() {
    counters[MISSING]++;
  }

  /** Counts a value that is no vector. */
  public void addTypeError() {
    counters[TYPE_ERRORS]++;
  }

  /** The layout. */
  public EmbeddingLayout layout() {
    return layout;
  }

  /** Number of vectors. */
  public long n() {
    return counters[N];
  }

  /** Number of missing vectors. */
  public long missing() {
    return counters[MISSING];
  }

  /** Number of values that are no finite vector of the right length. */
  public long typeErrors() {
    return counters[TYPE_ERRORS];
  }

  /** Number of records. */
  public long records() {
    return n() + missing() + typeErrors();
  }

  /**
   * Maximum mean discrepancy (Gretton et al. 2012): {@code sqrt(max(0, U_ref + U_cur - 2 mean_ref .
   * mean_cur))}, U = (n |mean|^2 - 1)/(n-1) without bias since every record has norm 1. Absent with
   * fewer than two vectors on a side.
   */
  public Optional<Measured> maximumMeanDiscrepancy(EmbeddingSummary reference) {
    Layout.requireEqual(layout, reference.layout);
    double m = reference.n();
    double n = n();
    if (m < 2 || n < 2) {
      return Optional.empty();
    }
    double square =
        squaredDiscrepancy(
            inner(reference, reference) / (m * m),
            m,
            inner(this, this) / (n * n),
            n,
            inner(this, reference) / (n * m));
    // A mean vector moves by at most 2^-31 sqrt(2); the three terms together by less than 2^-26.
    double slack = 0x1p-26;
    double value = Math.sqrt(Math.max(0, square));
    double bound = Math.sqrt(Math.max(0, square) + slack) - Math.sqrt(Math.max(0, square - slack));
    return Optional.of(new Measured(value, bound));
  }

  /** Without bias: the squared norms of both means, and the product of the means. */
  static double squaredDiscrepancy(
      double normReference, double m, double normCurrent, double n, double product) {
    double reference = (m * normReference - 1) / (m - 1);
    double current = (n * normCurrent - 1) / (n - 1);
    return reference + current - 2 * product;
  }

  private static double inner(EmbeddingSummary first, EmbeddingSummary second) {
    BigInteger total = BigInteger.ZERO;
    for (int i = 0; i < first.sums.length; i++) {
      total = total.add(first.sums[i].toBigInteger().multiply(second.sums[i].toBigInteger()));
    }
    return total.doubleValue() * 0x1p-60 / (first.sums.length / 2.0);
  }

  @Override
  public void merge(EmbeddingSummary other) {
    Layout.requireEqual(layout, other.layout);
    Compact.addAll(counters, other.counters);
    for (int i = 0; i < sums.length; i++) {
      sums[i].add(other.sums[i]);
    }
  }

  @Override
  public EmbeddingSummary empty() {
    return new EmbeddingSummary(layout);
  }

  @Override
  public boolean isEmpty() {
    return Compact.allZero(counters);
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Compact.writeHeader(out, VERSION, layout.fingerprint());
    Compact.writeCounts(out, counters);
    for (Sum128 sum : sums) {
      sum.encode(out);
    }
  }

  /** Reads what {@link #encode} wrote. */
  public static EmbeddingSummary decode(DataInput in, EmbeddingLayout layout) throws IOException {
    Compact.readHeader(in, VERSION, layout.fingerprint());
    EmbeddingSummary summary = new EmbeddingSummary(layout);
    Compact.addCounts(in, summary.counters);
    for (Sum128 sum : summary.sums) {
      sum.add(Sum128.decode(in));
    }
    return summary;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EmbeddingSummary that
        && layout.equals(that.layout)
        && Arrays.equals(counters, that.counters)
        && Arrays.equals(sums, that.sums);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(sums) + Arrays.hashCode(counters);
  }
}
