package dev.weir.baseline;

import dev.weir.event.Outcome;
import dev.weir.stats.summary.BinaryOutcomeSummary;
import dev.weir.stats.summary.CategoricalLayout;
import dev.weir.stats.summary.Layout;
import dev.weir.stats.summary.NumericLayout;
import dev.weir.stats.summary.RegressionLayout;
import dev.weir.stats.summary.RegressionOutcomeSummary;
import dev.weir.stats.summary.ScoreLayout;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How outcomes of a model are summarised: its tasks, classes, bins, units and judged losses.
 *
 * <p>Immutable; equal settings and references give equal layouts.
 */
public final class CohortLayout implements Layout {
  private static final int VERSION = 2;
  private static final int MOST_CLASSES = 1000;
  private static final double DEFAULT_COVERAGE = 0.9;
  private static final int DEFAULT_SCALE = 10;

  private final Set<Task> tasks;
  private final String positiveClass;
  private final List<String> classes;
  private final List<Loss> losses;
  private final LabelSettings.Absent absent;
  private final ScoreLayout scores;
  private final RegressionLayout regression;
  private final Column labelClass;
  private final Column labelValue;
  private final IntervalScores intervalScores;
  private final ScoreLayout values;
  private final long earlyAge;
  private final int fingerprint;

  private CohortLayout(
      Set<Task> tasks,
      String positiveClass,
      List<String> classes,
      List<Loss> losses,
      LabelSettings.Absent absent,
      long earlyAge,
      Reference reference) {
    this.tasks = Set.copyOf(tasks);
    this.positiveClass = positiveClass;
    this.classes = List.copyOf(classes);
    this.losses = List.copyOf(losses);
    this.absent = absent;
    this.scores = reference.scores;
    this.regression = reference.regression;
    this.labelClass = reference.labelClass;
    this.labelValue = reference.labelValue;
    this.intervalScores = reference.intervalScores;
    this.values = reference.values;
    this.earlyAge = earlyAge;
    this.fingerprint = Layout.fingerprintOf(this);
  }

  /**
   * What only the reference can say.
   *
   * @param scores bins of the score
   * @param regression units of the label's number
   * @param labelClass column of the true class; its layout lists no unseen values
   * @param labelValue column of the true number; its layout keeps no extremes
   * @param intervalScores how far labels lay from the middle of their intervals
   * @param values bins of the predicted number
   */
  public record Reference(
      ScoreLayout scores,
      RegressionLayout regression,
      Column labelClass,
      Column labelValue,
      IntervalScores intervalScores,
      ScoreLayout values) {
    static Reference unknown(@Nullable Double nominalCoverage) {
      Column labelClass =
          ProfileLayout.empty(
              Column.LABEL_CLASS, Column.Role.LABEL, false, FeaturePlan.Kind.CATEGORICAL);
      Column labelValue =
          ProfileLayout.empty(
              Column.LABEL_VALUE, Column.Role.LABEL, false, FeaturePlan.Kind.NUMERIC);
      return new Reference(
          ScoreLayout.ofEdges(new double[0]),
          new RegressionLayout(0, DEFAULT_SCALE, coverage(nominalCoverage)),
          withdrawable(labelClass),
          withdrawable(labelValue),
          IntervalScores.none(),
          ScoreLayout.ofEdges(new double[0]));
    }
  }

  /** The layout for these settings, without a baseline. */
  public static CohortLayout of(ProfileSettings settings) {
    return of(settings, List.of(), Reference.unknown(settings.nominalCoverage()));
  }

  /**
   * The layout for these settings and this reference.
   *
   * @param classes true classes of the reference, sorted
   */
  public static CohortLayout of(
      ProfileSettings settings, List<String> classes, Reference reference) {
    return new CohortLayout(
        settings.tasks(),
        settings.positiveClass(),
        classes.subList(0, Math.min(classes.size(), MOST_CLASSES)),
        settings.losses(),
        settings.labels().absent(),
        earlyAge(settings.labels()),
        reference);
  }

