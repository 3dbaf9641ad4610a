package dev.weir.spec;

import dev.weir.monitor.JudgedSeries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which monitor has which metrics: what the rules of a job file may name, and where. */
final class MetricCatalogue {
  private static final List<String> DISTANCES =
      List.of(
          "psi",
          "psi_excess",
          "ks",
          "wasserstein",
          "jensen_shannon",
          "hellinger",
          "total_variation",
          "kl",
          "chi_square");

  private static final String DISPERSION = JudgedSeries.DISPERSION;

  private static final Set<String> CLASSES =
      Set.of(
          "accuracy",
          "precision",
          "recall",
          "f1",
          "mcc",
          "log_loss",
          "brier",
          "roc_auc",
          "average_precision",
          "positive_rate");

  private static final Set<String> REGRESSION = Set.of("mae", "rmse", "bias", "r2", "pinball");

  /** Metrics that need an order of the values. */
  private static final Set<String> NUMERIC_ONLY = Set.of("ks", "wasserstein");

  private static final Map<String, List<String>> BY_MONITOR = byMonitor();

  private MetricCatalogue() {}

  private static Map<String, List<String>> byMonitor() {
    Map<String, List<String>> map = new LinkedHashMap<>();
    map.put(
        "quality",
        List.of(
            "volume",
            "duplicate_rate",
            "missing_rate",
            "nan_rate",
            "type_error_rate",
            "out_of_range_rate",
            "unseen_rate",
            "mean",
            "std",
            "min",
            "max",
            "p05",
            "p25",
            "p50",
            "p75",
            "p95",
            "distinct",
            "freshness_p95"));
    List<String> ofColumns = new ArrayList<>(DISTANCES);
    ofColumns.add(DISPERSION);
    map.put("drift", ofColumns);
    map.put("prediction_drift", ofColumns);
    map.put("label_drift", ofColumns);
    map.put("multivariate_drift", List.of("mmd"));
    Set<String> performance = new TreeSet<>(CLASSES);
    performance.addAll(REGRESSION);
    performance.add("early_loss");
    performance.add("ipw_loss");
    performance.add(DISPERSION);
    map.put("performance", List.copyOf(performance));
    map.put(
        "calibration",
        List.of(
            "ece",
            "ece_equal_mass",
            "ece_debiased",
            "mce",
            "brier_reliability",
            "brier_resolution",
            "brier_uncertainty",
            "calibration_slope",
            "calibration_intercept",
            "spiegelhalter_z",
            DISPERSION));
    map.put(
        "coverage",
        List.of(
            "coverage",
            "mean_width",
            "winkler",
            "kupiec_lr",
            "christoffersen_independence_lr",
            "christoffersen_conditional_lr",
            "aci_alpha",
            DISPERSION));
    map.put(
        "labels",
        List.of(
            "label_completeness",
            "label_delay_p50",
            "label_delay_p95",
            "early_completeness",
            DISPERSION));
    map.put(
        "estimated_performance",
        List.of(
            "estimated_accuracy",
            "estimated_roc_auc",
            "estimated_accuracy_gap",
            "estimated_roc_auc_gap"));
    map.put("concept_drift", List.of("adwin", "page_hinkley", "ddm", "bocpd", "regime_age"));
    map.put(
        "comparison",
        List.of(
            "paired_difference",
            "promotion",
            "pairs_needed",
            "challenger_log_e",
            "champion_log_e"));
    return map;
  }

  /** Ids of all monitors, in the order in which they are shown. */
  static List<String> monitors() {
    return List.copyOf(BY_MONITOR.keySet());
  }

  /** Metrics of one monitor. */
  static List<String> of(String monitor) {
    return BY_MONITOR.getOrDefault(monitor, List.of());
  }

  /** Monitors that have a metric. */
  static List<String> monitorsOf(String metric) {
    return BY_MONITOR.entrySet().stream()
        .filter(entry -> entry.getValue().contains(metric))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Distances of two distributions. */
  static List<String> distances() {
    return DISTANCES;
  }

  /** Whether a performance metric exists for one of the tasks. */
  static boolean fitsTasks(String metric, List<String> tasks) {
    boolean classes = tasks.contains("binary") || tasks.contains("multiclass");
    return (!CLASSES.contains(metric) || classes)
        && (!REGRESSION.contains(metric) || tasks.contains("regression"));
  }

  /** Whether a distance exists for categories. */
  static boolean fitsCategories(String metric) {
    return !NUMERIC_ONLY.contains(metric);
  }
}
