package dev.weir.decide;

import dev.weir.decide.Output.AuditAction;
import dev.weir.event.CanonicalJson;
import dev.weir.event.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Applies what people, registries and orchestrators say, in the order of their event times. */
final class ControlDesk {
  private static final Duration LONGEST_SILENCE = Duration.ofDays(30);

  /** Feedback older than this is no longer recognised; control topics are compacted long before. */
  private static final Duration FEEDBACK_KEPT = Duration.ofDays(400);

  private static final int MOST_HEARD = 10_000;
  private static final int MOST_SILENCES = 1000;

  private final Tick tick;
  private final ModelLedger ledger;
  private final AlertDesk alerts;
  private final RetrainingDesk retraining;
  private final Journal journal;

  ControlDesk(
      Tick tick, ModelLedger ledger, AlertDesk alerts, RetrainingDesk retraining, Journal journal) {
    this.tick = tick;
    this.ledger = ledger;
    this.alerts = alerts;
    this.retraining = retraining;
    this.journal = journal;
  }

  /** Applies the controls of this tick; returns whether the model has ended. */
  boolean apply() {
    List<Control> inOrder = new ArrayList<>(tick.controls());
    inOrder.sort(
        Comparator.comparingLong(this::timeOf)
            .thenComparingInt(ControlDesk::rank)
            .thenComparing(ControlDesk::contentOf));
    boolean ended = false;
    for (Control control : inOrder) {
      ended = applyOne(control, ended);
    }
    return ended;
  }

  private boolean applyOne(Control control, boolean ended) {
    if (control instanceof Control.JobFile file) {
      return file.resolved() == null;
    }
    if (control instanceof Control.ModelVersion version) {
      register(version);
    } else if (control instanceof Control.Feedback feedback) {
      hear(feedback);
    } else if (control instanceof Control.RetrainingStatus status) {
      String name = "status " + status.triggerId() + " " + status.state();
      if (firstHeard(name, status.eventTime())) {
        retraining.answered(status, timeOf(status));
      }
    }
    return ended;
  }

  /** When a control record counts: its own time, or this tick if that has passed or is not said. */
  private long timeOf(Control control) {
    Long from = control.effectiveFrom();
    return from == null || from <= ledger.lastTick ? tick.time() : Math.min(from, tick.time());
  }

  private static int rank(Control control) {
    if (control instanceof Control.JobFile) {
      return 0;
    }
    if (control instanceof Control.BaselineFile) {
      return 1;
    }
    if (control instanceof Control.ModelVersion) {
      return 2;
    }
    return control instanceof Control.RetrainingStatus ? 3 : 4;
  }

  private static String contentOf(Control control) {
    if (control instanceof Control.JobFile file) {
      return file.configHash();
    }
    if (control instanceof Control.BaselineFile file) {
      return file.baselineId();
    }
    if (control instanceof Control.ModelVersion version) {
      return version.modelVersion();
    }
    if (control instanceof Control.RetrainingStatus status) {
      return status.triggerId() + " " + status.state().ordinal();
    }
    return ((Control.Feedback) control).feedbackId();
  }

  /** The actor who published the configuration in force; {@code weir} where nobody is known. */
  String publisherOf(String configHash) {
    for (Control control : tick.controls()) {
      if (control instanceof Control.JobFile file
          && file.configHash().equals(configHash)
          && !file.actor().isBlank()) {
        return file.actor();
      }
    }
    return Journal.WEIR;
  }

  private void register(Control.ModelVersion version) {
    ServedVersion before =
        ledger.versions().getOrDefault(version.modelVersion(), ServedVersion.UNKNOWN);
    ServedVersion after =
        before.registered(version.effectiveFrom(), version.trainingEnd(), version.role());
    if (after.equals(before)) {
      return;
    }
    ledger.versions().put(version.modelVersion(), after);
    Map<String, Object> detail = new TreeMap<>();
    detail.put("role", version.role());
    detail.put("effective_from", time(version.effectiveFrom()));
    detail.put("training_start", time(version.trainingStart()));
    detail.put("training_end", time(version.trainingEnd()));
    detail.put("trigger_id", version.triggerId());
    detail.put("baseline_id", version.baselineId());
    detail.put("approved_by", version.approvedBy());
    detail.put("owner", version.owner());
    journal.note(
        timeOf(version),
        Journal.WEIR,
        AuditAction.MODEL_VERSION_REGISTERED,
        version.modelVersion(),
        detail);
  }

  private static @Nullable String time(@Nullable Long time) {
    return time == null ? null : CanonicalJson.time(time);
  }

  private void hear(Control.Feedback feedback) {
    if (!firstHeard(feedback.feedbackId(), feedback.eventTime())) {
      return;
    }
    if (feedback.reason().isBlank()) {
      ignore(feedback, "no reason given");
      return;
    }
    switch (feedback.action()) {
      case ACKNOWLEDGE -> acknowledge(feedback);
      case SILENCE -> silence(feedback);
      case UNSILENCE -> unsilence(feedback);
      case APPROVE -> report(feedback, retraining.approved(feedback, timeOf(feedback)));
      case REJECT -> report(feedback, retraining.refused(feedback, timeOf(feedback)));
      case REQUEST -> report(feedback, retraining.requested(feedback, timeOf(feedback)));
      case UNKNOWN -> ignore(feedback, "unknown action");
    }
  }

