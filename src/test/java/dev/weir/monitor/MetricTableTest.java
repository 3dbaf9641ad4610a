package dev.weir.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.baseline.Against;
import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.EarlyLossSummary;
import dev.weir.baseline.FeaturePlan;
import dev.weir.baseline.LabelSettings;
import dev.weir.baseline.Loss;
import dev.weir.baseline.ProfileSettings;
import dev.weir.baseline.ProfileSummary;
import dev.weir.baseline.ReferenceProfiler;
import dev.weir.baseline.ReferenceRow;
import dev.weir.baseline.Task;
import dev.weir.baseline.WindowSettings;
import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.event.Outcome;
import dev.weir.testing.KeptFeatures;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which metric there is for which task, with unit, counts, interval and error bound. */
class MetricTableTest {
  private static final long HOUR = 3_600_000;
  private static final List<String> CLASSES = List.of("a", "b", "c");
  private static final Set<String> ON_THE_LINE = Set.of("ks", "wasserstein");

  /** Metrics that there are not for a task, and why. */
  private static String missing(Task task, String monitor, String metric) {
    boolean regression = task == Task.REGRESSION;
    if (metric.equals(JudgedSeries.DISPERSION)) {
      return "follows when there were 28 windows";
    }
    boolean ofNumbers = Set.of("mae", "rmse", "bias", "r2", "pinball").contains(metric);
    return switch (monitor) {
      case "performance" -> {
        if (metric.equals("early_loss") || metric.equals("ipw_loss")) {
          yield "";
        }
        if (ofNumbers != regression) {
          yield regression ? "needs classes" : "needs numbers";
        }
        yield task == Task.MULTICLASS && metric.equals("positive_rate")
            ? "no class is the positive one"
            : "";
      }
      case "calibration" -> regression ? "needs probabilities" : "";
      case "coverage" -> regression ? "" : "needs an interval";
      case "estimated_performance" -> {
        if (metric.endsWith("_gap")) {
          yield "follows when the labels of an earlier window are there";
        }
        yield task == Task.BINARY ? "" : "needs a score";
      }
      case "prediction_drift" ->
          task == Task.MULTICLASS && ON_THE_LINE.contains(metric)
              ? "classes are not on a line"
              : "";
      case "label_drift" ->
          !regression && ON_THE_LINE.contains(metric) ? "classes are not on a line" : "";
      case "concept_drift" ->
          task != Task.BINARY && metric.equals("ddm") ? "needs right and wrong" : "";
      default -> "";
    };
  }

  /** Metrics with an interval (statistics 3, 2.2): Wilson, t, DeLong. */
  private static boolean hasInterval(Task task, String monitor, String metric) {
    return switch (monitor) {
      case "quality" -> metric.endsWith("_rate") || metric.equals("mean");
      case "performance" ->
          switch (metric) {
            case "accuracy", "brier", "mae", "bias", "early_loss", "ipw_loss" -> true;
            case "precision", "recall", "positive_rate", "roc_auc" -> task == Task.BINARY;
            default -> false;
          };
      case "coverage" -> metric.equals("coverage");
      case "labels" -> metric.endsWith("completeness");
      case "comparison" -> metric.equals("paired_difference");
      default -> false;
    };
  }

  private static Unit unit(String metric) {
    return switch (metric) {
      case "volume", "distinct", "adwin", "page_hinkley", "ddm", "bocpd", "pairs_needed" ->
          Unit.COUNT;
      case "regime_age", "freshness_p95", "label_delay_p50", "label_delay_p95" -> Unit.SECOND;
      case "psi", "psi_excess", "kl", "log_loss", "challenger_log_e", "champion_log_e" -> Unit.NAT;
      case "wasserstein" -> Unit.REFERENCE_SD;
      case "mae", "rmse", "bias", "pinball", "mean_width", "winkler" -> Unit.TARGET;
      case "mean",
          "std",
          "min",
          "max",
          "p05",
          "p25",
          "p50",
          "p75",
          "p95",
          "chi_square",
          "mmd",
          "mcc",
          "brier",
          "r2",
          "brier_reliability",
          "brier_resolution",
          "brier_uncertainty",
          "calibration_slope",
          "calibration_intercept",
          "spiegelhalter_z",
          "kupiec_lr",
          "christoffersen_independence_lr",
          "christoffersen_conditional_lr",
          "paired_difference",
          "promotion" ->
          Unit.NONE;
      default -> Unit.RATIO;
    };
  }

  // ---- The models ----

