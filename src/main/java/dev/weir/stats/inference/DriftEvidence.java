package dev.weir.stats.inference;

import java.util.Arrays;
import java.util.Optional;

/**
 * Evidence that a distribution left the reference by more than a tolerance per event.
 *
 * <p>Numeric, B bins: the B - 1 events "below edge b", then the B events "in bin b". Categorical:
 * one event per kept category, then {@code __other__}, {@code __unseen__} (upper side only) and the
 * declared groups. With 32 bins these are 63 events and 1008 components.
 *
 * <p>Bounds are one-sided Clopper-Pearson at {@code delta / (2 E H)}, E events, H season buckets,
 * plus or minus the tolerance; counts are divided by the event's dispersion. For numeric events the
 * lower bound uses k - 1, because the bins were made from the same reference (Wilks 1941). For
 * categorical ones E counts all distinct categories, because the kept ones were chosen from it.
 * What this cannot see: a change with no event beyond tolerance and reference error.
 */
public final class DriftEvidence implements EvidencePlan {
  private final int cells;
  private final DriftEvents events;
  private final AbsentLabels absentLabels;
  private final BernoulliEvents bounds;

  private DriftEvidence(
      int cells, DriftEvents events, AbsentLabels absentLabels, BernoulliEvents bounds) {
    this.cells = cells;
    this.events = events;
    this.absentLabels = absentLabels;
    this.bounds = bounds;
  }

  /**
   * The plan of a numeric feature or score.
   *
   * @param reference counts per season bucket and bin, missing values left out
   * @param settings dispersion in the order: below edge 1, ..., below edge B - 1, bin 0, ...
   */
  public static DriftEvidence numeric(long[][] reference, EvidenceSettings settings) {
    return numeric(reference, settings, AbsentLabels.MISSING_AT_RANDOM);
  }

  /** As {@link #numeric(long[][], EvidenceSettings)}, for labels of which some may be absent. */
  public static DriftEvidence numeric(
      long[][] reference, EvidenceSettings settings, AbsentLabels absentLabels) {
    int bins = reference[0].length;
    DriftEvents events = DriftEvents.ofBins(bins);
    double level = settings.delta() / (2.0 * events.size() * reference.length);
    double[][] lower = new double[reference.length][events.size()];
    double[][] upper = new double[reference.length][events.size()];
    for (int season = 0; season < reference.length; season++) {
      Counts.requireLength("each season", reference[season], bins);
      double m = (double) Counts.sum(reference[season]);
      for (int event = 0; event < events.size(); event++) {
        double d = settings.dispersion().of(event);
        double k = events.total(event, reference[season]);
        upper[season][event] = upper(k / d, m / d, level, settings.tolerance());
        lower[season][event] = lower(k / d - 1, m / d, level, settings.tolerance());
      }
    }
    return new DriftEvidence(
        bins, events, absentLabels, new BernoulliEvents(lower, upper, settings.dispersion()));
  }

  /**
   * The plan of a categorical feature, a predicted or a true class.
   *
   * @param reference what the reference held
   * @param settings dispersion in the order: kept categories, other, unseen, groups
   */
  public static DriftEvidence categorical(CategoryReference reference, EvidenceSettings settings) {
    return categorical(reference, settings, AbsentLabels.MISSING_AT_RANDOM);
  }

  /** As above, for labels of which some may be absent. */
  public static DriftEvidence categorical(
      CategoryReference reference, EvidenceSettings settings, AbsentLabels absentLabels) {
    DriftEvents events = DriftEvents.ofCategories(reference);
    int seasons = reference.seasons();
    double level = settings.delta() / (2.0 * reference.eventsAccountedFor() * seasons);
    double[][] lower = new double[seasons][events.size()];
    double[][] upper = new double[seasons][events.size()];
    for (int season = 0; season < seasons; season++) {
      for (int event = 0; event < events.size(); event++) {
        double d = settings.dispersion().of(event);
        boolean unseen = events.kind(event) == EventKind.UNSEEN;
        double k =
            unseen ? reference.unseen(season) : events.total(event, reference.counts(season));
        double m =
            unseen ? reference.unseenOf(season) : (double) Counts.sum(reference.counts(season));
        upper[season][event] = upper(k / d, m / d, level, settings.tolerance());
        lower[season][event] =
            unseen ? Double.NaN : lower(k / d, m / d, level, settings.tolerance());
      }
    }
    return new DriftEvidence(
        reference.cells(),
        events,
        absentLabels,
        new BernoulliEvents(lower, upper, settings.dispersion()));
  }