  /** The age up to which a label is early; without one every label is. */
  private static long earlyAge(LabelSettings labels) {
    boolean off = labels.earlyAge().isZero() || labels.earlyAge().compareTo(labels.horizon()) >= 0;
    return off ? Long.MAX_VALUE : labels.earlyAge().toMillis();
  }

  /** The level that intervals promise; 0.9 where none is said. */
  static double coverage(@Nullable Double nominal) {
    return nominal == null ? DEFAULT_COVERAGE : nominal;
  }

  /** The same column with a layout from which values can be withdrawn. */
  static Column withdrawable(Column column) {
    if (column.layout() instanceof CategoricalLayout layout) {
      return column.with(layout.withoutUnseenList());
    }
    if (column.layout() instanceof NumericLayout layout) {
      return column.with(layout.withoutExtremes());
    }
    return column;
  }

  /** What the model predicts. */
  public Set<Task> tasks() {
    return tasks;
  }

  /** Whether probabilities are those of the positive class; if not, of the predicted class. */
  public boolean binary() {
    return tasks.contains(Task.BINARY);
  }

  /** Whether classes are predicted, two or more. */
  public boolean multiclass() {
    return tasks.contains(Task.MULTICLASS);
  }

  /** Whether a number is predicted. */
  public boolean regression() {
    return tasks.contains(Task.REGRESSION);
  }

  /** The label that the score is the probability of. */
  public String positiveClass() {
    return positiveClass;
  }

  /** True classes of the reference, sorted. */
  public List<String> classes() {
    return classes;
  }

  /** Judged losses; the first is also watched early. */
  public List<Loss> losses() {
    return losses;
  }

  /** What no label at the horizon means. */
  public LabelSettings.Absent absent() {
    return absent;
  }

  /**
   * Whether labels that came early may stand for those to come: a loss, and no label is no class.
   */
  public boolean weighsLabels() {
    return !losses.isEmpty()
        && (absent == LabelSettings.Absent.CENSORED
            || absent == LabelSettings.Absent.MISSING_AT_RANDOM);
  }

  /** Bins of the score. */
  public ScoreLayout scores() {
    return scores;
  }

  /** Units of the label's number. */
  public RegressionLayout regressionLayout() {
    return regression;
  }

  /** Column of the true class. */
  public Column labelClass() {
    return labelClass;
  }

  /** Column of the true number. */
  public Column labelValue() {
    return labelValue;
  }

  /** How far labels of the reference lay from the middle of their intervals. */
  public IntervalScores intervalScores() {
    return intervalScores;
  }

  /** Bins of the predicted number. */
  public ScoreLayout values() {
    return values;
  }

  /** Bin of what was predicted, for a judged loss: of the score, else of the number; 0: unknown. */
  int predictionBin(Outcome outcome, Loss loss) {
    return switch (loss.name()) {
      case "mae", "squared_error", "pinball" -> {
        Double value = outcome.value();
        yield finite(value) ? values.quantileBin(Objects.requireNonNull(value)) : 0;
      }
      default -> {
        Double probability = probability(outcome);
        yield probability == null ? 0 : scores.quantileBin(probability);
      }
    };
  }

  /** How a row came. */
  RiskCells.Origin origin(Outcome outcome) {
    Outcome.Known label = outcome.label();
    if (outcome.spoiled()) {
      return label == null ? RiskCells.Origin.SPOILED_ASSUMED : RiskCells.Origin.SPOILED;
    }
    if (label == null) {
      return RiskCells.Origin.ASSUMED;
    }
    return label.time() - outcome.time() > earlyAge
        ? RiskCells.Origin.LATE
        : RiskCells.Origin.EARLY;
  }

