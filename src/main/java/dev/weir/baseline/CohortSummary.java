package dev.weir.baseline;

import dev.weir.event.Outcome;
import dev.weir.event.WeirId;
import dev.weir.stats.summary.BinaryOutcomeSummary;
import dev.weir.stats.summary.CategoricalLayout;
import dev.weir.stats.summary.CategoricalSummary;
import dev.weir.stats.summary.DelaySummary;
import dev.weir.stats.summary.FixedPoint;
import dev.weir.stats.summary.Layout;
import dev.weir.stats.summary.LossSummary;
import dev.weir.stats.summary.MulticlassLayout;
import dev.weir.stats.summary.MulticlassOutcomeSummary;
import dev.weir.stats.summary.NumericLayout;
import dev.weir.stats.summary.NumericSummary;
import dev.weir.stats.summary.OrderedOutcomes;
import dev.weir.stats.summary.RegressionOutcomeSummary;
import dev.weir.stats.summary.ScoreLayout;
import dev.weir.stats.summary.Summary;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of the predictions of one cohort, in one segment.
 *
 * <p>Guarantee: an outcome that is withdrawn (sign -1) leaves no trace, so a cohort is the same
 * bytes whatever the order in which labels, corrections and retractions came. The one exception is
 * the ordered part, which is gone for good once it was too long.
 *
 * <p>Predictions without a label stay in: every statistic knows how many of its records miss one.
 * Parts of an outcome that do not fit (a score outside [0,1], an interval that ends before it
 * begins) leave out the statistics that need them.
 */
public final class CohortSummary implements Summary<CohortSummary> {
  private static final int VERSION = 2;

  // Parts that are there: flags of one byte.
  private static final int ORDERED = 1;
  private static final int COMPARED = 2;
  private static final int LABELLED_LOSSES = 4;
  private static final int ASSUMED_ORDER = 8;

  private static final int ISSUED = 0;
  private static final int LABELLED = 1;
  private static final int CLASSES_UNLABELLED = 2;
  private static final int VALUES_UNLABELLED = 3;
  private static final int INTERVALS_UNLABELLED = 4;
  private static final int LEFT_OUT = 5;
  private static final int COUNTERS = 6;

  private final CohortLayout layout;
  private final long[] counters = new long[COUNTERS];
  private final long[] lossesUnlabelled;
  private final long[] scoresUnlabelled = new long[ScoreLayout.LOGIT_BINS];
  private final long[] quantilesUnlabelled = new long[ScoreLayout.TABLE_BINS];
  private final BinaryOutcomeSummary probabilities;
  private final BinaryOutcomeSummary assumed;
  private final RegressionOutcomeSummary regression;
  private final List<LossSummary> losses = new ArrayList<>();
  private final List<LossSummary> assumedLosses = new ArrayList<>();
  private final CategoricalSummary labelClasses;
  private final CategoricalSummary assumedClasses;
  private final NumericSummary labelValues;
  private final DelaySummary delays;
  private final @Nullable MulticlassOutcomeSummary multiclass;
  private final @Nullable OrderedOutcomes ordered;

  /** Losses of unlabelled predictions where no label means a class; absent as {@code ordered}. */
  private final @Nullable OrderedOutcomes assumedOrder;

  private final RiskCells cells;
  private final Comparisons comparisons = new Comparisons();
  private final LabelledLosses labelledLosses = new LabelledLosses();

  /** Whether losses are also kept by how late their labels came. */
  private final boolean weighsLabels;

  /**
   * An empty summary.
   *
   * @param keepsOrder whether outcomes are also kept one by one, up to a bound, and losses by how
   *     late their labels came: for all traffic, not for segments
   */
  public CohortSummary(CohortLayout layout, boolean keepsOrder) {
    this(layout, keepsOrder ? new OrderedOutcomes(OrderedOutcomes.DEFAULT_CAP) : null, keepsOrder);
  }

