package dev.weir.decide;

import dev.weir.decide.Output.AuditAction;
import dev.weir.decide.Output.Status;
import dev.weir.event.Segment;
import dev.weir.monitor.Finding;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;
import dev.weir.monitor.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns what one model learns at one event time into what Weir says: verdicts, alerts, triggers,
 * audit.
 *
 * <p>Guarantee: the result depends on the ticks so far and nothing else; the order inside a tick,
 * crashes between ticks and the machine do not matter. Under the conditions of {@link
 * dev.weir.stats.inference.StepUp} the expected number of false EVIDENCE alarm events in the days
 * of the budget is at most 1.
 */
public final class ModelDecision {
  /** An alert about Weir that is not said again for so long is over. */
  private static final Duration NOTICE_LASTS = Duration.ofDays(1);

  /** An alert that nobody answered for so long is one more alert. */
  private static final Duration ANSWER_WITHIN = Duration.ofDays(7);

  /** An alert whose series brought no window for so long is over. */
  private static final Duration SERIES_SILENT = Duration.ofDays(30);

  /** A version or series that is not seen for so long is forgotten. */
  private static final Duration FORGOTTEN_AFTER = Duration.ofDays(100);

  private static final Duration DAY = Duration.ofDays(1);
  private static final int MOST_VERSIONS = 1000;

  /** The metric that has the rows of a window, and so many of them are worth a word. */
  private static final String VOLUME = "volume";

  private static final long LEAST_ROWS_BEYOND = 100;

  /** The version of records that do not say theirs. */
  private static final String NOT_TOLD_APART = "*";

  private final Tick tick;
  private final DecisionSettings settings;
  private final EvidenceBook book;
  private final ModelLedger ledger;
  private final Journal journal;
  private final AlertDesk alerts;
  private final RuleBook rules;
  private final RetrainingDesk retraining;
  private final ControlDesk controls;

  private ModelDecision(
      Tick tick, DecisionSettings settings, EvidenceBook book, ModelLedger ledger) {
    this.tick = tick;
    this.settings = settings;
    this.book = book;
    this.ledger = ledger;
    this.journal = new Journal(ledger, settings.configHash());
    this.alerts = new AlertDesk(ledger, settings, journal, tick.time());
    this.rules = new RuleBook(settings.monitors(), book.meanVolume());
    this.retraining =
        new RetrainingDesk(tick.time(), settings, book, ledger, alerts, journal, rules.monitors());
    this.controls = new ControlDesk(tick, ledger, alerts, retraining, journal);
  }

  /**
   * Decides one tick and notes it in the ledger.
   *
   * @param tick what happened; later than every tick before
   * @param settings configuration in force at the tick
   * @param book what that configuration and the baseline say about series
   * @param ledger memory of this model
   * @return metrics by window end, series and revision, then alerts, triggers and audit in the
   *     order in which they came about
   * @throws IllegalArgumentException if the tick is not later than the one before
   */
  public static List<Output> decide(
      Tick tick, DecisionSettings settings, EvidenceBook book, ModelLedger ledger) {
    if (tick.time() <= ledger.lastTick) {
      throw new IllegalArgumentException(
          "ticks come in ascending order: " + tick.time() + " after " + ledger.lastTick);
    }
    return new ModelDecision(tick, settings, book, ledger).decide();
  }

  private List<Output> decide() {
    return tick.ended() ? showTheRest() : decideAll();
  }

  /** What was still counted when a model was withdrawn is shown, and nothing follows from it. */
  private List<Output> showTheRest() {
    controls.apply();
    endModel();
    ledger.lastTick = tick.time();
    List<Output> outputs = new ArrayList<>();
    tick.findings().stream()
        .map(finding -> Judging.shown(finding.provisional(), settings.targetUnit()))
        .sorted(Judging.ORDER)
        .forEach(outputs::add);
    outputs.addAll(journal.outputs());
    return outputs;
  }

