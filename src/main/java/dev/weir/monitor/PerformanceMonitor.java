package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.EarlyLossSummary;
import dev.weir.baseline.LabelSettings;
import dev.weir.baseline.LabelledLosses;
import dev.weir.baseline.Loss;
import dev.weir.baseline.ProfileSettings;
import dev.weir.baseline.Task;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.EvidenceSettings;
import dev.weir.stats.inference.Family;
import dev.weir.stats.inference.HarmEvidence;
import dev.weir.stats.inference.Interval;
import dev.weir.stats.inference.Intervals;
import dev.weir.stats.inference.InverseProbabilityWeighting;
import dev.weir.stats.summary.BinaryOutcomeSummary;
import dev.weir.stats.summary.Confusion;
import dev.weir.stats.summary.LossSummary;
import dev.weir.stats.summary.Measured;
import dev.weir.stats.summary.MulticlassOutcomeSummary;
import dev.weir.stats.summary.RegressionOutcomeSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Harm: how good the predictions of a cohort were. The judged losses carry the evidence, upwards
 * only, against the reference's loss plus {@code harm} ({@code statistics.md} 4.6, 5.2).
 */
final class PerformanceMonitor implements Monitor {
  private static final List<String> OF_CLASSES =
      List.of(
          "accuracy",
          "precision",
          "recall",
          "f1",
          "mcc",
          "log_loss",
          "brier",
          "roc_auc",
          "average_precision");
  private static final String POSITIVE_RATE = "positive_rate";
  private static final List<String> OF_NUMBERS = List.of("mae", "rmse", "bias", "r2", "pinball");
  private static final String EARLY = "early_loss";
  private static final String WEIGHTED = "ipw_loss";
  private static final int EFFECTIVE = 50;
  private static final int OF_EACH_CLASS = 10;
  private static final double CONFIDENCE = 0.95;

  @Override
  public String id() {
    return "performance";
  }

  @Override
  public List<String> metrics() {
    List<String> metrics = new ArrayList<>(OF_CLASSES);
    metrics.add(POSITIVE_RATE);
    metrics.addAll(OF_NUMBERS);
    metrics.addAll(List.of(EARLY, WEIGHTED, JudgedSeries.DISPERSION));
    return metrics;
  }

