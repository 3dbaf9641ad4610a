package dev.weir.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.baseline.Against;
import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.EarlyLossSummary;
import dev.weir.baseline.Flights;
import dev.weir.baseline.LabelSettings;
import dev.weir.baseline.ProfileSettings;
import dev.weir.baseline.ProfileSummary;
import dev.weir.baseline.ReferenceProfiler;
import dev.weir.baseline.ReferenceRow;
import dev.weir.event.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a window or cohort settles by itself, before anything is decided. */
class VerdictTest {
  private static final List<ReferenceRow> ROWS = Flights.rows(3000);
  private static final ProfileSettings PROFILE = Flights.settings();
  private static final Baseline BASELINE = baseline(PROFILE);
  private static final Monitors MONITORS = monitors(PROFILE, BASELINE);

  private static Baseline baseline(ProfileSettings settings) {
    return new ReferenceProfiler(settings).profile(ROWS, null, "00", null, "cafe");
  }

  private static Monitors monitors(ProfileSettings settings, Baseline baseline) {
    return new Monitors(
        JudgedSeries.of(
            new JudgeSettings(
                settings,
                Settings.flights(),
                Map.of(),
                0.01,
                Optional.of(1.0),
                1000,
                Against.BASELINE,
                "cafe"),
            baseline));
  }

  private static WindowContext window(boolean tumbling) {
    return new WindowContext("v1", null, 0, 1000, 1000, 0, tumbling);
  }

  private static ProfileSummary profile(int rows) {
    ProfileSummary summary = new ProfileSummary(BASELINE.profileLayout(PROFILE));
    for (ReferenceRow row : ROWS.subList(0, rows)) {
      summary.addFeatures(row.features());
      summary.addPrediction(row.prediction());
    }
    return summary;
  }

  private static CohortSummary cohort(Baseline baseline, int rows, int labelled) {
    CohortSummary cohort = new CohortSummary(baseline.cohortLayout(), true);
    for (int i = 0; i < rows; i++) {
      Outcome outcome = Outcome.of(ROWS.get(i).prediction());
      cohort.add(i < labelled ? outcome.with(Outcome.Known.of(ROWS.get(i).label())) : outcome, 1);
    }
    return cohort;
  }

