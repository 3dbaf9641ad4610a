package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Scores and labels of a binary classifier.
 *
 * <p>Guarantee: an outcome that is withdrawn (sign -1) leaves no trace, so a corrected label is
 * exact. Scores are quantised to 2^-30; numbers read from the class histogram carry their bounds.
 *
 * <p>The numbers of reliability (ece, Murphy's decomposition, ...) are read by {@link Calibration},
 * those of ranking by {@link Ranking}, those of decisions by {@link #confusion}.
 */
public final class BinaryOutcomeSummary implements Summary<BinaryOutcomeSummary> {
  private static final int VERSION = 1;
  private static final double HALF_UNIT = 0x1p-31;
  private static final double SMALLEST_PROBABILITY = 0x1p-30;

  private final ScoreLayout layout;
  private final ScoreTable widthTable = new ScoreTable(ScoreLayout.TABLE_BINS);
  private final ScoreTable quantileTable;
  private final Sum128 logLoss = new Sum128();
  private final Sum128 spiegelhalterVariance = new Sum128();
  private final long[] negatives = new long[ScoreLayout.LOGIT_BINS];
  private final long[] positives = new long[ScoreLayout.LOGIT_BINS];
  private final long[] decisions = new long[4];

  /** An empty summary. */
  public BinaryOutcomeSummary(ScoreLayout layout) {
    this.layout = layout;
    this.quantileTable = new ScoreTable(layout.quantileEdges().length + 1);
  }

  /**
   * Adds an outcome (sign 1) or takes it back (sign -1).
   *
   * @param score probability of the positive class, in [0,1]
   * @param positive whether the label is positive
   * @param decidedPositive whether the model decided positive
   */
  public void add(double score, boolean positive, boolean decidedPositive, int sign) {
    long quantised = FixedPoint.probability(score);
    widthTable.add(ScoreLayout.widthBin(quantised), quantised, positive, sign);
    quantileTable.add(layout.quantileBin(score), quantised, positive, sign);
    double spread = 1 - 2 * score;
    logLoss.add(
        FixedPoint.quantise(logLossOf(score, positive), 0x1p30, FixedPoint.SCORE_CLIP), sign);
    spiegelhalterVariance.add(FixedPoint.probability(spread * spread * score * (1 - score)), sign);
    (positive ? positives : negatives)[ScoreLayout.logitBin(score)] += sign;
    decisions[(decidedPositive ? 2 : 0) + (positive ? 1 : 0)] += sign;
  }

  /** {@code -ln} of the probability given to the label, in nats; p clipped to [2^-30, 1-2^-30]. */
  public static double logLossOf(double score, boolean positive) {
    double clipped = Math.max(SMALLEST_PROBABILITY, Math.min(1 - SMALLEST_PROBABILITY, score));
    return positive ? -StrictMath.log(clipped) : -StrictMath.log1p(-clipped);
  }

  /** The layout. */
  public ScoreLayout layout() {
    return layout;
  }

  /** Number of outcomes. */
  public long n() {
    return widthTable.n();
  }

  /** Number of positive labels. */
  public long positives() {
    return widthTable.positives();
  }

  /** Number of negative labels. */
  public long negatives() {
    return n() - positives();
  }

  /** Table over the ten bins of equal width. */
  public ScoreTable widthTable() {
    return widthTable;
  }

  /** Table over the reference-quantile bins. */
  public ScoreTable quantileTable() {
    return quantileTable;
  }

  /** Class histogram of the negatives, 1024 logit-spaced bins. */
  public long[] negativeCounts() {
    return negatives.clone();
  }

  /** Class histogram of the positives. */
  public long[] positiveCounts() {
    return positives.clone();
  }

  /** Decisions against labels. */
  public Confusion confusion() {
    return new Confusion(decisions[3], decisions[2], decisions[1], decisions[0]);
  }

  /** Ranking numbers: ROC AUC, average precision. */
  public Ranking ranking() {
    return new Ranking(negatives, positives);
  }

  /** Reliability on ten bins of equal width. */
  public Calibration calibration() {
    return new Calibration(widthTable);
  }

  /** Reliability on reference-quantile bins. */
  public Calibration equalMassCalibration() {
    return new Calibration(quantileTable);
  }

  /** Brier score {@code (sum p^2 - 2 sum py + sum y)/n}, within 2^-30; absent without outcomes. */
  public Optional<Measured> brier() {
    return calibration().brier();
  }

  /** Mean log loss in nats, p clipped to [2^-30, 1-2^-30]; absent without outcomes. */
  public Optional<Measured> logLoss() {
    return n() <= 0
        ? Optional.empty()
        : Optional.of(new Measured(logLoss.toDouble() * 0x1p-30 / n(), HALF_UNIT));
  }

  /**
   * Spiegelhalter's z (1986): {@code (sum y - sum p - 2 sum py + 2 sum p^2)/sqrt(V)}, V = sum
   * (1-2p)^2 p(1-p); about standard normal if the scores are calibrated. Absent if V is 0.
   */
  public Optional<Measured> spiegelhalterZ() {
    return calibration().spiegelhalterZ(spiegelhalterVariance);
  }

  /** Cox's (1958) logistic recalibration on the class histogram. */
  public Optional<LogisticRecalibration> recalibration() {
    return LogisticRecalibration.fit(negatives, positives);
  }

  @Override
  public void merge(BinaryOutcomeSummary other) {
    Layout.requireEqual(layout, other.layout);
    widthTable.merge(other.widthTable);
    quantileTable.merge(other.quantileTable);
    logLoss.add(other.logLoss);
    spiegelhalterVariance.add(other.spiegelhalterVariance);
    Compact.addAll(negatives, other.negatives);
    Compact.addAll(positives, other.positives);
    Compact.addAll(decisions, other.decisions);
  }

  @Override
  public BinaryOutcomeSummary empty() {
    return new BinaryOutcomeSummary(layout);
  }

  @Override
  public boolean isEmpty() {
    return widthTable.isEmpty()
        && quantileTable.isEmpty()
        && logLoss.isZero()
        && spiegelhalterVariance.isZero()
        && Compact.allZero(negatives)
        && Compact.allZero(positives)
        && Compact.allZero(decisions);
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Compact.writeHeader(out, VERSION, layout.fingerprint());
    widthTable.encode(out);
    quantileTable.encode(out);
    logLoss.encode(out);
    spiegelhalterVariance.encode(out);
    Compact.writeCounts(out, negatives);
    Compact.writeCounts(out, positives);
    Compact.writeCounts(out, decisions);
  }

  /** Reads what {@link #encode} wrote. */
  public static BinaryOutcomeSummary decode(DataInput in, ScoreLayout layout) throws IOException {
    Compact.readHeader(in, VERSION, layout.fingerprint());
    BinaryOutcomeSummary summary = new BinaryOutcomeSummary(layout);
    summary.widthTable.decode(in);
    summary.quantileTable.decode(in);
    summary.logLoss.add(Sum128.decode(in));
    summary.spiegelhalterVariance.add(Sum128.decode(in));
    Compact.addCounts(in, summary.negatives);
    Compact.addCounts(in, summary.positives);
    Compact.addCounts(in, summary.decisions);
    return summary;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BinaryOutcomeSummary that
        && layout.equals(that.layout)
        && widthTable.equals(that.widthTable)
        && quantileTable.equals(that.quantileTable)
        && logLoss.equals(that.logLoss)
        && spiegelhalterVariance.equals(that.spiegelhalterVariance)
        && Arrays.equals(negatives, that.negatives)
        && Arrays.equals(positives, that.positives)
        && Arrays.equals(decisions, that.decisions);
  }

  @Override
  public int hashCode() {
    return 31 * widthTable.hashCode() + Arrays.hashCode(decisions);
  }
}
