package dev.weir.decide;

import static dev.weir.decide.TestingModel.HOUR;
import static dev.weir.decide.TestingModel.START;
import static dev.weir.decide.TestingModel.alerts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitor.Attribution;
import dev.weir.monitor.Cells;
import dev.weir.monitor.Finding;
import dev.weir.monitor.PlainRule;
import dev.weir.monitor.Series;
import dev.weir.monitor.Verdict;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.CalibrationEvidence;
import dev.weir.stats.inference.CategoryReference;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.EvidenceSettings;
import dev.weir.stats.inference.WindowCounts;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Shares and parts are recomputed here by hand, in the comments. */
class ChangeLocationTest {
  private static final EvidenceSettings SETTINGS = new EvidenceSettings(0.005, 1e-4);
  private static final List<Double> EDGES = List.of(100.0, 240.0, 480.0, 690.0);

  /** 10,000 rows in five bins, of which 2,500 and 7,500 in two segments. */
  private static final long[] REFERENCE = {2000, 3000, 4000, 310, 690};

  private static final long[] REFERENCE_ORD = {500, 750, 1000, 80, 170};

  private final TestingModel model = new TestingModel();

  private static Cells line(long[] reference) {
    return new Cells(
        Cells.Kind.LINE,
        EDGES,
        List.of(),
        List.of(),
        new double[][] {Arrays.stream(reference).asDoubleStream().toArray()},
        new double[] {Arrays.stream(reference).sum()});
  }

  private Finding drift(String segment, long tick, long... counts) {
    Series series = new Series("flights", "v1", "drift", "total_variation", "distance", segment);
    return with(
        model.finding(series, tick, 310, Verdict.NOT_JUDGED), DriftEvidence.window(0, counts));
  }