  /** Upper bound plus tolerance; 1 or more, hence vacuous, where the reference is empty. */
  static double upper(double k, double m, double level, double tolerance) {
    return ClopperPearson.upper(k, m, level) + tolerance;
  }

  /** Lower bound minus tolerance; 0 or less, hence vacuous, where nothing is known. */
  static double lower(double k, double m, double level, double tolerance) {
    return ClopperPearson.lower(k, m, level) - tolerance;
  }

  /**
   * The counts of one window.
   *
   * @param season season bucket, from 0
   * @param counts per bin; or per kept category, then other and unseen where the reference has them
   */
  public static WindowCounts window(int season, long[] counts) {
    return window(season, counts, 0);
  }

  /** As above, with {@code absent} records whose value (a label) is not known. */
  public static WindowCounts window(int season, long[] counts, long absent) {
    return new WindowCounts(season, counts.clone(), absent);
  }

  /** Number of events. */
  public int events() {
    return events.size();
  }

  /** Lower bound of an event, tolerance taken off; vacuous if not above 0, NaN if not watched. */
  public double lower(int season, int event) {
    return bounds.lower(season, event);
  }

  /** Upper bound of an event, tolerance included; vacuous if not below 1. */
  public double upper(int season, int event) {
    return bounds.upper(season, event);
  }

  @Override
  public Optional<TypicalEvent> typicalEvent() {
    TypicalEvent nearest = null;
    for (int event = 0; event < events(); event++) {
      TypicalEvent one = new TypicalEvent(lower(0, event), upper(0, event));
      boolean live = !TiltKernel.vacuous(one.lower()) && !TiltKernel.vacuous(one.upper());
      if (live && (nearest == null || fromHalf(one) < fromHalf(nearest))) {
        nearest = one;
      }
    }
    return Optional.ofNullable(nearest);
  }

  private static double fromHalf(TypicalEvent event) {
    return Math.abs(event.share(0) - 0.5);
  }

  @Override
  public int components() {
    return bounds.components();
  }

  @Override
  public int seasons() {
    return bounds.seasons();
  }

  @Override
  public int[] liveComponents() {
    return bounds.liveComponents();
  }

  @Override
  public void logE(WindowCounts window, long[] out) {
    Counts.requireLength("drift", window.counts(), cells);
    double absent = (double) absentLabels.inDenominator(window.absent());
    long[] upTo = cumulated(window.counts());
    double n = upTo[cells] + absent;
    for (int event = 0; event < events.size(); event++) {
      double hits = events.total(event, window.counts(), upTo);
      bounds.logE(window.season(), event, hits, hits + absent, n, out);
    }
  }

  /** For each cell the counts of all cells before it, and at the end of all. */
  private static long[] cumulated(long[] counts) {
    long[] upTo = new long[counts.length + 1];
    for (int cell = 0; cell < counts.length; cell++) {
      upTo[cell + 1] = upTo[cell] + counts[cell];
    }
    return upTo;
  }

  /** Rows per bin or category. */
  @Override
  public Optional<CellCounts> cells(WindowCounts window) {
    double[] hits = Arrays.stream(window.counts()).asDoubleStream().toArray();
    return Optional.of(new CellCounts(window.season(), hits, (double) Counts.sum(window.counts())));
  }

  @Override
  public DispersionMeter newMeter() {
    return new DispersionMeter(events(), seasons());
  }

  @Override
  public void measure(WindowCounts window, EventSums meter) {
    long[] upTo = cumulated(window.counts());
    double n = (double) upTo[upTo.length - 1];
    for (int event = 0; event < events(); event++) {
      meter.add(window.season(), event, events.total(event, window.counts(), upTo), n);
    }
  }

  @Override
  public Component describe(int component) {
    int event = component / BernoulliEvents.PER_EVENT;
    return new Component(
        events.kind(event),
        events.index(event),
        event,
        BernoulliEvents.side(component),
        BernoulliEvents.rung(component));
  }
}
