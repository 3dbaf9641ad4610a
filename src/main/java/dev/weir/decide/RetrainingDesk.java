package dev.weir.decide;

import dev.weir.decide.KnownTrigger.Phase;
import dev.weir.decide.ModelLedger.Incident;
import dev.weir.decide.ModelLedger.MonitorState;
import dev.weir.decide.Output.Alert;
import dev.weir.decide.Output.AuditAction;
import dev.weir.decide.Output.Reason;
import dev.weir.decide.Output.RetrainingTrigger;
import dev.weir.decide.PolicyFacts.MonitorFacts;
import dev.weir.event.CanonicalJson;
import dev.weir.event.Control;
import dev.weir.event.Event.Role;
import dev.weir.monitor.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns alerts, age and requests into at most one open retraining trigger per model (statistics:
 * the retraining decision).
 */
final class RetrainingDesk {
  /** How long ended triggers and their causes are remembered. */
  private static final Duration REMEMBERED = Duration.ofDays(180);

  /** Most fingerprints in one audit record; all of them stand in the trigger. */
  private static final int MOST_IN_AUDIT = 100;

  private static final double MILLIS_PER_HOUR = 3_600_000;

  /** Monitors in the order in which they name the reason. */
  private static final Map<String, Reason> REASONS = reasons();

  private final long tick;
  private final DecisionSettings settings;
  private final EvidenceBook book;
  private final ModelLedger ledger;
  private final AlertDesk alerts;
  private final Journal journal;
  private final SortedSet<String> monitors;

  RetrainingDesk(
      long tick,
      DecisionSettings settings,
      EvidenceBook book,
      ModelLedger ledger,
      AlertDesk alerts,
      Journal journal,
      SortedSet<String> monitors) {
    this.tick = tick;
    this.settings = settings;
    this.book = book;
    this.ledger = ledger;
    this.alerts = alerts;
    this.journal = journal;
    this.monitors = monitors;
  }

  private static Map<String, Reason> reasons() {
    Map<String, Reason> reasons = new LinkedHashMap<>();
    reasons.put("performance", Reason.PERFORMANCE);
    reasons.put("concept_drift", Reason.CONCEPT_DRIFT);
    reasons.put("calibration", Reason.CALIBRATION);
    reasons.put("coverage", Reason.COVERAGE);
    reasons.put("label_drift", Reason.LABEL_DRIFT);
    reasons.put("prediction_drift", Reason.PREDICTION_DRIFT);
    reasons.put("drift", Reason.DATA_DRIFT);
    reasons.put("multivariate_drift", Reason.DATA_DRIFT);
    reasons.put("quality", Reason.DATA_DRIFT);
    reasons.put("labels", Reason.LABEL_DRIFT);
    reasons.put("estimated_performance", Reason.PERFORMANCE);
    reasons.put("comparison", Reason.PERFORMANCE);
    return reasons;
  }

  /** Why a policy wants a trigger now. */
  private record Wish(
      String cause,
      Reason reason,
      String incidentId,
      List<String> fingerprints,
      @Nullable Long beganAt,
      String actor) {}

  /** Why a wish is not granted. */
  private record Obstacle(String reason, Map<String, ?> detail) {}

  // ---- What others say ----

  /** A person approves; returns why not, or null. */
  @Nullable String approved(Control.Feedback feedback, long time) {
    KnownTrigger known = ledger.triggers().get(feedback.objectId());
    if (known == null || known.phase() != Phase.PROPOSED) {
      return "no proposal of this id waits";
    }
    if (feedback.eventTime() > known.trigger().expiresAt()) {
      return "the proposal has expired";
    }
    RetrainingPolicy policy = policyOf(known);
    if (policy == null) {
      return "the policy is no longer there";
    }
    RetrainingTrigger now = renewed(known.trigger(), policy, feedback.actor());
    ledger.policy(policy.name()).triggers.remove(Long.valueOf(known.trigger().decidedAt()));
    journal.note(
        time,
        feedback.actor(),
        AuditAction.TRIGGER_APPROVED,
        now.triggerId(),
        Map.of("feedback_id", feedback.feedbackId(), "reason", feedback.reason()));
    issue(now);
    return null;
  }

