package dev.weir.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.baseline.Against;
import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.Flights;
import dev.weir.baseline.ProfileSummary;
import dev.weir.baseline.ReferenceRow;
import dev.weir.event.Outcome;
import dev.weir.stats.inference.WindowCounts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Metrics of jobs/flights-delay/reference.csv against scikit-learn 1.7, scipy 1.16 and numpy 2.3 on
 * the same file, all rows as one cohort, the first thousand as a window.
 */
class FlightsFindingsTest {
  private static final List<ReferenceRow> ROWS = Flights.rows();
  private static final Baseline BASELINE = Flights.baseline();
  private static final Monitors MONITORS =
      new Monitors(
          JudgedSeries.of(
              new JudgeSettings(
                  Flights.settings(),
                  Settings.flights(),
                  Map.of(),
                  0.01,
                  Optional.of(1.0),
                  1000,
                  Against.BASELINE,
                  "cafe"),
              BASELINE));
  private static final List<Finding> WINDOW = MONITORS.judgeProfile(context(), window());
  private static final List<Finding> COHORT = MONITORS.judgeCohort(context(), true, cohort());

  private static WindowContext context() {
    return new WindowContext("v1", null, 0, 86_400_000, 86_400_000, 0, true);
  }

  private static ProfileSummary window() {
    ProfileSummary window = new ProfileSummary(BASELINE.profileLayout(Flights.settings()));
    for (ReferenceRow row : ROWS.subList(0, 1000)) {
      window.addFeatures(row.features());
      window.addPrediction(row.prediction());
    }
    return window;
  }

  private static CohortSummary cohort() {
    CohortSummary cohort = new CohortSummary(BASELINE.cohortLayout(), true);
    for (ReferenceRow row : ROWS) {
      cohort.add(Outcome.of(row.prediction()).with(Outcome.Known.of(row.label())), 1);
    }
    return cohort;
  }

  private static Finding find(List<Finding> findings, String monitor, String metric, String of) {
    return findings.stream()
        .filter(
            finding ->
                finding.series().monitor().equals(monitor)
                    && finding.series().metric().equals(metric)
                    && java.util.Objects.equals(finding.series().feature(), of))
        .findFirst()
        .orElseThrow();
  }

  private static double cohort(String monitor, String metric) {
    return find(COHORT, monitor, metric, null).value();
  }

  @Test
  void binaryPerformance() {
    assertThat(cohort("performance", "accuracy")).isEqualTo(0.7571615150195907);
    assertThat(cohort("performance", "precision")).isCloseTo(0.6426045963464938, within(1e-15));
    assertThat(cohort("performance", "recall")).isCloseTo(0.33318056828597614, within(1e-15));
    assertThat(cohort("performance", "f1")).isCloseTo(0.4388329979879276, within(1e-15));
    assertThat(cohort("performance", "mcc")).isCloseTo(0.3298787581815796, within(1e-14));
    assertThat(cohort("performance", "log_loss")).isCloseTo(0.5123850020469802, within(1e-9));
    assertThat(cohort("performance", "brier")).isCloseTo(0.1690103115922247, within(1e-9));
    assertThat(cohort("performance", "positive_rate")).isCloseTo(3394 / 22970.0, within(1e-15));
  }

  @Test
  void rankingIsWithinItsBound() {
    Finding auc = find(COHORT, "performance", "roc_auc", null);
    assertThat(auc.value()).isCloseTo(0.7469801371209541, within(auc.errorBound()));
    assertThat(auc.errorBound()).isLessThan(0.002);
    assertThat(auc.ciLow()).isLessThan(auc.value());
    assertThat(auc.ciHigh()).isGreaterThan(auc.value());
    Finding precision = find(COHORT, "performance", "average_precision", null);
    assertThat(precision.value()).isCloseTo(0.5698361380000805, within(precision.errorBound()));
  }

  @Test
  void regressionPerformance() {
    assertThat(cohort("performance", "mae")).isCloseTo(19.740462245015237, within(2e-4));
    assertThat(cohort("performance", "rmse")).isCloseTo(32.62967414362572, within(2e-4));
    assertThat(cohort("performance", "bias")).isCloseTo(-0.18345506695690025, within(2e-4));
    assertThat(cohort("performance", "r2")).isCloseTo(0.22314624117355786, within(2e-5));
    assertThat(cohort("performance", "pinball")).isCloseTo(3.1589459385992606, within(2e-7));
    assertThat(find(COHORT, "performance", "mae", null).unit()).isEqualTo(Unit.TARGET);
  }

