package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Reference-quantile bins of a score, and the fixed logit-spaced bins of the class histogram.
 *
 * <p>Guarantee: the table of logit edges {@code e_b = 1/(1+exp(8 - b/64)), b = 1..1023} is computed
 * once with {@code StrictMath}; bins are found by binary search, closed on the left.
 */
public final class ScoreLayout implements Layout {
  /** Bins of the class histogram. */
  public static final int LOGIT_BINS = 1024;

  /** Bins of equal width, and reference-quantile bins at most. */
  public static final int TABLE_BINS = 10;

  private static final int VERSION = 1;
  private static final double[] LOGIT_EDGES =
      IntStream.range(1, LOGIT_BINS)
          .mapToDouble(b -> 1 / (1 + StrictMath.exp(8 - b / 64.0)))
          .toArray();
  private static final EdgeIndex LOGIT_INDEX = EdgeIndex.of(LOGIT_EDGES);

  private final double[] quantileEdges;
  private final int fingerprint;

  private ScoreLayout(double[] quantileEdges) {
    this.quantileEdges = quantileEdges;
    this.fingerprint = Layout.fingerprintOf(this);
  }

  /** Edges at the ten-quantiles of the reference scores; empty gives one bin. */
  public static ScoreLayout of(double[] sortedReferenceScores) {
    return ofEdges(NumericLayout.of(sortedReferenceScores, TABLE_BINS, TABLE_BINS).coarseEdges());
  }

  /** Given inner edges of the quantile bins, strictly increasing, at most nine. */
  public static ScoreLayout ofEdges(double[] quantileEdges) {
    if (quantileEdges.length >= TABLE_BINS) {
      throw new IllegalArgumentException("At most nine inner edges, not " + quantileEdges.length);
    }
    return new ScoreLayout(quantileEdges.clone());
  }

  /** Inner edges of the reference-quantile bins. */
  public double[] quantileEdges() {
    return quantileEdges.clone();
  }

  /** Reference-quantile bin of a score. */
  public int quantileBin(double score) {
    return Compact.bin(quantileEdges, score);
  }

  /** Equal-width bin of a score quantised to 2^-30: {@code min(9, (10 q) >> 30)}. */
  public static int widthBin(long quantised) {
    return (int) Math.min(TABLE_BINS - 1, (TABLE_BINS * quantised) >> 30);
  }

  /** Bin of the class histogram: number of logit edges at most the score. */
  public static int logitBin(double score) {
    return LOGIT_INDEX.bin(score);
  }

  /** Lower end of a class-histogram bin; 0 for the first. */
  public static double logitBinLow(int bin) {
    return bin == 0 ? 0 : LOGIT_EDGES[bin - 1];
  }

  /** Upper end of a class-histogram bin; 1 for the last. */
  public static double logitBinHigh(int bin) {
    return bin == LOGIT_BINS - 1 ? 1 : LOGIT_EDGES[bin];
  }

  /** Logit of the centre of a class-histogram bin: {@code (b + 1/2)/64 - 8}. */
  public static double logitBinCentre(int bin) {
    return (bin + 0.5) / 64 - 8;
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Compact.writeDoubles(out, quantileEdges);
  }

  /** Reads what {@link #encode} wrote. */
  public static ScoreLayout decode(DataInput in) throws IOException {
    Compact.readVersion(in, VERSION);
    double[] edges = Compact.readDoubles(in, TABLE_BINS - 1);
    return Layout.decoded(() -> ofEdges(edges));
  }

  @Override
  public int fingerprint() {
    return fingerprint;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoreLayout that && Arrays.equals(quantileEdges, that.quantileEdges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(quantileEdges);
  }
}