  private List<Output> decideAll() {
    boolean first = ledger.lastTick == Long.MIN_VALUE;
    if (first) {
      noteEdition();
    }
    boolean ended = controls.apply();
    if (!first) {
      noteEdition();
    }
    retraining.expire();
    noteVersions();
    Judging judging = new Judging(tick, settings, book, ledger, alerts, rules);
    List<Output> outputs = new ArrayList<>(judging.decide());
    tick.labels().stream()
        .sorted(
            Comparator.comparingLong(LabelCount::windowStart)
                .thenComparing(LabelCount::modelVersion))
        .forEach(ledger.labels()::add);
    if (ended) {
      endModel();
    } else {
      resolveWhatIsGone();
      retraining.decide();
      applyNotices(judging.versionsBeyondLimit());
      controls.forgetOld();
    }
    forgetOldSeries();
    ledger.lastTick = tick.time();
    outputs.addAll(journal.outputs());
    return outputs;
  }

  private void noteEdition() {
    if (!ledger.configHash.equals(settings.configHash())) {
      journal.note(
          tick.time(),
          controls.publisherOf(settings.configHash()),
          AuditAction.JOB_FILE_APPLIED,
          settings.configHash(),
          Map.of("previous", ledger.configHash));
      ledger.configHash = settings.configHash();
    }
    if (!ledger.baselineId.equals(book.baselineId())) {
      journal.note(
          tick.time(),
          Journal.WEIR,
          AuditAction.BASELINE_APPLIED,
          book.baselineId(),
          Map.of("previous", ledger.baselineId));
      ledger.baselineId = book.baselineId();
    }
  }

  private void noteVersions() {
    TreeMap<String, List<Finding>> byVersion = new TreeMap<>();
    for (Finding finding : tick.findings()) {
      String version = finding.series().modelVersion();
      if (!version.equals(NOT_TOLD_APART)) {
        byVersion.computeIfAbsent(version, key -> new ArrayList<>()).add(finding);
      }
    }
    byVersion.forEach(this::noteVersion);
  }

  private void noteVersion(String version, List<Finding> findings) {
    ServedVersion before = ledger.versions().get(version);
    if (before == null && ledger.versions().size() >= MOST_VERSIONS) {
      return;
    }
    ServedVersion after = before == null ? ServedVersion.UNKNOWN : before;
    for (Finding finding : findings) {
      after =
          after.seen(tick.time(), finding.windowStart(), finding.windowEnd(), finding.nCurrent());
    }
    if (before == null || before.firstSeen() == null) {
      journal.note(
          tick.time(),
          Journal.WEIR,
          AuditAction.MODEL_VERSION_SEEN,
          version,
          Map.of("registered", after.registered()));
    }
    ledger.versions().put(version, after);
  }

  /** Resolves alerts of versions that no longer predict and of series that no longer come. */
  private void resolveWhatIsGone() {
    Set<String> gone = versionsGone();
    long silent = tick.time() - SERIES_SILENT.toMillis();
    for (String fingerprint : List.copyOf(ledger.alerts().keySet())) {
      OpenAlert open = ledger.alerts().get(fingerprint);
      if (open == null || open.aboutWeir()) {
        continue;
      }
      if (gone.contains(open.modelVersion())) {
        alerts.resolve(fingerprint, tick.time(), "the version no longer predicts");
      } else if (open.lastTick() < silent) {
        alerts.resolve(fingerprint, tick.time(), "the series brings no more windows");
      }
    }
  }

  private Set<String> versionsGone() {
    boolean otherVersion =
        tick.findings().stream()
            .anyMatch(finding -> !finding.series().modelVersion().equals(NOT_TOLD_APART));
    double windows = Math.max(1, settings.resolveAfter());
    long patience = (long) (windows * settings.windowDays() * DAY.toMillis());
    Set<String> gone = new TreeSet<>();
    ledger
        .versions()
        .forEach(
            (version, served) -> {
              if (otherVersion
                  && served.firstSeen() != null
                  && served.lastSeen() < tick.time() - patience) {
                gone.add(version);
              }
            });
    return gone;
  }

  private void endModel() {
    for (String fingerprint : List.copyOf(ledger.alerts().keySet())) {
      alerts.resolve(fingerprint, tick.time(), "the model has ended");
    }
    ledger.end();
  }

  // ---- Alerts about Weir itself ----

