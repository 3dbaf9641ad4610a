package dev.weir.decide;

import dev.weir.decide.Output.Antipattern;
import dev.weir.event.CanonicalJson;
import dev.weir.monitor.PlainRule;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;
import dev.weir.stats.inference.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The sentences that people read, and what else in an alert depends on words alone. */
final class Wording {
  private static final Map<String, String> METRICS =
      Map.ofEntries(
          Map.entry("accuracy", "accuracy"),
          Map.entry("bias", "bias"),
          Map.entry("brier", "Brier loss"),
          Map.entry("ece", "ECE"),
          Map.entry("f1", "F1"),
          Map.entry("ks", "KS"),
          Map.entry("mae", "MAE"),
          Map.entry("mcc", "MCC"),
          Map.entry("mce", "MCE"),
          Map.entry("mmd", "MMD"),
          Map.entry("pinball", "pinball loss"),
          Map.entry("psi", "PSI"),
          Map.entry("rmse", "RMSE"),
          Map.entry("roc_auc", "ROC AUC"));

  /** Written out, because names from the platform's locale data differ between Java versions. */
  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");

  private Wording() {}

  /**
   * {@code distance drifted: total variation 0.31, tolerance 0.02, n = 1,640}.
   *
   * @param side which way the rate behind the evidence left its bound; coverage counts misses
   */
  static String byEvidence(
      Series series, SeriesPoint point, @Nullable Side side, @Nullable String targetUnit) {
    if (series.metric().equals("label_completeness") && isAll(point.value())) {
      // How many came in the end does not say how late; where the change lies does.
      return "labels come too late" + place(series) + ": all came in the end" + rows(point);
    }
    boolean tooWide = series.monitor().equals("coverage") && side == Side.BELOW;
    return (tooWide ? "intervals are too wide" : subject(series))
        + place(series)
        + ": "
        + metric(series.metric())
        + " "
        + number(point.value())
        + unit(series, targetUnit)
        + (tooWide ? "" : limit(series, point))
        + rows(point);
  }

  private static boolean isAll(@Nullable Double share) {
    return share != null && share == 1;
  }

  /** A sentence on counts that scatter more than evidence takes for granted; empty: they do not. */
  static String dependence(SeriesState.@Nullable Dependence dependence) {
    return dependence == null
        ? ""
        : " Counts scatter "
            + number(dependence.dispersion())
            + " times as much as those of independent records, evidence is divided by "
            + number(dependence.assumed())
            + ": it may be less sure than it looks.";
  }

  private static String limit(Series series, SeriesPoint point) {
    if (point.threshold() == null) {
      return "";
    }
    String name =
        switch (series.monitor()) {
          case "drift", "prediction_drift", "label_drift", "calibration" -> "tolerance";
          default -> "limit";
        };
    return ", " + name + " " + number(point.threshold());
  }

  private static String subject(Series series) {
    return switch (series.monitor()) {
      case "drift" -> series.feature() + " drifted";
      case "prediction_drift", "label_drift" -> words(series.feature()) + " drifted";
      case "quality" ->
          series.metric().equals("duplicate_rate")
              ? "records are delivered more than once"
              : (series.feature() == null ? "the input" : series.feature()) + " lost quality";
      case "performance" -> "loss rose";
      case "calibration" -> "probabilities lost calibration";
      case "coverage" -> "intervals lost coverage";
      case "labels" -> "labels come too late or not at all";
      default -> words(series.monitor());
    };
  }

  /** {@code PSI of distance 0.31, plain rule > 0.2 for 3 windows, n = 1,640}. */
  static String byRule(
      Series series, SeriesPoint point, PlainRule rule, @Nullable String targetUnit) {
    return metric(series.metric())
        + (series.feature() == null ? "" : " of " + series.feature())
        + place(series)
        + " "
        + number(point.value())
        + unit(series, targetUnit)
        + ", plain rule "
        + rule.comparison().symbol()
        + " "
        + number(rule.limit())
        + (rule.windows() == 1 ? "" : " for " + rule.windows() + " windows")
        + rows(point);
  }

  /** The column that a series is about, as a sentence names it. */
  static String column(Series series) {
    boolean own = series.monitor().equals("drift") || series.monitor().equals("quality");
    String feature = series.feature() == null ? series.metric() : series.feature();
    return own ? feature : words(feature);
  }

  private static String place(Series series) {
    return series.segment() == null ? "" : " in " + series.segment();
  }

  private static String unit(Series series, @Nullable String targetUnit) {
    return switch (series.metric()) {
      case "mae", "rmse", "bias", "pinball" -> targetUnit == null ? "" : " " + targetUnit;
      case "freshness_p95", "label_delay_p50", "label_delay_p95" -> " s";
      default -> "";
    };
  }

