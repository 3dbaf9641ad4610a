package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.Column;
import dev.weir.baseline.LabelSettings;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Drift of what really happens: true class and true number of a cohort. */
final class LabelDriftMonitor implements Monitor {
  @Override
  public String id() {
    return "label_drift";
  }

  @Override
  public List<String> metrics() {
    return ColumnComparison.metrics();
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.labelDrift().map(MonitorSettings.ColumnDrift::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.of(Family.PREDICTION_DRIFT);
  }

  private static boolean watches(
      MonitorSettings.ColumnDrift drift, CohortSummary cohort, String column) {
    boolean has =
        column.equals(Column.LABEL_CLASS)
            ? cohort.layout().binary() || cohort.layout().multiclass()
            : cohort.layout().regression();
    return has && (drift.columns().isEmpty() || drift.columns().contains(column));
  }

  @Override
  public List<JudgedMetric> judged(
      JudgeSettings settings, Baseline baseline, @Nullable String segment) {
    MonitorSettings.ColumnDrift drift = settings.monitors().labelDrift().orElseThrow();
    List<JudgedMetric> judged = new ArrayList<>();
    baseline
        .completed(segment)
        .ifPresent(
            reference -> {
              LabelSettings.Absent absent = settings.profile().labels().absent();
              if (watches(drift, reference, Column.LABEL_CLASS)
                  && reference.labelClasses().n() > 0) {
                judged.add(
                    ColumnComparison.ofCategories(
                        Column.LABEL_CLASS,
                        () -> classes(baseline, segment),
                        drift.tolerance(),
                        Report.absentLabels(absent)));
              }
              if (watches(drift, reference, Column.LABEL_VALUE)
                  && reference.labelValues().n() > 0) {
                judged.add(
                    ColumnComparison.ofNumbers(
                        Column.LABEL_VALUE,
                        () ->
                            References.cohorts(baseline, segment).stream()
                                .map(CohortSummary::labelValues)
                                .toList(),
                        drift.tolerance(),
                        ofNumbers(absent)));
              }
            });
    return judged;
  }

  private static List<ColumnComparison.Categories> classes(
      Baseline baseline, @Nullable String segment) {
    List<CohortSummary> cohorts = References.cohorts(baseline, segment);
    return References.cells(
        baseline,
        cell ->
            new ColumnComparison.Categories(
                cohorts.get(cell).labelClasses(),
                baseline
                    .outcomes(segment, cell)
                    .map(Baseline.Outcomes::classHalf)
                    .orElse(new Baseline.SplitHalf(0, 0))));
  }

  /** A rule that names a class says nothing about numbers: they count against the alarm. */
  static AbsentLabels ofNumbers(LabelSettings.Absent absent) {
    return absent == LabelSettings.Absent.MISSING_AT_RANDOM
        ? AbsentLabels.MISSING_AT_RANDOM
        : AbsentLabels.CENSORED;
  }

  @Override
  public void judge(CohortSummary cohort, Report report) {
    MonitorSettings.ColumnDrift drift = report.monitors().labelDrift().orElseThrow();
    CohortSummary reference = References.cohort(report, cohort);
    CohortSummary whole = report.wholeCompleted().orElseGet(cohort::empty);
    if (watches(drift, cohort, Column.LABEL_CLASS)) {
      ColumnComparison.report(
          report,
          cohort.layout().labelClass(),
          reference.labelClasses(),
          whole.labelClasses(),
          cohort.labelClasses(),
          cohort::labelClasses,
          drift.metrics(),
          cohort.classesUnlabelled());
    }
    if (watches(drift, cohort, Column.LABEL_VALUE)) {
      ColumnComparison.report(
          report,
          cohort.layout().labelValue(),
          reference.labelValues(),
          whole.labelValues(),
          cohort.labelValues(),
          cohort::labelValues,
          drift.metrics(),
          cohort.valuesUnlabelled());
    }
  }
}