  private @Nullable RetrainingPolicy policyOf(KnownTrigger known) {
    return settings.policies().stream()
        .filter(policy -> policy.name().equals(known.trigger().policy()))
        .findFirst()
        .orElse(null);
  }

  /** The proposal as decided now: its times count from the approval. */
  private RetrainingTrigger renewed(
      RetrainingTrigger proposal, RetrainingPolicy policy, String approvedBy) {
    return new RetrainingTrigger(
        proposal.triggerId(),
        proposal.modelId(),
        proposal.modelVersion(),
        proposal.policy(),
        proposal.reason(),
        proposal.summary(),
        tick,
        tick + policy.expiresAfter().toMillis(),
        tick + policy.cooldown().toMillis(),
        proposal.attempt(),
        proposal.dryRun(),
        proposal.incidentId(),
        proposal.alertFingerprints(),
        proposal.trainingStart(),
        proposal.trainingEnd(),
        proposal.labelledRows(),
        proposal.parameters(),
        proposal.advice(),
        approvedBy,
        settings.configHash(),
        proposal.traceParent());
  }

  /** A person refuses a proposal; returns why not, or null. */
  @Nullable String refused(Control.Feedback feedback, long time) {
    KnownTrigger known = ledger.triggers().get(feedback.objectId());
    if (known == null || known.phase() != Phase.PROPOSED) {
      return "no proposal of this id waits";
    }
    ledger.triggers().put(feedback.objectId(), known.in(Phase.REJECTED));
    journal.note(
        time,
        feedback.actor(),
        AuditAction.TRIGGER_REJECTED,
        feedback.objectId(),
        Map.of("feedback_id", feedback.feedbackId(), "reason", feedback.reason()));
    return null;
  }

  /** A person asks for retraining; returns why not, or null. */
  @Nullable String requested(Control.Feedback feedback, long time) {
    boolean known =
        settings.policies().stream().anyMatch(policy -> policy.name().equals(feedback.objectId()));
    if (!known) {
      return "no policy of this name";
    }
    ledger
        .policy(feedback.objectId())
        .requests
        .add(new PolicyState.Request(feedback.feedbackId(), feedback.actor(), time));
    return null;
  }

  /** The orchestrator reports. */
  void answered(Control.RetrainingStatus status, long time) {
    KnownTrigger known = ledger.triggers().get(status.triggerId());
    String actor = status.actor() == null ? "service:unknown" : status.actor();
    Map<String, Object> detail = new TreeMap<>();
    detail.put("state", status.state());
    detail.put("run_url", status.runUrl());
    detail.put("new_model_version", status.newModelVersion());
    detail.put("message", status.message());
    Phase next = phaseOf(status.state());
    String refusal = refusal(known, next);
    if (known == null || next == null || refusal != null) {
      detail.put("why", refusal);
      journal.note(time, actor, AuditAction.FEEDBACK_IGNORED, status.triggerId(), detail);
      return;
    }
    ledger.triggers().put(status.triggerId(), known.in(next));
    journal.note(time, actor, AuditAction.TRIGGER_ANSWERED, status.triggerId(), detail);
  }

  private static @Nullable String refusal(@Nullable KnownTrigger known, @Nullable Phase next) {
    if (known == null) {
      return "no trigger of this id";
    }
    if (next == null || known.phase() == Phase.PROPOSED) {
      return "the trigger was not written yet, or the state is unknown";
    }
    return known.phase().ended() || next.compareTo(known.phase()) <= 0
        ? "states never go back: it is " + known.phase()
        : null;
  }

  private static @Nullable Phase phaseOf(Control.RunState state) {
    return switch (state) {
      case UNKNOWN -> null;
      case ACCEPTED -> Phase.ACCEPTED;
      case RUNNING -> Phase.RUNNING;
      case SUCCEEDED -> Phase.SUCCEEDED;
      case FAILED -> Phase.FAILED;
      case REJECTED -> Phase.REJECTED;
      case CANCELLED -> Phase.CANCELLED;
    };
  }

