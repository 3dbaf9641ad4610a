package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.Column;
import dev.weir.baseline.ProfileSummary;
import dev.weir.stats.inference.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Drift of what the model says: score, value, predicted class, width of the interval. */
final class PredictionDriftMonitor implements Monitor {
  @Override
  public String id() {
    return "prediction_drift";
  }

  @Override
  public List<String> metrics() {
    return ColumnComparison.metrics();
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.predictionDrift().map(MonitorSettings.ColumnDrift::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.of(Family.PREDICTION_DRIFT);
  }

  private static boolean watches(MonitorSettings.ColumnDrift drift, Column column) {
    return column.role() == Column.Role.PREDICTION
        && (drift.columns().isEmpty() || drift.columns().contains(column.name()));
  }

  @Override
  public List<JudgedMetric> judged(
      JudgeSettings settings, Baseline baseline, @Nullable String segment) {
    MonitorSettings.ColumnDrift drift = settings.monitors().predictionDrift().orElseThrow();
    List<JudgedMetric> judged = new ArrayList<>();
    if (settings.against().moves()) {
      return judged;
    }
    for (Column column : baseline.profileLayout(settings.profile()).columns()) {
      if (watches(drift, column)) {
        DriftMonitor.judged(baseline, column, segment, drift.tolerance()).ifPresent(judged::add);
      }
    }
    return judged;
  }

  @Override
  public void judge(ProfileSummary window, Report report) {
    MonitorSettings.ColumnDrift drift = report.monitors().predictionDrift().orElseThrow();
    if (window.predictionRows() == 0) {
      return;
    }
    for (int i = window.layout().features(); i < window.layout().columns().size(); i++) {
      if (watches(drift, window.layout().columns().get(i))) {
        DriftMonitor.report(window.column(i), drift.metrics(), report);
      }
    }
  }
}
