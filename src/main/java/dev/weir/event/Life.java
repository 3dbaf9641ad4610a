package dev.weir.event;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of one id that belong together, and what they count for: a function of the set, not
 * of the order in which they arrived.
 */
final class Life {
  /** By time, content, stream and place: the same for every order of arrival. */
  static final Comparator<PairInput> ORDER =
      PairInput.BY_TIME
          .thenComparing(PairInput::input)
          .thenComparing(record -> record.label() == null ? "" : record.label().topic())
          .thenComparingInt(record -> record.label() == null ? 0 : record.label().partition())
          .thenComparingLong(record -> record.label() == null ? 0 : record.label().offset());

  /** A label wins by revision, then time, then hash. */
  private static final Comparator<PairInput> RANK =
      Comparator.comparingInt((PairInput record) -> label(record).revision())
          .thenComparingLong(PairInput::time)
          .thenComparing(PairInput::contentHash, Long::compareUnsigned);

  /** Most challengers that are kept for one id. */
  static final int MOST_CHALLENGERS = 8;

  private final PairingSettings settings;

  /** The predictions that count, each of another version: mostly one, and then no challenger. */
  private final List<PairInput> voices = new ArrayList<>(1);

  private final @Nullable PairInput features;
  private final List<PairInput> records = new ArrayList<>();
  private final List<PairInput> later = new ArrayList<>();
  private final List<PairInput> early = new ArrayList<>();
  private final List<PairInput> labels = new ArrayList<>();
  private final long end;

  /** What is known of the prediction from a time on. */
  private record Moment(long time, Outcome outcome) {}

  /** The first life of these records, which are in {@link #ORDER}; what comes after is later. */
  Life(PairingSettings settings, List<PairInput> sorted) {
    this.settings = settings;
    PairInput given = null;
    long until = Long.MIN_VALUE;
    for (PairInput record : sorted) {
      if (!records.isEmpty() && record.time() > until) {
        later.add(record);
        continue;
      }
      records.add(record);
      if (record.input() == Event.Input.PREDICTIONS && speaks(record)) {
        if (voices.isEmpty()) {
          until = record.time() + settings.horizon() + settings.corrections();
        }
        voices.add(record);
      } else if (voices.isEmpty()) {
        until = Math.max(until, record.time() + patience(record));
      }
      if (record.input() == Event.Input.FEATURES && given == null) {
        given = record;
      }
      if (record.input() == Event.Input.LABELS) {
        labels.add(record);
      }
    }
    this.end = until;
    this.features = given;
    if (!voices.isEmpty()) {
      long begin = voices.get(0).time();
      labels.stream().filter(label -> label.time() < begin).forEach(early::add);
      labels.removeAll(early);
    }
  }

  /** Whether a prediction counts beside those before it; if not, it is a copy. */
  private boolean speaks(PairInput record) {
    if (voices.isEmpty()) {
      return true;
    }
    int challengers = record.challenger() ? 1 : 0;
    for (PairInput voice : voices) {
      if (voice.version().equals(record.version())
          || (!voice.challenger() && !record.challenger())) {
        return false;
      }
      challengers += voice.challenger() ? 1 : 0;
    }
    return challengers <= MOST_CHALLENGERS && record.time() <= horizon();
  }

  /** When what is missing is missing for good, for all predictions of the id. */
  private long horizon() {
    return voices.get(0).time() + settings.horizon();
  }

  /** How long a record waits for a prediction; of each stream only the first extends the wait. */
  private long patience(PairInput record) {
    boolean first = records.stream().filter(other -> other.input() == record.input()).count() == 1;
    if (!first) {
      return 0;
    }
    return record.input() == Event.Input.LABELS ? settings.labelWait() : settings.horizon();
  }

  /** The record whose time decides which settings hold: the first prediction, else the first. */
  static PairInput principal(List<PairInput> sorted) {
    return sorted.stream()
        .filter(record -> record.input() == Event.Input.PREDICTIONS)
        .findFirst()
        .orElse(sorted.get(0));
  }

  /** Last event time that belongs to it. */
  long end() {
    return end;
  }

  /** Records after its end. */
  List<PairInput> later() {
    return later;
  }

  /** Labels before the prediction. */
  List<PairInput> early() {
    return early;
  }

  /** The next event time at which something is settled. */
  long nextEvent(boolean horizonPassed) {
    if (voices.isEmpty()) {
      return end;
    }
    if (!early.isEmpty()) {
      return Math.min(end, voices.get(0).time());
    }
    return !horizonPassed && waits() ? Math.min(end, horizon()) : end;
  }

  /** Whether something is still missing that the horizon settles. */
  private boolean waits() {
    if (!settings.labelsExpected()) {
      return false;
    }
    for (PairInput voice : voices) {
      if (segmentsKnown(voice) == null || at(moments(voice), horizon()).label() == null) {
        return true;
      }
    }
    return false;
  }