  // ---- What time does ----

  /** Closes triggers that nobody took in time, and forgets old ones. */
  void expire() {
    for (KnownTrigger known : List.copyOf(ledger.triggers().values())) {
      RetrainingTrigger trigger = known.trigger();
      if (known.phase().unanswered() && tick >= trigger.expiresAt()) {
        ledger.triggers().put(trigger.triggerId(), known.in(Phase.EXPIRED));
        journal.note(
            tick,
            Journal.WEIR,
            AuditAction.TRIGGER_EXPIRED,
            trigger.triggerId(),
            Map.of(
                "policy", trigger.policy(),
                "expires_at", CanonicalJson.time(trigger.expiresAt()),
                "was", known.phase()));
      }
    }
    long oldest = tick - REMEMBERED.toMillis();
    ledger
        .triggers()
        .values()
        .removeIf(known -> known.phase().ended() && known.trigger().decidedAt() < oldest);
    ledger
        .policies()
        .values()
        .forEach(state -> state.causes.values().removeIf(cause -> cause.lastTick < oldest));
  }

  // ---- The decision ----

  /** Evaluates every policy, in the order of the job file. */
  void decide() {
    PolicyFacts facts = facts();
    for (RetrainingPolicy policy : settings.policies()) {
      PolicyState state = ledger.policy(policy.name());
      dropOldTriggers(policy, state);
      for (Wish wish : wishes(policy, state, facts)) {
        grantOrHoldBack(policy, state, wish);
      }
    }
  }

  private void dropOldTriggers(RetrainingPolicy policy, PolicyState state) {
    long oldest = tick - policy.budgetPeriod().toMillis();
    state.triggers.removeIf(time -> time <= oldest);
  }

  private List<Wish> wishes(RetrainingPolicy policy, PolicyState state, PolicyFacts facts) {
    List<Wish> wishes = new ArrayList<>();
    state.requests.sort(
        Comparator.comparingLong(PolicyState.Request::time)
            .thenComparing(PolicyState.Request::feedbackId));
    for (PolicyState.Request request : List.copyOf(state.requests)) {
      if (tick >= request.time() + policy.expiresAfter().toMillis()) {
        state.requests.remove(request);
        Wish late = request(request);
        holdBack(policy, state, late, new Obstacle("EXPIRED", Map.of()));
      } else {
        wishes.add(request(request));
      }
    }
    if (policy.condition().holds(facts)) {
      wishes.add(byCondition(policy, state, facts));
    } else {
      state.heldSince = null;
    }
    return wishes;
  }

  private static Wish request(PolicyState.Request request) {
    return new Wish(request.feedbackId(), Reason.REQUEST, "", List.of(), null, request.actor());
  }

  private Wish byCondition(RetrainingPolicy policy, PolicyState state, PolicyFacts facts) {
    String actor = "policy:" + policy.name();
    Incident incident = ledger.incident(false);
    Predicate<String> named = names(policy.expression());
    List<String> behind = firing(open -> named.test(open.monitor()));
    if (behind.isEmpty() && named.test("incident")) {
      behind = firing(open -> true);
    }
    if (incident != null && !behind.isEmpty()) {
      state.heldSince = null;
      return new Wish(
          incident.id(), reasonOf(behind), incident.id(), behind, beganAt(behind), actor);
    }
    if (state.heldSince == null) {
      state.heldSince = tick;
    }
    return new Wish(
        CanonicalJson.time(tick), withoutAlert(named, facts), "", List.of(), null, actor);
  }

  /** Which identifiers a condition names. */
  private static Predicate<String> names(String expression) {
    return name ->
        Pattern.compile("(?<![\\w.])" + Pattern.quote(name) + "\\s*\\.").matcher(expression).find();
  }

  private List<String> firing(Predicate<OpenAlert> which) {
    List<String> firing = new ArrayList<>();
    ledger
        .alerts()
        .forEach(
            (fingerprint, open) -> {
              if (open.firing() && !open.aboutWeir() && which.test(open)) {
                firing.add(fingerprint);
              }
            });
    return firing;
  }