  @Override
  public Set<Task> tasks(String metric) {
    if (OF_NUMBERS.contains(metric)) {
      return EnumSet.of(Task.REGRESSION);
    }
    if (metric.equals(POSITIVE_RATE)) {
      // Of several classes none is the positive one.
      return EnumSet.of(Task.BINARY);
    }
    return OF_CLASSES.contains(metric) ? EnumSet.of(Task.BINARY, Task.MULTICLASS) : Set.of();
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.performance().map(MonitorSettings.Performance::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.of(Family.PERFORMANCE);
  }

  /** Whether the first loss is watched at the early age. */
  static boolean early(ProfileSettings settings) {
    Duration age = settings.labels().earlyAge();
    return !age.isZero()
        && age.compareTo(settings.labels().horizon()) < 0
        && !settings.losses().isEmpty();
  }

  @Override
  public List<JudgedMetric> judged(
      JudgeSettings settings, Baseline baseline, @Nullable String segment) {
    double harm = settings.monitors().performance().orElseThrow().harm();
    LabelSettings.Absent absent = settings.profile().labels().absent();
    List<JudgedMetric> judged = new ArrayList<>();
    CohortSummary reference = baseline.completed(segment).orElse(null);
    if (reference == null) {
      return judged;
    }
    List<Loss> losses = reference.layout().losses();
    for (int i = 0; i < losses.size(); i++) {
      LossMetric metric = new LossMetric(losses.get(i));
      AbsentLabels rule =
          metric.isOf(Task.REGRESSION)
              ? LabelDriftMonitor.ofNumbers(absent)
              : Report.absentLabels(absent);
      if (reference.loss(i).n() > 1) {
        int index = i;
        judged.add(
            judged(
                metric,
                metric.id(),
                () ->
                    References.cohorts(baseline, segment).stream()
                        .map(cell -> cell.loss(index))
                        .toList(),
                harm,
                rule));
      }
    }
    baseline
        .outcomes(segment)
        .map(Baseline.Outcomes::early)
        .filter(early -> early.n() > 1 && early(settings.profile()))
        .ifPresent(
            early ->
                judged.add(
                    judged(
                        new LossMetric(losses.get(0)),
                        EARLY,
                        () ->
                            References.cells(
                                baseline,
                                cell ->
                                    baseline
                                        .outcomes(segment, cell)
                                        .map(found -> found.early().losses())
                                        .orElseGet(LossSummary::new)),
                        harm,
                        AbsentLabels.CENSORED)));
    return judged;
  }

  private static JudgedMetric judged(
      LossMetric metric,
      String id,
      Supplier<List<LossSummary>> cells,
      double harm,
      AbsentLabels absent) {
    return new JudgedMetric(
            id,
            null,
            harm,
            (delta, dispersion) ->
                metric.plan(cells.get(), new EvidenceSettings(harm, delta, dispersion), absent),
            (plan, season) -> {
              double upper = Math.min(1, ((HarmEvidence) plan.get()).upper(season));
              return id.equals(EARLY) ? upper : metric.value(upper);
            })
        .of(
            () ->
                Cells.single(
                    cells.get().stream().mapToDouble(LossSummary::sum).toArray(),
                    cells.get().stream().mapToDouble(LossSummary::n).toArray()));
  }

  @Override
  public void judge(CohortSummary cohort, Report report) {
    CohortSummary reference = References.cohort(report, cohort);
    if (cohort.layout().binary()) {
      addBinary(new Sides(cohort, reference, report));
    } else if (cohort.layout().multiclass()) {
      addMulticlass(new Sides(cohort, reference, report));
    }
    if (cohort.layout().regression()) {
      addRegression(new Sides(cohort, reference, report));
    }
    addWeighted(cohort, report);
  }

  /** What the first loss will be, by the labels that came so far: an early warning, no evidence. */
  private static void addWeighted(CohortSummary cohort, Report report) {
    if (report.segment() != null || !cohort.layout().weighsLabels()) {
      return;
    }
    LabelledLosses reference =
        report
            .outcomes()
            .map(outcomes -> outcomes.cohort().labelledLosses())
            .orElseGet(() -> cohort.empty().labelledLosses());
    long age = Math.min(report.age(), report.profile().labels().horizon().toMillis());
    Optional<InverseProbabilityWeighting.Estimate> estimate =
        WeightedLoss.of(cohort.labelledLosses(), reference, age);
    long n = estimate.map(found -> (long) found.effectiveN()).orElse(0L);
    report
        .of(WEIGHTED, null, Unit.RATIO)
        .n(n)
        .against(WeightedLoss.labelled(reference))
        .needs(n >= EFFECTIVE)
        .value(estimate.map(found -> Measured.exact(found.value())))
        .interval(estimate.flatMap(found -> around(found, n)))
        .blindTo("delay")
        .add();
  }

  private static Optional<Interval> around(InverseProbabilityWeighting.Estimate estimate, long n) {
    double deviation = estimate.standardError() * Math.sqrt((double) n);
    return Intervals.student(estimate.value(), deviation, n, CONFIDENCE).map(Interval::within01);
  }

  /** Both sides of a cohort's report. */
  private record Sides(CohortSummary current, CohortSummary reference, Report report) {
    /** Begins a metric, with the evidence of its loss if it is judged. */
    Report.Draft of(String metric, Unit unit, long n, long referenceN) {
      Report.Draft draft = report.of(metric, null, unit).n(n).against(referenceN);
      List<Loss> losses = current.layout().losses();
      for (int i = 0; i < losses.size(); i++) {
        int index = i;
        LossMetric loss = new LossMetric(losses.get(i));
        if (loss.id().equals(metric)) {
          draft
              .counts(
                  () ->
                      loss.window(
                          report.season(), current.loss(index), current.lossUnlabelled(index)))
              .attribution(() -> LossAttribution.of(report, current, index));
        }
      }
      return draft;
    }

    /** Student's interval of a mean whose squares are kept with its judged loss. */
    Optional<Interval> ofMean(String metric, Optional<Measured> mean) {
      List<Loss> losses = current.layout().losses();
      for (int i = 0; i < losses.size(); i++) {
        LossSummary loss = current.loss(i);
        if (losses.get(i).name().equals(metric) && loss.clipped() == 0) {
          double max = losses.get(i).max();
          return mean.flatMap(
              value ->
                  loss.variance()
                      .flatMap(
                          variance ->
                              Intervals.student(
                                  value.value(),
                                  Math.sqrt(variance.value()) * max,
                                  loss.n(),
                                  CONFIDENCE)));
        }
      }
      return Optional.empty();
    }
  }

  private static void addBinary(Sides sides) {
    BinaryOutcomeSummary now = sides.current().probabilities();
    long n = now.n();
    long m = sides.reference().probabilities().n();
    Confusion table = now.confusion();
    long right = table.truePositives() + table.trueNegatives();
    long decided = table.truePositives() + table.falsePositives();
    boolean both = now.positives() >= OF_EACH_CLASS && now.negatives() >= OF_EACH_CLASS;
    sides
        .of("accuracy", Unit.RATIO, n, m)
        .value(table.accuracy())
        .interval(Intervals.wilson(right, n))
        .add();
    sides
        .of("precision", Unit.RATIO, n, m)
        .value(table.precision())
        .interval(Intervals.wilson(table.truePositives(), decided))
        .add();
    sides
        .of("recall", Unit.RATIO, n, m)
        .value(table.recall())
        .interval(Intervals.wilson(table.truePositives(), now.positives()))
        .add();
    sides.of("f1", Unit.RATIO, n, m).value(table.f1()).add();
    sides.of("mcc", Unit.NONE, n, m).value(table.matthewsCorrelation()).add();
    sides
        .of("log_loss", Unit.NAT, n, m)
        .value(now.logLoss())
        .interval(sides.ofMean("log_loss", now.logLoss()))
        .add();
    sides
        .of("brier", Unit.NONE, n, m)
        .value(now.brier())
        .interval(sides.ofMean("brier", now.brier()))
        .add();
    sides
        .of("roc_auc", Unit.RATIO, n, m)
        .needs(both || now.positives() == 0 || now.negatives() == 0)
        .value(now.ranking().rocAuc())
        .interval(Intervals.rocAuc(now.negativeCounts(), now.positiveCounts()))
        .add();
    sides
        .of("average_precision", Unit.RATIO, n, m)
        .needs(both || now.positives() == 0)
        .value(now.ranking().averagePrecision())
        .add();
    sides
        .of(POSITIVE_RATE, Unit.RATIO, n, m)
        .value(table.positiveRate())
        .interval(Intervals.wilson(decided, n))
        .add();
  }

  private static void addMulticlass(Sides sides) {
    MulticlassOutcomeSummary now = sides.current().multiclass().orElse(null);
    if (now == null) {
      return;
    }
    long n = now.n();
    long m = sides.reference().multiclass().map(MulticlassOutcomeSummary::n).orElse(0L);
    boolean each = true;
    for (int k = 0; k < now.layout().size(); k++) {
      each &= now.labelled(k) >= OF_EACH_CLASS && n - now.labelled(k) >= OF_EACH_CLASS;
    }
    OptionalDouble accuracy = now.accuracy();
    sides
        .of("accuracy", Unit.RATIO, n, m)
        .value(accuracy)
        .interval(
            accuracy.isPresent()
                ? Intervals.wilson(Math.round(accuracy.getAsDouble() * n), n)
                : Optional.empty())
        .add();
    sides.of("precision", Unit.RATIO, n, m).value(now.precision()).add();
    sides.of("recall", Unit.RATIO, n, m).value(now.recall()).add();
    sides.of("f1", Unit.RATIO, n, m).value(now.f1()).add();
    sides.of("mcc", Unit.NONE, n, m).value(now.matthewsCorrelation()).add();
    if (sides.reference().multiclass().map(MulticlassOutcomeSummary::scored).orElse(0L) == 0) {
      return;
    }
    sides
        .of("log_loss", Unit.NAT, now.scored(), m)
        .value(now.logLoss())
        .interval(sides.ofMean("log_loss", now.logLoss()))
        .add();
    sides
        .of("brier", Unit.NONE, now.scored(), m)
        .value(now.brier())
        .interval(sides.ofMean("brier", now.brier()))
        .add();
    sides.of("roc_auc", Unit.RATIO, now.scored(), m).needs(each).value(now.rocAuc()).add();
    sides
        .of("average_precision", Unit.RATIO, now.scored(), m)
        .needs(each)
        .value(now.averagePrecision())
        .add();
  }

  private static void addRegression(Sides sides) {
    RegressionOutcomeSummary now = sides.current().regression();
    long n = now.n();
    long m = sides.reference().regression().n();
    sides
        .of("mae", Unit.TARGET, n, m)
        .value(now.meanAbsoluteError())
        .interval(sides.ofMean("mae", now.meanAbsoluteError()))
        .add();
    sides.of("rmse", Unit.TARGET, n, m).value(now.rootMeanSquaredError()).add();
    sides.of("bias", Unit.TARGET, n, m).value(now.bias()).interval(ofBias(now)).add();
    sides.of("r2", Unit.NONE, n, m).value(now.r2()).add();
    if (sides.report().profile().hasInterval()) {
      sides
          .of("pinball", Unit.TARGET, now.intervals(), sides.reference().regression().intervals())
          .value(now.pinball())
          .interval(sides.ofMean("pinball", now.pinball()))
          .add();
    }
  }

  private static Optional<Interval> ofBias(RegressionOutcomeSummary now) {
    long n = now.n();
    if (n < 2) {
      return Optional.empty();
    }
    double bias = now.bias().orElseThrow().value();
    double rmse = now.rootMeanSquaredError().orElseThrow().value();
    double variance = Math.max(0, rmse * rmse - bias * bias) * n / (n - 1);
    return Intervals.student(bias, Math.sqrt(variance), n, CONFIDENCE);
  }

  @Override
  public void judge(EarlyLossSummary early, Report report) {
    if (!early(report.profile())) {
      return;
    }
    LossMetric loss = new LossMetric(report.profile().losses().get(0));
    LossSummary losses = early.losses();
    long reference = report.outcomes().map(found -> found.early().n()).orElse(0L);
    report
        .of(EARLY, null, Unit.RATIO)
        .n(early.n())
        .against(reference)
        .value(losses.mean())
        .interval(
            losses
                .mean()
                .flatMap(
                    mean ->
                        losses
                            .variance()
                            .flatMap(
                                variance ->
                                    Intervals.student(
                                        mean.value(),
                                        Math.sqrt(variance.value()),
                                        losses.n(),
                                        CONFIDENCE))))
        .counts(() -> loss.window(report.season(), losses, 0))
        .add();
  }
}
