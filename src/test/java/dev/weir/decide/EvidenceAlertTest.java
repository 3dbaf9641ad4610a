package dev.weir.decide;

import static dev.weir.decide.TestingModel.DAY;
import static dev.weir.decide.TestingModel.HOUR;
import static dev.weir.decide.TestingModel.START;
import static dev.weir.decide.TestingModel.alerts;
import static dev.weir.decide.TestingModel.brier;
import static dev.weir.decide.TestingModel.drift;
import static dev.weir.decide.TestingModel.metrics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weir.decide.Output.Antipattern;
import dev.weir.decide.Output.Status;
import dev.weir.monitor.Finding;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;
import dev.weir.monitor.Severity;
import dev.weir.monitor.Verdict;
import dev.weir.monitor.Withheld;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EvidenceAlertTest {
  private final TestingModel model = new TestingModel();

  @Test
  void window_withinTheBound_isOkAndPublishesItsEvidence() {
    // Golden value tilt_0 of the constructions: 60 of 1000 above 0.05.
    model.plan =
        RateEvidence.nominal(
            0.05, 0, 1, Dispersion.none(), Set.of(Side.ABOVE), AbsentLabels.CENSORED);
    Output.Metric metric = metrics(model.window(drift("distance"), START, 60).decide(START)).get(0);
    assertThat(metric.verdict()).isEqualTo(Verdict.OK);
    assertThat(metric.rule()).isEqualTo(Rule.EVIDENCE);
    assertThat(metric.logE()).isCloseTo(0.04687391559068965, within(1e-8));
    // ln(B / (w Delta)) with the tenth for later versions kept back: w = 0.01 * 0.9.
    assertThat(metric.logEThreshold()).isCloseTo(Math.log(90 / (0.009 / 24)), within(1e-12));
    assertThat(metric.threshold()).isEqualTo(0.1);
  }

  @Test
  void window_farBeyondTheBound_alarmsOnceUntilQuietWindowsResolveIt() {
    List<Output> first = model.window(drift("distance"), START, 310).decide(START);
    assertThat(metrics(first).get(0).verdict()).isEqualTo(Verdict.ALERT);
    assertThat(alerts(first)).hasSize(1);
    Output.Alert fired = alerts(first).get(0);
    assertThat(fired.status()).isEqualTo(Status.FIRING);
    assertThat(fired.sequence()).isZero();
    assertThat(fired.startsAt()).isEqualTo(START);
    assertThat(fired.updatedAt()).isEqualTo(START);
    assertThat(fired.endsAt()).isNull();
    assertThat(fired.changeBeganAt()).isEqualTo(START - HOUR);
    assertThat(fired.severity()).isEqualTo(Severity.WARNING);
    assertThat(fired.antipattern()).isEqualTo(Antipattern.SET_AND_FORGET);
    assertThat(fired.summary())
        .isEqualTo("distance drifted: total variation 0.31, tolerance 0.1, n = 1,000");
    assertThat(fired.runbook()).isEqualTo("src/docs/operations.md#drift");
    assertThat(fired.labels())
        .containsEntry("alertname", "drift.total_variation")
        .containsEntry("team", "airline-ops")
        .containsEntry("feature", "distance")
        .containsEntry("severity", "warning");
    assertThat(fired.annotations()).doesNotContainKey("labels_absent");
    assertThat(fired.evidence()).hasSize(1);
    assertThat(fired.evidence().get(0).logE())
        .isGreaterThan(fired.evidence().get(0).logEThreshold());

    // Still breaching: no record, verdict stays.
    List<Output> second = model.window(drift("distance"), START + HOUR, 310).decide(START + HOUR);
    assertThat(alerts(second)).isEmpty();
    assertThat(metrics(second).get(0).verdict()).isEqualTo(Verdict.ALERT);

    // One quiet window is not enough, a breach in between starts the count anew.
    assertThat(
            alerts(model.window(drift("distance"), START + 2 * HOUR, 10).decide(START + 2 * HOUR)))
        .isEmpty();
    assertThat(
            alerts(model.window(drift("distance"), START + 3 * HOUR, 310).decide(START + 3 * HOUR)))
        .isEmpty();
    assertThat(
            alerts(model.window(drift("distance"), START + 4 * HOUR, 10).decide(START + 4 * HOUR)))
        .isEmpty();
    List<Output> last =
        model.window(drift("distance"), START + 5 * HOUR, 10).decide(START + 5 * HOUR);
    Output.Alert resolved = alerts(last).get(0);
    assertThat(resolved.status()).isEqualTo(Status.RESOLVED);
    assertThat(resolved.sequence()).isEqualTo(1);
    assertThat(resolved.fingerprint()).isEqualTo(fired.fingerprint());
    assertThat(resolved.incidentId()).isEqualTo(fired.incidentId());
    assertThat(resolved.endsAt()).isEqualTo(START + 5 * HOUR);
    assertThat(metrics(last).get(0).verdict()).isEqualTo(Verdict.OK);
    assertThat(model.ledger.openAlerts()).isZero();
  }

  @Test
  void evidence_afterAnAlarm_startsAgainFromZero() {
    model.window(drift("distance"), START, 200).decide(START);
    double second =
        metrics(model.window(drift("distance"), START + HOUR, 200).decide(START + HOUR))
            .get(0)
            .logE();
    TestingModel fresh = new TestingModel();
    double alone =
        metrics(fresh.window(drift("distance"), START + HOUR, 200).decide(START + HOUR))
            .get(0)
            .logE();
    assertThat(second).isEqualTo(alone);
  }

  @Test
  void manySeries_withLessEvidenceEach_alarmTogetherAndShareAnIncident() {
    // With 400 series each needs a four hundredth of what it needs alone.
    List<Output> alone = model.window(drift("f0"), START, 145).decide(START);
    assertThat(metrics(alone).get(0).verdict()).isNotEqualTo(Verdict.ALERT);
    TestingModel many = new TestingModel();
    for (int i = 0; i < 400; i++) {
      many.window(drift("f" + i), START, 145);
    }
    List<Output> together = many.decide(START);
    assertThat(metrics(together)).extracting(Output.Metric::verdict).containsOnly(Verdict.ALERT);
    assertThat(alerts(together)).hasSize(400);
    assertThat(alerts(together))
        .extracting(Output.Alert::incidentId)
        .containsOnly(
            alerts(together).stream()
                .min(java.util.Comparator.comparing(Output.Alert::fingerprint))
                .orElseThrow()
                .incidentId());
    Output.Alert first =
        alerts(together).stream()
            .min(java.util.Comparator.comparing(Output.Alert::fingerprint))
            .orElseThrow();
    assertThat(first.incidentId())
        .isEqualTo(DecisionIds.incident("flights", START, first.fingerprint()));
  }

  @Test
  void warning_needsATenthOfTheEvidence() {
    Output.Metric metric = null;
    for (long hits = 130; hits < 200; hits++) {
      TestingModel one = new TestingModel();
      metric = metrics(one.window(drift("distance"), START, hits).decide(START)).get(0);
      double missing = metric.logEThreshold() - metric.logE();
      Verdict expected =
          missing <= 0 ? Verdict.ALERT : missing <= Math.log(10) ? Verdict.WARNING : Verdict.OK;
      assertThat(metric.verdict()).as("%d hits", hits).isEqualTo(expected);
    }
    assertThat(metric.verdict()).isEqualTo(Verdict.ALERT);
  }

  @Test
  void verdictThatCannotOpenAnAlert_delaysItButKeepsTheEvidence() {
    model.findings.add(model.finding(drift("distance"), START, 200, Verdict.NOT_ENOUGH_DATA));
    List<Output> first = model.decide(START);
    assertThat(alerts(first)).isEmpty();
    assertThat(metrics(first).get(0).verdict()).isEqualTo(Verdict.NOT_ENOUGH_DATA);
    assertThat(metrics(first).get(0).logE()).isGreaterThan(metrics(first).get(0).logEThreshold());
    // A window at the bound: the evidence of the window before is enough.
    List<Output> second = model.window(drift("distance"), START + HOUR, 110).decide(START + HOUR);
    assertThat(alerts(second)).hasSize(1);
    assertThat(alerts(second).get(0).startsAt()).isEqualTo(START + HOUR);
    assertThat(alerts(second).get(0).changeBeganAt()).isEqualTo(START - HOUR);
  }

  @Test
  void seriesWhoseWindowDoesNotCloseAtATick_isNoCandidate() {
    model.findings.add(model.finding(drift("distance"), START, 200, Verdict.NOT_ENOUGH_DATA));
    model.decide(START);
    assertThat(alerts(model.window(drift("other"), START + HOUR, 100).decide(START + HOUR)))
        .isEmpty();
  }

  @Test
  void withheldWindow_isNotJudgedAndChangesNothing() {
    Finding finding = model.finding(drift("distance"), START, 400, Verdict.NOT_JUDGED);
    model.findings.add(withheld(finding, Withheld.DUPLICATES));
    Output.Metric metric = metrics(model.decide(START)).get(0);
    assertThat(metric.verdict()).isEqualTo(Verdict.NOT_JUDGED);
    assertThat(metric.rule()).isEqualTo(Rule.NONE);
    assertThat(metric.logE()).isZero();
  }

  @Test
  void aWindow_feedsEvidenceOnce_andLaterCorrectionsKeepItsDecision() {
    Finding finding = model.finding(brier(), START, 110, Verdict.NOT_JUDGED);
    model.findings.add(completeness(finding, 1.0, 0, finding.counts(), START));
    Output.Metric first = metrics(model.decide(START)).get(0);
    model.findings.add(completeness(finding, 1.0, 1, finding.counts(), START + HOUR));
    Output.Metric again = metrics(model.decide(START + HOUR)).get(0);
    assertThat(again.logE()).isEqualTo(first.logE());
    assertThat(again.verdict()).isEqualTo(first.verdict());
    assertThat(again.finding().revision()).isEqualTo(1);
    // The next window adds to one window, not to two.
    double next =
        metrics(model.window(brier(), START + 2 * HOUR, 110).decide(START + 2 * HOUR))
            .get(0)
            .logE();
    TestingModel twice = new TestingModel();
    twice.window(brier(), START, 110).decide(START);
    assertThat(next)
        .isEqualTo(
            metrics(twice.window(brier(), START + 2 * HOUR, 110).decide(START + 2 * HOUR))
                .get(0)
                .logE());
  }

  @Test
  void twoCohortsAtOneTick_areTakenInWindowOrder() {
    Finding late = model.finding(brier(), START, 130, Verdict.NOT_JUDGED);
    Finding soon = model.finding(brier(), START + HOUR, 130, Verdict.NOT_JUDGED);
    model.findings.add(completeness(soon, 1.0, 0, soon.counts(), START + HOUR));
    model.findings.add(completeness(late, 1.0, 0, late.counts(), START + HOUR));
    List<Output.Metric> metrics = metrics(model.decide(START + HOUR));
    assertThat(metrics.get(0).finding().windowEnd()).isEqualTo(START);
    assertThat(metrics.get(1).logE()).isGreaterThan(metrics.get(0).logE());
  }

  @Test
  void labelsAbsent_standInAlertsThatJudgeOutcomes() {
    Output.Alert alert = alerts(model.window(brier(), START, 200).decide(START)).get(0);
    assertThat(alert.severity()).isEqualTo(Severity.ERROR);
    assertThat(alert.annotations()).containsEntry("labels_absent", "censored");
    assertThat(alert.summary()).isEqualTo("loss rose: Brier loss 0.2, limit 0.1, n = 1,000");
  }

  @Test
  void coverage_saysWhichPromiseIsBroken() {
    model.plan =
        RateEvidence.nominal(
            0.1, 0.02, 1, Dispersion.none(), Set.of(Side.ABOVE, Side.BELOW), AbsentLabels.CENSORED);
    Series missed = TestingModel.series("coverage", "coverage", null);
    Series never = new Series("flights", "v1", "coverage", "coverage", null, "origin=ORD");
    List<Output.Alert> alerts =
        alerts(model.window(missed, START, 300).window(never, START, 0).decide(START));
    assertThat(alerts)
        .extracting(Output.Alert::summary)
        .containsExactlyInAnyOrder(
            "intervals lost coverage: coverage 0.3, limit 0.1, n = 1,000",
            "intervals are too wide in origin=ORD: coverage 0, n = 1,000");
  }

  @Test
  void newBasisOrBaseline_startsEvidenceAgain_aNewDescriptionDoesNot() {
    double fresh =
        metrics(new TestingModel().window(drift("x"), START, 120).decide(START)).get(0).logE();
    model.window(drift("x"), START, 120).decide(START);
    model.configHash = "c0ffee0000000002";
    double kept =
        metrics(model.window(drift("x"), START + HOUR, 120).decide(START + HOUR)).get(0).logE();
    assertThat(kept).isGreaterThan(fresh);
    model.configHash = "c0ffee0000000003";
    model.basis = "fedcba9876543210";
    double anew =
        metrics(model.window(drift("x"), START + 2 * HOUR, 120).decide(START + 2 * HOUR))
            .get(0)
            .logE();
    assertThat(anew).isEqualTo(fresh);
  }

  @Test
  void findingOfAnotherConfiguration_givesNoEvidence() {
    model.window(drift("x"), START, 400);
    model.configHash = "c0ffee0000000002";
    Output.Metric metric = metrics(model.decide(START)).get(0);
    assertThat(metric.verdict()).isEqualTo(Verdict.NOT_JUDGED);
    assertThat(metric.logE()).isNull();
  }

  @Test
  void alertsThatOpenWhileOthersAreOpen_joinTheirIncident_untilAllAreResolved() {
    String incident =
        alerts(model.window(drift("a"), START, 300).decide(START)).get(0).incidentId();
    Output.Alert joined =
        alerts(
                model
                    .window(drift("a"), START + HOUR, 300)
                    .window(drift("b"), START + HOUR, 300)
                    .decide(START + HOUR))
            .get(0);
    assertThat(joined.incidentId()).isEqualTo(incident);
    for (int i = 2; i < 4; i++) {
      model
          .window(drift("a"), START + i * HOUR, 0)
          .window(drift("b"), START + i * HOUR, 0)
          .decide(START + i * HOUR);
    }
    assertThat(model.ledger.openAlerts()).isZero();
    Output.Alert later =
        alerts(model.window(drift("a"), START + 4 * HOUR, 300).decide(START + 4 * HOUR)).get(0);
    assertThat(later.incidentId()).isNotEqualTo(incident);
    assertThat(later.sequence()).isZero();
  }

  @Test
  void alertOfAVersionThatNoLongerPredicts_resolves() {
    model.window(drift("a"), START, 300).decide(START);
    Series next = new Series("flights", "v2", "drift", "total_variation", "a", null);
    assertThat(alerts(model.window(next, START + HOUR, 0).decide(START + HOUR))).isEmpty();
    assertThat(alerts(model.window(next, START + 2 * HOUR, 0).decide(START + 2 * HOUR))).isEmpty();
    Output.Alert resolved =
        alerts(model.window(next, START + 3 * HOUR, 0).decide(START + 3 * HOUR)).get(0);
    assertThat(resolved.status()).isEqualTo(Status.RESOLVED);
    assertThat(resolved.annotations())
        .containsEntry("resolved_because", "the version no longer predicts");
  }

  @Test
  void alertOfASeriesThatIsSilentForAMonth_resolves() {
    model.window(drift("a"), START, 300).decide(START);
    assertThat(alerts(model.decide(START + 30 * DAY))).hasSize(1);
    List<Output.Alert> later = alerts(model.decide(START + 30 * DAY + HOUR));
    assertThat(later).extracting(Output.Alert::status).contains(Status.RESOLVED);
  }

  @Test
  void tick_thatDoesNotFollow_isRefused() {
    model.decide(START);
    assertThatIllegalArgumentException().isThrownBy(() -> model.decide(START));
  }

  private static Finding withheld(Finding finding, Withheld withheld) {
    return copy(
        finding, finding.completeness(), finding.revision(), null, finding.tick(), withheld);
  }

  private static Finding completeness(
      Finding finding, double completeness, int revision, byte[] counts, long tick) {
    return copy(finding, completeness, revision, counts, tick, null);
  }

  private static Finding copy(
      Finding finding,
      Double completeness,
      int revision,
      byte[] counts,
      long tick,
      Withheld withheld) {
    return new Finding(
        finding.series(),
        finding.windowStart(),
        finding.windowEnd(),
        tick,
        revision,
        finding.value(),
        finding.unit(),
        finding.ciLow(),
        finding.ciHigh(),
        finding.threshold(),
        finding.nCurrent(),
        finding.nReference(),
        finding.verdict(),
        completeness,
        finding.errorBound(),
        withheld,
        finding.blindTo(),
        finding.season(),
        finding.baselineId(),
        finding.histogram(),
        counts,
        finding.attribution(),
        finding.configHash());
  }
}