  private static String rows(SeriesPoint point) {
    return ", n = " + count(point.nCurrent());
  }

  private static String metric(String id) {
    return METRICS.getOrDefault(id, words(id));
  }

  private static String words(@Nullable String id) {
    return id == null ? "" : id.replace('_', ' ');
  }

  /** At most three digits that count, without exponent. */
  static String number(@Nullable Double value) {
    if (value == null) {
      return "unknown";
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded =
        new BigDecimal(CanonicalJson.number(value))
            .round(new MathContext(3, RoundingMode.HALF_EVEN));
    return rounded.stripTrailingZeros().toPlainString();
  }

  /** At least three digits that count, and all that stand before the point. */
  static String edge(double value) {
    BigDecimal exact = new BigDecimal(CanonicalJson.number(value));
    int digits = Math.max(3, exact.precision() - exact.scale());
    BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  /** {@code 3.2 h}. */
  static String span(double seconds) {
    if (seconds < 120) {
      return number(seconds) + " s";
    }
    if (seconds < 7200) {
      return number(seconds / 60) + " min";
    }
    return seconds < 172_800 ? number(seconds / 3600) + " h" : number(seconds / 86_400) + " d";
  }

  /** {@code 24,870}. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@code 29 April 2001}, in UTC. */
  static String day(long time) {
    OffsetDateTime utc = Instant.ofEpochMilli(time).atOffset(ZoneOffset.UTC);
    return utc.getDayOfMonth() + " " + MONTHS.get(utc.getMonthValue() - 1) + " " + utc.getYear();
  }

  /** The failure mode of model operations that an alert is a sign of (interfaces: alerts). */
  static Antipattern antipattern(Series series) {
    return switch (series.monitor()) {
      case "drift",
          "prediction_drift",
          "label_drift",
          "multivariate_drift",
          "performance",
          "concept_drift" ->
          Antipattern.SET_AND_FORGET;
      case "calibration", "coverage", "estimated_performance" ->
          Antipattern.COMMUNICATE_WITH_AMBIVALENCE;
      case "quality" -> Antipattern.DATA_CRISIS_AS_A_SERVICE;
      case "labels" -> Antipattern.GRADE_YOUR_OWN_EXAM;
      case "weir" -> ofNotice(series.metric());
      default -> Antipattern.NONE;
    };
  }

  private static Antipattern ofNotice(String metric) {
    return switch (metric) {
      case "version_not_registered" -> Antipattern.TUNING_UNDER_THE_CARPET;
      case "alert_unanswered" -> Antipattern.ACT_NOW_REFLECT_NEVER;
      case "columns_missing" -> Antipattern.DATA_CRISIS_AS_A_SERVICE;
      default -> Antipattern.NONE;
    };
  }

  static String runbook(@Nullable String template, String monitor) {
    return template == null
        ? "src/docs/operations.md#" + monitor
        : template.replace("{monitor}", monitor);
  }

  /** What identifies and routes an alert. */
  static Map<String, String> labels(
      Series series, Rule rule, String severity, Map<String, String> ofJobFile) {
    TreeMap<String, String> labels = new TreeMap<>(ofJobFile);
    String suffix = rule == Rule.THRESHOLD ? ".rule" : "";
    labels.put("alertname", series.monitor() + "." + series.metric() + suffix);
    labels.put("model_id", series.modelId());
    labels.put("model_version", series.modelVersion());
    labels.put("monitor", series.monitor());
    labels.put("metric", series.metric());
    labels.put("severity", severity.toLowerCase(Locale.ROOT));
    if (series.feature() != null) {
      labels.put("feature", series.feature());
    }
    if (series.segment() != null) {
      labels.put("segment", series.segment());
    }
    return labels;
  }

  /** Words for people; {@code labels_absent} where outcomes are judged. */
  static Map<String, String> annotations(
      Series series,
      String summary,
      String description,
      String runbook,
      String labelsAbsent,
      Map<String, String> location) {
    TreeMap<String, String> annotations = new TreeMap<>(location);
    annotations.put("summary", summary);
    annotations.put("description", description);
    annotations.put("runbook_url", runbook);
    annotations.put("dashboard_path", dashboardPath(series));
    switch (series.monitor()) {
      case "performance", "calibration", "coverage", "labels", "label_drift" ->
          annotations.put("labels_absent", labelsAbsent);
      default -> {}
    }
    return annotations;
  }

  private static String dashboardPath(Series series) {
    String model = "/m/" + series.modelId();
    return switch (series.monitor()) {
      case "drift", "quality" ->
          series.feature() == null ? model + "/features" : model + "/features/" + series.feature();
      case "calibration", "coverage" -> model + "/uncertainty";
      case "labels" -> model + "/labels";
      case "weir" -> "/health";
      default -> model;
    };
  }
}