  private static ProfileSettings settings(Task task) {
    Loss loss =
        switch (task) {
          case BINARY -> new Loss("brier", 1);
          case MULTICLASS -> new Loss("brier", 2);
          case REGRESSION -> new Loss("mae", 10);
        };
    return new ProfileSettings(
        "m",
        Set.of(task),
        "1",
        List.of(
            new FeaturePlan("c", FeaturePlan.Kind.CATEGORICAL, false),
            new FeaturePlan("e", FeaturePlan.Kind.EMBEDDING, false),
            new FeaturePlan("x", FeaturePlan.Kind.NUMERIC, false)),
        task == Task.BINARY,
        task == Task.REGRESSION,
        task == Task.MULTICLASS,
        task == Task.REGRESSION,
        task == Task.REGRESSION ? 0.9 : null,
        List.of(loss),
        32,
        256,
        20,
        Map.of(),
        Map.of(),
        List.of(),
        50,
        false,
        new WindowSettings(
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ZERO,
            ZoneId.of("UTC"),
            Duration.ofMinutes(1),
            200),
        new LabelSettings(
            Duration.ofHours(10),
            LabelSettings.Absent.CENSORED,
            Duration.ofHours(1),
            0.99,
            0.8,
            Duration.ofMinutes(1),
            Duration.ofDays(1)));
  }

  private static MonitorSettings monitors(Task task, List<Loss> losses) {
    MonitorSettings usual = Settings.flights();
    MonitorSettings.Common common = Settings.COMMON;
    return new MonitorSettings(
        usual.quality(),
        usual.drift(),
        usual.predictionDrift(),
        usual.labelDrift(),
        Optional.of(
            new MonitorSettings.MultivariateDrift(
                common, new MonitorSettings.Selection(List.of(), List.of()), 256, 1)),
        Optional.of(new MonitorSettings.Performance(common, losses, 0.01)),
        task == Task.REGRESSION ? Optional.empty() : usual.calibration(),
        task == Task.REGRESSION ? usual.coverage() : Optional.empty(),
        usual.labels(),
        usual.estimatedPerformance(),
        usual.conceptDrift(),
        usual.comparison());
  }

