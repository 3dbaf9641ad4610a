package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.EarlyLossSummary;
import dev.weir.baseline.ProfileSummary;
import dev.weir.baseline.Task;
import dev.weir.stats.inference.Family;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is watched. Closed: a new monitor is one class and one line in {@link
 * Monitors#catalogue}.
 *
 * <p>Stateless. A monitor that is off is asked nothing.
 */
sealed interface Monitor
    permits CalibrationMonitor,
        ComparisonMonitor,
        ConceptDriftMonitor,
        CoverageMonitor,
        DriftMonitor,
        EstimatedPerformanceMonitor,
        LabelDriftMonitor,
        LabelsMonitor,
        MultivariateDriftMonitor,
        PerformanceMonitor,
        PredictionDriftMonitor,
        QualityMonitor {

  /** Id in job files and records. */
  String id();

  /** Ids of its metrics, in the order in which they are reported. */
  List<String> metrics();

  /** The tasks of which a metric needs one; empty: it is there whatever a model predicts. */
  default Set<Task> tasks(String metric) {
    return Set.of();
  }

  /** Settings that every monitor has; absent: it is off. */
  Optional<MonitorSettings.Common> common(MonitorSettings settings);

  /** Family that shares out the weights of its judged series; absent: nothing is judged. */
  Optional<Family> family();

  /** The series of one segment that carry evidence. */
  default List<JudgedMetric> judged(
      JudgeSettings settings, Baseline baseline, @Nullable String segment) {
    return List.of();
  }

  /** Reports on a window of inputs and predictions. */
  default void judge(ProfileSummary window, Report report) {}

  /** Reports on a cohort. */
  default void judge(CohortSummary cohort, Report report) {}

  /** Reports on predictions that reached the early age. */
  default void judge(EarlyLossSummary early, Report report) {}
}
