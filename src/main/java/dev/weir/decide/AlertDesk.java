package dev.weir.decide;

import dev.weir.decide.ModelLedger.Incident;
import dev.weir.decide.Output.Alert;
import dev.weir.decide.Output.AuditAction;
import dev.weir.decide.Output.Evidence;
import dev.weir.decide.Output.Status;
import dev.weir.event.CanonicalJson;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;
import dev.weir.monitor.Severity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens, changes and closes alerts: one record and one audit record per state change. Alerts of one
 * model that are open together share an incident; those about Weir itself have incidents of their
 * own, so that a limit that is reached for months does not glue all others together.
 */
final class AlertDesk {
  private static final String PREFIX = "alert:";

  private final ModelLedger ledger;
  private final DecisionSettings settings;
  private final Journal journal;
  private final long tick;

  AlertDesk(ModelLedger ledger, DecisionSettings settings, Journal journal, long tick) {
    this.ledger = ledger;
    this.settings = settings;
    this.journal = journal;
    this.tick = tick;
  }

  /**
   * A state that an alert should have.
   *
   * @param time end of the window that causes it
   * @param beganAt start of the first window that belongs to the change
   * @param changeBeganAt the same as far as it is an estimate of when the change began
   * @param location annotations that say where in the series the change lies
   * @param dataToBlame whether a loss rose because of other or bad rows
   */
  record Draft(
      Series series,
      Rule rule,
      Status status,
      Severity severity,
      String summary,
      String description,
      long startsAt,
      long time,
      long beganAt,
      @Nullable Long changeBeganAt,
      List<Evidence> evidence,
      @Nullable String triggerId,
      Map<String, String> location,
      boolean dataToBlame) {
    String fingerprint() {
      return DecisionIds.fingerprint(series, rule);
    }
  }

  /**
   * Opens an alert, or moves an open one to the state of the draft; its start stays. It is updated
   * when this was known: of late labels, that is later than the end of the window that alarmed.
   */
  void raise(Draft draft) {
    String fingerprint = draft.fingerprint();
    Alert before = body(fingerprint);
    long startsAt = before == null ? draft.startsAt() : before.startsAt();
    Incident incident = incidentOf(draft, fingerprint, startsAt);
    Series series = draft.series();
    String runbook = Wording.runbook(settings.runbook(), series.monitor());
    Map<String, String> labels =
        Wording.labels(series, draft.rule(), draft.severity().name(), settings.alertLabels());
    int sequence = before == null ? 0 : before.sequence() + 1;
    Alert alert =
        new Alert(
            DecisionIds.alert(fingerprint, startsAt, sequence),
            fingerprint,
            incident.id(),
            series.modelId(),
            series.modelVersion(),
            series.monitor(),
            draft.status(),
            sequence,
            draft.severity(),
            Wording.antipattern(series),
            draft.summary(),
            runbook,
            labels,
            Wording.annotations(
                series,
                draft.summary(),
                draft.description(),
                runbook,
                settings.labelsAbsent(),
                draft.location()),
            startsAt,
            null,
            Math.max(draft.time(), tick),
            before == null ? null : before.acknowledgedBy(),
            silencedUntil(fingerprint, incident.id(), labels, draft.time()),
            draft.rule(),
            draft.evidence(),
            draft.changeBeganAt(),
            draft.triggerId() == null ? incident.triggerId() : draft.triggerId(),
            settings.configHash());
    boolean answered = alert.silencedUntil() != null || alert.acknowledgedBy() != null;
    OpenAlert open =
        new OpenAlert(
            series.id(),
            series.modelVersion(),
            series.monitor(),
            series.metric(),
            series.feature(),
            draft.rule(),
            draft.status(),
            startsAt,
            before == null ? draft.beganAt() : knownBegin(fingerprint, draft.beganAt()),
            answered,
            incident.id(),
            tick,
            draft.dataToBlame());
    ledger.alerts().put(fingerprint, open);
    write(alert, before == null || before.status() != Status.FIRING ? opening(draft) : changed());
  }

  private long knownBegin(String fingerprint, long otherwise) {
    OpenAlert open = ledger.alerts().get(fingerprint);
    return open == null ? otherwise : open.beganAt();
  }

  private static AuditAction opening(Draft draft) {
    return draft.status() == Status.FIRING ? AuditAction.ALERT_FIRED : AuditAction.ALERT_CHANGED;
  }

  private static AuditAction changed() {
    return AuditAction.ALERT_CHANGED;
  }

  private Incident incidentOf(Draft draft, String fingerprint, long startsAt) {
    boolean weir = draft.series().monitor().equals(OpenAlert.WEIR);
    Incident open = ledger.incident(weir);
    if (open != null) {
      return open;
    }
    String id = DecisionIds.incident(ledger.modelId(), startsAt, fingerprint);
    Incident incident = new Incident(id, startsAt, null);
    if (draft.status() == Status.FIRING) {
      ledger.openIncident(weir, incident);
    }
    return incident;
  }