  private void applyNotices(boolean versionsBeyondLimit) {
    TreeMap<String, SystemNotice> now = new TreeMap<>();
    for (SystemNotice notice : notices(versionsBeyondLimit)) {
      now.merge(
          DecisionIds.fingerprint(seriesOf(notice), Rule.NONE),
          notice,
          (one, other) -> one.active() ? one : other);
    }
    long over = tick.time() - NOTICE_LASTS.toMillis();
    for (String fingerprint : List.copyOf(ledger.alerts().keySet())) {
      OpenAlert open = ledger.alerts().get(fingerprint);
      if (open == null || !open.aboutWeir()) {
        continue;
      }
      SystemNotice notice = now.get(fingerprint);
      boolean stopped =
          notice == null ? ownKind(open) || open.lastTick() <= over : !notice.active();
      if (stopped) {
        alerts.resolve(fingerprint, tick.time(), "it no longer holds");
      }
    }
    now.forEach(this::applyNotice);
  }

  /** Kinds that this class finds out itself, at every tick anew. */
  private static boolean ownKind(OpenAlert open) {
    return open.metric().equals(SystemNotice.Kind.VERSION_NOT_REGISTERED.id())
        || open.metric().equals(SystemNotice.Kind.ALERT_UNANSWERED.id())
        || open.metric().equals(SystemNotice.Kind.TRIGGER_PROPOSED.id());
  }

  private List<SystemNotice> notices(boolean versionsBeyondLimit) {
    List<SystemNotice> notices = new ArrayList<>(tick.notices());
    notices.sort(
        Comparator.comparing(SystemNotice::kind)
            .thenComparing(SystemNotice::subject)
            .thenComparing(SystemNotice::summary));
    notices.addAll(retraining.proposalsWithoutAlert());
    notices.addAll(
        new InputWatch(tick, settings.windowDays(), ledger.store()).notices(this::isOpen));
    notices.addAll(segmentsBeyondLimit());
    if (versionsBeyondLimit) {
      notices.add(
          new SystemNotice(
              SystemNotice.Kind.LIMIT_REACHED,
              "max_versions",
              true,
              "more than " + settings.maxVersions() + " versions: the newest are not judged"));
    }
    boolean anyRegistered = ledger.versions().values().stream().anyMatch(ServedVersion::registered);
    ledger
        .versions()
        .forEach(
            (version, served) -> {
              boolean predicts = served.lastSeen() >= tick.time() - DAY.toMillis();
              if (anyRegistered && !served.registered() && predicts) {
                notices.add(
                    new SystemNotice(
                        SystemNotice.Kind.VERSION_NOT_REGISTERED,
                        version,
                        true,
                        "version " + version + " predicts, but nobody registered it"));
              }
            });
    long unanswered =
        ledger.alerts().values().stream()
            .filter(open -> open.firing() && !open.aboutWeir() && !open.answered())
            .filter(open -> tick.time() - open.startsAt() > ANSWER_WITHIN.toMillis())
            .count();
    if (unanswered > 0) {
      notices.add(
          new SystemNotice(
              SystemNotice.Kind.ALERT_UNANSWERED,
              "",
              true,
              Wording.count(unanswered)
                  + (unanswered == 1 ? " alert is" : " alerts are")
                  + " open for over 7 days without an answer"));
    }
    return notices;
  }

  /** Dimensions of which most rows lie in segments that are not told apart. */
  private List<SystemNotice> segmentsBeyondLimit() {
    Map<String, Long> all = new TreeMap<>();
    Map<String, Long> beyond = new TreeMap<>();
    for (Finding finding : tick.findings()) {
      String segment = finding.series().segment();
      if (!finding.series().metric().equals(VOLUME)) {
        continue;
      }
      if (segment == null) {
        all.merge(finding.series().modelVersion(), finding.nCurrent(), Math::max);
      } else if (segment.endsWith("=" + Segment.OTHER)) {
        beyond.merge(
            finding.series().modelVersion() + "|" + segment, finding.nCurrent(), Math::max);
      }
    }
    TreeMap<String, SystemNotice> notices = new TreeMap<>();
    beyond.forEach(
        (name, rows) -> {
          String[] parts = name.split("\\|", 2);
          long most = all.getOrDefault(parts[0], 0L);
          if (rows >= LEAST_ROWS_BEYOND && 2 * rows > most) {
            notices.put(parts[1], segmentsBeyond(parts[1], rows, most));
          }
        });
    return List.copyOf(notices.values());
  }

