package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Scores and decisions of a binary classifier before any label: counts in the bins of the class
 * histogram, per decision.
 *
 * <p>Guarantee: exact counts; a prediction that is withdrawn (sign -1) leaves no trace. What can be
 * said from it without labels is said by {@link EstimatedPerformance}.
 */
public final class ScoreDecisions implements Summary<ScoreDecisions> {
  private static final int VERSION = 1;

  private final long[] decidedNegative = new long[ScoreLayout.LOGIT_BINS];
  private final long[] decidedPositive = new long[ScoreLayout.LOGIT_BINS];

  /**
   * Adds a prediction (sign 1) or takes it back (sign -1).
   *
   * @param score probability of the positive class, in [0,1]
   */
  public void add(double score, boolean positive, int sign) {
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("A probability must lie in [0,1], not " + score);
    }
    (positive ? decidedPositive : decidedNegative)[ScoreLayout.logitBin(score)] += sign;
  }

  /** Number of predictions in a bin that were decided positive. */
  public long positive(int bin) {
    return decidedPositive[bin];
  }

  /** Number of predictions in a bin that were decided negative. */
  public long negative(int bin) {
    return decidedNegative[bin];
  }

  /** Number of predictions. */
  public long n() {
    return Arrays.stream(decidedNegative).sum() + Arrays.stream(decidedPositive).sum();
  }

  @Override
  public void merge(ScoreDecisions other) {
    Compact.addAll(decidedNegative, other.decidedNegative);
    Compact.addAll(decidedPositive, other.decidedPositive);
  }

  @Override
  public ScoreDecisions empty() {
    return new ScoreDecisions();
  }

  @Override
  public boolean isEmpty() {
    return Compact.allZero(decidedNegative) && Compact.allZero(decidedPositive);
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Compact.writeCounts(out, decidedNegative);
    Compact.writeCounts(out, decidedPositive);
  }

  /** Reads what {@link #encode} wrote. */
  public static ScoreDecisions decode(DataInput in) throws IOException {
    Compact.readVersion(in, VERSION);
    ScoreDecisions summary = new ScoreDecisions();
    Compact.addCounts(in, summary.decidedNegative);
    Compact.addCounts(in, summary.decidedPositive);
    return summary;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoreDecisions that
        && Arrays.equals(decidedNegative, that.decidedNegative)
        && Arrays.equals(decidedPositive, that.decidedPositive);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(decidedNegative) + Arrays.hashCode(decidedPositive);
  }
}