  @Test
  void intervals() {
    assertThat(cohort("coverage", "coverage")).isEqualTo(0.8951676099259904);
    assertThat(cohort("coverage", "mean_width")).isCloseTo(77.2395476397475, within(2e-7));
    assertThat(cohort("coverage", "winkler")).isCloseTo(126.35783754397039, within(2e-7));
    // 2 (ln L(k/n) - ln L(.1)) with k = 2408 of n = 22970.
    assertThat(cohort("coverage", "kupiec_lr")).isCloseTo(5.876643954763, within(1e-8));
    assertThat(cohort("coverage", "christoffersen_conditional_lr"))
        .isCloseTo(
            cohort("coverage", "kupiec_lr") + cohort("coverage", "christoffersen_independence_lr"),
            within(1e-12));
    assertThat(cohort("coverage", "aci_alpha")).isBetween(0.0, 1.0);
  }

  @Test
  void calibration() {
    assertThat(cohort("calibration", "ece")).isCloseTo(0.01129901937309534, within(1e-9));
    Finding reliability = find(COHORT, "calibration", "brier_reliability", null);
    assertThat(reliability.histogram()).isNotNull();
    assertThat(LongStream.of(reliability.histogram().current()).sum()).isEqualTo(22970);
  }

  @Test
  void delays() {
    Finding median = find(COHORT, "labels", "label_delay_p50", null);
    assertThat(median.value()).isCloseTo(6643.534, within(median.errorBound()));
    Finding late = find(COHORT, "labels", "label_delay_p95", null);
    assertThat(late.value()).isCloseTo(18326.83455005, within(late.errorBound()));
    assertThat(late.unit()).isEqualTo(Unit.SECOND);
    assertThat(cohort("labels", "label_completeness")).isEqualTo(1);
  }

  @Test
  void numericDrift() {
    Finding psi = find(WINDOW, "drift", "psi", "distance");
    assertThat(psi.value()).isCloseTo(0.025467842362215803, within(1e-12));
    assertThat(psi.nCurrent()).isEqualTo(1000);
    assertThat(psi.nReference()).isEqualTo(22970);
    assertThat(psi.histogram().edges()).hasSize(31);
    assertThat(LongStream.of(psi.histogram().current()).sum()).isEqualTo(1000);
    assertThat(find(WINDOW, "drift", "total_variation", "distance").value())
        .isCloseTo(0.06617326948193296, within(1e-12));
    Finding ks = find(WINDOW, "drift", "ks", "distance");
    assertThat(0.019689595124074866).isBetween(ks.value(), ks.value() + ks.errorBound());
    Finding wasserstein = find(WINDOW, "drift", "wasserstein", "distance");
    assertThat(wasserstein.value())
        .isCloseTo(0.03140160153413651, within(wasserstein.errorBound()));
    assertThat(wasserstein.unit()).isEqualTo(Unit.REFERENCE_SD);
  }

  @Test
  void categoricalDrift() {
    Finding total = find(WINDOW, "drift", "total_variation", "origin");
    assertThat(total.value()).isCloseTo(0.05053025685676968, within(1e-12));
    assertThat(find(WINDOW, "drift", "psi", "origin").histogram().categories())
        .hasSize(22)
        .startsWith("ORD", "DFW", "ATL")
        .endsWith("__other__", "__unseen__");
  }

  @Test
  void functionsOfTheClockAreWatchedForQualityOnly() {
    assertThat(find(WINDOW, "quality", "missing_rate", "hour").value()).isZero();
    assertThat(WINDOW)
        .noneMatch(
            finding ->
                finding.series().monitor().equals("drift")
                    && List.of("hour", "weekday").contains(finding.series().feature()));
  }

  @Test
  void theEstimateIsBlindAndNearTheTruth() {
    Finding accuracy = find(WINDOW, "estimated_performance", "estimated_accuracy", null);
    assertThat(accuracy.blindTo()).containsExactly("concept");
    long right =
        ROWS.subList(0, 1000).stream()
            .filter(row -> row.prediction().predictedClass().equals(row.label().labelClass()))
            .count();
    assertThat(accuracy.value()).isCloseTo(right / 1000.0, within(0.05));
  }

  @Test
  void judgedMetricsCarryCountsThatTheirPlanReads() throws IOException {
    List<Finding> findings = new ArrayList<>(WINDOW);
    findings.addAll(COHORT);
    int judged = 0;
    for (Finding finding : findings) {
      Judged series = MONITORS.series().find(finding.series()).orElse(null);
      assertThat(finding.counts() != null).isEqualTo(series != null);
      if (series != null) {
        judged++;
        long[] evidence = new long[series.plan().components()];
        series.plan().logE(WindowCounts.decode(finding.counts()), evidence);
        for (long component : evidence) {
          // The cohort is the reference itself: nothing may speak against it.
          assertThat(component > 0 && COHORT.contains(finding))
              .as(finding.series().toString())
              .isFalse();
        }
        assertThat(finding.verdict()).isEqualTo(Verdict.NOT_JUDGED);
      }
    }
    long all =
        MONITORS.series().all().stream()
            .filter(series -> series.segment() == null && !series.metric().startsWith("early_"))
            .count();
    assertThat(judged).isEqualTo((int) all);
  }
}
