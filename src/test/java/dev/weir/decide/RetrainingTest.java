package dev.weir.decide;

import static dev.weir.decide.TestingModel.DAY;
import static dev.weir.decide.TestingModel.HOUR;
import static dev.weir.decide.TestingModel.START;
import static dev.weir.decide.TestingModel.alerts;
import static dev.weir.decide.TestingModel.audit;
import static dev.weir.decide.TestingModel.brier;
import static dev.weir.decide.TestingModel.series;
import static dev.weir.decide.TestingModel.triggers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.decide.Output.AuditAction;
import dev.weir.decide.Output.AuditRecord;
import dev.weir.decide.Output.Reason;
import dev.weir.decide.Output.RetrainingTrigger;
import dev.weir.event.Control;
import dev.weir.event.Control.Action;
import dev.weir.event.Control.RunState;
import dev.weir.event.Event.Role;
import dev.weir.monitor.Attribution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetrainingTest {
  private final TestingModel model = new TestingModel();
  private Duration cooldown = Duration.ofDays(7);
  private int budget = 2;
  private long minLabels = 1000;
  private long minRareLabels = 200;
  private int attempts = 1;
  private boolean approval;
  private Duration expiresAfter = Duration.ofHours(24);

  private void policy(String name, String expression, Condition condition) {
    model.policies.add(
        new RetrainingPolicy(
            name,
            expression,
            condition,
            cooldown,
            budget,
            Duration.ofDays(30),
            minLabels,
            minRareLabels,
            0.05,
            0.05,
            Duration.ofDays(60),
            expiresAfter,
            attempts,
            approval,
            true,
            Map.of("pipeline", "train")));
  }

  private void onPerformance() {
    policy("retrain", "performance.alert", facts -> facts.monitors().get("performance").alert());
  }

  /** One hour in which the loss is far too high, with labels of the cohort two hours before. */
  private List<Output> bad(long tick, long positives, long negatives) {
    return model.window(brier(), tick, 300).labels(tick, positives, negatives).decide(tick);
  }

  private static List<String> held(List<Output> outputs) {
    List<String> reasons = new ArrayList<>();
    for (AuditRecord record : audit(outputs)) {
      if (record.action() == AuditAction.TRIGGER_SUPPRESSED) {
        reasons.add(record.detail().replaceAll(".*\"suppressed\":\"([A-Z_]+)\".*", "$1"));
      }
    }
    return reasons;
  }

  private static List<AuditAction> actions(List<Output> outputs) {
    return audit(outputs).stream().map(AuditRecord::action).toList();
  }

  @Test
  void alert_withEnoughLabels_issuesOneTriggerWithEverythingInIt() {
    onPerformance();
    Output.Alert alert = alerts(bad(START, 600, 900)).get(0);
    List<Output> outputs = bad(START + 2 * HOUR, 600, 900);
    RetrainingTrigger trigger = triggers(outputs).get(0);
    assertThat(trigger.triggerId())
        .isEqualTo(DecisionIds.trigger("flights", "v1", "retrain", alert.incidentId(), 1));
    assertThat(trigger.modelVersion()).isEqualTo("v1");
    assertThat(trigger.reason()).isEqualTo(Reason.PERFORMANCE);
    assertThat(trigger.summary())
        .isEqualTo(
            "Loss rose: Brier loss 0.3, limit 0.1, n = 1,000; since 28 February 2001; 1,500"
                + " labelled rows since then.");
    assertThat(trigger.decidedAt()).isEqualTo(START + 2 * HOUR);
    assertThat(trigger.expiresAt()).isEqualTo(START + 26 * HOUR);
    assertThat(trigger.cooldownUntil()).isEqualTo(START + 2 * HOUR + 7 * DAY);
    assertThat(trigger.attempt()).isEqualTo(1);
    assertThat(trigger.dryRun()).isTrue();
    assertThat(trigger.incidentId()).isEqualTo(alert.incidentId());
    assertThat(trigger.alertFingerprints()).containsExactly(alert.fingerprint());
    assertThat(trigger.trainingEnd()).isEqualTo(START + HOUR);
    assertThat(trigger.trainingStart()).isEqualTo(START + HOUR - 60 * DAY);
    assertThat(trigger.labelledRows()).isEqualTo(3000);
    assertThat(trigger.parameters()).containsExactly(Map.entry("pipeline", "train"));
    assertThat(trigger.advice()).isNull();
    assertThat(alerts(outputs).get(0).triggerId()).isEqualTo(trigger.triggerId());
    assertThat(actions(outputs))
        .containsExactly(AuditAction.TRIGGER_EMITTED, AuditAction.ALERT_CHANGED);
    // Nothing more while it is open.
    assertThat(audit(bad(START + 3 * HOUR, 600, 900))).isEmpty();
  }

  @Test
  void drift_withoutBeingNamed_doesNotRetrain() {
    onPerformance();
    model.labels(START, 5000, 5000);
    assertThat(triggers(model.window(TestingModel.drift("a"), START, 300).decide(START))).isEmpty();
  }

  @Test
  void tooFewLabels_areAuditedOnceWithTheExpectedDate_untilThereAreEnough() {
    onPerformance();
    List<Output> first = bad(START, 300, 300);
    // The change began with the window that starts at START - 1 h; this cohort is older.
    assertThat(held(first)).containsExactly("WAITING_FOR_LABELS");
    AuditRecord record = audit(first).get(audit(first).size() - 1);
    // 1000 rows are missing and 600 came in the last cohort of an hour: 100 minutes.
    assertThat(record.detail())
        .contains("\"labelled_rows\":0,\"needed\":1000,\"needed_to_prove_gain\":93")
        .contains("\"expected_at\":\"2001-03-01T01:40:00.000Z\"");
    assertThat(held(bad(START + HOUR, 300, 300))).isEmpty();
    List<Output> second = bad(START + 2 * HOUR, 300, 300);
    assertThat(triggers(second)).hasSize(1);
    assertThat(triggers(second).get(0).summary()).contains("1,200 labelled rows since then");
  }

  @Test
  void rareClass_mustHaveItsLabels() {
    onPerformance();
    bad(START, 0, 0);
    assertThat(triggers(bad(START + HOUR, 199, 5000))).isEmpty();
    assertThat(triggers(bad(START + 2 * HOUR, 1, 0))).hasSize(1);
  }

  @Test
  void labels_mustBeEnoughToProveTheGain() {
    // v = 2 * 0.5 = 1: 2 (ln 40 + ln 8) / 0.0025 = 4614.7 rows.
    model.meanSquaredLoss = java.util.OptionalDouble.of(0.5);
    onPerformance();
    bad(START, 0, 0);
    assertThat(triggers(bad(START + HOUR, 2307, 2307))).isEmpty();
    assertThat(triggers(bad(START + 2 * HOUR, 1, 0))).hasSize(1);
  }

  @Test
  void versionPutIntoServiceAfterTheChangeBegan_isTooNew() {
    onPerformance();
    model.controls.add(
        new Control.ModelVersion(
            "flights",
            "v1",
            START - 60_000,
            Role.CHAMPION,
            null,
            null,
            null,
            null,
            List.of(),
            null,
            null));
    assertThat(held(bad(START, 0, 0))).containsExactly("VERSION_TOO_NEW");
    // Once per cause and reason.
    List<Output> later = bad(START + HOUR, 5000, 5000);
    assertThat(held(later)).isEmpty();
    assertThat(triggers(later)).isEmpty();
  }

  @Test
  void twoPolicies_oneOpenTriggerPerModel() {
    onPerformance();
    policy("other", "performance.alert", facts -> facts.monitors().get("performance").alert());
    bad(START, 0, 0);
    List<Output> outputs = bad(START + HOUR, 5000, 5000);
    assertThat(triggers(outputs)).extracting(RetrainingTrigger::policy).containsExactly("retrain");
    assertThat(held(outputs)).containsExactly("IN_PROGRESS");
  }

  @Test
  void nobodyTakesTheTrigger_itExpiresAndTheCauseIsClosed() {
    onPerformance();
    bad(START, 0, 0);
    long issued = START + HOUR;
    bad(issued, 5000, 5000);
    assertThat(actions(bad(issued + 23 * HOUR, 0, 0))).isEmpty();
    List<Output> outputs = bad(issued + 24 * HOUR, 0, 0);
    assertThat(actions(outputs))
        .containsExactly(AuditAction.TRIGGER_EXPIRED, AuditAction.TRIGGER_SUPPRESSED);
    assertThat(held(outputs)).containsExactly("EXPIRED");
    assertThat(triggers(bad(issued + 9 * DAY, 5000, 5000))).isEmpty();
  }

  @Test
  void failedRun_allowsAnotherAttemptAfterTheCooldown() {
    attempts = 2;
    cooldown = Duration.ofHours(5);
    onPerformance();
    bad(START, 0, 0);
    RetrainingTrigger first = triggers(bad(START + HOUR, 5000, 5000)).get(0);
    model.status(first.triggerId(), RunState.ACCEPTED, START + HOUR + 1);
    model.status(first.triggerId(), RunState.FAILED, START + HOUR + 2);
    List<Output> answered = bad(START + 2 * HOUR, 0, 0);
    assertThat(actions(answered))
        .containsExactly(
            AuditAction.TRIGGER_ANSWERED,
            AuditAction.TRIGGER_ANSWERED,
            AuditAction.TRIGGER_SUPPRESSED);
    assertThat(held(answered)).containsExactly("COOLDOWN");
    assertThat(triggers(bad(START + 5 * HOUR, 0, 0))).isEmpty();
    RetrainingTrigger second = triggers(bad(START + 6 * HOUR, 0, 0)).get(0);
    assertThat(second.attempt()).isEqualTo(2);
    assertThat(second.triggerId()).isNotEqualTo(first.triggerId());
    model.status(second.triggerId(), RunState.FAILED, START + 6 * HOUR + 1);
    assertThat(triggers(bad(START + 12 * HOUR, 0, 0))).isEmpty();
  }

  @Test
  void acceptedTrigger_doesNotExpire_andStatesNeverGoBack() {
    onPerformance();
    bad(START, 0, 0);
    String id = triggers(bad(START + HOUR, 5000, 5000)).get(0).triggerId();
    model.status(id, RunState.RUNNING, START + HOUR + 1);
    bad(START + 2 * HOUR, 0, 0);
    assertThat(actions(bad(START + 3 * DAY, 0, 0))).isEmpty();
    model.status(id, RunState.SUCCEEDED, START + 3 * DAY + 1);
    model.status(id, RunState.CANCELLED, START + 3 * DAY + 2);
    assertThat(actions(bad(START + 4 * DAY, 0, 0)))
        .containsExactly(AuditAction.TRIGGER_ANSWERED, AuditAction.FEEDBACK_IGNORED);
    // Read again from the beginning of the topic: heard once.
    model.status(id, RunState.RUNNING, START + HOUR + 1);
    model.status(id, RunState.CANCELLED, START + 3 * DAY + 2);
    model.status("rt-unknown", RunState.RUNNING, START + 3 * DAY);
    assertThat(actions(bad(START + 5 * DAY, 0, 0))).containsExactly(AuditAction.FEEDBACK_IGNORED);
  }

  @Test
  void approval_isAskedForAndGivesTheTrigger() {
    approval = true;
    onPerformance();
    bad(START, 0, 0);
    List<Output> proposed = bad(START + HOUR, 5000, 5000);
    assertThat(triggers(proposed)).isEmpty();
    assertThat(actions(proposed))
        .containsExactly(AuditAction.TRIGGER_PROPOSED, AuditAction.ALERT_CHANGED);
    String id = alerts(proposed).get(0).triggerId();
    model.feedback("1", Action.APPROVE, id, START + HOUR + 1);
    List<Output> outputs = bad(START + 3 * HOUR, 0, 0);
    RetrainingTrigger trigger = triggers(outputs).get(0);
    assertThat(trigger.triggerId()).isEqualTo(id);
    assertThat(trigger.approvedBy()).isEqualTo("user:ann");
    assertThat(trigger.decidedAt()).isEqualTo(START + 3 * HOUR);
    assertThat(trigger.expiresAt()).isEqualTo(START + 27 * HOUR);
    assertThat(actions(outputs))
        .containsExactly(AuditAction.TRIGGER_APPROVED, AuditAction.TRIGGER_EMITTED);
    model.feedback("2", Action.APPROVE, id, START + 3 * HOUR + 1);
    assertThat(actions(bad(START + 4 * HOUR, 0, 0))).containsExactly(AuditAction.FEEDBACK_IGNORED);
  }

  @Test
  void refusal_closesTheCause() {
    approval = true;
    attempts = 3;
    onPerformance();
    bad(START, 0, 0);
    String id = alerts(bad(START + HOUR, 5000, 5000)).get(0).triggerId();
    model.feedback("1", Action.REJECT, id, START + HOUR + 1);
    assertThat(actions(bad(START + 2 * HOUR, 0, 0))).containsExactly(AuditAction.TRIGGER_REJECTED);
    assertThat(audit(bad(START + 9 * DAY, 5000, 5000)))
        .extracting(AuditRecord::action)
        .doesNotContain(AuditAction.TRIGGER_PROPOSED);
  }

  @Test
  void request_needsNoAlert_butLabels() {
    onPerformance();
    model.feedback("wish", Action.REQUEST, "retrain", START + 1);
    model.decide(START);
    assertThat(held(model.labels(START + HOUR, 10, 10).decide(START + HOUR))).isEmpty();
    RetrainingTrigger trigger =
        triggers(model.labels(START + 2 * HOUR, 5000, 5000).decide(START + 2 * HOUR)).get(0);
    assertThat(trigger.reason()).isEqualTo(Reason.REQUEST);
    assertThat(trigger.triggerId())
        .isEqualTo(DecisionIds.trigger("flights", "*", "retrain", "wish", 1));
    assertThat(trigger.incidentId()).isEmpty();
    assertThat(triggers(model.decide(START + 3 * HOUR))).isEmpty();
  }

  @Test
  void requestThatCannotBeGrantedInTime_expires() {
    onPerformance();
    model.feedback("wish", Action.REQUEST, "retrain", START - 1);
    assertThat(held(model.decide(START))).containsExactly("WAITING_FOR_LABELS");
    assertThat(held(model.decide(START + DAY))).containsExactly("EXPIRED");
    assertThat(triggers(model.labels(START + 2 * DAY, 5000, 5000).decide(START + 2 * DAY)))
        .isEmpty();
  }

  @Test
  void requestUnderAnUnknownPolicy_isIgnored() {
    model.feedback("wish", Action.REQUEST, "nothing", START - 1);
    assertThat(actions(model.decide(START))).contains(AuditAction.FEEDBACK_IGNORED);
  }

  @Test
  void modelAge_triggersAgainAfterTheCooldown_withinTheBudget() {
    expiresAfter = Duration.ofHours(1);
    policy("old", "model.age_days > 30", facts -> facts.modelAgeDays() > 30);
    model.controls.add(
        new Control.ModelVersion(
            "flights",
            "v1",
            START - 40 * DAY,
            Role.CHAMPION,
            null,
            null,
            START - 29 * DAY,
            null,
            List.of(),
            null,
            null));
    List<Long> decided = new ArrayList<>();
    List<String> held = new ArrayList<>();
    for (int day = 0; day < 40; day++) {
      long tick = START + day * DAY;
      model.window(TestingModel.drift("a"), tick, 0).labels(tick, 1000, 1000);
      List<Output> outputs = model.decide(tick);
      triggers(outputs).forEach(trigger -> decided.add((trigger.decidedAt() - START) / DAY));
      held.addAll(held(outputs));
      triggers(outputs)
          .forEach(trigger -> assertThat(trigger.reason()).isEqualTo(Reason.MODEL_AGE));
    }
    // Over 30 days from day 2 on; cooldown 7 days; two per 30 days.
    assertThat(decided).containsExactly(2L, 9L, 32L, 39L);
    assertThat(held).containsExactly("COOLDOWN", "BUDGET");
  }

  @Test
  void olderQualityIncidentOnAnInput_advisesToFixTheData() {
    onPerformance();
    model
        .window(series("quality", "missing_rate", "distance"), START - HOUR, 300)
        .decide(START - HOUR);
    bad(START, 0, 0);
    model.window(series("quality", "missing_rate", "distance"), START + HOUR, 300);
    assertThat(triggers(bad(START + HOUR, 5000, 5000)).get(0).advice()).isEqualTo("fix_data");
  }

  @Test
  void lossThatRoseByOtherRows_advisesToFixTheData() {
    onPerformance();
    model.attribution = new Attribution(0.1, 0.06, 0.01, 0.025, 0.005, List.of(), List.of());
    bad(START, 0, 0);
    assertThat(triggers(bad(START + HOUR, 5000, 5000)).get(0).advice()).isEqualTo("fix_data");
  }

  @Test
  void lossThatRoseByItsRisk_advisesNothing() {
    onPerformance();
    model.attribution = new Attribution(0.1, 0.06, 0.03, 0.01, 0, List.of(), List.of());
    bad(START, 0, 0);
    assertThat(triggers(bad(START + HOUR, 5000, 5000)).get(0).advice()).isNull();
  }

  @Test
  void facts_sayWhatIsOpen() {
    List<PolicyFacts> seen = new ArrayList<>();
    policy(
        "watch",
        "drift.share > 0.9",
        facts -> {
          seen.add(facts);
          return false;
        });
    model
        .window(TestingModel.drift("a"), START, 300)
        .window(TestingModel.drift("b"), START, 0)
        .labels(START, 25, 75)
        .decide(START);
    model.window(TestingModel.drift("a"), START + 3 * HOUR, 300).decide(START + 3 * HOUR);
    PolicyFacts first = seen.get(0);
    assertThat(first.monitors().keySet())
        .containsExactly("calibration", "drift", "labels", "performance", "quality");
    assertThat(first.monitors().get("drift"))
        .isEqualTo(new PolicyFacts.MonitorFacts(true, false, false, true, 1, 0.5, 0));
    assertThat(first.monitors().get("performance"))
        .isEqualTo(new PolicyFacts.MonitorFacts(false, false, false, false, 0, 0, 0));
    assertThat(first.labelRows()).isEqualTo(100);
    assertThat(first.labelCompleteness()).isEqualTo(1);
    assertThat(first.modelVersion()).isEqualTo("v1");
    assertThat(seen.get(1).monitors().get("drift").sinceHours()).isEqualTo(3);
    assertThat(seen.get(1).incidentAgeHours()).isEqualTo(3);
  }
}