  /** What the records count for. */
  @SuppressWarnings("ReferenceEquality") // a copy equals the record that counts
  Pairing.Effects effects(boolean horizonPassed, boolean ended) {
    Pairing.Effects effects = new Pairing.Effects();
    PairInput given = features;
    if (given != null) {
      effects.tally(Event.Input.FEATURES, Fate.USED, 1);
    }
    for (PairInput record : records) {
      boolean copy =
          record.input() == Event.Input.FEATURES && record != given
              || record.input() == Event.Input.PREDICTIONS && !isVoice(record);
      if (copy) {
        effects.tally(record.input(), Fate.DUPLICATE, 1);
        effects.duplicate(record);
      }
    }
    if (!voices.isEmpty()) {
      countLabels(effects);
      voices.forEach(voice -> count(voice, horizonPassed, effects));
      compare(effects);
    } else if (ended && !labels.isEmpty()) {
      effects.tally(Event.Input.LABELS, Fate.EXPIRED, labels.size());
    }
    return effects;
  }

  @SuppressWarnings("ReferenceEquality") // a copy equals the record that counts
  private boolean isVoice(PairInput record) {
    for (PairInput voice : voices) {
      if (voice == record) {
        return true;
      }
    }
    return false;
  }

  private void countLabels(Pairing.Effects effects) {
    int used = winners().size();
    if (used > 0) {
      effects.tally(Event.Input.LABELS, Fate.USED, used);
    }
    if (labels.size() > used) {
      effects.tally(Event.Input.LABELS, Fate.DUPLICATE, labels.size() - used);
    }
  }

  private void count(PairInput said, boolean horizonPassed, Pairing.Effects effects) {
    List<Moment> moments = moments(said);
    boolean labelled = at(moments, horizon()).label() != null;
    boolean settled = horizonPassed && settings.absentIsClass();
    if (labelled || settled || !settings.labelsExpected()) {
      effects.tally(Event.Input.PREDICTIONS, Fate.USED, 1);
    } else if (horizonPassed) {
      effects.tally(Event.Input.PREDICTIONS, Fate.EXPIRED, 1);
    }
    if (settings.labelsExpected()) {
      countCohort(said, moments, horizonPassed, effects);
    }
    if (settings.early()) {
      countEarly(said, moments, effects);
    }
  }

  /** Each challenger beside the prediction that was used. */
  private void compare(Pairing.Effects effects) {
    if (voices.size() == 1 || !settings.labelsExpected()) {
      return;
    }
    for (PairInput champion : voices) {
      if (!champion.challenger()) {
        voices.stream()
            .filter(PairInput::challenger)
            .forEach(challenger -> compare(challenger, champion, effects));
      }
    }
  }

  /** A prediction made after a label was known shows nothing, so that such a pair is left out. */
  private void compare(PairInput challenger, PairInput champion, Pairing.Effects effects) {
    long start = Math.max(challenger.time(), champion.time());
    List<PairInput> winners = winners();
    if (!winners.isEmpty() && winners.get(0).time() < start) {
      return;
    }
    List<Moment> moments = moments(challenger);
    Outcome said = at(moments, start).withSpoiled(false);
    Outcome used = Objects.requireNonNull(champion.outcome(), "a prediction has an outcome");
    effects.change(comparison(challenger, champion, start, said, used, 1));
    for (Moment moment : moments) {
      Outcome next = moment.outcome.withSpoiled(false);
      if (moment.time > start && !next.equals(said)) {
        effects.change(comparison(challenger, champion, moment.time, said, used, -1));
        effects.change(comparison(challenger, champion, moment.time, next, used, 1));
        said = next;
      }
    }
  }

  private static PairingChange comparison(
      PairInput challenger,
      PairInput champion,
      long known,
      Outcome outcome,
      Outcome used,
      int sign) {
    return new PairingChange(
        PairingChange.Kind.COMPARISON,
        challenger.modelId(),
        challenger.version(),
        challenger.time(),
        known,
        outcome,
        challenger.input(),
        true,
        null,
        new PairingChange.Champion(champion.version(), used.with(outcome.label())),
        sign);
  }

  private void countCohort(
      PairInput said, List<Moment> moments, boolean horizonPassed, Pairing.Effects effects) {
    long horizon = horizon();
    Long known = segmentsKnown(said);
    if (known == null && !said.segmentsComplete() && horizonPassed) {
      known = horizon;
    }
    if (known != null && known == said.time()) {
      history(said, moments, said.time(), true, segments(said, horizon), effects);
    } else {
      history(said, moments, said.time(), true, null, effects);
      if (known != null) {
        history(said, moments, known, false, segments(said, horizon), effects);
      }
    }
  }