  private static Finding find(List<Finding> findings, String monitor, String metric, String of) {
    return findings.stream()
        .filter(
            finding ->
                finding.series().monitor().equals(monitor)
                    && finding.series().metric().equals(metric)
                    && Objects.equals(finding.series().feature(), of))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aValueIsThereExactlyWhenTheVerdictAllowsOne() {
    List<Finding> all = new ArrayList<>();
    for (int rows : new int[] {1, 150, 250, 1000}) {
      all.addAll(MONITORS.judgeProfile(window(true), profile(rows)));
      all.addAll(MONITORS.judgeCohort(window(true), true, cohort(BASELINE, rows, rows / 2)));
      all.addAll(MONITORS.judgeCohort(window(true), false, cohort(BASELINE, rows, rows)));
    }
    assertThat(all).isNotEmpty();
    for (Finding finding : all) {
      boolean without = finding.verdict().withoutValue();
      assertThat(finding.value() == null).as(finding.toString()).isEqualTo(without);
      assertThat(finding.errorBound() == null).isEqualTo(without);
      if (without) {
        assertThat(finding.ciLow()).isNull();
        assertThat(finding.histogram()).isNull();
      } else {
        assertThat(Double.isFinite(finding.value())).isTrue();
      }
    }
  }

  @Test
  void tooFewRowsGiveNoValueButEvidence() {
    Finding drift =
        find(
            MONITORS.judgeProfile(window(true), profile(150)),
            "drift",
            "total_variation",
            "distance");
    assertThat(drift.verdict()).isEqualTo(Verdict.NOT_ENOUGH_DATA);
    assertThat(drift.value()).isNull();
    assertThat(drift.counts()).isNotNull();
    assertThat(drift.nCurrent()).isEqualTo(150);
  }

  @Test
  void volumeAndDuplicatesCountWhateverTheirSize() {
    ProfileSummary few = profile(3);
    few.addDuplicates(0, 1);
    List<Finding> findings = MONITORS.judgeProfile(window(true), few);
    assertThat(find(findings, "quality", "volume", null).value()).isEqualTo(3);
    assertThat(find(findings, "quality", "duplicate_rate", null).value()).isEqualTo(1.0 / 3);
  }

  @Test
  void tooManyDuplicatesWithholdEvidence() {
    ProfileSummary copies = profile(1000);
    copies.addDuplicates(11, 0);
    Finding drift =
        find(MONITORS.judgeProfile(window(true), copies), "drift", "total_variation", "distance");
    assertThat(drift.withheld()).isEqualTo(Withheld.DUPLICATES);
    assertThat(drift.counts()).isNull();
    assertThat(drift.verdict()).isEqualTo(Verdict.NOT_JUDGED);
    ProfileSummary few = profile(1000);
    few.addDuplicates(10, 0);
    assertThat(
            find(MONITORS.judgeProfile(window(true), few), "drift", "total_variation", "distance")
                .withheld())
        .as("one in a hundred is allowed")
        .isNull();
  }

  @Test
  void tooManyDuplicatesAreEvidenceOfThemselves() {
    ProfileSummary copies = profile(1000);
    copies.addDuplicates(11, 0);
    Finding rate =
        find(MONITORS.judgeProfile(window(true), copies), "quality", "duplicate_rate", null);
    assertThat(rate.withheld()).isNull();
    assertThat(rate.counts()).isNotNull();
    assertThat(rate.threshold()).isEqualTo(0.01);
    assertThat(MONITORS.series().all())
        .filteredOn(judged -> judged.metric().equals("duplicate_rate"))
        .as("a fault of the pipeline, so of all traffic only")
        .hasSize(1);
  }

  @Test
  void slidingWindowsGiveNoEvidence() {
    Finding drift =
        find(
            MONITORS.judgeProfile(window(false), profile(500)),
            "drift",
            "total_variation",
            "distance");
    assertThat(drift.withheld()).isEqualTo(Withheld.OVERLAP);
    assertThat(drift.counts()).isNull();
    Finding shown =
        find(MONITORS.judgeProfile(window(false), profile(500)), "drift", "psi", "distance");
    assertThat(shown.withheld()).as("never judged").isNull();
  }

  @Test
  void aCohortIsProvisionalUntilItIsFinalAndComplete() {
    Finding open =
        find(
            MONITORS.judgeCohort(window(true), false, cohort(BASELINE, 1000, 900)),
            "performance",
            "brier",
            null);
    assertThat(open.verdict()).isEqualTo(Verdict.PROVISIONAL);
    assertThat(open.withheld()).isEqualTo(Withheld.LABELS);
    assertThat(open.counts()).isNull();
    assertThat(open.completeness()).isEqualTo(0.9);
    Finding thin =
        find(
            MONITORS.judgeCohort(window(true), true, cohort(BASELINE, 1000, 700)),
            "performance",
            "brier",
            null);
    assertThat(thin.verdict()).isEqualTo(Verdict.PROVISIONAL);
    assertThat(thin.counts()).as("final: evidence is updated").isNotNull();
    Finding good =
        find(
            MONITORS.judgeCohort(window(true), true, cohort(BASELINE, 1000, 900)),
            "performance",
            "brier",
            null);
    assertThat(good.verdict()).isEqualTo(Verdict.NOT_JUDGED);
    assertThat(good.nCurrent()).isEqualTo(900);
  }

  @Test
  void aFinalCohortWithoutLabelsIsNoReasonToKeepQuietAboutLabels() {
    List<Finding> findings = MONITORS.judgeCohort(window(true), true, cohort(BASELINE, 1000, 0));
    Finding completeness = find(findings, "labels", "label_completeness", null);
    assertThat(completeness.verdict()).isEqualTo(Verdict.NOT_JUDGED);
    assertThat(completeness.value()).isZero();
    assertThat(completeness.counts()).isNotNull();
    Finding open =
        find(
            MONITORS.judgeCohort(window(true), false, cohort(BASELINE, 1000, 0)),
            "labels",
            "label_completeness",
            null);
    assertThat(open.verdict()).as("they may still come").isEqualTo(Verdict.PROVISIONAL);
  }

  @Test
  void aClassForMissingLabelsCompletesTheCohort() {
    ProfileSettings settings = Flights.settings(LabelSettings.Absent.NEGATIVE, 2);
    Baseline baseline = baseline(settings);
    Finding brier =
        find(
            monitors(settings, baseline)
                .judgeCohort(window(true), true, cohort(baseline, 1000, 300)),
            "performance",
            "brier",
            null);
    assertThat(brier.verdict()).isEqualTo(Verdict.NOT_JUDGED);
    assertThat(brier.nCurrent()).isEqualTo(1000);
    assertThat(brier.completeness()).isEqualTo(0.3);
  }

  @Test
  void withoutABaselineNothingIsCompared() {
    Monitors without = monitors(PROFILE, null);
    ProfileSummary summary = new ProfileSummary(dev.weir.baseline.ProfileLayout.of(PROFILE));
    ROWS.subList(0, 500).forEach(row -> summary.addFeatures(row.features()));
    List<Finding> findings = without.judgeProfile(window(true), summary);
    assertThat(find(findings, "quality", "volume", null).value()).isEqualTo(500);
    assertThat(find(findings, "drift", "psi", "distance").verdict()).isEqualTo(Verdict.NO_BASELINE);
    assertThat(find(findings, "quality", "missing_rate", "distance").verdict())
        .isEqualTo(Verdict.NO_BASELINE);
    assertThat(findings).allMatch(finding -> finding.baselineId() == null);
  }

  @Test
  void oneClassHasNoRanking() {
    CohortSummary cohort = new CohortSummary(BASELINE.cohortLayout(), true);
    for (ReferenceRow row : ROWS.subList(0, 500)) {
      cohort.add(
          Outcome.of(row.prediction()).with(new Outcome.Known("0", 1.0, row.label().time())), 1);
    }
    List<Finding> findings = MONITORS.judgeCohort(window(true), true, cohort);
    assertThat(find(findings, "performance", "roc_auc", null).verdict())
        .isEqualTo(Verdict.UNDEFINED);
    assertThat(find(findings, "performance", "r2", null).verdict()).isEqualTo(Verdict.UNDEFINED);
    assertThat(find(findings, "performance", "recall", null).verdict())
        .isEqualTo(Verdict.UNDEFINED);
    assertThat(find(findings, "calibration", "calibration_slope", null).verdict())
        .isEqualTo(Verdict.NOT_ENOUGH_DATA);
  }

  @Test
  void earlyLossIsJudgedWithoutWaiting() {
    EarlyLossSummary early = new EarlyLossSummary();
    for (ReferenceRow row : ROWS.subList(0, 400)) {
      early.add(Outcome.of(row.prediction()), BASELINE.cohortLayout());
    }
    List<Finding> findings = MONITORS.judgeEarly(window(true), early);
    assertThat(findings.stream().map(finding -> finding.series().metric()))
        .containsExactly("early_loss", "early_completeness");
    for (Finding finding : findings) {
      assertThat(finding.value()).isZero();
      assertThat(finding.counts()).isNotNull();
    }
  }

  @Test
  void onlyWhatHasRowsIsReported() {
    ProfileSummary inputs = new ProfileSummary(BASELINE.profileLayout(PROFILE));
    ROWS.subList(0, 300).forEach(row -> inputs.addFeatures(row.features()));
    assertThat(MONITORS.judgeProfile(window(true), inputs))
        .noneMatch(finding -> finding.series().monitor().equals("prediction_drift"));
    ProfileSummary outputs = new ProfileSummary(BASELINE.profileLayout(PROFILE));
    ROWS.subList(0, 300).forEach(row -> outputs.addPrediction(row.prediction()));
    assertThat(MONITORS.judgeProfile(window(true), outputs))
        .noneMatch(finding -> finding.series().monitor().equals("drift"));
  }

  @Test
  void detectorsGoOnFromCohortToCohort() throws IOException {
    OrderedState carried = OrderedState.of(Settings.flights());
    CohortSummary cohort = cohort(BASELINE, 1000, 1000);
    byte[] fresh = bytes(carried);
    double first = alpha(carried, cohort);
    byte[] afterOne = bytes(carried);
    OrderedState copy = OrderedState.decode(reader(afterOne));
    alpha(carried, cohort);
    byte[] afterTwo = bytes(carried);
    alpha(copy, cohort);
    assertThat(bytes(copy)).isEqualTo(afterTwo).isNotEqualTo(afterOne);
    assertThat(afterOne).isNotEqualTo(fresh);
    MONITORS.judgeCohort(window(true), false, cohort, carried);
    assertThat(bytes(carried)).as("a provisional cohort has no turn").isEqualTo(afterTwo);
    assertThat(
            find(MONITORS.judgeCohort(window(true), true, cohort), "coverage", "aci_alpha", null)
                .value())
        .as("without a state they begin with the cohort")
        .isEqualTo(first);
  }

  private static double alpha(OrderedState state, CohortSummary cohort) {
    List<Finding> findings = MONITORS.judgeCohort(window(true), true, cohort, state);
    return find(findings, "coverage", "aci_alpha", null).value();
  }

  private static byte[] bytes(OrderedState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.encode(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream reader(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