  private CohortSummary(
      CohortLayout layout, @Nullable OrderedOutcomes ordered, boolean weighsLabels) {
    this.layout = layout;
    this.weighsLabels = weighsLabels && layout.weighsLabels();
    this.ordered = ordered;
    this.assumedOrder = ordered == null || assumedClass() == null ? null : ordered.empty();
    this.lossesUnlabelled = new long[layout.losses().size()];
    this.cells = new RiskCells(layout.losses().size());
    this.probabilities = new BinaryOutcomeSummary(layout.scores());
    this.assumed = new BinaryOutcomeSummary(layout.scores());
    this.regression = new RegressionOutcomeSummary(layout.regressionLayout());
    this.labelClasses = new CategoricalSummary((CategoricalLayout) layout.labelClass().layout());
    this.assumedClasses = labelClasses.empty();
    this.labelValues = new NumericSummary((NumericLayout) layout.labelValue().layout());
    this.delays = new DelaySummary(layout.classes().size() + 1);
    this.multiclass =
        layout.multiclass() && layout.classes().size() > 1
            ? new MulticlassOutcomeSummary(new MulticlassLayout(layout.classes()))
            : null;
    for (int i = 0; i < lossesUnlabelled.length; i++) {
      losses.add(new LossSummary());
      assumedLosses.add(new LossSummary());
    }
  }

  /** An empty summary of a reference: without order, but with how late labels came. */
  static CohortSummary ofReference(CohortLayout layout) {
    return new CohortSummary(layout, null, true);
  }

  /**
   * Adds an outcome (sign 1) or takes it back (sign -1). A label that comes later takes back the
   * outcome without it and adds the one with it.
   */
  public void add(Outcome outcome, int sign) {
    counters[ISSUED] += sign;
    Outcome.Known label = outcome.label();
    String trueClass = label == null ? null : label.labelClass();
    Double trueValue = label == null ? null : label.labelValue();
    if (label == null) {
      delays.addUnlabelled(sign);
    } else {
      counters[LABELLED] += sign;
      delays.add(layout.classIndex(trueClass), label.time() - outcome.time(), sign);
    }
    addClass(outcome, trueClass, sign);
    addNumber(outcome, CohortLayout.finite(trueValue) ? trueValue : null, sign);
    addLosses(outcome, trueClass, trueValue, sign);
    if (label != null) {
      addLabelledLoss(outcome, label, sign);
    }
    addInOrder(outcome, trueClass, trueValue, sign);
  }

  private void addInOrder(
      Outcome outcome, @Nullable String trueClass, @Nullable Double trueValue, int sign) {
    if (ordered == null) {
      return;
    }
    Optional<OrderedOutcomes.Outcome> known = entry(outcome, trueClass, trueValue);
    known.ifPresent(entry -> ordered.add(entry, sign));
    if (assumedOrder != null && !known.map(OrderedOutcomes.Outcome::hasLoss).orElse(false)) {
      entry(outcome, assumedClass(), null).ifPresent(entry -> assumedOrder.add(entry, sign));
    }
  }

  /** Notes a prediction of which nothing more will be known, because too many wait. */
  public void leaveOut() {
    counters[LEFT_OUT]++;
  }

  private void addClass(Outcome outcome, @Nullable String trueClass, int sign) {
    if (!layout.binary() && !layout.multiclass()) {
      return;
    }
    String assumedClass = assumedClass();
    if (trueClass == null) {
      counters[CLASSES_UNLABELLED] += sign;
      if (assumedClass != null) {
        assumedClasses.add(assumedClass, sign);
      }
    } else {
      labelClasses.add(trueClass, sign);
      addMulticlass(outcome, trueClass, sign);
    }
    Double probability = layout.probability(outcome);
    if (probability == null) {
      return;
    }
    if (trueClass != null) {
      addProbability(probabilities, outcome, probability, trueClass, sign);
      return;
    }
    scoresUnlabelled[ScoreLayout.logitBin(probability)] += sign;
    quantilesUnlabelled[layout.scores().quantileBin(probability)] += sign;
    if (assumedClass != null) {
      addProbability(assumed, outcome, probability, assumedClass, sign);
    }
  }

  private void addProbability(
      BinaryOutcomeSummary into, Outcome outcome, double probability, String trueClass, int sign) {
    boolean decidedYes =
        !layout.binary() || layout.positiveClass().equals(layout.decidedClass(outcome));
    into.add(probability, layout.happened(outcome, trueClass), decidedYes, sign);
  }