  /** Position of a true class, {@code classes().size()} for classes the reference did not have. */
  int classIndex(@Nullable String name) {
    int index = name == null ? -1 : classes.indexOf(name);
    return index < 0 ? classes.size() : index;
  }

  /** The class that is not the positive one. */
  String negativeClass() {
    return classes.stream()
        .filter(name -> !name.equals(positiveClass))
        .findFirst()
        .orElse(positiveClass.equals("0") ? "1" : "0");
  }

  /** The class that a model decided for: its producer's word, else its largest probability. */
  public @Nullable String decidedClass(Outcome outcome) {
    if (outcome.predictedClass() != null) {
      return outcome.predictedClass();
    }
    if (!outcome.classScores().isEmpty()) {
      return largest(outcome.classScores()).getKey();
    }
    if (outcome.score() != null && binary()) {
      return outcome.score() >= 0.5 ? positiveClass : negativeClass();
    }
    return null;
  }

  /** The probability that calibration is about: the score, or in multiclass the largest one. */
  @Nullable Double probability(Outcome outcome) {
    Double probability = outcome.score();
    if (!binary()) {
      probability =
          outcome.classScores().isEmpty() ? null : largest(outcome.classScores()).getValue();
    }
    return probability != null && probability >= 0 && probability <= 1 ? probability : null;
  }

  private static Map.Entry<String, Double> largest(Map<String, Double> scores) {
    Map.Entry<String, Double> best = null;
    for (Map.Entry<String, Double> entry : new TreeMap<>(scores).entrySet()) {
      if (best == null || entry.getValue() > best.getValue()) {
        best = entry;
      }
    }
    return Objects.requireNonNull(best);
  }

  /** Whether the event that {@link #probability} speaks of happened: positive, or decided right. */
  boolean happened(Outcome outcome, String trueClass) {
    return binary() ? trueClass.equals(positiveClass) : trueClass.equals(decidedClass(outcome));
  }

  /** Whether the outcome has an interval that is one. */
  static boolean hasInterval(Outcome outcome) {
    return outcome.lower() != null
        && outcome.upper() != null
        && Double.isFinite(outcome.lower())
        && Double.isFinite(outcome.upper())
        && outcome.lower() <= outcome.upper();
  }

  /** Whether the outcome's predictions suffice for this loss, whatever the label. */
  boolean predicts(Outcome outcome, Loss loss) {
    return switch (loss.name()) {
      case "brier", "log_loss" -> hasProbabilities(outcome);
      case "error_rate" -> decidedClass(outcome) != null;
      case "mae", "squared_error" -> finite(outcome.value());
      case "pinball" -> hasInterval(outcome);
      default -> throw new IllegalArgumentException("no such loss: " + loss.name());
    };
  }

  private boolean hasProbabilities(Outcome outcome) {
    return binary() ? probability(outcome) != null : !outcome.classScores().isEmpty();
  }

  /**
   * A judged loss of an outcome, in its own unit; absent if prediction or label do not give it.
   *
   * @param trueClass the true class; null: not known
   * @param trueValue the true number; null: not known
   */
  Optional<Double> loss(
      Outcome outcome, Loss loss, @Nullable String trueClass, @Nullable Double trueValue) {
    if (!predicts(outcome, loss)) {
      return Optional.empty();
    }
    return switch (loss.name()) {
      case "brier" -> Optional.ofNullable(trueClass).map(label -> brier(outcome, label));
      case "log_loss" -> Optional.ofNullable(trueClass).map(label -> logLoss(outcome, label));
      case "error_rate" ->
          Optional.ofNullable(trueClass)
              .map(label -> label.equals(decidedClass(outcome)) ? 0.0 : 1.0);
      case "mae" -> error(outcome, trueValue).map(Math::abs);
      case "squared_error" -> error(outcome, trueValue).map(error -> error * error);
      case "pinball" ->
          trueValue != null && finite(trueValue) ? pinball(outcome, trueValue) : Optional.empty();
      default -> throw new IllegalArgumentException("no such loss: " + loss.name());
    };
  }

