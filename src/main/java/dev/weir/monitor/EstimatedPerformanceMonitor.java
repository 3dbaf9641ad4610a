package dev.weir.monitor;

import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.Column;
import dev.weir.baseline.ProfileSummary;
import dev.weir.stats.inference.Family;
import dev.weir.stats.summary.BinaryOutcomeSummary;
import dev.weir.stats.summary.ScoreLayout;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Performance expected from scores alone, as soon as a window closes ({@code statistics.md} 9).
 *
 * <p>Scores are recalibrated by the reference's own reliability curve. Blind to a change of
 * concept: with all labels turned round it still says the same.
 */
final class EstimatedPerformanceMonitor implements Monitor {
  private static final String BLIND_TO = "concept";

  @Override
  public String id() {
    return "estimated_performance";
  }

  @Override
  public List<String> metrics() {
    return List.of("estimated_accuracy", "estimated_roc_auc");
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
            .baseline()
            .filter(found -> found.cohortLayout().binary())
            .flatMap(found -> found.completed(report.segment()))
            .map(CohortSummary::probabilities)
            .filter(found -> found.n() > 0);
    Estimate estimate =
        new Estimate(
            reference.map(ReliabilityCurve::of).orElse(null),
            window.scoreCounts(false),
            window.scoreCounts(true));
    long m = reference.map(BinaryOutcomeSummary::n).orElse(0L);
    report
        .of("estimated_accuracy", null, Unit.RATIO)
        .n(estimate.n())
        .against(m)
        .value(estimate.accuracy())
        .blindTo(BLIND_TO)
        .add();
    report
        .of("estimated_roc_auc", null, Unit.RATIO)
        .n(estimate.n())
        .against(m)
        .value(estimate.rocAuc())
        .blindTo(BLIND_TO)
        .add();
  }

  /** Expected positives per score bin. */
  record Estimate(
      @org.jspecify.annotations.Nullable ReliabilityCurve curve, long[] no, long[] yes) {
    long n() {
      long n = 0;
      for (int bin = 0; bin < ScoreLayout.LOGIT_BINS; bin++) {
        n += no[bin] + yes[bin];
      }
      return n;
    }

    /** Mean of p where the decision was positive, of 1 - p where it was not. */
    OptionalDouble accuracy() {
      if (curve == null || n() == 0) {
        return OptionalDouble.empty();
      }
      double right = 0;
      for (int bin = 0; bin < ScoreLayout.LOGIT_BINS; bin++) {
        double p = curve.rate(bin);
        right += yes[bin] * p + no[bin] * (1 - p);
      }
      return OptionalDouble.of(right / n());
    }

    /** The area of statistics.md 2.2 with expected positives and negatives in each bin. */
    OptionalDouble rocAuc() {
      if (curve == null) {
        return OptionalDouble.empty();
      }
      double wins = 0;
      double below = 0;
      double positives = 0;
      for (int bin = 0; bin < ScoreLayout.LOGIT_BINS; bin++) {
        double p = curve.rate(bin);
        double positive = (yes[bin] + no[bin]) * p;
        double negative = (yes[bin] + no[bin]) * (1 - p);
        wins += positive * (2 * below + negative);
        below += negative;
        positives += positive;
      }
      double pairs = 2 * positives * below;
      return pairs > 0 ? OptionalDouble.of(wins / pairs) : OptionalDouble.empty();
    }
  }
}