  /** Closes an alert; {@code endsAt} is the end of the window that resolves it. */
  void resolve(String fingerprint, long endsAt, String why) {
    Alert before = body(fingerprint);
    OpenAlert open = ledger.alerts().remove(fingerprint);
    if (before == null || open == null) {
      return;
    }
    long end = Math.max(endsAt, before.startsAt());
    Alert after =
        next(
            before,
            Status.RESOLVED,
            end,
            Math.max(end, tick),
            before.acknowledgedBy(),
            before.triggerId(),
            why);
    AuditAction action = open.firing() ? AuditAction.ALERT_RESOLVED : AuditAction.ALERT_CHANGED;
    write(after, action);
    ledger.store().remove(PREFIX + fingerprint);
    boolean last =
        ledger.alerts().values().stream()
            .noneMatch(other -> other.firing() && other.aboutWeir() == open.aboutWeir());
    if (last) {
      ledger.closeIncident(open.aboutWeir());
    }
  }

  /** Notes that a window or notice of an open alert came, though nothing changed. */
  void touch(String fingerprint) {
    ledger.alerts().computeIfPresent(fingerprint, (key, open) -> open.withLastTick(tick));
  }

  /** Writes an open alert again with an answer of a person. */
  void answer(String fingerprint, long time, @Nullable String acknowledgedBy) {
    Alert before = body(fingerprint);
    if (before == null) {
      return;
    }
    String actor = acknowledgedBy == null ? before.acknowledgedBy() : acknowledgedBy;
    Alert after = next(before, before.status(), null, time, actor, before.triggerId(), null);
    ledger.store().put(PREFIX + fingerprint, AlertBytes.encode(after));
    boolean answered = after.acknowledgedBy() != null || after.silencedUntil() != null;
    ledger.alerts().computeIfPresent(fingerprint, (key, open) -> open.withAnswered(answered));
    journal.say(after);
  }

  /** Says in an open alert which trigger it led to. */
  void attach(String fingerprint, String triggerId) {
    Alert before = body(fingerprint);
    if (before == null || triggerId.equals(before.triggerId())) {
      return;
    }
    write(
        next(before, before.status(), null, tick, before.acknowledgedBy(), triggerId, null),
        AuditAction.ALERT_CHANGED);
  }

  /** The record after {@code before}, all else equal. */
  private Alert next(
      Alert before,
      Status status,
      @Nullable Long endsAt,
      long time,
      @Nullable String acknowledgedBy,
      @Nullable String triggerId,
      @Nullable String why) {
    int sequence = before.sequence() + 1;
    Map<String, String> annotations = new TreeMap<>(before.annotations());
    if (why != null) {
      annotations.put("resolved_because", why);
    }
    return new Alert(
        DecisionIds.alert(before.fingerprint(), before.startsAt(), sequence),
        before.fingerprint(),
        before.incidentId(),
        before.modelId(),
        before.modelVersion(),
        before.monitor(),
        status,
        sequence,
        before.severity(),
        before.antipattern(),
        before.summary(),
        before.runbook(),
        before.labels(),
        annotations,
        before.startsAt(),
        endsAt,
        Math.max(time, before.updatedAt()),
        acknowledgedBy,
        silencedUntil(before.fingerprint(), before.incidentId(), before.labels(), time),
        before.rule(),
        before.evidence(),
        before.changeBeganAt(),
        triggerId,
        settings.configHash());
  }

  private void write(Alert alert, AuditAction action) {
    ledger.store().put(PREFIX + alert.fingerprint(), AlertBytes.encode(alert));
    journal.say(alert);
    journal.note(tick, Journal.WEIR, action, alert.fingerprint(), detail(alert));
  }

  private static Map<String, ?> detail(Alert alert) {
    Map<String, Object> detail = new TreeMap<>();
    detail.put("alert_id", alert.alertId());
    detail.put("incident_id", alert.incidentId());
    detail.put("status", alert.status());
    detail.put("severity", alert.severity());
    detail.put("rule", alert.rule());
    detail.put("alertname", alert.labels().get("alertname"));
    detail.put("model_version", alert.modelVersion());
    detail.put("feature", alert.labels().get("feature"));
    detail.put("segment", alert.labels().get("segment"));
    detail.put("starts_at", CanonicalJson.time(alert.startsAt()));
    detail.put("summary", alert.summary());
    detail.put("trigger_id", alert.triggerId());
    if (alert.endsAt() != null) {
      detail.put("ends_at", CanonicalJson.time(alert.endsAt()));
      detail.put("resolved_because", alert.annotations().get("resolved_because"));
    }
    if (!alert.evidence().isEmpty()) {
      Evidence evidence = alert.evidence().get(0);
      detail.put("value", evidence.value());
      detail.put("threshold", evidence.threshold());
      detail.put("log_e", evidence.logE());
      detail.put("log_e_threshold", evidence.logEThreshold());
      detail.put("n_current", evidence.nCurrent());
      detail.put("window_end", CanonicalJson.time(evidence.windowEnd()));
    }
    return detail;
  }

  private @Nullable Long silencedUntil(
      String fingerprint, String incidentId, Map<String, String> labels, long time) {
    Long latest = null;
    for (Silence silence : ledger.silences()) {
      boolean active = silence.until() > Math.max(time, tick);
      if (active
          && silence.covers(fingerprint, incidentId, labels)
          && (latest == null || silence.until() > latest)) {
        latest = silence.until();
      }
    }
    return latest;
  }

  /** The last record of an open alert; null if it is not open. */
  @Nullable Alert body(String fingerprint) {
    if (!ledger.alerts().containsKey(fingerprint)) {
      return null;
    }
    byte[] bytes = ledger.store().get(PREFIX + fingerprint);
    return bytes == null ? null : AlertBytes.decode(bytes);
  }

  /** Most severe of two. */
  static Severity worse(Severity one, Severity other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