  /** One track of the timeline: what is known at its start, then every change. */
  private static void history(
      PairInput said,
      List<Moment> moments,
      long start,
      boolean overall,
      @Nullable Map<String, String> segments,
      Pairing.Effects effects) {
    Outcome held = at(moments, start);
    effects.change(cohort(said, start, held, overall, segments, 1));
    for (Moment moment : moments) {
      if (moment.time > start && !moment.outcome.equals(held)) {
        effects.change(cohort(said, moment.time, held, overall, segments, -1));
        effects.change(cohort(said, moment.time, moment.outcome, overall, segments, 1));
        held = moment.outcome;
      }
    }
  }

  private static PairingChange cohort(
      PairInput said,
      long known,
      Outcome outcome,
      boolean overall,
      @Nullable Map<String, String> segments,
      int sign) {
    return new PairingChange(
        PairingChange.Kind.COHORT,
        said.modelId(),
        said.version(),
        said.time(),
        known,
        outcome,
        said.input(),
        overall,
        segments,
        null,
        sign);
  }

  private void countEarly(PairInput said, List<Moment> moments, Pairing.Effects effects) {
    long age = said.time() + settings.earlyAge();
    effects.change(
        new PairingChange(
            PairingChange.Kind.EARLY,
            said.modelId(),
            said.version(),
            age,
            age,
            at(moments, age),
            said.input(),
            true,
            segments(said, age),
            null,
            1));
  }

  /**
   * When the segments are known: with the prediction, or with features that come by the horizon;
   * null: not yet.
   */
  private @Nullable Long segmentsKnown(PairInput said) {
    if (said.segmentsComplete()) {
      return said.time();
    }
    PairInput given = features;
    return given != null && given.time() <= horizon()
        ? Long.valueOf(Math.max(said.time(), given.time()))
        : null;
  }

  /** Segment values as known at a time; the prediction's own win. */
  private Map<String, String> segments(PairInput said, long time) {
    PairInput given = features;
    if (said.segmentsComplete() || given == null || given.time() > time) {
      return said.segments();
    }
    Map<String, String> values = new TreeMap<>(given.segments());
    values.putAll(said.segments());
    return values;
  }

  private static Outcome at(List<Moment> moments, long time) {
    Outcome outcome = moments.get(0).outcome;
    for (Moment moment : moments) {
      if (moment.time <= time) {
        outcome = moment.outcome;
      }
    }
    return outcome;
  }

  /** What is known of the prediction, from when; the first is the prediction itself. */
  private List<Moment> moments(PairInput said) {
    Outcome unlabelled = Objects.requireNonNull(said.outcome(), "a prediction has an outcome");
    Long spoiledSince = spoiledSince(said);
    List<Moment> moments = new ArrayList<>();
    Outcome held = unlabelled.withSpoiled(spoiledSince != null && spoiledSince <= said.time());
    moments.add(new Moment(said.time(), held));
    List<PairInput> winners = winners();
    if (!winners.isEmpty() && winners.get(0).time() < said.time()) {
      // Of several predictions a later one: what was known before it says nothing about it.
      winners = List.of();
    }
    for (PairInput winner : winners) {
      if (spoiledSince != null && !held.spoiled() && spoiledSince <= winner.time()) {
        held = held.withSpoiled(true);
        moments.add(new Moment(spoiledSince, held));
      }
      held = after(held, winner);
      moments.add(new Moment(winner.time(), held));
    }
    if (spoiledSince != null && !held.spoiled()) {
      moments.add(new Moment(spoiledSince, held.withSpoiled(true)));
    }
    return moments;
  }

  /** When a bad input is known: with the prediction, or with features by the horizon. */
  private @Nullable Long spoiledSince(PairInput said) {
    if (said.spoiled()) {
      return said.time();
    }
    PairInput given = features;
    return given != null && given.spoiled() && given.time() <= horizon()
        ? Long.valueOf(Math.max(said.time(), given.time()))
        : null;
  }

  /** The outcome after a winning label: known since the first of an unbroken run of labels. */
  private static Outcome after(Outcome held, PairInput winner) {
    PairInput.Label label = label(winner);
    if (label.retract()) {
      return held.with(null);
    }
    long since = held.label() == null ? winner.time() : held.label().time();
    return held.with(new Outcome.Known(label.labelClass(), label.labelValue(), since));
  }

  /** Labels that beat all before them, in order of time; of equal times only the best. */
  private List<PairInput> winners() {
    List<PairInput> winners = new ArrayList<>();
    for (PairInput record : labels) {
      PairInput best = winners.isEmpty() ? null : winners.get(winners.size() - 1);
      if (best != null && RANK.compare(record, best) <= 0) {
        continue;
      }
      if (best != null && best.time() == record.time()) {
        winners.remove(winners.size() - 1);
      }
      winners.add(record);
    }
    return winners;
  }

  private static PairInput.Label label(PairInput record) {
    return Objects.requireNonNull(record.label(), "a label has a label");
  }
}
