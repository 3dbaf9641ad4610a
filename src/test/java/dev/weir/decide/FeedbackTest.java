package dev.weir.decide;

import static dev.weir.decide.TestingModel.DAY;
import static dev.weir.decide.TestingModel.HOUR;
import static dev.weir.decide.TestingModel.START;
import static dev.weir.decide.TestingModel.alerts;
import static dev.weir.decide.TestingModel.audit;
import static dev.weir.decide.TestingModel.drift;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.decide.Output.Antipattern;
import dev.weir.decide.Output.AuditAction;
import dev.weir.decide.Output.Status;
import dev.weir.event.Control;
import dev.weir.event.Control.Action;
import dev.weir.event.Event.Role;
import dev.weir.monitor.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FeedbackTest {
  private final TestingModel model = new TestingModel();
  private Output.Alert open;

  @BeforeEach
  void openAnAlert() {
    open = alerts(model.window(drift("a"), START, 300).decide(START)).get(0);
  }

  private void silence(String id, String object, Map<String, String> matchers, long until) {
    model.controls.add(
        new Control.Feedback(
            id,
            "flights",
            Action.SILENCE,
            object,
            START + 60_000,
            "user:ann",
            "known",
            until,
            matchers,
            null,
            null));
  }

  @Test
  void acknowledge_writesTheAlertAgainAtTheTimeOfTheDecision() {
    long when = START + 60_000;
    List<Output> outputs =
        model.feedback("1", Action.ACKNOWLEDGE, open.fingerprint(), when).decide(START + HOUR);
    Output.Alert after = alerts(outputs).get(0);
    assertThat(after.acknowledgedBy()).isEqualTo("user:ann");
    assertThat(after.sequence()).isEqualTo(1);
    assertThat(after.updatedAt()).isEqualTo(when);
    assertThat(after.status()).isEqualTo(Status.FIRING);
    assertThat(after.alertId())
        .isEqualTo(DecisionIds.alert(open.fingerprint(), open.startsAt(), 1));
    Output.AuditRecord note = audit(outputs).get(0);
    assertThat(note.action()).isEqualTo(AuditAction.ALERT_ACKNOWLEDGED);
    assertThat(note.actor()).isEqualTo("user:ann");
    assertThat(note.eventTime()).isEqualTo(when);
  }

  @Test
  void acknowledgeOfAnIncident_reachesAllItsAlerts() {
    model.window(drift("b"), START + HOUR, 300).decide(START + HOUR);
    assertThat(
            alerts(
                model
                    .feedback("1", Action.ACKNOWLEDGE, open.incidentId(), START + HOUR + 1)
                    .decide(START + 2 * HOUR)))
        .hasSize(2);
  }

  @Test
  void sameFeedbackTwice_isOneDecision() {
    model.feedback("1", Action.ACKNOWLEDGE, open.fingerprint(), START + 1).decide(START + HOUR);
    assertThat(
            model
                .feedback("1", Action.ACKNOWLEDGE, open.fingerprint(), START + 1)
                .decide(START + 2 * HOUR))
        .isEmpty();
  }

  @Test
  void feedbackOnNothing_isAuditedAndIgnored() {
    List<Output> outputs =
        model.feedback("1", Action.ACKNOWLEDGE, "f-unknown", START + 1).decide(START + HOUR);
    assertThat(alerts(outputs)).isEmpty();
    assertThat(audit(outputs))
        .extracting(Output.AuditRecord::action)
        .containsExactly(AuditAction.FEEDBACK_IGNORED);
  }

  @Test
  void silence_isCutToThirtyDaysAndSuppressesNoRecord() {
    silence("1", open.fingerprint(), Map.of(), START + 90 * DAY);
    Output.Alert silenced = alerts(model.decide(START + HOUR)).get(0);
    assertThat(silenced.silencedUntil()).isEqualTo(START + 60_000 + 30 * DAY);
    model.window(drift("a"), START + 2 * HOUR, 0).decide(START + 2 * HOUR);
    Output.Alert resolved =
        alerts(model.window(drift("a"), START + 3 * HOUR, 0).decide(START + 3 * HOUR)).get(0);
    assertThat(resolved.status()).isEqualTo(Status.RESOLVED);
    assertThat(resolved.silencedUntil()).isEqualTo(silenced.silencedUntil());
  }

  @Test
  void silenceByMatchers_coversAlertsThatComeLater_untilItIsLifted() {
    silence("1", "*", Map.of("feature", "b", "team", "airline-ops"), START + 5 * DAY);
    assertThat(alerts(model.decide(START + HOUR))).isEmpty();
    Output.Alert later =
        alerts(model.window(drift("b"), START + 2 * HOUR, 300).decide(START + 2 * HOUR)).get(0);
    assertThat(later.silencedUntil()).isEqualTo(START + 5 * DAY);
    Output.Alert lifted =
        alerts(
                model
                    .feedback("2", Action.UNSILENCE, "*", START + 2 * HOUR + 1)
                    .decide(START + 3 * HOUR))
            .get(0);
    assertThat(lifted.silencedUntil()).isNull();
  }

  @Test
  void silenceByNoMatcher_isIgnored() {
    silence("1", "*", Map.of(), START + DAY);
    assertThat(audit(model.decide(START + HOUR)))
        .extracting(Output.AuditRecord::action)
        .containsExactly(AuditAction.FEEDBACK_IGNORED);
  }

  @Test
  void alertOpenForAWeekWithoutAnswer_isAnAlertOfItsOwn() {
    for (int day = 1; day <= 7; day++) {
      long tick = START + day * DAY;
      assertThat(alerts(model.window(drift("a"), tick, 300).decide(tick))).isEmpty();
    }
    long tick = START + 8 * DAY;
    Output.Alert unanswered = alerts(model.window(drift("a"), tick, 300).decide(tick)).get(0);
    assertThat(unanswered.monitor()).isEqualTo("weir");
    assertThat(unanswered.labels()).containsEntry("metric", "alert_unanswered");
    assertThat(unanswered.antipattern()).isEqualTo(Antipattern.ACT_NOW_REFLECT_NEVER);
    assertThat(unanswered.incidentId()).isNotEqualTo(open.incidentId());
    // The answer ends it.
    List<Output.Alert> after =
        alerts(
            model
                .feedback("1", Action.ACKNOWLEDGE, open.fingerprint(), tick + 1)
                .decide(tick + HOUR));
    assertThat(after)
        .extracting(Output.Alert::monitor, Output.Alert::status)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("drift", Status.FIRING),
            org.assertj.core.groups.Tuple.tuple("weir", Status.RESOLVED));
  }

  @Test
  void unregisteredVersion_alertsOnceAnotherIsRegistered() {
    model.controls.add(version("v2"));
    Output.Alert alert =
        alerts(model.window(drift("a"), START + HOUR, 300).decide(START + HOUR)).get(0);
    assertThat(alert.labels()).containsEntry("alertname", "weir.version_not_registered");
    assertThat(alert.antipattern()).isEqualTo(Antipattern.TUNING_UNDER_THE_CARPET);
    model.controls.add(version("v1"));
    List<Output> outputs = model.window(drift("a"), START + 2 * HOUR, 300).decide(START + 2 * HOUR);
    assertThat(alerts(outputs).get(0).status()).isEqualTo(Status.RESOLVED);
    assertThat(audit(outputs))
        .extracting(Output.AuditRecord::action)
        .contains(AuditAction.MODEL_VERSION_REGISTERED);
  }

  private static Control.ModelVersion version(String name) {
    return new Control.ModelVersion(
        "flights", name, null, Role.CHAMPION, null, null, null, null, List.of(), null, null);
  }

  @Test
  void notice_opensStaysAndResolvesWhenItIsNotSaidAgain() {
    SystemNotice notice =
        new SystemNotice(
            SystemNotice.Kind.LIMIT_REACHED, "max_segments", true, "51 segments, 50 are kept");
    model.notices.add(notice);
    List<Output> first = model.decide(START + HOUR);
    assertThat(alerts(first)).hasSize(1);
    assertThat(audit(first))
        .extracting(Output.AuditRecord::action)
        .containsExactly(AuditAction.ALERT_FIRED, AuditAction.LIMIT_REACHED);
    model.notices.add(notice);
    assertThat(model.decide(START + 20 * HOUR)).isEmpty();
    assertThat(model.decide(START + 43 * HOUR)).isEmpty();
    assertThat(alerts(model.decide(START + 44 * HOUR)))
        .extracting(Output.Alert::status)
        .containsExactly(Status.RESOLVED);
  }

  @Test
  void endOfTheModel_resolvesAllAndKeepsTheChain() {
    model.controls.add(
        new Control.JobFile("flights", "c0ffee", "", null, 1, null, "user:ann", "over"));
    List<Output> outputs = model.decide(START + HOUR);
    assertThat(alerts(outputs)).extracting(Output.Alert::status).containsExactly(Status.RESOLVED);
    assertThat(model.store.bytes).isEmpty();
    Output.AuditRecord last = audit(outputs).get(audit(outputs).size() - 1);
    model.window(drift("a"), START + 2 * HOUR, 0);
    assertThat(audit(model.decide(START + 2 * HOUR)).get(0).previousHash()).isEqualTo(last.hash());
  }

  @Test
  void whatIsCountedAfterTheEnd_isShownAsProvisional_andOpensNothing() {
    model.controls.add(
        new Control.JobFile("flights", "c0ffee", "", null, 1, null, "user:ann", "over"));
    model.window(drift("a"), START + HOUR, 900);
    List<Output> outputs = model.decideAfterTheEnd(START + HOUR);
    assertThat(alerts(outputs)).extracting(Output.Alert::status).containsExactly(Status.RESOLVED);
    assertThat(outputs)
        .filteredOn(Output.Metric.class::isInstance)
        .extracting(output -> ((Output.Metric) output).verdict())
        .containsExactly(Verdict.PROVISIONAL);
    model.window(drift("a"), START + 2 * HOUR, 900);
    assertThat(alerts(model.decideAfterTheEnd(START + 2 * HOUR))).isEmpty();
    assertThat(model.store.bytes).isEmpty();
  }
}