  private Reason reasonOf(List<String> fingerprints) {
    for (Map.Entry<String, Reason> entry : REASONS.entrySet()) {
      for (String fingerprint : fingerprints) {
        OpenAlert open = ledger.alerts().get(fingerprint);
        if (open != null && open.monitor().equals(entry.getKey())) {
          return entry.getValue();
        }
      }
    }
    return Reason.UNKNOWN;
  }

  /** A condition that rests on warnings has their reason; one on nothing of the kind, age. */
  private static Reason withoutAlert(Predicate<String> named, PolicyFacts facts) {
    for (Map.Entry<String, Reason> entry : REASONS.entrySet()) {
      MonitorFacts monitor = facts.monitors().get(entry.getKey());
      if (monitor != null && monitor.warning() && named.test(entry.getKey())) {
        return entry.getValue();
      }
    }
    return Reason.MODEL_AGE;
  }

  private long beganAt(List<String> fingerprints) {
    long began = Long.MAX_VALUE;
    for (String fingerprint : fingerprints) {
      OpenAlert open = ledger.alerts().get(fingerprint);
      if (open != null) {
        began = Math.min(began, open.beganAt());
      }
    }
    return began;
  }

  /** Under this name attempts and refusals are counted; the wish of an age is one as it goes on. */
  private static String countedAs(PolicyState state, Wish wish) {
    boolean age = wish.incidentId().isEmpty() && wish.reason() != Reason.REQUEST;
    return age && state.heldSince != null
        ? "held since " + CanonicalJson.time(state.heldSince)
        : wish.cause();
  }

  private void grantOrHoldBack(RetrainingPolicy policy, PolicyState state, Wish wish) {
    PolicyState.Cause cause = state.cause(countedAs(state, wish), tick);
    KnownTrigger last = cause.lastTrigger == null ? null : ledger.triggers().get(cause.lastTrigger);
    boolean recurring = wish.incidentId().isEmpty() && wish.reason() != Reason.REQUEST;
    if (last != null && !last.phase().ended()) {
      return;
    }
    if (cause.attempts > 0 && !recurring && !mayTryAgain(policy, cause, last)) {
      if (last != null && last.phase() == Phase.EXPIRED) {
        holdBack(policy, state, wish, new Obstacle("EXPIRED", Map.of()));
      }
      return;
    }
    Obstacle obstacle = obstacle(policy, state, wish);
    if (obstacle != null) {
      holdBack(policy, state, wish, obstacle);
      return;
    }
    grant(policy, state, wish, cause, recurring ? 1 : cause.attempts + 1);
  }

  private static boolean mayTryAgain(
      RetrainingPolicy policy, PolicyState.Cause cause, @Nullable KnownTrigger last) {
    return cause.attempts < policy.attempts()
        && last != null
        && (last.phase() == Phase.FAILED || last.phase() == Phase.EXPIRED);
  }

  private @Nullable Obstacle obstacle(RetrainingPolicy policy, PolicyState state, Wish wish) {
    for (KnownTrigger known : ledger.triggers().values()) {
      if (!known.phase().ended()) {
        return new Obstacle("IN_PROGRESS", Map.of("open", known.trigger().triggerId()));
      }
    }
    Obstacle young = versionTooNew(wish);
    if (young != null) {
      return young;
    }
    if (state.lastTrigger != null) {
      long until = state.lastTrigger + policy.cooldown().toMillis();
      if (tick < until) {
        return new Obstacle("COOLDOWN", Map.of("cooldown_until", CanonicalJson.time(until)));
      }
    }
    if (state.triggers.size() >= policy.budget()) {
      return new Obstacle(
          "BUDGET", Map.of("triggers", state.triggers.size(), "budget", policy.budget()));
    }
    return waitingForLabels(policy, wish);
  }

  private @Nullable Obstacle versionTooNew(Wish wish) {
    String version = currentVersion();
    ServedVersion served = ledger.versions().get(version);
    Long since = served == null ? null : served.inService();
    if (since == null) {
      since = served == null ? null : served.firstSeen();
    }
    if (wish.beganAt() == null || since == null || since <= wish.beganAt()) {
      return null;
    }
    return new Obstacle(
        "VERSION_TOO_NEW",
        Map.of(
            "model_version", version,
            "in_service_since", CanonicalJson.time(since),
            "change_began_at", CanonicalJson.time(wish.beganAt())));
  }

