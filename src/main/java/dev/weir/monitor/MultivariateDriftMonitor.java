package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.Column;
import dev.weir.baseline.ColumnSummary;
import dev.weir.baseline.FeaturePlan;
import dev.weir.baseline.ProfileSummary;
import dev.weir.stats.inference.Family;
import java.util.List;
import java.util.Optional;

/**
 * Drift of vectors: the distance of their mean random features from the reference's ({@code
 * statistics.md} 9). An effect size, never judged.
 */
final class MultivariateDriftMonitor implements Monitor {
  @Override
  public String id() {
    return "multivariate_drift";
  }

  @Override
  public List<String> metrics() {
    return List.of("mmd");
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.multivariateDrift().map(MonitorSettings.MultivariateDrift::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.empty();
  }

  @Override
  public void judge(ProfileSummary window, Report report) {
    MonitorSettings.MultivariateDrift drift = report.monitors().multivariateDrift().orElseThrow();
    if (window.featureRows() == 0) {
      return;
    }
    for (int i = 0; i < window.layout().features(); i++) {
      Column column = window.layout().columns().get(i);
      if (column.kind() == FeaturePlan.Kind.EMBEDDING
          && drift.selection().includes(column.name())) {
        report(window.column(i), report);
      }
    }
  }

  private static void report(ColumnSummary current, Report report) {
    Column column = current.column();
    ColumnSummary reference =
        report
            .reference(column)
            .map(Baseline.Reference::summary)
            .orElseGet(() -> new ColumnSummary(column));
    report
        .of("mmd", column.name(), Unit.NONE)
        .n(current.n())
        .against(reference.n())
        .value(current.vectors().maximumMeanDiscrepancy(reference.vectors()))
        .add();
  }
}
