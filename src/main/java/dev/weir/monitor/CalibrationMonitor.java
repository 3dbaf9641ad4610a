package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.CalibrationEvidence;
import dev.weir.stats.inference.EvidenceSettings;
import dev.weir.stats.inference.Family;
import dev.weir.stats.inference.ReliabilityEvidence;
import dev.weir.stats.inference.WindowCounts;
import dev.weir.stats.summary.BinaryOutcomeSummary;
import dev.weir.stats.summary.LogisticRecalibration;
import dev.weir.stats.summary.Measured;
import dev.weir.stats.summary.Murphy;
import dev.weir.stats.summary.ScoreTable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calibration: whether probabilities are what they claim to be ({@code statistics.md} 4.7, 6). In
 * multiclass it is the largest probability, against the decision being right.
 */
final class CalibrationMonitor implements Monitor {
  private static final String JUDGED = "ece";
  private static final int SMALLEST = 100;
  private static final int OF_EACH_CLASS = 50;

  @Override
  public String id() {
    return "calibration";
  }

  @Override
  public List<String> metrics() {
    return List.of(
        JUDGED,
        "ece_equal_mass",
        "ece_debiased",
        "mce",
        "brier_reliability",
        "brier_resolution",
        "brier_uncertainty",
        "calibration_slope",
        "calibration_intercept",
        "spiegelhalter_z",
        JudgedSeries.DISPERSION);
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.calibration().map(MonitorSettings.Calibration::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.of(Family.CALIBRATION);
  }

  @Override
  public List<JudgedMetric> judged(
      JudgeSettings settings, Baseline baseline, @Nullable String segment) {
    MonitorSettings.Calibration calibration = settings.monitors().calibration().orElseThrow();
    AbsentLabels absent = Report.absentLabels(settings.profile().labels().absent());
    return baseline
        .completed(segment)
        .map(CohortSummary::probabilities)
        .filter(reference -> reference.n() > 0)
        .map(reference -> List.of(judged(calibration, baseline, segment, absent)))
        .orElseGet(List::of);
  }

  private static JudgedMetric judged(
      MonitorSettings.Calibration calibration,
      Baseline baseline,
      @Nullable String segment,
      AbsentLabels absent) {
    double tolerance = calibration.tolerance();
    return new JudgedMetric(
        JUDGED,
        null,
        tolerance,
        (delta, dispersion) ->
            calibration.againstReference()
                ? againstReference(
                    References.cohorts(baseline, segment),
                    new EvidenceSettings(tolerance, delta, dispersion),
                    absent)
                : new CalibrationEvidence(
                    tolerance, baseline.seasons().cells(), dispersion, absent),
        (plan, season) -> tolerance);
  }

  private static ReliabilityEvidence againstReference(
      List<CohortSummary> cells, EvidenceSettings settings, AbsentLabels absent) {
    List<ScoreTable> tables =
        cells.stream().map(cell -> cell.probabilities().quantileTable()).toList();
    return ReliabilityEvidence.of(
        tables.stream().map(CalibrationMonitor::negatives).toArray(long[][]::new),
        tables.stream().map(CalibrationMonitor::positives).toArray(long[][]::new),
        settings,
        absent);
  }

  private static long[] positives(ScoreTable table) {
    long[] counts = new long[table.bins()];
    for (int bin = 0; bin < counts.length; bin++) {
      counts[bin] = table.positives(bin);
    }
    return counts;
  }

  private static long[] negatives(ScoreTable table) {
    long[] counts = new long[table.bins()];
    for (int bin = 0; bin < counts.length; bin++) {
      counts[bin] = table.n(bin) - table.positives(bin);
    }
    return counts;
  }

  private static WindowCounts window(int season, CohortSummary cohort, boolean againstReference) {
    BinaryOutcomeSummary now = cohort.probabilities();
    return againstReference
        ? ReliabilityEvidence.window(
            season,
            negatives(now.quantileTable()),
            positives(now.quantileTable()),
            cohort.quantilesUnlabelled())
        : CalibrationEvidence.window(
            season, now.negativeCounts(), now.positiveCounts(), cohort.scoresUnlabelled());
  }

  @Override
  public void judge(CohortSummary cohort, Report report) {
    BinaryOutcomeSummary now = cohort.probabilities();
    BinaryOutcomeSummary reference = References.cohort(report, cohort).probabilities();
    boolean against = report.monitors().calibration().orElseThrow().againstReference();
    Sides sides = new Sides(report, now.n(), reference.n());
    boolean enough = now.n() >= SMALLEST;
    sides
        .of(JUDGED, Unit.RATIO, enough)
        .value(now.calibration().expectedError())
        .counts(() -> window(report.season(), cohort, against))
        .add();
    sides
        .of("ece_equal_mass", Unit.RATIO, enough)
        .value(now.equalMassCalibration().expectedError())
        .add();
    sides.of("ece_debiased", Unit.RATIO, enough).value(now.calibration().debiasedError()).add();
    sides.of("mce", Unit.RATIO, enough).value(now.calibration().maximumError()).add();
    Optional<Murphy> murphy = now.calibration().murphy();
    sides
        .of("brier_reliability", Unit.NONE, enough)
        .value(murphy.map(Murphy::reliability))
        .histogram(histogram(reference, now))
        .add();
    sides.of("brier_resolution", Unit.NONE, enough).value(murphy.map(Murphy::resolution)).add();
    sides.of("brier_uncertainty", Unit.NONE, enough).value(murphy.map(Murphy::uncertainty)).add();
    addRecalibration(now, sides);
    sides.of("spiegelhalter_z", Unit.NONE, true).value(now.spiegelhalterZ()).add();
  }

  private record Sides(Report report, long current, long reference) {
    Report.Draft of(String metric, Unit unit, boolean enough) {
      return report.of(metric, null, unit).n(current).against(reference).needs(enough);
    }
  }

  private static void addRecalibration(BinaryOutcomeSummary now, Sides sides) {
    boolean enough = now.positives() >= OF_EACH_CLASS && now.negatives() >= OF_EACH_CLASS;
    Optional<LogisticRecalibration> fit = enough ? now.recalibration() : Optional.empty();
    sides
        .of("calibration_slope", Unit.NONE, enough)
        .value(fit.map(LogisticRecalibration::slope).map(CalibrationMonitor::fitted))
        .add();
    sides
        .of("calibration_intercept", Unit.NONE, enough)
        .value(fit.map(LogisticRecalibration::intercept).map(CalibrationMonitor::fitted))
        .add();
  }

  private static Measured fitted(double value) {
    return new Measured(value, LogisticRecalibration.ERROR_BOUND);
  }

  /** Positives per score bin: expected from the scores, and as they came. */
  private static Histogram histogram(BinaryOutcomeSummary reference, BinaryOutcomeSummary now) {
    int bins = now.widthTable().bins();
    double[] edges = new double[bins - 1];
    Arrays.setAll(edges, edge -> (edge + 1) / 10.0);
    long[] before = new long[bins];
    long[] after = new long[bins];
    Arrays.setAll(before, reference.widthTable()::n);
    Arrays.setAll(after, now.widthTable()::n);
    return new Histogram(edges, List.of(), before, after, 0, 0);
  }
}