  private @Nullable Obstacle waitingForLabels(RetrainingPolicy policy, Wish wish) {
    LabelHistory.Sum have = ledger.labels().between(since(policy, wish), Long.MAX_VALUE);
    long proof = rowsToProve(policy);
    long needed = Math.max(policy.minLabels(), proof);
    long rareNeeded = have.classes().isEmpty() ? 0 : policy.minRareLabels();
    boolean enough = have.labelled() >= needed && have.rarest() >= rareNeeded;
    if (enough) {
      return null;
    }
    Map<String, Object> detail = new TreeMap<>();
    detail.put("labelled_rows", have.labelled());
    detail.put("needed", needed);
    detail.put("needed_to_prove_gain", proof);
    detail.put("rarest_class", have.rarest());
    detail.put("rarest_needed", rareNeeded);
    Long expected = expected(needed, rareNeeded, have);
    detail.put("expected_at", expected == null ? null : CanonicalJson.time(expected));
    return new Obstacle("WAITING_FOR_LABELS", detail);
  }

  private long since(RetrainingPolicy policy, Wish wish) {
    return wish.beganAt() == null ? trainingStart(policy) : wish.beganAt();
  }

  private long trainingEnd() {
    return ledger.labels().end(tick);
  }

  private long trainingStart(RetrainingPolicy policy) {
    return trainingEnd() - policy.trainingWindow().toMillis();
  }

  /** n_val = 2 v (ln(2/alpha) + ln 8)/g^2; without a loss in the reference v is at most 1. */
  private long rowsToProve(RetrainingPolicy policy) {
    double variance =
        book.meanSquaredLoss().isPresent() ? 2 * book.meanSquaredLoss().getAsDouble() : 1;
    double nats = StrictMath.log(2 / policy.alpha()) + StrictMath.log(8);
    return (long) Math.ceil(2 * variance * nats / (policy.gain() * policy.gain()));
  }

  /** When the missing labels will be there at the pace of the last cohorts; null: never. */
  private @Nullable Long expected(long needed, long rareNeeded, LabelHistory.Sum have) {
    Map.Entry<LabelHistory.Sum, Long> recent = ledger.labels().recent();
    double span = recent.getValue();
    double wait = 0;
    if (have.labelled() < needed) {
      wait = Math.max(wait, (needed - have.labelled()) * span / recent.getKey().labelled());
    }
    if (have.rarest() < rareNeeded) {
      wait = Math.max(wait, (rareNeeded - have.rarest()) * span / recent.getKey().rarest());
    }
    boolean known = span > 0 && wait < Long.MAX_VALUE / 4.0;
    return known ? tick + (long) Math.ceil(wait) : null;
  }

  private void holdBack(RetrainingPolicy policy, PolicyState state, Wish wish, Obstacle obstacle) {
    PolicyState.Cause cause = state.cause(countedAs(state, wish), tick);
    if (!cause.heldBack.add(obstacle.reason())) {
      return;
    }
    Map<String, Object> detail = new TreeMap<>(obstacle.detail());
    detail.put("policy", policy.name());
    detail.put("cause", wish.cause());
    detail.put("suppressed", obstacle.reason());
    detail.put("reason", wish.reason());
    journal.note(
        tick,
        "policy:" + policy.name(),
        AuditAction.TRIGGER_SUPPRESSED,
        idOf(policy, wish, cause.attempts + 1),
        detail);
  }

  private String idOf(RetrainingPolicy policy, Wish wish, int attempt) {
    return DecisionIds.trigger(
        ledger.modelId(), currentVersion(), policy.name(), wish.cause(), attempt);
  }

