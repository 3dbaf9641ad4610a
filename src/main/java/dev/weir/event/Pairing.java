package dev.weir.event;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pairs a prediction with its features and labels, in whatever order they arrive.
 *
 * <p>Guarantee: what a set of records counts for is a function of the set. Every arrival emits the
 * difference between what the records so far count for and what was counted before, so that all
 * sums are equal for every order of arrival. What is known before an event time T does not change
 * once event time has passed T.
 *
 * <p>The rules. Of copies the earliest counts, then the one with the smallest hash. Challengers of
 * other versions than those before them, up to {@value Life#MOST_CHALLENGERS} and until the horizon
 * after the first prediction, are no copies: they count on their own and are compared with the
 * prediction that was used, unless a label was known first. A label counts from its own time on if
 * it beats all earlier ones by revision, then time, then hash; RETRACT withdraws what is known. A
 * label before the prediction is a dead letter; one after horizon and corrections is expired.
 * Records of one id belong together from the first of them until horizon and corrections after the
 * prediction; without a prediction features wait for the horizon and a label for its own shorter
 * time. What comes later starts anew. Segments are known with the prediction if it knows them all,
 * else with the features; at the horizon what is missing is {@link Segment#OTHER}.
 *
 * <p>Bound: of each stream the {@value #MOST_COPIES} earliest records of an id are kept; the others
 * are duplicates.
 */
public final class Pairing {
  /** Most records of one stream that are kept for one id. */
  public static final int MOST_COPIES = 32;

  /** No wake-up. */
  public static final long NEVER = Long.MIN_VALUE;

  private final @Nullable PendingPrediction before;
  private final Effects permanent = new Effects();
  private final List<PairInput> deadLetters = new ArrayList<>();
  private @Nullable PendingPrediction after;

  private Pairing(@Nullable PendingPrediction before) {
    this.before = before;
    this.after = before;
  }

  /**
   * What an arrival or the passing of time changed.
   *
   * @param state what to keep; null: nothing
   * @param lastWakeUp the wake-up time of what was kept before; {@link #NEVER} without any
   * @param wakeUp event time at which {@link #advance} is needed; {@link #NEVER} without state
   * @param changes what is now counted or no longer counted
   * @param tallies what became of records
   * @param deadLetters labels that are dead letters of reason LABEL_BEFORE_PREDICTION
   */
  public record Step(
      byte @Nullable [] state,
      long lastWakeUp,
      long wakeUp,
      List<PairingChange> changes,
      List<Tally> tallies,
      List<PairInput> deadLetters) {}

  /** So many records of a stream have this fate now; negative: no longer. */
  public record Tally(Event.Input input, Fate fate, long records) {}

  /**
   * A record arrives.
   *
   * @param state what was kept for its id; null: nothing
   * @param record the record
   */
  public static Step accept(byte @Nullable [] state, PairInput record) {
    return accept(state, List.of(record));
  }

  /**
   * Records of one id arrive, in any order.
   *
   * @param state what was kept for their id; null: nothing
   * @param records the records; at least one
   */
  public static Step accept(byte @Nullable [] state, List<PairInput> records) {
    PairInput first = records.get(0);
    Pairing pairing =
        new Pairing(
            state == null
                ? null
                : PendingPrediction.decode(state, first.modelId(), first.predictionId()));
    for (PairInput record : records) {
      if (record.late()) {
        pairing.permanent.tally(record.input(), Fate.LATE, 1);
      } else {
        pairing.add(record);
      }
    }
    return pairing.step();
  }

  /**
   * Event time has passed {@code time}: no record that is not late has a time up to it any more.
   *
   * @param state what was kept
   */
  public static Step advance(byte[] state, String modelId, String predictionId, long time) {
    Pairing pairing = new Pairing(PendingPrediction.decode(state, modelId, predictionId));
    pairing.pass(time);
    return pairing.step();
  }

  @SuppressWarnings("ReferenceEquality") // a copy equals the principal record
  private void add(PairInput record) {
    PendingPrediction pending = after;
    if (pending == null) {
      after = new PendingPrediction(record.settings(), false, List.of(record));
      return;
    }
    List<PairInput> records = new ArrayList<>(pending.records());
    int place = 0;
    while (place < records.size() && Life.ORDER.compare(records.get(place), record) <= 0) {
      place++;
    }
    records.add(place, record);
    boundCopies(records, record.input());
    boolean principal = !records.isEmpty() && Life.principal(records) == record;
    after = pending.with(principal ? record.settings() : pending.settings(), records);
  }

  /** Lets the last copy go if there are too many: it changes no outcome. */
  private void boundCopies(List<PairInput> records, Event.Input input) {
    long copies = records.stream().filter(record -> record.input() == input).count();
    if (copies <= MOST_COPIES) {
      return;
    }
    int last = records.size() - 1;
    while (records.get(last).input() != input) {
      last--;
    }
    PairInput surplus = records.remove(last);
    permanent.tally(input, Fate.DUPLICATE, 1);
    permanent.duplicate(surplus);
  }

  private void pass(long time) {
    while (after != null) {
      PendingPrediction pending = after;
      Life life = new Life(pending.settings(), pending.records());
      if (life.nextEvent(pending.horizonPassed()) > time) {
        return;
      }
      if (life.end() <= time) {
        permanent.addAll(life.effects(true, true));
        setAside(life);
        after =
            life.later().isEmpty()
                ? null
                : new PendingPrediction(pending.settings(), false, life.later());
      } else if (!life.early().isEmpty()) {
        setAside(life);
        List<PairInput> rest = new ArrayList<>(pending.records());
        rest.removeAll(life.early());
        after = pending.with(pending.settings(), rest);
      } else {
        after = new PendingPrediction(pending.settings(), true, pending.records());
      }
    }
  }

  private void setAside(Life life) {
    deadLetters.addAll(life.early());
    permanent.tally(Event.Input.LABELS, Fate.DEAD_LETTERED, life.early().size());
  }

  private Step step() {
    PendingPrediction pending = after;
    PendingPrediction last = before;
    Effects difference = new Effects();
    difference.addAll(permanent);
    long lastWakeUp = NEVER;
    if (last != null) {
      Life life = new Life(last.settings(), last.records());
      difference.subtractAll(life.effects(last.horizonPassed(), false));
      lastWakeUp = life.nextEvent(last.horizonPassed());
    }
    long wakeUp = NEVER;
    if (pending != null) {
      Life life = new Life(pending.settings(), pending.records());
      difference.addAll(life.effects(pending.horizonPassed(), false));
      wakeUp = life.nextEvent(pending.horizonPassed());
    }
    return new Step(
        pending == null ? null : pending.encoded(),
        lastWakeUp,
        wakeUp,
        difference.changes(),
        difference.tallies(),
        List.copyOf(deadLetters));
  }

  /** Changes and tallies, equal ones with opposite signs cancelled. */
  static final class Effects {
    private final List<PairingChange> changes = new ArrayList<>();
    private final Map<Event.Input, EnumMap<Fate, Long>> tallies = new EnumMap<>(Event.Input.class);

    void change(PairingChange change) {
      if (!changes.remove(change.negated())) {
        changes.add(change);
      }
    }

    void tally(Event.Input input, Fate fate, long records) {
      tallies
          .computeIfAbsent(input, any -> new EnumMap<>(Fate.class))
          .merge(fate, records, Long::sum);
    }

    /** A copy, in the profiles that counted it: those of the segments that it tells itself. */
    void duplicate(PairInput copy) {
      if (copy.input() != Event.Input.LABELS) {
        boolean told = copy.segmentsComplete() || copy.input() == Event.Input.FEATURES;
        change(
            new PairingChange(
                PairingChange.Kind.DUPLICATE,
                copy.modelId(),
                copy.version(),
                copy.time(),
                copy.time(),
                null,
                copy.input(),
                true,
                told ? copy.segments() : null,
                null,
                1));
      }
    }

    void addAll(Effects other) {
      other.changes.forEach(this::change);
      other.tallies().forEach(tally -> tally(tally.input(), tally.fate(), tally.records()));
    }

    void subtractAll(Effects other) {
      other.changes.forEach(change -> change(change.negated()));
      other.tallies().forEach(tally -> tally(tally.input(), tally.fate(), -tally.records()));
    }

    List<PairingChange> changes() {
      return List.copyOf(changes);
    }

    List<Tally> tallies() {
      List<Tally> all = new ArrayList<>();
      tallies.forEach(
          (input, fates) ->
              fates.forEach(
                  (fate, records) -> {
                    if (records != 0) {
                      all.add(new Tally(input, fate, records));
                    }
                  }));
      return all;
    }
  }
}
