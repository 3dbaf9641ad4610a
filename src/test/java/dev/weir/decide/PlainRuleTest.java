package dev.weir.decide;

import static dev.weir.decide.TestingModel.HOUR;
import static dev.weir.decide.TestingModel.START;
import static dev.weir.decide.TestingModel.alerts;
import static dev.weir.decide.TestingModel.metrics;
import static dev.weir.decide.TestingModel.series;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.decide.Output.Status;
import dev.weir.monitor.PlainRule;
import dev.weir.monitor.PlainRule.Comparison;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;
import dev.weir.monitor.Severity;
import dev.weir.monitor.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainRuleTest {
  private static final Series PSI = series("drift", "psi", "distance");

  private final TestingModel model = new TestingModel();

  private List<Output> hour(int hour, double value) {
    return model.shown(PSI, START + hour * HOUR, value).decide(START + hour * HOUR);
  }

  private void rule(double limit, int windows, Severity severity) {
    model.driftRules.add(
        new PlainRule("psi", Comparison.GREATER, limit, windows, List.of(), false, severity));
  }

  @Test
  void metricWithoutRule_isNotJudged() {
    Output.Metric metric = metrics(hour(0, 9)).get(0);
    assertThat(metric.verdict()).isEqualTo(Verdict.NOT_JUDGED);
    assertThat(metric.rule()).isEqualTo(Rule.NONE);
  }

  @Test
  void ruleForThreeWindows_waitsFiresAndResolves() {
    rule(0.2, 3, null);
    assertThat(alerts(hour(0, 0.1))).isEmpty();
    Output.Alert pending = alerts(hour(1, 0.3)).get(0);
    assertThat(pending.status()).isEqualTo(Status.PENDING);
    assertThat(pending.startsAt()).isEqualTo(START + HOUR);
    List<Output> second = hour(2, 0.3);
    assertThat(alerts(second)).isEmpty();
    assertThat(metrics(second).get(0).verdict()).isEqualTo(Verdict.OK);
    List<Output> third = hour(3, 0.5);
    Output.Alert firing = alerts(third).get(0);
    assertThat(firing.status()).isEqualTo(Status.FIRING);
    assertThat(firing.sequence()).isEqualTo(1);
    assertThat(firing.startsAt()).isEqualTo(START + HOUR);
    assertThat(firing.updatedAt()).isEqualTo(START + 3 * HOUR);
    assertThat(firing.rule()).isEqualTo(Rule.THRESHOLD);
    assertThat(firing.labels()).containsEntry("alertname", "drift.psi.rule");
    assertThat(firing.summary())
        .isEqualTo("PSI of distance 0.5, plain rule > 0.2 for 3 windows, n = 1,640");
    assertThat(firing.changeBeganAt()).isNull();
    assertThat(firing.evidence()).extracting(Output.Evidence::value).containsExactly(0.5, 0.3, 0.3);
    assertThat(metrics(third).get(0))
        .extracting(Output.Metric::verdict, Output.Metric::rule, Output.Metric::threshold)
        .containsExactly(Verdict.ALERT, Rule.THRESHOLD, 0.2);
    assertThat(metrics(third).get(0).logE()).isNull();
    List<Output> quiet = hour(4, 0.1);
    assertThat(alerts(quiet)).isEmpty();
    assertThat(metrics(quiet).get(0).verdict()).isEqualTo(Verdict.ALERT);
    List<Output> over = hour(5, 0.1);
    assertThat(alerts(over).get(0).status()).isEqualTo(Status.RESOLVED);
    assertThat(alerts(over).get(0).endsAt()).isEqualTo(START + 5 * HOUR);
    assertThat(metrics(over).get(0).verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void breachThatDoesNotLast_endsThePendingState() {
    rule(0.2, 3, null);
    Output.Alert pending = alerts(hour(0, 0.3)).get(0);
    Output.Alert over = alerts(hour(1, 0.1)).get(0);
    assertThat(over.status()).isEqualTo(Status.RESOLVED);
    assertThat(over.fingerprint()).isEqualTo(pending.fingerprint());
    assertThat(alerts(hour(2, 0.3)).get(0).startsAt()).isEqualTo(START + 2 * HOUR);
  }

  @Test
  void pendingAlert_opensNoIncident() {
    rule(0.2, 3, null);
    String pending = alerts(hour(0, 0.3)).get(0).incidentId();
    Output.Alert other =
        alerts(
                model
                    .shown(PSI, START + HOUR, 0.3)
                    .window(TestingModel.drift("origin"), START + HOUR, 300)
                    .decide(START + HOUR))
            .get(0);
    assertThat(other.incidentId()).isNotEqualTo(pending);
    // When it fires it joins the incident that is open by then.
    assertThat(alerts(hour(2, 0.3)).get(0).incidentId()).isEqualTo(other.incidentId());
  }

  @Test
  void secondRuleOnTheSameMetric_changesTheSeverityOfOneAlert() {
    rule(0.2, 1, Severity.WARNING);
    rule(0.5, 1, Severity.CRITICAL);
    Output.Alert warning = alerts(hour(0, 0.3)).get(0);
    Output.Alert critical = alerts(hour(1, 0.6)).get(0);
    assertThat(warning.severity()).isEqualTo(Severity.WARNING);
    assertThat(critical.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(critical.fingerprint()).isEqualTo(warning.fingerprint());
    assertThat(critical.sequence()).isEqualTo(1);
    assertThat(critical.startsAt()).isEqualTo(warning.startsAt());
    assertThat(alerts(hour(2, 0.7))).isEmpty();
  }

  @Test
  void windowWithoutValue_delaysARuleButDoesNotBreakItsRun() {
    rule(0.2, 2, null);
    hour(0, 0.3);
    model.findings.add(model.finding(PSI, START + HOUR, 0, Verdict.NOT_ENOUGH_DATA));
    assertThat(alerts(model.decide(START + HOUR))).isEmpty();
    assertThat(alerts(hour(2, 0.3)).get(0).status()).isEqualTo(Status.FIRING);
  }

  @Test
  void judgedSeries_alertedByRuleAlone_saysThreshold() {
    model.driftRules.add(
        new PlainRule(
            "total_variation", Comparison.GREATER, 0.05, 1, List.of("distance"), false, null));
    Output.Metric metric =
        metrics(model.window(TestingModel.drift("distance"), START, 90).decide(START)).get(0);
    assertThat(metric.verdict()).isEqualTo(Verdict.ALERT);
    assertThat(metric.rule()).isEqualTo(Rule.THRESHOLD);
    assertThat(metric.threshold()).isEqualTo(0.05);
    assertThat(metric.logE()).isNotNull();
    Output.Metric other =
        metrics(model.window(TestingModel.drift("origin"), START + HOUR, 90).decide(START + HOUR))
            .get(0);
    assertThat(other.rule()).isEqualTo(Rule.EVIDENCE);
  }

  @ParameterizedTest
  @CsvSource({
    "quality, volume, 499, true", // less than half of 1000
    "quality, volume, 500, false",
    "quality, volume, 2000, false",
    "quality, volume, 2001, true",
    "quality, freshness_p95, 1800, false", // half an hour
    "quality, freshness_p95, 1800.5, true",
    "labels, label_delay_p95, 28801, true", // eight hours
    "labels, label_delay_p95, 28800, false",
  })
  void settingsThatArePlainRules_alert(
      String monitor, String metric, double value, boolean expected) {
    Series series = series(monitor, metric, null);
    assertThat(alerts(model.shown(series, START, value).decide(START))).hasSize(expected ? 1 : 0);
  }
}