  private static List<ReferenceRow> rows(Task task, int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<ReferenceRow> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      String id = seed + "-" + i;
      long time = HOUR + 3_000L * (i % 1000);
      double x = random.nextDouble();
      FeatureValues values = new FeatureValues();
      values.addText("c", "k" + (int) (30 * x * x));
      values.addVector(
          "e", new float[] {(float) x, (float) random.nextDouble(), (float) random.nextDouble()});
      values.addDouble("x", x);
      Event.Features features =
          new KeptFeatures(
              id, "m", time, values, "v1", Map.of("x", time - 60_000), null, Map.of(), null);
      double noise = random.nextDouble() - 0.5;
      String trueClass =
          task == Task.BINARY
              ? random.nextDouble() < x ? "1" : "0"
              : CLASSES.get((int) Math.min(2, Math.max(0, 3 * (x + noise / 2))));
      all.add(
          new ReferenceRow(
              features,
              prediction(task, id, time, x),
              new Event.Label(
                  id,
                  "m",
                  time + 60_000L * (i % 90),
                  task == Task.REGRESSION ? null : trueClass,
                  task == Task.REGRESSION ? Double.valueOf(10 * x + 4 * noise) : null,
                  0,
                  Event.Operation.UPSERT,
                  null,
                  null,
                  Map.of(),
                  null)));
    }
    return all;
  }

  private static Event.Prediction prediction(Task task, String id, long time, double x) {
    boolean number = task == Task.REGRESSION;
    Map<String, Double> scores = new TreeMap<>();
    if (task == Task.MULTICLASS) {
      double right = 0.45 + 0.5 * (7 * x % 1);
      int decided = (int) Math.min(2, 3 * x);
      for (int k = 0; k < 3; k++) {
        scores.put(CLASSES.get(k), k == decided ? right : (1 - right) / 2);
      }
    }
    return new Event.Prediction(
        id,
        "m",
        "v1",
        time,
        task == Task.BINARY ? Double.valueOf(x) : null,
        number ? Double.valueOf(10 * x) : null,
        task == Task.MULTICLASS ? CLASSES.get((int) Math.min(2, 3 * x)) : null,
        scores,
        number ? Double.valueOf(10 * x - 1.7 - x / 10) : null,
        number ? Double.valueOf(10 * x + 1.7 + x / 10) : null,
        null,
        null,
        null,
        null,
        Event.Role.CHAMPION,
        1,
        null,
        Map.of(),
        null);
  }

  private static List<Finding> findings(Task task, int rows) {
    ProfileSettings settings = settings(task);
    Baseline baseline =
        new ReferenceProfiler(settings).profile(rows(task, 4000, 1), null, "00", null, "cafe");
    Monitors monitors =
        new Monitors(
            JudgedSeries.of(
                new JudgeSettings(
                    settings,
                    monitors(task, settings.losses()),
                    Map.of(),
                    0.01,
                    Optional.of(1.0),
                    1000,
                    Against.BASELINE,
                    "cafe"),
                baseline));
    ProfileSummary profile = new ProfileSummary(baseline.profileLayout(settings));
    CohortSummary cohort = new CohortSummary(baseline.cohortLayout(), true);
    EarlyLossSummary early = new EarlyLossSummary();
    for (ReferenceRow row : rows(task, rows, 2)) {
      profile.addFeatures(row.features());
      profile.addPrediction(row.prediction());
      Outcome outcome = Outcome.of(row.prediction());
      Outcome labelled = outcome.with(Outcome.Known.of(row.label()));
      cohort.add(labelled, 1);
      cohort.addComparison(labelled, "v0", champion(labelled), 1);
      boolean came = row.label().time() - row.prediction().time() <= HOUR;
      early.add(came ? labelled : outcome, baseline.cohortLayout());
    }
    WindowContext window = new WindowContext("v1", null, HOUR, 2 * HOUR, 12 * HOUR, 0, true);
    List<Finding> findings = new ArrayList<>(monitors.judgeProfile(window, profile));
    findings.addAll(monitors.judgeCohort(window, true, cohort));
    findings.addAll(monitors.judgeEarly(window, early));
    return findings;
  }

  /** What another version said of the same: no class or number is quite right. */
  private static Outcome champion(Outcome of) {
    return new Outcome(
        of.predictionId(),
        of.time(),
        of.score() == null ? null : 1 - of.score(),
        of.value() == null ? null : of.value() + 1,
        of.predictedClass() == null ? null : "b",
        of.classScores().isEmpty() ? Map.of() : Map.of("a", 0.2, "b", 0.5, "c", 0.3),
        of.lower(),
        of.upper(),
        null,
        of.label(),
        false);
  }

  // ---- The table ----

  @ParameterizedTest
  @EnumSource(Task.class)
  void everyMetricOfTheDesign_isThere_orThereIsAReason(Task task) {
    Map<String, List<Finding>> found = new TreeMap<>();
    for (Finding finding : findings(task, 1000)) {
      String key = finding.series().monitor() + "." + finding.series().metric();
      found.computeIfAbsent(key, any -> new ArrayList<>()).add(finding);
    }
    Set<String> expected = new TreeSet<>();
    Monitors.metrics()
        .forEach(
            (monitor, metrics) -> {
              for (String metric : metrics) {
                if (missing(task, monitor, metric).isEmpty()) {
                  expected.add(monitor + "." + metric);
                }
              }
            });
    // There after a change only, and chance may look like one.
    expected.remove("concept_drift.regime_age");
    found.remove("concept_drift.regime_age");
    assertThat(found.keySet()).isEqualTo(expected);
    found.forEach((key, findings) -> findings.forEach(finding -> check(task, finding)));
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void whatATaskLacks_isWhatRulesMayNotName(Task task) {
    for (String metric : Monitors.metrics().get("performance")) {
      if (!metric.equals(JudgedSeries.DISPERSION)) {
        Set<Task> needed = Monitors.tasks("performance", metric);
        assertThat(needed.isEmpty() || needed.contains(task))
            .as("%s for %s", metric, task)
            .isEqualTo(missing(task, "performance", metric).isEmpty());
      }
    }
  }

  private static void check(Task task, Finding finding) {
    String metric = finding.series().metric();
    String monitor = finding.series().monitor();
    assertThat(finding.unit()).as("unit of %s", finding).isEqualTo(unit(metric));
    assertThat(finding.nCurrent()).as("rows of %s", finding).isPositive();
    assertThat(finding.value()).as("value of %s", finding).isNotNull();
    assertThat(finding.errorBound()).as("error bound of %s", finding).isNotNull();
    boolean interval = hasInterval(task, monitor, metric);
    assertThat(finding.ciLow() != null).as("lower end of %s", finding).isEqualTo(interval);
    assertThat(finding.ciHigh() != null).as("upper end of %s", finding).isEqualTo(interval);
  }

  @Test
  void fewRows_giveNoNumberButForWhatCountsThem() {
    for (Task task : Task.values()) {
      for (Finding finding : findings(task, 40)) {
        boolean counts = Set.of("volume", "duplicate_rate").contains(finding.series().metric());
        assertThat(finding.verdict() == Verdict.NOT_ENOUGH_DATA)
            .as("%s", finding)
            .isEqualTo(!counts);
      }
    }
  }
}
