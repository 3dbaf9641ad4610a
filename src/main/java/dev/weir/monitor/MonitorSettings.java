package dev.weir.monitor;

import dev.weir.baseline.Loss;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The monitors of one model: each is present if it is on. Keys, defaults and units are those of the
 * job file.
 */
public record MonitorSettings(
    Optional<Quality> quality,
    Optional<Drift> drift,
    Optional<ColumnDrift> predictionDrift,
    Optional<ColumnDrift> labelDrift,
    Optional<MultivariateDrift> multivariateDrift,
    Optional<Performance> performance,
    Optional<Calibration> calibration,
    Optional<Coverage> coverage,
    Optional<Labels> labels,
    Optional<EstimatedPerformance> estimatedPerformance,
    Optional<ConceptDrift> conceptDrift,
    Optional<Comparison> comparison) {

  /**
   * What every block has.
   *
   * @param evidence whether evidence decides; false leaves only plain rules
   * @param severity of its alerts
   * @param segments whether it looks inside segments
   * @param minEvents fewest rows for a verdict
   * @param rules plain rules
   */
  public record Common(
      boolean evidence,
      Severity severity,
      boolean segments,
      long minEvents,
      List<PlainRule> rules) {}

  /**
   * Which features a monitor looks at.
   *
   * @param features only these; empty: all
   * @param exclude not these
   */
  public record Selection(List<String> features, List<String> exclude) {
    /** Whether the monitor looks at this feature. */
    public boolean includes(String feature) {
      return (features.isEmpty() || features.contains(feature)) && !exclude.contains(feature);
    }
  }

  /** Other settings for some features; null keeps the monitor's. */
  public record Override(
      List<String> features,
      @Nullable Double tolerance,
      @Nullable Severity severity,
      List<PlainRule> rules) {}

  /** A closed interval of allowed values. */
  public record Range(double lowest, double highest) {}

  /** {@code quality}. {@code volume} 0.5: half to double the reference's mean per window. */
  public record Quality(
      Common common,
      Selection selection,
      List<Override> overrides,
      double tolerance,
      double duplicates,
      @Nullable Double volume,
      Map<String, Range> ranges,
      @Nullable Duration freshness) {
    /** Whether any share of copies is too large: if not, nobody needs to know them. */
    public boolean looksForCopies() {
      return duplicates < 1;
    }
  }

  /** {@code drift}. {@code groups}: feature to group to categories. */
  public record Drift(
      Common common,
      Selection selection,
      List<Override> overrides,
      double tolerance,
      List<String> metrics,
      Map<String, Map<String, List<String>>> groups) {}

  /** {@code prediction_drift} and {@code label_drift}; {@code columns} empty: all there are. */
  public record ColumnDrift(
      Common common, List<String> columns, double tolerance, List<String> metrics) {}

  /** {@code multivariate_drift}. */
  public record MultivariateDrift(Common common, Selection selection, int dimensions, long seed) {}

  /** {@code performance}. {@code harm} in the unit of the scaled loss. */
  public record Performance(Common common, List<Loss> losses, double harm) {}

  /** {@code calibration}. */
  public record Calibration(Common common, double tolerance, boolean againstReference) {}

  /**
   * {@code coverage}. {@code lowOnly}: only too little coverage is judged. {@code aciGamma}: the
   * one step of {@code aci_alpha}; null: eight steps side by side, weighted by how well they do.
   */
  public record Coverage(
      Common common,
      double nominal,
      double tolerance,
      boolean lowOnly,
      @Nullable Double aciGamma) {}

  /** {@code labels}. */
  public record Labels(Common common, double tolerance, @Nullable Duration expectWithin) {}

  /** {@code estimated_performance}. */
  public record EstimatedPerformance(Common common) {}

  /** {@code comparison}. {@code alpha}: chance of ever declaring a wrong winner. */
  public record Comparison(Common common, double alpha) {}

  /** {@code concept_drift}. */
  public record ConceptDrift(
      Common common,
      List<String> detectors,
      double adwinDelta,
      double pageHinkleyDelta,
      double pageHinkleyThreshold,
      double ddmWarning,
      double ddmDrift,
      double bocpdHazard) {}
}