  private double brier(Outcome outcome, String label) {
    if (binary()) {
      double miss = Objects.requireNonNull(outcome.score()) - (label.equals(positiveClass) ? 1 : 0);
      return miss * miss;
    }
    double total = outcome.classScores().containsKey(label) ? 0 : 1;
    for (Map.Entry<String, Double> entry : new TreeMap<>(outcome.classScores()).entrySet()) {
      double miss = entry.getValue() - (entry.getKey().equals(label) ? 1 : 0);
      total += miss * miss;
    }
    return total;
  }

  private double logLoss(Outcome outcome, String label) {
    if (binary()) {
      return BinaryOutcomeSummary.logLossOf(
          Objects.requireNonNull(outcome.score()), label.equals(positiveClass));
    }
    return BinaryOutcomeSummary.logLossOf(outcome.classScores().getOrDefault(label, 0.0), true);
  }

  private static Optional<Double> error(Outcome outcome, @Nullable Double trueValue) {
    return outcome.value() != null && trueValue != null && finite(trueValue)
        ? Optional.of(outcome.value() - trueValue)
        : Optional.empty();
  }

  private Optional<Double> pinball(Outcome outcome, double label) {
    if (outcome.lower() == null || outcome.upper() == null) {
      return Optional.empty();
    }
    double alpha = regression.alpha();
    return Optional.of(
        (RegressionOutcomeSummary.pinball(label - outcome.lower(), alpha / 2)
                + RegressionOutcomeSummary.pinball(label - outcome.upper(), 1 - alpha / 2))
            / 2);
  }

  static boolean finite(@Nullable Double value) {
    return value != null && Double.isFinite(value);
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeByte(tasks.stream().mapToInt(task -> 1 << task.ordinal()).sum());
    out.writeUTF(positiveClass);
    Bytes.writeLong(out, classes.size());
    for (String name : classes) {
      out.writeUTF(name);
    }
    Bytes.writeLong(out, losses.size());
    for (Loss loss : losses) {
      out.writeUTF(loss.name());
      out.writeDouble(loss.max());
    }
    out.writeByte(absent.ordinal());
    scores.encode(out);
    regression.encode(out);
    labelClass.encode(out);
    labelValue.encode(out);
    intervalScores.encode(out);
    values.encode(out);
    Bytes.writeLong(out, earlyAge);
  }

  /** Reads what {@link #encode} wrote. */
  public static CohortLayout decode(DataInput in) throws IOException {
    Bytes.readVersion(in, VERSION);
    int bits = in.readUnsignedByte();
    Set<Task> tasks = EnumSet.noneOf(Task.class);
    for (Task task : Task.values()) {
      if ((bits & 1 << task.ordinal()) != 0) {
        tasks.add(task);
      }
    }
    String positiveClass = in.readUTF();
    List<String> classes = new ArrayList<>();
    for (int left = Bytes.readSize(in, MOST_CLASSES); left > 0; left--) {
      classes.add(in.readUTF());
    }
    List<Loss> losses = new ArrayList<>();
    for (int left = Bytes.readSize(in, MOST_CLASSES); left > 0; left--) {
      losses.add(new Loss(in.readUTF(), in.readDouble()));
    }
    int absent = in.readUnsignedByte();
    if (absent >= LabelSettings.Absent.values().length) {
      throw new IOException("An unknown rule for absent labels: bytes are damaged");
    }
    Reference reference =
        new Reference(
            ScoreLayout.decode(in),
            RegressionLayout.decode(in),
            Column.decode(in),
            Column.decode(in),
            IntervalScores.decode(in),
            ScoreLayout.decode(in));
    return new CohortLayout(
        tasks,
        positiveClass,
        classes,
        losses,
        LabelSettings.Absent.values()[absent],
        Bytes.readLong(in),
        reference);
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
}