  private void grant(
      RetrainingPolicy policy, PolicyState state, Wish wish, PolicyState.Cause cause, int attempt) {
    RetrainingTrigger trigger = trigger(policy, wish, attempt);
    cause.attempts = attempt;
    cause.lastTrigger = trigger.triggerId();
    state.requests.removeIf(request -> request.feedbackId().equals(wish.cause()));
    Incident incident = ledger.incident(false);
    if (incident != null && incident.id().equals(wish.incidentId())) {
      ledger.openIncident(
          false, new Incident(incident.id(), incident.startsAt(), trigger.triggerId()));
    }
    if (policy.approval()) {
      journal.note(
          tick, wish.actor(), AuditAction.TRIGGER_PROPOSED, trigger.triggerId(), detail(trigger));
      remember(trigger, Phase.PROPOSED);
    } else {
      issue(trigger);
    }
    wish.fingerprints().forEach(print -> alerts.attach(print, trigger.triggerId()));
  }

  private void remember(RetrainingTrigger trigger, Phase phase) {
    ledger.triggers().put(trigger.triggerId(), new KnownTrigger(trigger, phase));
    PolicyState state = ledger.policy(trigger.policy());
    state.lastTrigger = trigger.decidedAt();
    state.triggers.add(trigger.decidedAt());
  }

  private void issue(RetrainingTrigger trigger) {
    remember(trigger, Phase.ISSUED);
    journal.say(trigger);
    journal.note(
        tick,
        "policy:" + trigger.policy(),
        AuditAction.TRIGGER_EMITTED,
        trigger.triggerId(),
        detail(trigger));
  }

  private RetrainingTrigger trigger(RetrainingPolicy policy, Wish wish, int attempt) {
    long end = trainingEnd();
    long start = trainingStart(policy);
    return new RetrainingTrigger(
        idOf(policy, wish, attempt),
        ledger.modelId(),
        currentVersion(),
        policy.name(),
        wish.reason(),
        summary(policy, wish),
        tick,
        tick + policy.expiresAfter().toMillis(),
        tick + policy.cooldown().toMillis(),
        attempt,
        policy.dryRun(),
        wish.incidentId(),
        List.copyOf(wish.fingerprints()),
        start,
        end,
        ledger.labels().between(start, end).labelled(),
        new TreeMap<>(policy.parameters()),
        advice(wish),
        null,
        settings.configHash(),
        null);
  }

  /**
   * Data first, where an input of the model lost its quality before this began, or where every loss
   * behind it rose because of other or bad rows.
   */
  private @Nullable String advice(Wish wish) {
    long since = Long.MAX_VALUE;
    boolean harmed = false;
    boolean dataToBlame = true;
    for (String fingerprint : wish.fingerprints()) {
      OpenAlert open = ledger.alerts().get(fingerprint);
      since = open == null ? since : Math.min(since, open.startsAt());
      if (open != null && open.monitor().equals("performance")) {
        harmed = true;
        dataToBlame &= open.dataToBlame();
      }
    }
    if (harmed && dataToBlame) {
      return "fix_data";
    }
    for (OpenAlert open : ledger.alerts().values()) {
      boolean input = open.monitor().equals("quality") && open.feature() != null;
      if (open.firing() && input && open.startsAt() < since) {
        return "fix_data";
      }
    }
    return null;
  }

  private String summary(RetrainingPolicy policy, Wish wish) {
    long since = since(policy, wish);
    String rows =
        Wording.count(ledger.labels().between(since, Long.MAX_VALUE).labelled())
            + " labelled rows since ";
    if (wish.reason() == Reason.REQUEST) {
      return "Asked for by " + wish.actor() + "; " + rows + Wording.day(since) + ".";
    }
    if (wish.fingerprints().isEmpty()) {
      return "The model is "
          + Wording.number(modelAgeDays(currentVersion()))
          + " days old; "
          + rows
          + Wording.day(since)
          + ".";
    }
    return capital(leadingSummary(wish)) + "; since " + Wording.day(since) + "; " + rows + "then.";
  }

  /** What the alert says that gave the reason; of several the first by fingerprint. */
  private String leadingSummary(Wish wish) {
    String any = "";
    for (String fingerprint : wish.fingerprints()) {
      Alert body = alerts.body(fingerprint);
      if (body != null && wish.reason() == REASONS.get(body.monitor())) {
        return body.summary();
      }
      any = body == null ? any : body.summary();
    }
    return any;
  }

