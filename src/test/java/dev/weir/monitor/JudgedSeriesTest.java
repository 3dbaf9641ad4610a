package dev.weir.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.baseline.Against;
import dev.weir.baseline.Baseline;
import dev.weir.baseline.Flights;
import dev.weir.stats.inference.Family;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JudgedSeriesTest {
  private static final Baseline BASELINE = Flights.baseline();

  private static JudgedSeries series(MonitorSettings monitors, Map<String, Double> weights) {
    return JudgedSeries.of(
        new JudgeSettings(
            Flights.settings(),
            monitors,
            weights,
            0.01,
            Optional.of(1.0),
            1000,
            Against.BASELINE,
            "cafe"),
        BASELINE);
  }

  private static final JudgedSeries SERIES = series(Settings.flights(), Map.of());

  @Test
  void weightsShareTheWholeBudget() {
    assertThat(SERIES.all().stream().mapToDouble(Judged::weight).sum()).isCloseTo(1, within(1e-9));
    assertThat(
            SERIES.all().stream()
                .filter(judged -> judged.family() == Family.DRIFT && judged.segment() == null)
                .mapToDouble(Judged::weight)
                .sum())
        .as("half of a family goes to all traffic")
        .isCloseTo(0.125, within(1e-9));
  }

  @Test
  void eachSeriesOfAllTrafficHasItsShare() {
    // Eight features that are no functions of the clock share half of a quarter.
    assertThat(SERIES.find("drift", "total_variation", "distance", null).orElseThrow().weight())
        .isCloseTo(0.25 / 2 / 8, within(1e-12));
    // brier, mae and early_loss share half of .30.
    assertThat(SERIES.find("performance", "brier", null, null).orElseThrow().weight())
        .isCloseTo(0.30 / 2 / 3, within(1e-12));
    // Score, value, predicted class, width, label class and label value share half of a tenth.
    assertThat(SERIES.find("label_drift", "total_variation", "label_class", null))
        .get()
        .extracting(Judged::weight)
        .satisfies(weight -> assertThat(weight).isCloseTo(0.10 / 2 / 6, within(1e-12)));
    assertThat(SERIES.find("labels", "label_completeness", null, null).orElseThrow().weight())
        .as("with early_completeness")
        .isCloseTo(0.05 / 2 / 2, within(1e-12));
  }

  @Test
  void declaredWeightsReplaceTheUsualOnes() {
    JudgedSeries declared = series(Settings.flights(), Map.of("drift", 0.0));
    assertThat(declared.find("drift", "total_variation", "distance", null)).isEmpty();
    assertThat(declared.all().stream().mapToDouble(Judged::weight).sum())
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void everyRateOfAFeatureIsASeriesOfItsOwn() {
    List<String> numeric =
        SERIES.all().stream()
            .filter(judged -> judged.monitor().equals("quality") && judged.segment() == null)
            .filter(judged -> "distance".equals(judged.feature()))
            .map(Judged::metric)
            .toList();
    assertThat(numeric)
        .containsExactly("missing_rate", "nan_rate", "type_error_rate", "out_of_range_rate");
    assertThat(SERIES.find("quality", "unseen_rate", "origin", null)).isPresent();
    assertThat(SERIES.find("quality", "unseen_rate", "distance", null)).isEmpty();
    assertThat(SERIES.find("quality", "mean", "distance", null)).isEmpty();
  }

  /** Bounds by scipy 1.16: {@code beta.ppf(1 - d/2, k + 1, m - k)} plus the tolerance. */
  @Test
  void thresholdsAreReferenceBoundsPlusTolerance() {
    Judged missing = SERIES.find("quality", "missing_rate", "distance", null).orElseThrow();
    // k = 0 of m: 1 - (d/2)^(1/m), d = delta times weight.
    double d = missing.delta() / 2;
    assertThat(missing.threshold(0)).isCloseTo(1 - Math.pow(d, 1.0 / 22970) + 0.005, within(1e-9));
    assertThat(missing.delta()).isCloseTo(0.01 * missing.weight(), within(1e-15));
    assertThat(SERIES.find("drift", "total_variation", "distance", null).orElseThrow().threshold(0))
        .isEqualTo(0.02);
    assertThat(
            SERIES
                .find("drift", "total_variation", "origin_recent_delay", null)
                .orElseThrow()
                .threshold(0))
        .as("override")
        .isEqualTo(0.15);
    assertThat(SERIES.find("coverage", "coverage", null, null).orElseThrow().threshold(0))
        .isCloseTo(0.87, within(1e-12));
    assertThat(SERIES.find("calibration", "ece", null, null).orElseThrow().threshold(0))
        .isEqualTo(0.03);
    assertThat(SERIES.find("labels", "label_completeness", null, null).orElseThrow().threshold(0))
        .isNull();
  }

  @Test
  void theThresholdOfALossIsAValueOfItsMetric() {
    Judged brier = SERIES.find("performance", "brier", null, null).orElseThrow();
    // Maurer and Pontil on 22,966 losses with mean m and variance v, as numbers of the reference.
    var loss = BASELINE.completed(null).orElseThrow().loss(0);
    double m = loss.mean().orElseThrow().value();
    double v = loss.variance().orElseThrow().value();
    double log = Math.log(2 / brier.delta());
    double upper = m + Math.sqrt(2 * v * log / 22966) + 7 * log / (3 * 22965.0);
    assertThat(brier.threshold(0)).isCloseTo(upper + 0.01, within(1e-12));
    Judged mae = SERIES.find("performance", "mae", null, null).orElseThrow();
    assertThat(mae.threshold(0)).isBetween(120 * 0.17, 120 * 0.18);
  }

  @Test
  void segmentsAreSeriesOfTheirOwn() {
    assertThat(SERIES.find("coverage", "coverage", null, "origin=ORD")).isPresent();
    assertThat(SERIES.find("coverage", "coverage", null, "origin=JFK")).isEmpty();
    assertThat(SERIES.find("coverage", "coverage", null, "origin=__other__")).isPresent();
  }

  @Test
  void withoutEvidenceNothingIsJudged() {
    MonitorSettings all = Settings.flights();
    MonitorSettings.Common off =
        new MonitorSettings.Common(false, Severity.WARNING, true, 200, List.of());
    MonitorSettings some =
        new MonitorSettings(
            all.quality(),
            Optional.of(
                new MonitorSettings.Drift(
                    off,
                    all.drift().orElseThrow().selection(),
                    List.of(),
                    0.02,
                    List.of(),
                    Map.of())),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertThat(series(some, Map.of()).all())
        .isNotEmpty()
        .allMatch(judged -> judged.monitor().equals("quality"));
    assertThat(JudgedSeries.of(SERIES.settings(), null).all()).isEmpty();
  }

  @Test
  void theBasisChangesWithTheToleranceAndNothingElse() {
    Judged before = SERIES.find("calibration", "ece", null, null).orElseThrow();
    assertThat(series(Settings.flights(), Map.of()).find("calibration", "ece", null, null))
        .get()
        .extracting(Judged::basis)
        .isEqualTo(before.basis());
    assertThat(
            series(Settings.flights(), Map.of("drift", 0.5)).find("calibration", "ece", null, null))
        .get()
        .extracting(Judged::basis)
        .isNotEqualTo(before.basis());
  }

  @Test
  void theMeanSquaredLossIsThatOfTheFirstLoss() {
    assertThat(SERIES.meanSquaredLoss().orElseThrow()).isBetween(0.05, 0.09);
  }
}