  private void addMulticlass(Outcome outcome, String trueClass, int sign) {
    String decided = layout.decidedClass(outcome);
    if (multiclass == null || decided == null) {
      return;
    }
    MulticlassLayout classes = multiclass.layout();
    double[] shares = new double[classes.size()];
    boolean scored = !outcome.classScores().isEmpty();
    for (int k = 0; k < shares.length; k++) {
      shares[k] = outcome.classScores().getOrDefault(classes.classes().get(k), 0.0);
      scored &= shares[k] >= 0 && shares[k] <= 1;
    }
    if (scored) {
      multiclass.add(shares, classes.index(decided), classes.index(trueClass), sign);
    } else {
      multiclass.add(classes.index(decided), classes.index(trueClass), sign);
    }
  }

  /** What an unlabelled prediction counts as; null where that is left open. */
  private @Nullable String assumedClass() {
    return switch (layout.absent()) {
      case NEGATIVE -> layout.negativeClass();
      case POSITIVE -> layout.positiveClass();
      case CENSORED, MISSING_AT_RANDOM -> null;
    };
  }

  private void addNumber(Outcome outcome, @Nullable Double trueValue, int sign) {
    if (!layout.regression()) {
      return;
    }
    boolean interval = CohortLayout.hasInterval(outcome);
    if (trueValue == null) {
      counters[VALUES_UNLABELLED] += sign;
      counters[INTERVALS_UNLABELLED] += interval ? sign : 0;
      return;
    }
    labelValues.add(trueValue, sign);
    Double value = outcome.value();
    if (value != null && Double.isFinite(value)) {
      regression.add(value, trueValue, sign);
    }
    if (interval) {
      double lower = Objects.requireNonNull(outcome.lower());
      double upper = Objects.requireNonNull(outcome.upper());
      regression.addInterval(lower, upper, trueValue, sign);
    }
  }

  private void addLosses(
      Outcome outcome, @Nullable String trueClass, @Nullable Double trueValue, int sign) {
    addCells(outcome, RiskCells.ALL, sign);
    for (int i = 0; i < lossesUnlabelled.length; i++) {
      Loss loss = layout.losses().get(i);
      Optional<Double> scaled = scaledLoss(outcome, loss, trueClass, trueValue);
      if (scaled.isPresent()) {
        losses.get(i).add(scaled.get(), sign);
      } else if (layout.predicts(outcome, loss)) {
        lossesUnlabelled[i] += sign;
        LossSummary ifAssumed = assumedLosses.get(i);
        scaledLoss(outcome, loss, assumedClass(), null)
            .ifPresent(value -> ifAssumed.add(value, sign));
      }
    }
  }

  private void addLabelledLoss(Outcome outcome, Outcome.Known label, int sign) {
    if (!weighsLabels) {
      return;
    }
    Loss loss = layout.losses().get(0);
    scaledLoss(outcome, loss, label.labelClass(), label.labelValue())
        .ifPresent(
            scaled ->
                labelledLosses.add(
                    layout.classIndex(label.labelClass()),
                    layout.predictionBin(outcome, loss),
                    label.time() - outcome.time(),
                    scaled,
                    sign));
  }

  /**
   * Tells in which segment an outcome of this cohort lies, for attribution; the outcome itself is
   * counted by {@link #add}. Sign -1 takes it back.
   */
  public void addToSegment(Outcome outcome, String segment, int sign) {
    addCells(outcome, segment, sign);
  }

  private void addCells(Outcome outcome, String segment, int sign) {
    Outcome.Known label = outcome.label();
    String trueClass = label == null ? null : label.labelClass();
    Double trueValue = label == null ? null : label.labelValue();
    for (int i = 0; i < lossesUnlabelled.length; i++) {
      Loss loss = layout.losses().get(i);
      Optional<Double> scaled =
          label == null
              ? scaledLoss(outcome, loss, assumedClass(), null)
              : scaledLoss(outcome, loss, trueClass, trueValue);
      if (scaled.isPresent()) {
        int bin = layout.predictionBin(outcome, loss);
        cells.add(segment, i, bin, layout.origin(outcome), scaled.get(), sign);
      }
    }
  }

  /**
   * Puts a challenger's outcome of this cohort beside the champion's of the same prediction id
   * (sign 1) or takes the pair back (sign -1); compared is the first judged loss. The outcome
   * itself is counted by {@link #add}.
   *
   * @param version model version of the champion
   */
  public void addComparison(Outcome challenger, String version, Outcome champion, int sign) {
    if (layout.losses().isEmpty()) {
      return;
    }
    Optional<Double> lossOfChampion = settledLoss(champion);
    Optional<Double> lossOfChallenger = settledLoss(challenger);
    if (lossOfChampion.isPresent() && lossOfChallenger.isPresent()) {
      boolean assumed = !challenger.labelled();
      comparisons.add(version, assumed, lossOfChampion.get(), lossOfChallenger.get(), sign);
    }
  }