  private static String capital(String sentence) {
    return sentence.isEmpty()
        ? sentence
        : sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
  }

  private static Map<String, ?> detail(RetrainingTrigger trigger) {
    Map<String, Object> detail = new TreeMap<>();
    detail.put("policy", trigger.policy());
    detail.put("reason", trigger.reason());
    detail.put("summary", trigger.summary());
    detail.put("attempt", trigger.attempt());
    detail.put("dry_run", trigger.dryRun());
    detail.put("incident_id", trigger.incidentId());
    detail.put("expires_at", CanonicalJson.time(trigger.expiresAt()));
    detail.put("labelled_rows", trigger.labelledRows());
    detail.put("advice", trigger.advice());
    detail.put("approved_by", trigger.approvedBy());
    List<String> prints = trigger.alertFingerprints();
    detail.put("alerts", prints.size());
    detail.put("alert_fingerprints", prints.subList(0, Math.min(MOST_IN_AUDIT, prints.size())));
    return detail;
  }

  /** Proposals that no alert carries, which a person must hear of all the same. */
  List<SystemNotice> proposalsWithoutAlert() {
    List<SystemNotice> notices = new ArrayList<>();
    for (KnownTrigger known : ledger.triggers().values()) {
      if (known.phase() == Phase.PROPOSED && known.trigger().alertFingerprints().isEmpty()) {
        notices.add(
            new SystemNotice(
                SystemNotice.Kind.TRIGGER_PROPOSED,
                known.trigger().triggerId(),
                true,
                "retraining waits for approval: " + known.trigger().summary()));
      }
    }
    return notices;
  }

  // ---- Facts ----

  /** What a condition can ask about. */
  PolicyFacts facts() {
    Map<String, MonitorFacts> facts = new TreeMap<>();
    for (String monitor : monitors) {
      facts.put(monitor, factsOf(monitor));
    }
    String version = currentVersion();
    Incident incident = ledger.incident(false);
    return new PolicyFacts(
        facts,
        ledger.labels().completeness(),
        ledger.labels().rows(),
        version,
        modelAgeDays(version),
        incident == null ? 0 : hours(incident.startsAt()));
  }

  private MonitorFacts factsOf(String monitor) {
    boolean evidence = false;
    boolean rule = false;
    long oldest = tick;
    Set<String> inAlert = new HashSet<>();
    for (OpenAlert open : ledger.alerts().values()) {
      if (open.firing() && open.monitor().equals(monitor)) {
        evidence |= open.rule() == Rule.EVIDENCE;
        rule |= open.rule() == Rule.THRESHOLD;
        inAlert.add(open.seriesId());
        oldest = Math.min(oldest, open.startsAt());
      }
    }
    MonitorState state = ledger.monitors().get(monitor);
    int judged = state == null ? 0 : state.judged();
    double share = judged == 0 ? 0 : Math.min(1.0, (double) inAlert.size() / judged);
    return new MonitorFacts(
        evidence,
        rule,
        state != null && state.warning(),
        judged > 0,
        inAlert.size(),
        share,
        hours(oldest));
  }

  private double hours(long since) {
    return Math.max(0, tick - since) / MILLIS_PER_HOUR;
  }

  private double modelAgeDays(String version) {
    ServedVersion served = ledger.versions().get(version);
    if (served == null) {
      return 0;
    }
    Long born = served.trainingEnd() == null ? served.firstSeen() : served.trainingEnd();
    return born == null ? 0 : hours(born) / 24;
  }

  /** The version that predicted last; of several the champion, else that with most rows. */
  String currentVersion() {
    return ledger.versions().entrySet().stream()
        .filter(entry -> entry.getValue().firstSeen() != null && entry.getValue().mayServe())
        .max(
            Comparator.comparingLong(
                    (Map.Entry<String, ServedVersion> entry) -> entry.getValue().lastWindowEnd())
                .thenComparing(entry -> entry.getValue().role() == Role.CHAMPION)
                .thenComparingLong(entry -> entry.getValue().rows())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .orElse("*");
  }
}
