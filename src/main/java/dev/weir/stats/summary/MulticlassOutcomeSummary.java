package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Decisions, probabilities and labels of a classifier with several classes.
 *
 * <p>Guarantee: an outcome that is withdrawn (sign -1) leaves no trace. Classes that the reference
 * does not have are {@link #OUTSIDE}: they count as wrong, in a row and column of their own.
 *
 * <p>Numbers per class are taken one against the rest; their plain mean over the classes of the
 * reference is absent if one of them is 0/0. Reliability of the confidence is that of a {@link
 * BinaryOutcomeSummary} of (probability of the decided class, decision right).
 */
public final class MulticlassOutcomeSummary implements Summary<MulticlassOutcomeSummary> {
  /** Index of a class that the reference does not have. */
  public static final int OUTSIDE = -1;

  private static final int VERSION = 1;
  private static final double HALF_UNIT = 0x1p-31;

  private final MulticlassLayout layout;
  private final int fingerprint;
  private final int classes;
  private final long[] confusion;
  private final long[] negatives;
  private final long[] positives;
  private long scored;
  private final Sum128 logLoss = new Sum128();
  private final Sum128 brier = new Sum128();

  /** An empty summary. */
  public MulticlassOutcomeSummary(MulticlassLayout layout) {
    this.layout = layout;
    this.fingerprint = layout.fingerprint();
    this.classes = layout.size();
    this.confusion = new long[(classes + 1) * (classes + 1)];
    this.negatives = new long[classes * layout.scoreBins()];
    this.positives = new long[classes * layout.scoreBins()];
  }

  /**
   * Adds a decision without probabilities (sign 1) or takes it back (sign -1).
   *
   * @param decided index of the decided class, or {@link #OUTSIDE}
   * @param label index of the true class, or {@link #OUTSIDE}
   */
  public void add(int decided, int label, int sign) {
    confusion[row(decided) * (classes + 1) + row(label)] += sign;
  }

  /**
   * Adds an outcome with probabilities (sign 1) or takes it back (sign -1).
   *
   * @param probabilities one per class of the layout, each in [0,1]; they need not add up to 1,
   *     since classes outside the reference may have some
   */
  public void add(double[] probabilities, int decided, int label, int sign) {
    if (probabilities.length != classes) {
      throw new IllegalArgumentException(
          "There must be " + classes + " probabilities, not " + probabilities.length);
    }
    double loss = brierOf(probabilities, label);
    double trueProbability = label == OUTSIDE ? 0 : probabilities[label];
    double nats = BinaryOutcomeSummary.logLossOf(trueProbability, true);
    add(decided, label, sign);
    scored += sign;
    brier.add(FixedPoint.quantise(loss, 0x1p30, FixedPoint.SCORE_CLIP), sign);
    logLoss.add(FixedPoint.quantise(nats, 0x1p30, FixedPoint.SCORE_CLIP), sign);
    for (int k = 0; k < classes; k++) {
      int bin = k * layout.scoreBins() + layout.scoreBin(probabilities[k]);
      (k == label ? positives : negatives)[bin] += sign;
    }
  }

  /** Sum over classes of the squared distance between probability and label, at most 2. */
  public static double brierOf(double[] probabilities, int label) {
    double loss = label == OUTSIDE ? 1 : 0;
    for (int k = 0; k < probabilities.length; k++) {
      if (!(probabilities[k] >= 0 && probabilities[k] <= 1)) {
        throw new IllegalArgumentException(
            "A probability must lie in [0,1], not " + probabilities[k]);
      }
      double gap = probabilities[k] - (k == label ? 1 : 0);
      loss += gap * gap;
    }
    return loss;
  }

  private int row(int index) {
    return index == OUTSIDE ? classes : index;
  }

  /** The layout. */
  public MulticlassLayout layout() {
    return layout;
  }

  /** Number of outcomes. */
  public long n() {
    return Arrays.stream(confusion).sum();
  }

  /** Number of outcomes with probabilities. */
  public long scored() {
    return scored;
  }

  /** Number of outcomes with a decided and a true class, either may be {@link #OUTSIDE}. */
  public long count(int decided, int label) {
    return confusion[row(decided) * (classes + 1) + row(label)];
  }

  /** Number of outcomes labelled with a class. */
  public long labelled(int label) {
    long total = 0;
    for (int decided = 0; decided <= classes; decided++) {
      total += confusion[decided * (classes + 1) + row(label)];
    }
    return total;
  }

  /** Number of outcomes decided for a class. */
  public long decided(int decided) {
    long total = 0;
    for (int label = 0; label <= classes; label++) {
      total += confusion[row(decided) * (classes + 1) + label];
    }
    return total;
  }

  private long right() {
    long right = 0;
    for (int k = 0; k < classes; k++) {
      right += count(k, k);
    }
    return right;
  }

  /** One class against the rest. */
  public Confusion confusion(int ofClass) {
    long hits = count(ofClass, ofClass);
    long decided = decided(ofClass);
    long labelled = labelled(ofClass);
    return new Confusion(hits, decided - hits, labelled - hits, n() - decided - labelled + hits);
  }

  /** Ranking of one class against the rest. */
  public Ranking ranking(int ofClass) {
    int from = ofClass * layout.scoreBins();
    int to = from + layout.scoreBins();
    return new Ranking(
        Arrays.copyOfRange(negatives, from, to), Arrays.copyOfRange(positives, from, to));
  }

  /** Share of right decisions; absent without outcomes. */
  public OptionalDouble accuracy() {
    long n = n();
    return n <= 0 ? OptionalDouble.empty() : OptionalDouble.of((double) right() / n);
  }

  /** Mean precision over the classes. */
  public OptionalDouble precision() {
    return mean(Confusion::precision);
  }

  /** Mean recall over the classes. */
  public OptionalDouble recall() {
    return mean(Confusion::recall);
  }

  /** Mean F1 over the classes. */
  public OptionalDouble f1() {
    return mean(Confusion::f1);
  }

  private OptionalDouble mean(Function<Confusion, OptionalDouble> metric) {
    double total = 0;
    for (int k = 0; k < classes; k++) {
      OptionalDouble value = metric.apply(confusion(k));
      if (value.isEmpty()) {
        return OptionalDouble.empty();
      }
      total += value.getAsDouble();
    }
    return OptionalDouble.of(total / classes);
  }

  /**
   * Correlation of decisions and labels (Gorodkin 2004): {@code (c s - sum t_k p_k)/sqrt((s^2 - sum
   * p_k^2)(s^2 - sum t_k^2))}; absent if all decisions or all labels are the same.
   */
  public OptionalDouble matthewsCorrelation() {
    double n = n();
    double both = 0;
    double decidedSquares = 0;
    double labelledSquares = 0;
    for (int k = OUTSIDE; k < classes; k++) {
      double decided = decided(k);
      double labelled = labelled(k);
      both += decided * labelled;
      decidedSquares += decided * decided;
      labelledSquares += labelled * labelled;
    }
    double spread = Math.sqrt(n * n - decidedSquares) * Math.sqrt(n * n - labelledSquares);
    return spread > 0 ? OptionalDouble.of((right() * n - both) / spread) : OptionalDouble.empty();
  }

  /** Mean log loss of the true class in nats, p clipped to [2^-30, 1-2^-30]. */
  public Optional<Measured> logLoss() {
    return meanOf(logLoss);
  }

  /** Mean Brier score summed over classes, in [0,2]. */
  public Optional<Measured> brier() {
    return meanOf(brier);
  }

  private Optional<Measured> meanOf(Sum128 sum) {
    return scored <= 0
        ? Optional.empty()
        : Optional.of(new Measured(sum.toDouble() * 0x1p-30 / scored, HALF_UNIT));
  }

  /** Mean area under the ROC curve, one class against the rest. */
  public Optional<Measured> rocAuc() {
    return meanRanking(Ranking::rocAuc);
  }

  /** Mean average precision, one class against the rest. */
  public Optional<Measured> averagePrecision() {
    return meanRanking(Ranking::averagePrecision);
  }

  private Optional<Measured> meanRanking(Function<Ranking, Optional<Measured>> metric) {
    double total = 0;
    double bound = 0;
    for (int k = 0; k < classes; k++) {
      Optional<Measured> measured = metric.apply(ranking(k));
      if (measured.isEmpty()) {
        return Optional.empty();
      }
      total += measured.get().value();
      bound += measured.get().errorBound();
    }
    return Optional.of(new Measured(total / classes, bound / classes));
  }

  @Override
  public void merge(MulticlassOutcomeSummary other) {
    Layout.requireEqual(layout, other.layout);
    Compact.addAll(confusion, other.confusion);
    Compact.addAll(negatives, other.negatives);
    Compact.addAll(positives, other.positives);
    scored += other.scored;
    logLoss.add(other.logLoss);
    brier.add(other.brier);
  }

  @Override
  public MulticlassOutcomeSummary empty() {
    return new MulticlassOutcomeSummary(layout);
  }

  @Override
  public boolean isEmpty() {
    return scored == 0
        && logLoss.isZero()
        && brier.isZero()
        && Compact.allZero(confusion)
        && Compact.allZero(negatives)
        && Compact.allZero(positives);
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Compact.writeHeader(out, VERSION, fingerprint);
    Compact.writeCounts(out, confusion);
    Compact.writeSigned(out, scored);
    Compact.writeCounts(out, negatives);
    Compact.writeCounts(out, positives);
    logLoss.encode(out);
    brier.encode(out);
  }

  /** Reads what {@link #encode} wrote. */
  public static MulticlassOutcomeSummary decode(DataInput in, MulticlassLayout layout)
      throws IOException {
    Compact.readHeader(in, VERSION, layout.fingerprint());
    MulticlassOutcomeSummary summary = new MulticlassOutcomeSummary(layout);
    Compact.addCounts(in, summary.confusion);
    summary.scored = Compact.readSigned(in);
    Compact.addCounts(in, summary.negatives);
    Compact.addCounts(in, summary.positives);
    summary.logLoss.add(Sum128.decode(in));
    summary.brier.add(Sum128.decode(in));
    return summary;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MulticlassOutcomeSummary that
        && layout.equals(that.layout)
        && scored == that.scored
        && logLoss.equals(that.logLoss)
        && brier.equals(that.brier)
        && Arrays.equals(confusion, that.confusion)
        && Arrays.equals(negatives, that.negatives)
        && Arrays.equals(positives, that.positives);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(confusion) + Long.hashCode(scored);
  }
}