  /** The first judged loss by the label, or by what no label means. */
  private Optional<Double> settledLoss(Outcome outcome) {
    Outcome.Known label = outcome.label();
    Loss loss = layout.losses().get(0);
    return label == null
        ? scaledLoss(outcome, loss, assumedClass(), null)
        : scaledLoss(outcome, loss, label.labelClass(), label.labelValue());
  }

  private Optional<Double> scaledLoss(
      Outcome outcome, Loss loss, @Nullable String trueClass, @Nullable Double trueValue) {
    return layout.loss(outcome, loss, trueClass, trueValue).map(value -> value / loss.max());
  }

  private Optional<OrderedOutcomes.Outcome> entry(
      Outcome outcome, @Nullable String trueClass, @Nullable Double trueValue) {
    Optional<Double> loss =
        layout.losses().isEmpty()
            ? Optional.empty()
            : scaledLoss(outcome, layout.losses().get(0), trueClass, trueValue);
    boolean interval = CohortLayout.hasInterval(outcome) && CohortLayout.finite(trueValue);
    if (loss.isEmpty() && !interval) {
      return Optional.empty();
    }
    byte[] id = outcome.predictionId().getBytes(StandardCharsets.UTF_8);
    double score = interval ? intervalScore(outcome, trueValue) : 0;
    long none = OrderedOutcomes.Outcome.NONE;
    return Optional.of(
        new OrderedOutcomes.Outcome(
            outcome.time(),
            word(id, 0),
            id.length <= 2 * Long.BYTES ? word(id, Long.BYTES) : hash(id),
            interval && score > 1,
            loss.map(value -> FixedPoint.probability(Math.min(1, value))).orElse(none),
            interval ? FixedPoint.probability(layout.intervalScores().level(score)) : none));
  }

  private static double intervalScore(Outcome outcome, @Nullable Double trueValue) {
    return IntervalScores.score(
        Objects.requireNonNull(outcome.lower()),
        Objects.requireNonNull(outcome.upper()),
        Objects.requireNonNull(trueValue));
  }

  /** Eight bytes of an id as a number that sorts like them; short ids end in zeros. */
  private static long word(byte[] id, int from) {
    byte[] word = from < id.length ? Arrays.copyOfRange(id, from, from + Long.BYTES) : new byte[8];
    return ByteBuffer.wrap(word).getLong();
  }

  private static long hash(byte[] id) {
    return ByteBuffer.wrap(WeirId.sha256().digest(id)).getLong();
  }

  /** The layout. */
  public CohortLayout layout() {
    return layout;
  }

  /** Predictions of the cohort. */
  public long issued() {
    return counters[ISSUED];
  }

  /** Predictions with a label. */
  public long labelled() {
    return counters[LABELLED];
  }

  /** Predictions that are not among the issued, because too many waited. */
  public long leftOut() {
    return counters[LEFT_OUT];
  }

  /** Labelled share of the predictions; absent without predictions. */
  public Optional<Double> completeness() {
    return issued() <= 0 ? Optional.empty() : Optional.of((double) labelled() / issued());
  }

  /** Probabilities against what happened; in multiclass those of the decided class being right. */
  public BinaryOutcomeSummary probabilities() {
    return probabilities;
  }

  /** Predictions without a true class, per bin of the class histogram. */
  public long[] scoresUnlabelled() {
    return scoresUnlabelled.clone();
  }

  /** Predictions without a true class, per reference-quantile bin of the score. */
  public long[] quantilesUnlabelled() {
    return Arrays.copyOf(quantilesUnlabelled, layout.scores().quantileEdges().length + 1);
  }

  /** Decisions and probabilities of several classes; absent for other tasks. */
  public Optional<MulticlassOutcomeSummary> multiclass() {
    return Optional.ofNullable(multiclass);
  }

  /** Numbers and intervals against what happened. */
  public RegressionOutcomeSummary regression() {
    return regression;
  }