  private static SystemNotice segmentsBeyond(String segment, long rows, long all) {
    return new SystemNotice(
        SystemNotice.Kind.LIMIT_REACHED,
        "max_segments",
        true,
        Wording.count(rows)
            + " of "
            + Wording.count(all)
            + " rows are in "
            + segment
            + ": their segments are beyond limits.max_segments, or not in the reference");
  }

  private boolean isOpen(SystemNotice.Kind kind, String subject) {
    return ledger.alerts().containsKey(DecisionIds.fingerprint(seriesOf(kind, subject), Rule.NONE));
  }

  private Series seriesOf(SystemNotice notice) {
    return seriesOf(notice.kind(), notice.subject());
  }

  private Series seriesOf(SystemNotice.Kind kind, String subject) {
    return new Series(
        ledger.modelId(),
        NOT_TOLD_APART,
        OpenAlert.WEIR,
        kind.id(),
        subject.isEmpty() ? null : subject,
        null);
  }

  private void applyNotice(String fingerprint, SystemNotice notice) {
    if (!notice.active()) {
      return;
    }
    if (ledger.alerts().containsKey(fingerprint)) {
      alerts.touch(fingerprint);
      return;
    }
    boolean proposal = notice.kind() == SystemNotice.Kind.TRIGGER_PROPOSED;
    alerts.raise(
        new AlertDesk.Draft(
            seriesOf(notice),
            Rule.NONE,
            Status.FIRING,
            severityOf(notice.kind()),
            notice.summary(),
            notice.summary(),
            tick.time(),
            tick.time(),
            tick.time(),
            null,
            List.of(),
            proposal ? notice.subject() : null,
            Map.of(),
            false));
    AuditAction action = actionOf(notice.kind());
    if (action != null) {
      journal.note(
          tick.time(), Journal.WEIR, action, notice.subject(), Map.of("summary", notice.summary()));
    }
  }

  /** What an auditor looks for under the name of the limit or trigger, beside the alert. */
  private static @Nullable AuditAction actionOf(SystemNotice.Kind kind) {
    return switch (kind) {
      case LIMIT_REACHED -> AuditAction.LIMIT_REACHED;
      case TRIGGER_LOST -> AuditAction.TRIGGER_EXPIRED;
      default -> null;
    };
  }

  private static Severity severityOf(SystemNotice.Kind kind) {
    return switch (kind) {
      case TRIGGER_CONFLICT, TRIGGER_UNKNOWN, TRIGGER_LOST -> Severity.CRITICAL;
      case INPUT_SILENT, COLUMNS_MISSING, LIMIT_REACHED -> Severity.ERROR;
      case DEAD_LETTERS, VERSION_NOT_REGISTERED, ALERT_UNANSWERED -> Severity.WARNING;
      case TRIGGER_PROPOSED -> Severity.INFO;
    };
  }

  // ---- Bounds ----

  /** Once a day of event time, forgets series and versions that are long gone. */
  private void forgetOldSeries() {
    boolean newDay =
        ledger.lastTick != Long.MIN_VALUE
            && Math.floorDiv(ledger.lastTick, DAY.toMillis())
                != Math.floorDiv(tick.time(), DAY.toMillis());
    if (!newDay) {
      return;
    }
    long oldest = tick.time() - FORGOTTEN_AFTER.toMillis();
    for (String key : ledger.store().keys()) {
      byte[] bytes = key.indexOf(':') < 0 ? ledger.store().get(key) : null;
      if (bytes != null && SeriesState.decode(bytes).lastTick < oldest) {
        ledger.store().remove(key);
      }
    }
    ledger
        .versions()
        .values()
        .removeIf(
            served ->
                served.firstSeen() != null && !served.registered() && served.lastSeen() < oldest);
  }
}
