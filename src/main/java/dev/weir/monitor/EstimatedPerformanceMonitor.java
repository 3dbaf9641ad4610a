package dev.weir.monitor;

import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.Column;
import dev.weir.baseline.ProfileSummary;
import dev.weir.stats.inference.Family;
import dev.weir.stats.summary.BinaryOutcomeSummary;
import dev.weir.stats.summary.EstimatedPerformance;
import dev.weir.stats.summary.ScoreDecisions;
import java.util.List;
import java.util.Optional;

/**
 * Performance expected from scores alone, as soon as a window closes ({@code statistics.md} 9).
 *
 * <p>The gaps are what labels say minus what was estimated; they are taken where both are known, in
 * {@code dev.weir.decide}. Scores are recalibrated by the reference's own reliability curve. Blind
 * to a change of concept: with all labels turned round it still says the same.
 */
final class EstimatedPerformanceMonitor implements Monitor {
  private static final String BLIND_TO = "concept";

  @Override
  public String id() {
    return "estimated_performance";
  }

  @Override
  public List<String> metrics() {
    return List.of(
        "estimated_accuracy",
        "estimated_roc_auc",
        "estimated_accuracy_gap",
        "estimated_roc_auc_gap");
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.estimatedPerformance().map(MonitorSettings.EstimatedPerformance::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.empty();
  }

  @Override
  public void judge(ProfileSummary window, Report report) {
    if (window.layout().indexOf(Column.SCORE, Column.Role.PREDICTION) < 0
        || window.predictionRows() == 0) {
      return;
    }
    Optional<BinaryOutcomeSummary> reference =
        report
            .completed()
            .filter(found -> found.layout().binary())
            .map(CohortSummary::probabilities);
    Optional<EstimatedPerformance> curve = reference.flatMap(EstimatedPerformance::of);
    ScoreDecisions decisions = window.decisions().orElseGet(ScoreDecisions::new);
    long m = reference.map(BinaryOutcomeSummary::n).orElse(0L);
    report
        .of("estimated_accuracy", null, Unit.RATIO)
        .n(decisions.n())
        .against(m)
        .value(curve.flatMap(found -> found.accuracy(decisions)))
        .blindTo(BLIND_TO)
        .add();
    report
        .of("estimated_roc_auc", null, Unit.RATIO)
        .n(decisions.n())
        .against(m)
        .value(curve.flatMap(found -> found.rocAuc(decisions)))
        .blindTo(BLIND_TO)
        .add();
  }
}