  /** Predictions with an interval but without a true number. */
  public long intervalsUnlabelled() {
    return counters[INTERVALS_UNLABELLED];
  }

  /** Judged loss {@code index} of the layout, scaled. */
  public LossSummary loss(int index) {
    return losses.get(index);
  }

  /** Predictions whose loss {@code index} is unknown for want of a label. */
  public long lossUnlabelled(int index) {
    return lossesUnlabelled[index];
  }

  /** True classes. */
  public CategoricalSummary labelClasses() {
    return labelClasses;
  }

  /** Predictions without a true class. */
  public long classesUnlabelled() {
    return counters[CLASSES_UNLABELLED];
  }

  /** True numbers. */
  public NumericSummary labelValues() {
    return labelValues;
  }

  /** Predictions without a true number. */
  public long valuesUnlabelled() {
    return counters[VALUES_UNLABELLED];
  }

  /** How long labels took; classes in the order of the layout, then all others. */
  public DelaySummary delays() {
    return delays;
  }

  /** Judged losses by where they fell; segments are known for all traffic only. */
  public RiskCells cells() {
    return cells;
  }

  /** The cohort beside those whose answers were used; empty unless this is a challenger's. */
  public Comparisons comparisons() {
    return comparisons;
  }

  /**
   * The first judged loss by class, prediction and delay of the label; empty without one, in
   * segments, and where no label means a class, for then labels that never come are no late ones.
   */
  public LabelledLosses labelledLosses() {
    return labelledLosses;
  }

  /** Outcomes in order of time and id; absent in segments. */
  public Optional<OrderedOutcomes> ordered() {
    return Optional.ofNullable(ordered);
  }

  /**
   * The cohort with the rule for absent labels applied: where no label means a class, a copy in
   * which unlabelled predictions count as labelled with it; else this cohort itself.
   */
  public CohortSummary withMissing() {
    if (assumedClass() == null) {
      return this;
    }
    CohortSummary completed = copy();
    completed.labelClasses.merge(assumedClasses);
    completed.probabilities.merge(assumed);
    completed.comparisons.assume();
    for (int i = 0; i < lossesUnlabelled.length; i++) {
      if (!assumedLosses.get(i).isEmpty()) {
        completed.losses.get(i).merge(assumedLosses.get(i));
        completed.lossesUnlabelled[i] = 0;
      }
    }
    if (completed.ordered != null && completed.assumedOrder != null) {
      completed.ordered.merge(completed.assumedOrder);
    }
    completed.counters[CLASSES_UNLABELLED] = 0;
    Arrays.fill(completed.scoresUnlabelled, 0);
    Arrays.fill(completed.quantilesUnlabelled, 0);
    return completed;
  }

  @Override
  public void merge(CohortSummary other) {
    Layout.requireEqual(layout, other.layout);
    Bytes.addAll(counters, other.counters);
    Bytes.addAll(lossesUnlabelled, other.lossesUnlabelled);
    Bytes.addAll(scoresUnlabelled, other.scoresUnlabelled);
    Bytes.addAll(quantilesUnlabelled, other.quantilesUnlabelled);
    probabilities.merge(other.probabilities);
    assumed.merge(other.assumed);
    regression.merge(other.regression);
    for (int i = 0; i < lossesUnlabelled.length; i++) {
      losses.get(i).merge(other.losses.get(i));
      assumedLosses.get(i).merge(other.assumedLosses.get(i));
    }
    labelClasses.merge(other.labelClasses);
    assumedClasses.merge(other.assumedClasses);
    labelValues.merge(other.labelValues);
    delays.merge(other.delays);
    cells.merge(other.cells);
    comparisons.merge(other.comparisons);
    labelledLosses.merge(other.labelledLosses);
    if (multiclass != null && other.multiclass != null) {
      multiclass.merge(other.multiclass);
    }
    if (ordered != null && other.ordered != null) {
      ordered.merge(other.ordered);
    }
    if (assumedOrder != null && other.assumedOrder != null) {
      assumedOrder.merge(other.assumedOrder);
    }
  }

  @Override
  public CohortSummary empty() {
    return new CohortSummary(layout, ordered == null ? null : ordered.empty(), weighsLabels);
  }

