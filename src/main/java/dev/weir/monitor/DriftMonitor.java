package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.Column;
import dev.weir.baseline.ColumnSummary;
import dev.weir.baseline.FeaturePlan;
import dev.weir.baseline.ProfileSummary;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Drift of inputs: how far each feature is from its reference. Functions of the clock stay out. */
final class DriftMonitor implements Monitor {
  @Override
  public String id() {
    return "drift";
  }

  @Override
  public List<String> metrics() {
    return ColumnComparison.metrics();
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.drift().map(MonitorSettings.Drift::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.of(Family.DRIFT);
  }

  private static boolean watches(MonitorSettings.Drift drift, Column column) {
    return column.role() == Column.Role.FEATURE
        && !column.calendar()
        && column.kind() != FeaturePlan.Kind.EMBEDDING
        && drift.selection().includes(column.name());
  }

  @Override
  public List<JudgedMetric> judged(
      JudgeSettings settings, Baseline baseline, @Nullable String segment) {
    MonitorSettings.Drift drift = settings.monitors().drift().orElseThrow();
    List<JudgedMetric> judged = new ArrayList<>();
    if (settings.against().moves()) {
      return judged;
    }
    for (Column column : baseline.profileLayout(settings.profile()).columns()) {
      if (watches(drift, column)) {
        double tolerance = Tolerances.of(drift.overrides(), column.name(), drift.tolerance());
        judged(baseline, column, segment, tolerance).ifPresent(judged::add);
      }
    }
    return judged;
  }

  /** The judged metric of a column of rows; absent if the reference has no values of it. */
  static Optional<JudgedMetric> judged(
      Baseline baseline, Column column, @Nullable String segment, double tolerance) {
    return baseline
        .reference(column.name(), column.role(), segment)
        .filter(reference -> reference.summary().n() > 0)
        .map(
            reference ->
                column.numeric()
                    ? ColumnComparison.ofNumbers(
                        column.name(),
                        () ->
                            References.columns(baseline, column, segment).stream()
                                .map(cell -> cell.summary().numbers())
                                .toList(),
                        tolerance,
                        AbsentLabels.MISSING_AT_RANDOM)
                    : ColumnComparison.ofCategories(
                        column.name(),
                        () ->
                            References.columns(baseline, column, segment).stream()
                                .map(
                                    cell ->
                                        new ColumnComparison.Categories(
                                            cell.summary().categories(), cell.splitHalf()))
                                .toList(),
                        tolerance,
                        AbsentLabels.MISSING_AT_RANDOM));
  }

  @Override
  public void judge(ProfileSummary window, Report report) {
    MonitorSettings.Drift drift = report.monitors().drift().orElseThrow();
    if (window.featureRows() == 0) {
      return;
    }
    for (int i = 0; i < window.layout().features(); i++) {
      Column column = window.layout().columns().get(i);
      if (watches(drift, column)) {
        report(window.column(i), drift.metrics(), report);
      }
    }
  }

  /** Reports the distances of a column of rows. */
  static void report(ColumnSummary current, List<String> metrics, Report report) {
    Column column = current.column();
    if (report.moving() && !report.tumbling()) {
      return;
    }
    ColumnSummary reference =
        report.moving() ? report.earlier(column) : summary(report.reference(column), column);
    ColumnSummary whole = summary(report.wholeReference(column), column);
    if (column.numeric()) {
      ColumnComparison.report(
          report,
          column,
          reference.numbers(),
          whole.numbers(),
          current.numbers(),
          () -> report.counted(current).numbers(),
          metrics,
          0);
    } else {
      ColumnComparison.report(
          report,
          column,
          reference.categories(),
          whole.categories(),
          current.categories(),
          () -> report.counted(current).categories(),
          metrics,
          0);
    }
  }

  private static ColumnSummary summary(Optional<Baseline.Reference> reference, Column column) {
    return reference.map(Baseline.Reference::summary).orElseGet(() -> new ColumnSummary(column));
  }
}
