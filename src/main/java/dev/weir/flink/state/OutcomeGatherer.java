package dev.weir.flink.state;

import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.EarlyLossSummary;
import dev.weir.baseline.ProfileSummary;
import dev.weir.event.Event;
import dev.weir.event.Outcome;
import dev.weir.event.PairInput;
import dev.weir.event.PairingChange;
import dev.weir.stats.summary.Summary;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Summarises what pairing counts, per model, version, segment, pane and time of becoming known, so
 * that only summaries cross the network.
 *
 * <p>Guarantee: what is added leaves by the end of its pane or cut, earlier when there are too many
 * summaries; parts with equal keys merge in any order.
 */
public final class OutcomeGatherer {
  /** Most summaries of one kind that are held; one of a cohort takes about 60 kB. */
  private static final int MOST_SUMMARIES = 400;

  private final Consumer<Part> out;
  private final Map<Place, CohortSummary> cohorts = new HashMap<>();
  private final Map<Place, EarlyLossSummary> earlyLosses = new HashMap<>();
  private final Map<Place, ProfileSummary> duplicates = new HashMap<>();

  /** Where something is counted; {@code until} is when it must have left. */
  private record Place(
      Model model, String version, @Nullable String segment, long pane, long known, long until) {}

  /** A gatherer that sends parts to {@code out}. */
  public OutcomeGatherer(Consumer<Part> out) {
    this.out = out;
  }

  /** Counts a change by the layouts of {@code model}, which holds at the change's time. */
  public void add(PairingChange change, Model model) {
    if (change.overall()) {
      add(change, model, null);
    }
    if (change.segments() != null) {
      for (String segment : model.segments().of(null, change.segments())) {
        add(change, model, segment);
        if (change.kind() == PairingChange.Kind.COHORT) {
          cohort(change, model, null).addToSegment(outcome(change), segment, change.sign());
        }
      }
    }
  }

  /** Counts a prediction that cannot be paired as left out of its cohort, known from now on. */
  public void leaveOut(PairInput prediction, Model model) {
    long time = prediction.time();
    cohort(model, prediction.version(), null, time, time).leaveOut();
    if (prediction.segmentsComplete()) {
      for (String segment : model.segments().of(null, prediction.segments())) {
        cohort(model, prediction.version(), segment, time, time).leaveOut();
      }
    }
  }

  private CohortSummary cohort(
      Model model, String version, @Nullable String segment, long time, long knownTime) {
    CohortSchedule schedule = model.cohorts();
    Place place =
        new Place(
            model,
            version,
            segment,
            model.borders().paneStart(time),
            schedule.cut(knownTime),
            schedule.nextCut(knownTime));
    makeRoom(Part.Kind.COHORT, cohorts, place);
    return cohorts.computeIfAbsent(
        place, any -> new CohortSummary(model.cohortLayout(), segment == null));
  }

  private void add(PairingChange change, Model model, @Nullable String segment) {
    String version = version(change);
    if (change.kind() == PairingChange.Kind.COHORT) {
      cohort(change, model, segment).add(outcome(change), change.sign());
      return;
    }
    PairingChange.Champion champion = change.champion();
    if (champion != null) {
      cohort(change, model, segment)
          .addComparison(outcome(change), champion.version(), champion.outcome(), change.sign());
      return;
    }
    long pane = model.borders().paneStart(change.time());
    long until = model.borders().paneEnd(change.time());
    Place place = new Place(model, version, segment, pane, pane, until);
    if (change.kind() == PairingChange.Kind.EARLY) {
      if (model.cohortLayout().losses().isEmpty()) {
        return;
      }
      makeRoom(Part.Kind.EARLY_LOSS, earlyLosses, place);
      earlyLosses
          .computeIfAbsent(place, any -> new EarlyLossSummary())
          .add(outcome(change), model.cohortLayout(), change.sign());
    } else {
      makeRoom(Part.Kind.PROFILE, duplicates, place);
      boolean features = change.input() == Event.Input.FEATURES;
      duplicates
          .computeIfAbsent(place, any -> new ProfileSummary(model.profileLayout()))
          .addDuplicates(features ? change.sign() : 0, features ? 0 : change.sign());
    }
  }

  private CohortSummary cohort(PairingChange change, Model model, @Nullable String segment) {
    return cohort(model, version(change), segment, change.time(), change.knownTime());
  }

  private static String version(PairingChange change) {
    return change.version().isEmpty() ? "*" : change.version();
  }

  private static Outcome outcome(PairingChange change) {
    return Objects.requireNonNull(change.outcome(), "only duplicates have no outcome");
  }

  private <S extends Summary<S>> void makeRoom(
      Part.Kind kind, Map<Place, S> summaries, Place place) {
    if (summaries.size() >= MOST_SUMMARIES && !summaries.containsKey(place)) {
      flush(kind, summaries, Long.MAX_VALUE);
    }
  }

  /** Sends what must have left once event time has passed {@code time}. */
  public void flush(long time) {
    flush(Part.Kind.COHORT, cohorts, time);
    flush(Part.Kind.EARLY_LOSS, earlyLosses, time);
    flush(Part.Kind.PROFILE, duplicates, time);
  }

  private <S extends Summary<S>> void flush(Part.Kind kind, Map<Place, S> summaries, long time) {
    for (Iterator<Map.Entry<Place, S>> entries = summaries.entrySet().iterator();
        entries.hasNext(); ) {
      Map.Entry<Place, S> entry = entries.next();
      if (entry.getKey().until - 1 <= time) {
        out.accept(part(kind, entry.getKey(), entry.getValue()));
        entries.remove();
      }
    }
  }

  private static Part part(Part.Kind kind, Place place, Summary<?> summary) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      summary.encode(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return new Part(
        kind,
        place.model.spec().modelId(),
        place.version,
        place.segment,
        place.model.layoutId(),
        place.pane,
        place.known,
        bytes.toByteArray());
  }
}