  /** Control topics may be read again from their beginning; what was heard counts once. */
  private boolean firstHeard(String name, long time) {
    boolean tooOld = time <= ledger.heardUpTo || time < tick.time() - FEEDBACK_KEPT.toMillis();
    return !tooOld && ledger.heard().putIfAbsent(name, time) == null;
  }

  private void report(Control.Feedback feedback, @Nullable String refusal) {
    if (refusal != null) {
      ignore(feedback, refusal);
    }
  }

  private void ignore(Control.Feedback feedback, String why) {
    Map<String, Object> detail = detailOf(feedback);
    detail.put("why", why);
    journal.note(
        timeOf(feedback),
        feedback.actor(),
        AuditAction.FEEDBACK_IGNORED,
        feedback.feedbackId(),
        detail);
  }

  private static Map<String, Object> detailOf(Control.Feedback feedback) {
    Map<String, Object> detail = new TreeMap<>();
    detail.put("feedback_id", feedback.feedbackId());
    detail.put("action", feedback.action());
    detail.put("object_id", feedback.objectId());
    detail.put("reason", feedback.reason());
    if (feedback.useful() != null) {
      detail.put("useful", feedback.useful());
    }
    if (feedback.configHash() != null) {
      detail.put("seen_config_hash", feedback.configHash());
    }
    return detail;
  }

  /** Open alerts that an object id means: one by fingerprint, or all of an incident. */
  private TreeSet<String> meant(String objectId) {
    TreeSet<String> meant = new TreeSet<>();
    ledger
        .alerts()
        .forEach(
            (fingerprint, open) -> {
              if (fingerprint.equals(objectId) || open.incidentId().equals(objectId)) {
                meant.add(fingerprint);
              }
            });
    return meant;
  }

  private void acknowledge(Control.Feedback feedback) {
    TreeSet<String> meant = meant(feedback.objectId());
    if (meant.isEmpty()) {
      ignore(feedback, "no open alert or incident of this id");
      return;
    }
    meant.forEach(print -> alerts.answer(print, timeOf(feedback), feedback.actor()));
    note(feedback, AuditAction.ALERT_ACKNOWLEDGED, detailOf(feedback));
  }

  private void note(Control.Feedback feedback, AuditAction action, Map<String, Object> detail) {
    journal.note(timeOf(feedback), feedback.actor(), action, feedback.objectId(), detail);
  }

  private void silence(Control.Feedback feedback) {
    Long asked = feedback.silenceUntil();
    boolean byMatchers = feedback.objectId().equals(Silence.BY_MATCHERS);
    if (asked == null || asked <= feedback.eventTime()) {
      ignore(feedback, "no time until which to keep quiet");
      return;
    }
    if (byMatchers && feedback.matchers().isEmpty()) {
      ignore(feedback, "a silence by matchers needs at least one");
      return;
    }
    if (!byMatchers && meant(feedback.objectId()).isEmpty()) {
      ignore(feedback, "no open alert or incident of this id");
      return;
    }
    if (ledger.silences().size() >= MOST_SILENCES) {
      ignore(feedback, MOST_SILENCES + " silences are active");
      return;
    }
    long until = Math.min(asked, feedback.eventTime() + LONGEST_SILENCE.toMillis());
    Silence silence = new Silence(feedback.objectId(), new TreeMap<>(feedback.matchers()), until);
    ledger.silences().add(silence);
    answerCovered(silence, timeOf(feedback));
    Map<String, Object> detail = detailOf(feedback);
    detail.put("silenced_until", CanonicalJson.time(until));
    detail.put("matchers", feedback.matchers());
    note(feedback, AuditAction.ALERT_SILENCED, detail);
  }

  private void answerCovered(Silence silence, long time) {
    for (String fingerprint : List.copyOf(ledger.alerts().keySet())) {
      Output.Alert body = alerts.body(fingerprint);
      if (body != null && silence.covers(fingerprint, body.incidentId(), body.labels())) {
        alerts.answer(fingerprint, time, null);
      }
    }
  }

  private void unsilence(Control.Feedback feedback) {
    TreeMap<String, String> matchers = new TreeMap<>(feedback.matchers());
    List<Silence> lifted = new ArrayList<>();
    for (Silence silence : ledger.silences()) {
      if (silence.objectId().equals(feedback.objectId())
          && (matchers.isEmpty() || matchers.equals(silence.matchers()))) {
        lifted.add(silence);
      }
    }
    if (lifted.isEmpty()) {
      ignore(feedback, "no silence of this object");
      return;
    }
    ledger.silences().removeAll(lifted);
    lifted.forEach(silence -> answerCovered(silence, timeOf(feedback)));
    note(feedback, AuditAction.ALERT_UNSILENCED, detailOf(feedback));
  }

  /** Forgets silences that are over, and what is too old to be heard once more. */
  void forgetOld() {
    ledger.silences().removeIf(silence -> silence.until() <= tick.time());
    long oldest = tick.time() - FEEDBACK_KEPT.toMillis();
    ledger.heard().values().removeIf(time -> time < oldest);
    while (ledger.heard().size() > MOST_HEARD) {
      Map.Entry<String, Long> first =
          ledger.heard().entrySet().stream()
              .min(
                  Map.Entry.<String, Long>comparingByValue()
                      .thenComparing(Map.Entry.comparingByKey()))
              .orElseThrow();
      ledger.heard().remove(first.getKey());
      ledger.heardUpTo = Math.max(ledger.heardUpTo, first.getValue());
    }
  }
}
