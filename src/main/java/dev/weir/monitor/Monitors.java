package dev.weir.monitor;

import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.EarlyLossSummary;
import dev.weir.baseline.GatedRows;
import dev.weir.baseline.LabelSettings;
import dev.weir.baseline.ProfileSummary;
import dev.weir.baseline.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges windows, cohorts and early losses with every monitor that is on.
 *
 * <p>Guarantee: findings are a function of the arguments alone and come in one order: monitors as
 * in the catalogue, then columns, then metrics. Immutable and safe for use by several threads.
 */
public final class Monitors {
  private static final List<Monitor> CATALOGUE =
      List.of(
          new QualityMonitor(),
          new DriftMonitor(),
          new PredictionDriftMonitor(),
          new LabelDriftMonitor(),
          new MultivariateDriftMonitor(),
          new PerformanceMonitor(),
          new CalibrationMonitor(),
          new CoverageMonitor(),
          new LabelsMonitor(),
          new EstimatedPerformanceMonitor(),
          new ConceptDriftMonitor(),
          new ComparisonMonitor());

  private final JudgedSeries series;

  /** All monitors that these settings switch on, under this baseline. */
  public Monitors(JudgedSeries series) {
    this.series = series;
  }

  /** The closed catalogue of monitors. */
  static List<Monitor> catalogue() {
    return CATALOGUE;
  }

  /** Ids of all monitors with the ids of their metrics, in the order of reports. */
  public static Map<String, List<String>> metrics() {
    Map<String, List<String>> metrics = new LinkedHashMap<>();
    CATALOGUE.forEach(monitor -> metrics.put(monitor.id(), monitor.metrics()));
    return metrics;
  }

  /**
   * The tasks of which a metric of a monitor needs one; empty: it is there whatever a model
   * predicts, or nobody knows it.
   */
  public static Set<Task> tasks(String id, String metric) {
    return CATALOGUE.stream()
        .filter(monitor -> monitor.id().equals(id))
        .findFirst()
        .map(monitor -> monitor.tasks(metric))
        .orElse(Set.of());
  }

  /** Every series that carries evidence. */
  public JudgedSeries series() {
    return series;
  }

  /** Judges a window of inputs and predictions. Parts of which no row came are not reported. */
  public List<Finding> judgeProfile(WindowContext window, ProfileSummary summary) {
    return judgeProfile(window, summary, null, null);
  }

  /**
   * Judges a window of inputs and predictions.
   *
   * @param gated one row per entity of the same window, which evidence counts; copies are no matter
   *     there. Null: all rows count
   * @param earlier the window that this one is compared with, where the settings name one; null:
   *     there is none
   */
  public List<Finding> judgeProfile(
      WindowContext window,
      ProfileSummary summary,
      @Nullable GatedRows gated,
      @Nullable ProfileSummary earlier) {
    Withheld withheld =
        gated == null
            ? (duplicates(summary) ? Withheld.DUPLICATES : null)
            : (gated.overflowed() ? Withheld.LIMIT : null);
    Report.Place place =
        new Report.Place(
            window,
            Report.Labelling.NONE,
            withheld,
            gated == null ? null : gated.profile(),
            earlier,
            reference(window),
            null);
    return judge(place, (monitor, report) -> monitor.judge(summary, report));
  }

  private boolean duplicates(ProfileSummary summary) {
    return series
        .settings()
        .monitors()
        .quality()
        .map(quality -> QualityMonitor.duplicateRate(summary) > quality.duplicates())
        .orElse(false);
  }

  /**
   * Judges a cohort; ordered detectors begin with it.
   *
   * @param complete whether the cohort is final: only then does it give evidence, and only once
   */
  public List<Finding> judgeCohort(WindowContext window, boolean complete, CohortSummary summary) {
    return judgeCohort(window, complete, summary, OrderedState.of(series.settings().monitors()));
  }

  /**
   * Judges a cohort; ordered detectors go on from where they were.
   *
   * @param complete whether the cohort is final: only then does it give evidence, and only once
   * @param state what detectors carry; changed if and only if the cohort is final and keeps an
   *     order. Pass it with each cohort's first final report, in the order of windows, and null
   *     with any other: nothing is said then of what needs an order
   */
  public List<Finding> judgeCohort(
      WindowContext window, boolean complete, CohortSummary summary, @Nullable OrderedState state) {
    LabelSettings labels = series.settings().profile().labels();
    Optional<Double> completeness = summary.completeness();
    CohortSummary judged = complete ? summary.withMissing() : summary;
    boolean meansClass =
        labels.absent() == LabelSettings.Absent.NEGATIVE
            || labels.absent() == LabelSettings.Absent.POSITIVE;
    boolean tooFew = completeness.map(share -> share < labels.minCompleteness()).orElse(false);
    boolean provisional = !complete || (tooFew && !meansClass);
    Report.Labelling labelling =
        new Report.Labelling(true, complete, provisional, completeness.orElse(null));
    return judge(
        new Report.Place(
            window,
            labelling,
            summary.leftOut() > 0 ? Withheld.LIMIT : null,
            null,
            null,
            reference(window),
            complete ? state : null),
        (monitor, report) -> monitor.judge(judged, report));
  }

  /** Judges the predictions that reached the early age in a window. */
  public List<Finding> judgeEarly(WindowContext window, EarlyLossSummary summary) {
    return judge(
        new Report.Place(window, Report.Labelling.NONE, null, null, null, reference(window), null),
        (monitor, report) -> monitor.judge(summary, report));
  }

  private SegmentReference reference(WindowContext window) {
    return new SegmentReference(
        series.baseline().orElse(null), window.segment(), window.windowStart());
  }

  private List<Finding> judge(Report.Place place, BiConsumer<Monitor, Report> judging) {
    List<Finding> findings = new ArrayList<>();
    for (Monitor monitor : CATALOGUE) {
      MonitorSettings.Common common = monitor.common(series.settings().monitors()).orElse(null);
      if (common != null && (place.window().segment() == null || common.segments())) {
        Report report = new Report(monitor, common, series, place);
        judging.accept(monitor, report);
        for (Finding finding : report.findings()) {
          if (isWorthWriting(finding)) {
            findings.add(finding);
          }
        }
      }
    }
    return findings;
  }

  /**
   * In a segment, a column's metric that is neither judged nor has enough rows would say nothing:
   * with many small segments these would be most of what is written.
   */
  private boolean isWorthWriting(Finding finding) {
    return finding.series().segment() == null
        || finding.series().feature() == null
        || finding.verdict() != Verdict.NOT_ENOUGH_DATA
        || series.find(finding.series()).isPresent();
  }
}
