package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.stats.inference.CoverageBacktest;
import dev.weir.stats.inference.Family;
import dev.weir.stats.inference.Intervals;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import dev.weir.stats.summary.FixedPoint;
import dev.weir.stats.summary.OrderedOutcomes;
import dev.weir.stats.summary.RegressionOutcomeSummary;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Coverage: whether intervals hold as many labels as they promise, how wide they are, and whether
 * misses come in runs ({@code statistics.md} 4.5, 6).
 *
 * <p>What needs an order is reported for all traffic only. {@code aci_alpha} is the level that
 * adaptive conformal inference has come to at the end of the cohort.
 */
final class CoverageMonitor implements Monitor {
  private static final String JUDGED = "coverage";
  private static final int SMALLEST = 50;

  @Override
  public String id() {
    return "coverage";
  }

  @Override
  public List<String> metrics() {
    return List.of(
        JUDGED,
        "mean_width",
        "winkler",
        "kupiec_lr",
        "christoffersen_independence_lr",
        "christoffersen_conditional_lr",
        "aci_alpha",
        JudgedSeries.DISPERSION);
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.coverage().map(MonitorSettings.Coverage::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.of(Family.COVERAGE);
  }

  @Override
  public List<JudgedMetric> judged(
      JudgeSettings settings, Baseline baseline, @Nullable String segment) {
    MonitorSettings.Coverage coverage = settings.monitors().coverage().orElseThrow();
    if (baseline.outcomes(segment).isEmpty()) {
      return List.of();
    }
    Set<Side> sides =
        coverage.lowOnly() ? EnumSet.of(Side.ABOVE) : EnumSet.of(Side.ABOVE, Side.BELOW);
    RegressionOutcomeSummary reference = baseline.outcomes(segment).get().cohort().regression();
    return List.of(
        new JudgedMetric(
                JUDGED,
                null,
                coverage.tolerance(),
                (delta, dispersion) ->
                    RateEvidence.nominal(
                        1 - coverage.nominal(),
                        coverage.tolerance(),
                        baseline.seasons().cells(),
                        dispersion,
                        sides,
                        LabelDriftMonitor.ofNumbers(settings.profile().labels().absent())),
                (plan, season) -> coverage.nominal() - coverage.tolerance())
            .of(
                () ->
                    Cells.single(
                        new double[] {reference.misses()}, new double[] {reference.intervals()})));
  }

  @Override
  public void judge(CohortSummary cohort, Report report) {
    MonitorSettings.Coverage coverage = report.monitors().coverage().orElseThrow();
    RegressionOutcomeSummary now = cohort.regression();
    long n = now.intervals();
    long misses = now.misses();
    long reference = References.cohort(report, cohort).regression().intervals();
    Sides sides = new Sides(report, n, reference);
    sides
        .of(JUDGED, Unit.RATIO)
        .needs(n >= SMALLEST)
        .value(now.coverage())
        .interval(Intervals.wilson(n - misses, n))
        .counts(() -> RateEvidence.window(report.season(), misses, n, cohort.intervalsUnlabelled()))
        .add();
    sides.of("mean_width", Unit.TARGET).value(now.meanWidth()).add();
    sides.of("winkler", Unit.TARGET).value(now.winkler()).add();
    OptionalDouble kupiec = CoverageBacktest.kupiec(misses, n, 1 - coverage.nominal());
    sides.of("kupiec_lr", Unit.NONE).needs(n >= SMALLEST).value(kupiec).add();
    cohort.ordered().ifPresent(ordered -> addOrdered(ordered, kupiec, sides));
  }

  private record Sides(Report report, long current, long reference) {
    Report.Draft of(String metric, Unit unit) {
      return report.of(metric, null, unit).n(current).against(reference);
    }
  }

  private static void addOrdered(OrderedOutcomes ordered, OptionalDouble kupiec, Sides sides) {
    OptionalDouble independence = OptionalDouble.empty();
    if (!ordered.overflowed() && sides.current() > 0) {
      OrderedOutcomes.Transitions pairs = ordered.transitions();
      independence =
          CoverageBacktest.independence(
              pairs.hitHit(), pairs.hitMiss(), pairs.missHit(), pairs.missMiss());
    }
    boolean enough = sides.current() >= SMALLEST;
    sides.of("christoffersen_independence_lr", Unit.NONE).needs(enough).value(independence).add();
    sides
        .of("christoffersen_conditional_lr", Unit.NONE)
        .needs(enough)
        .value(
            independence.isPresent() && kupiec.isPresent()
                ? OptionalDouble.of(independence.getAsDouble() + kupiec.getAsDouble())
                : OptionalDouble.empty())
        .add();
    sides.report().state().ifPresent(state -> addAdaptive(ordered, state, sides));
  }

  private static void addAdaptive(OrderedOutcomes ordered, OrderedState state, Sides sides) {
    OptionalDouble alpha = OptionalDouble.empty();
    if (!ordered.overflowed() && sides.current() > 0) {
      boolean oneStep =
          sides.report().monitors().coverage().map(MonitorSettings.Coverage::aciGamma).isPresent();
      ordered.forEachInterval(
          outcome -> {
            double level = (double) outcome.level() / FixedPoint.ONE;
            if (oneStep) {
              state.conformal().update(level);
            } else {
              state.tuned().update(level);
            }
          });
      alpha = OptionalDouble.of(oneStep ? state.conformal().alpha() : state.tuned().alpha());
    }
    sides.of("aci_alpha", Unit.RATIO).value(alpha).add();
  }
}