  @Override
  public boolean isEmpty() {
    return Arrays.equals(Bytes.of(this::encode), Bytes.of(empty()::encode));
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Bytes.writeHeader(out, VERSION, layout.fingerprint());
    out.writeByte(
        (ordered == null ? 0 : ORDERED)
            | (comparisons.isEmpty() ? 0 : COMPARED)
            | (labelledLosses.isEmpty() ? 0 : LABELLED_LOSSES)
            | (assumedOrder == null || assumedOrder.isEmpty() ? 0 : ASSUMED_ORDER));
    Bytes.writeCounts(out, counters);
    Bytes.writeCounts(out, lossesUnlabelled);
    Bytes.writeCounts(out, scoresUnlabelled);
    Bytes.writeCounts(out, quantilesUnlabelled);
    probabilities.encode(out);
    assumed.encode(out);
    regression.encode(out);
    for (int i = 0; i < lossesUnlabelled.length; i++) {
      losses.get(i).encode(out);
      assumedLosses.get(i).encode(out);
    }
    labelClasses.encode(out);
    assumedClasses.encode(out);
    labelValues.encode(out);
    delays.encode(out);
    cells.encode(out);
    if (multiclass != null) {
      multiclass.encode(out);
    }
    if (ordered != null) {
      ordered.encode(out);
    }
    if (!comparisons.isEmpty()) {
      comparisons.encode(out);
    }
    if (!labelledLosses.isEmpty()) {
      labelledLosses.encode(out);
    }
    if (assumedOrder != null && !assumedOrder.isEmpty()) {
      assumedOrder.encode(out);
    }
  }

  /** Whether these bytes were written with this layout. */
  public static boolean hasLayout(byte[] bytes, CohortLayout layout) {
    return Bytes.hasLayout(bytes, layout.fingerprint());
  }

  /** Reads what {@link #encode} wrote. */
  public static CohortSummary decode(DataInput in, CohortLayout layout) throws IOException {
    Bytes.readHeader(in, VERSION, layout.fingerprint());
    int parts = in.readUnsignedByte();
    boolean keepsOrder = (parts & ORDERED) != 0;
    CohortSummary summary =
        new CohortSummary(
            layout,
            keepsOrder ? new OrderedOutcomes(OrderedOutcomes.DEFAULT_CAP) : null,
            keepsOrder || (parts & LABELLED_LOSSES) != 0);
    Bytes.addCounts(in, summary.counters);
    Bytes.addCounts(in, summary.lossesUnlabelled);
    Bytes.addCounts(in, summary.scoresUnlabelled);
    Bytes.addCounts(in, summary.quantilesUnlabelled);
    summary.probabilities.merge(BinaryOutcomeSummary.decode(in, layout.scores()));
    summary.assumed.merge(BinaryOutcomeSummary.decode(in, layout.scores()));
    summary.regression.merge(RegressionOutcomeSummary.decode(in, layout.regressionLayout()));
    for (int i = 0; i < summary.lossesUnlabelled.length; i++) {
      summary.losses.get(i).merge(LossSummary.decode(in));
      summary.assumedLosses.get(i).merge(LossSummary.decode(in));
    }
    summary.labelClasses.merge(CategoricalSummary.decode(in, summary.labelClasses.layout()));
    summary.assumedClasses.merge(CategoricalSummary.decode(in, summary.labelClasses.layout()));
    summary.labelValues.merge(NumericSummary.decode(in, summary.labelValues.layout()));
    summary.delays.merge(DelaySummary.decode(in));
    summary.cells.addEncoded(in);
    if (summary.multiclass != null) {
      summary.multiclass.merge(MulticlassOutcomeSummary.decode(in, summary.multiclass.layout()));
    }
    if (summary.ordered != null) {
      summary.ordered.merge(OrderedOutcomes.decode(in));
    }
    if ((parts & COMPARED) != 0) {
      summary.comparisons.merge(Comparisons.decode(in));
    }
    if ((parts & LABELLED_LOSSES) != 0) {
      summary.labelledLosses.addEncoded(in);
    }
    if ((parts & ASSUMED_ORDER) != 0 && summary.assumedOrder != null) {
      summary.assumedOrder.merge(OrderedOutcomes.decode(in));
    }
    return summary;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CohortSummary that
        && layout.equals(that.layout)
        && Arrays.equals(Bytes.of(this::encode), Bytes.of(that::encode));
  }

  @Override
  public int hashCode() {
    return Objects.hash(layout, Arrays.hashCode(counters));
  }
}
