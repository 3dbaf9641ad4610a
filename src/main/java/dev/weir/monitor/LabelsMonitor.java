package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.EarlyLossSummary;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.DelayEvidence;
import dev.weir.stats.inference.EvidenceSettings;
import dev.weir.stats.inference.Family;
import dev.weir.stats.inference.Intervals;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import dev.weir.stats.summary.DelaySummary;
import dev.weir.stats.summary.Measured;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Labels: how many came, and how late. Judged is, downwards only, the share labelled within the
 * ages by which half and nine tenths of the reference were, once a cohort is final ({@code
 * statistics.md} 5.4); and the share labelled within the early age, of predictions as soon as they
 * reach it: labels that stop or slow down are known long before cohorts are final.
 */
final class LabelsMonitor implements Monitor {
  private static final String JUDGED = "label_completeness";
  private static final String EARLY = "early_completeness";
  private static final double[] LEVELS = {.5, .9};
  private static final int MOST_EXTREME = 5;

  @Override
  public String id() {
    return "labels";
  }

  @Override
  public List<String> metrics() {
    return List.of(JUDGED, "label_delay_p50", "label_delay_p95", EARLY, JudgedSeries.DISPERSION);
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.labels().map(MonitorSettings.Labels::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.of(Family.LABELS);
  }

  /** The ages of the reference, in seconds; absent if too few of its labels ever came. */
  private static Optional<double[]> ages(DelaySummary reference) {
    double[] ages = new double[LEVELS.length];
    for (int i = 0; i < LEVELS.length; i++) {
      Optional<Measured> quantile = reference.quantile(LEVELS[i]);
      if (quantile.isEmpty()) {
        return Optional.empty();
      }
      ages[i] = DelaySummary.edgeAtLeast(quantile.get().value());
    }
    return Optional.of(ages);
  }

  private static long[] within(DelaySummary delays, double[] ages) {
    long[] within = new long[ages.length];
    for (int i = 0; i < ages.length; i++) {
      within[i] = delays.within(ages[i]);
    }
    return within;
  }

  @Override
  public List<JudgedMetric> judged(
      JudgeSettings settings, Baseline baseline, @Nullable String segment) {
    double tolerance = settings.monitors().labels().orElseThrow().tolerance();
    List<JudgedMetric> judged = new ArrayList<>();
    baseline
        .outcomes(segment)
        .map(outcomes -> outcomes.cohort().delays())
        .ifPresent(
            delays ->
                ages(delays)
                    .map(ages -> late(baseline, segment, delays, ages, tolerance))
                    .ifPresent(judged::add));
    if (PerformanceMonitor.early(settings.profile())
        && baseline.outcomes(segment).map(outcomes -> outcomes.early().n() > 0).orElse(false)) {
      judged.add(early(baseline, segment, tolerance));
    }
    return judged;
  }

  /** The share labelled within each age, of whole cohorts. */
  private static JudgedMetric late(
      Baseline baseline,
      @Nullable String segment,
      DelaySummary delays,
      double[] ages,
      double tolerance) {
    return new JudgedMetric(
            JUDGED,
            null,
            tolerance,
            (delta, dispersion) ->
                plan(
                    delays(baseline, segment),
                    ages,
                    new EvidenceSettings(tolerance, delta, dispersion)),
            (plan, season) -> null)
        .of(() -> Cells.ages(ages, within(delays, ages), predictions(delays)));
  }

  /** The share labelled within the early age, of predictions that just reached it. */
  private static JudgedMetric early(Baseline baseline, @Nullable String segment, double tolerance) {
    Supplier<List<EarlyLossSummary>> cells =
        () ->
            References.cells(
                baseline,
                cell ->
                    baseline
                        .outcomes(segment, cell)
                        .map(Baseline.Outcomes::early)
                        .orElseGet(EarlyLossSummary::new));
    return new JudgedMetric(
            EARLY,
            null,
            tolerance,
            (delta, dispersion) ->
                RateEvidence.estimated(
                    cells.get().stream().mapToLong(LabelsMonitor::notYet).toArray(),
                    cells.get().stream().mapToLong(EarlyLossSummary::n).toArray(),
                    new EvidenceSettings(tolerance, delta, dispersion),
                    EnumSet.of(Side.ABOVE),
                    AbsentLabels.CENSORED),
            (plan, season) -> least((RateEvidence) plan.get(), season))
        .of(
            () ->
                Cells.single(
                    cells.get().stream().mapToDouble(LabelsMonitor::notYet).toArray(),
                    cells.get().stream().mapToDouble(EarlyLossSummary::n).toArray()));
  }

  /** Predictions without a label at the early age: these are what evidence counts. */
  private static long notYet(EarlyLossSummary early) {
    return early.n() - early.labelled();
  }

  /** The least share that the tolerance allows; null: it allows all. */
  private static @Nullable Double least(RateEvidence plan, int season) {
    double most = plan.upper(season);
    return most < 1 ? 1 - most : null;
  }

  private static List<DelaySummary> delays(Baseline baseline, @Nullable String segment) {
    return References.cells(
        baseline,
        cell ->
            baseline
                .outcomes(segment, cell)
                .map(found -> found.cohort().delays())
                .orElseGet(() -> new DelaySummary(1)));
  }

  /** The ages are those of all cells, so that each cell is asked the same. */
  private static DelayEvidence plan(
      List<DelaySummary> cells, double[] ages, EvidenceSettings settings) {
    return DelayEvidence.of(
        cells.stream().map(cell -> within(cell, ages)).toArray(long[][]::new),
        cells.stream().mapToLong(LabelsMonitor::predictions).toArray(),
        settings);
  }

  private static long predictions(DelaySummary delays) {
    return delays.labelled() + delays.unlabelled();
  }

  @Override
  public void judge(CohortSummary cohort, Report report) {
    Optional<DelaySummary> reference =
        report.wholeOutcomes().map(outcomes -> outcomes.cohort().delays());
    long m = report.outcomes().map(outcomes -> predictions(outcomes.cohort().delays())).orElse(0L);
    long n = cohort.issued();
    DelaySummary delays = cohort.delays();
    Report.Draft completeness =
        report
            .of(JUDGED, null, Unit.RATIO)
            .n(n)
            .against(m)
            .aboutLabels()
            .needs(n > 0)
            .value((double) cohort.labelled() / Math.max(1, n))
            .interval(Intervals.wilson(Math.min(cohort.labelled(), n), n));
    reference
        .flatMap(LabelsMonitor::ages)
        .ifPresent(
            ages ->
                completeness.counts(
                    () -> DelayEvidence.window(report.season(), within(delays, ages), n)));
    completeness.add();
    report
        .of("label_delay_p50", null, Unit.SECOND)
        .n(n)
        .beside(m)
        .aboutLabels()
        .needs(n * .5 >= MOST_EXTREME)
        .value(delays.quantile(.5))
        .add();
    report
        .of("label_delay_p95", null, Unit.SECOND)
        .n(n)
        .beside(m)
        .aboutLabels()
        .needs(n * .05 >= MOST_EXTREME - 1e-9)
        .value(delays.quantile(.95))
        .add();
  }

  @Override
  public void judge(EarlyLossSummary early, Report report) {
    if (!PerformanceMonitor.early(report.profile())) {
      return;
    }
    long n = Math.max(0, early.n());
    long labelled = Math.min(Math.max(0, early.labelled()), n);
    report
        .of(EARLY, null, Unit.RATIO)
        .n(n)
        .against(report.outcomes().map(outcomes -> outcomes.early().n()).orElse(0L))
        .needs(n > 0)
        .value((double) labelled / Math.max(1, n))
        .interval(Intervals.wilson(labelled, n))
        .counts(() -> RateEvidence.window(report.season(), n - labelled, n, 0))
        .add();
  }
}