  private static Finding with(Finding finding, WindowCounts counts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      counts.encode(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Finding(
        finding.series(),
        finding.windowStart(),
        finding.windowEnd(),
        finding.tick(),
        finding.revision(),
        finding.value(),
        finding.unit(),
        finding.ciLow(),
        finding.ciHigh(),
        finding.threshold(),
        finding.nCurrent(),
        finding.nReference(),
        finding.verdict(),
        finding.completeness(),
        finding.errorBound(),
        finding.withheld(),
        finding.blindTo(),
        finding.season(),
        finding.baselineId(),
        finding.histogram(),
        bytes.toByteArray(),
        finding.attribution(),
        finding.configHash());
  }

  private void numeric() {
    model.plan = DriftEvidence.numeric(new long[][] {REFERENCE}, SETTINGS);
    model.cells = series -> Optional.of(line(series.segment() == null ? REFERENCE : REFERENCE_ORD));
  }

  @Test
  void numericFeature_namesTheBinsThatMovedAndTheSegmentsThatCarryIt() {
    numeric();
    model.findings.add(drift(null, START, 180, 280, 380, 98, 62));
    model.findings.add(drift("origin=ORD", START, 45, 70, 95, 38, 20));
    Output.Alert alert = alerts(model.decide(START)).get(0);

    // In [480, 690): 310 of 10,000 became 98 of 1,000. The bin gained 98 - 31 rows. Of them ORD
    // gained 38 - 1000 * 80/10000 = 30: 44.8 %.
    assertThat(alert.summary())
        .isEqualTo(
            "distance drifted: total variation 0.31, tolerance 0.1, n = 1,000; mostly distance in"
                + " [480, 690): 3.1 % -> 9.8 %; segment origin=ORD carries 44.8 % of it");
    assertThat(alert.annotations())
        .containsEntry("summary", alert.summary())
        .containsEntry("change", "mostly distance in [480, 690): 3.1 % -> 9.8 %")
        .containsEntry(
            "change_cells",
            "distance in [480, 690): 3.1 % -> 9.8 %; distance below 100: 20 % -> 18 %; distance in"
                + " [100, 240): 30 % -> 28 %; distance in [240, 480): 40 % -> 38 %; distance at"
                + " least 690: 6.9 % -> 6.2 %")
        .containsEntry("change_segments", "origin=ORD 44.8 %")
        .containsEntry("change_evidence", "distance in [480, 690) more often");
  }

  @Test
  void shift_namesTheWholeRangeThatGained() {
    numeric();
    model.findings.add(drift(null, START, 100, 200, 380, 120, 200));
    // From 480 on: 10 % became 32 %.
    assertThat(alerts(model.decide(START)).get(0).annotations())
        .containsEntry("change", "mostly distance at least 480: 10 % -> 32 %");
  }

  @Test
  void slowChange_isToldByAllWindowsSinceItBegan() {
    numeric();
    long tick = START;
    List<Output.Alert> alerts = List.of();
    long windows = 0;
    long rows = 0;
    while (alerts.isEmpty()) {
      // In [480, 690) in one window less and in the next more.
      long more = windows % 2 == 0 ? 60 : 70;
      model.findings.add(drift(null, tick, 200, 300, 431 - more, more, 69));
      alerts = alerts(model.decide(tick));
      tick += HOUR;
      windows++;
      rows += more;
      model.crash();
    }
    assertThat(windows).isBetween(2L, 8L);
    assertThat(alerts.get(0).annotations().get("change"))
        .isEqualTo(
            "mostly distance in [480, 690): 3.1 % -> "
                + Wording.number(100.0 * rows / (1000 * windows))
                + " %");
  }

  @Test
  void category_namesTheValueAndTheUnseenOnes() {
    long[] reference = {6000, 3000, 1000, 0};
    model.plan =
        DriftEvidence.categorical(
            CategoryReference.of(new long[][] {Arrays.copyOf(reference, 2)})
                .distinct(10)
                .other(reference[2])
                .unseen(new long[] {3}, new long[] {5000}),
            SETTINGS);
    model.cells =
        series ->
            Optional.of(
                new Cells(
                    Cells.Kind.CATEGORIES,
                    List.of(),
                    List.of("web", "shop", "__other__", "__unseen__"),
                    List.of(),
                    new double[][] {Arrays.stream(reference).asDoubleStream().toArray()},
                    new double[] {10_000}));
    model.findings.add(drift(null, START, 500, 290, 100, 110));
    assertThat(alerts(model.decide(START)).get(0).annotations())
        .containsEntry("change", "mostly unseen values of distance: 0 % -> 11 %")
        .containsEntry("change_evidence", "unseen values of distance more often");

    model.findings.add(drift(null, START + HOUR, 300, 590, 100, 10));
    assertThat(ChangeLocation.UNKNOWN.annotations()).isEmpty();
    Output.Metric metric = TestingModel.metrics(model.decide(START + HOUR)).get(0);
    assertThat(metric.verdict()).isEqualTo(Verdict.ALERT);
  }

  @Test
  void plainRule_isLocatedByWhatIsJudgedOnTheSameColumn() {
    numeric();
    model.driftRules =
        List.of(new PlainRule("psi", PlainRule.Comparison.GREATER, 0.2, 1, List.of(), true, null));
    Series psi = new Series("flights", "v1", "drift", "psi", "distance", null);
    model.shown(psi, START, 0.31);
    model.findings.add(drift(null, START, 195, 295, 390, 55, 65));
    List<Output.Alert> alerts = alerts(model.decide(START));
    assertThat(alerts).hasSize(1);
    assertThat(alerts.get(0).summary())
        .isEqualTo(
            "PSI of distance 0.31, plain rule > 0.2, n = 1,640; mostly distance in [480, 690):"
                + " 3.1 % -> 5.5 %");
    assertThat(alerts.get(0).annotations()).doesNotContainKey("change_evidence");
  }

  @Test
  void rate_namesTheSegmentsOnly() {
    model.cells =
        series ->
            Optional.of(
                new Cells(
                    Cells.Kind.SINGLE,
                    List.of(),
                    List.of(),
                    List.of(),
                    new double[][] {{series.segment() == null ? 100 : 40}},
                    new double[] {series.segment() == null ? 1000 : 400}));
    Series all = new Series("flights", "v1", "quality", "missing_rate", "distance", null);
    Series ord = new Series("flights", "v1", "quality", "missing_rate", "distance", "origin=ORD");
    model.window(all, START, 200).window(ord, START, 130);
    // 200 - 100 more than in the reference, of which ORD has 130 - 40.
    Output.Alert alert =
        alerts(model.decide(START)).stream()
            .filter(one -> !one.labels().containsKey("segment"))
            .findFirst()
            .orElseThrow();
    assertThat(alert.summary()).endsWith("n = 1,000; segment origin=ORD carries 90 %");
    assertThat(alert.annotations()).containsEntry("change_cells", "from 10 % to 20 %");
  }

  @Test
  void loss_saysWhatItsRiseIsDueTo() {
    model.attribution =
        new Attribution(
            0.05,
            0.004,
            0.04,
            0.005,
            0.001,
            List.of(new Attribution.Contribution("origin=ORD", null, null, 0.02)),
            List.of(
                new Attribution.Contribution("score", 0.5, null, 0.03),
                new Attribution.Contribution("score", 0.1, 0.2, -0.01)));
    model.window(TestingModel.brier(), START, 200);
    Output.Alert alert = alerts(model.decide(START)).get(0);
    assertThat(alert.summary())
        .isEqualTo("loss rose: Brier loss 0.2, limit 0.1, n = 1,000; 80 % of the rise is rate");
    assertThat(alert.annotations())
        .containsEntry(
            "attribution",
            "scaled loss +0.05: mix +0.004, rate +0.04, data quality +0.005, delay +0.001")
        .containsEntry("attribution_segments", "origin=ORD +0.02")
        .containsEntry("attribution_bins", "score at least 0.5 +0.03; score in [0.1, 0.2) -0.01");
  }

  @Test
  void calibration_namesTheFault() {
    model.plan =
        new CalibrationEvidence(0.02, 1, Dispersion.none(), AbsentLabels.MISSING_AT_RANDOM);
    long[] negatives = new long[CalibrationEvidence.BINS];
    long[] positives = new long[CalibrationEvidence.BINS];
    // Scores of about one half, of which nine in ten happened.
    negatives[512] = 100;
    positives[512] = 900;
    Series ece = TestingModel.series("calibration", "ece", null);
    model.findings.add(
        with(
            model.finding(ece, START, 400, Verdict.NOT_JUDGED),
            CalibrationEvidence.window(
                0, negatives, positives, new long[CalibrationEvidence.BINS])));
    Output.Alert alert = alerts(model.decide(START)).get(0);
    assertThat(alert.summary()).endsWith("; scores are too low");
    assertThat(alert.annotations().get("change_evidence"))
        .isEqualTo("true log odds nearer to 0.8 + 1 x log odds of the score");
  }
}
