package dev.weir.stats.inference;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Evidence that a rate (missing values, missed intervals, ...) left what the reference or a nominal
 * value allows: one event, watched above, below or on both sides.
 */
public final class RateEvidence implements EvidencePlan {
  private final AbsentLabels absentLabels;
  private final BernoulliEvents bounds;

  private RateEvidence(AbsentLabels absentLabels, BernoulliEvents bounds) {
    this.absentLabels = absentLabels;
    this.bounds = bounds;
  }

  /**
   * Against a rate estimated on the reference: Clopper-Pearson at {@code delta / (2 H)}, H season
   * buckets, plus or minus the tolerance.
   *
   * @param hits per season bucket, how often it happened in the reference; for values beyond the
   *     reference's own range use 1, for they are two outer spacings of its order statistics
   * @param totals per season bucket, out of how many
   * @param sides the sides to watch, at least one
   */
  public static RateEvidence estimated(
      long[] hits,
      long[] totals,
      EvidenceSettings settings,
      Set<Side> sides,
      AbsentLabels absentLabels) {
    double level = settings.delta() / (2.0 * hits.length);
    double d = settings.dispersion().of(0);
    double[][] lower = new double[hits.length][1];
    double[][] upper = new double[hits.length][1];
    for (int season = 0; season < hits.length; season++) {
      Counts.requirePart(hits[season], totals[season]);
      double k = hits[season] / d;
      double m = totals[season] / d;
      upper[season][0] = DriftEvidence.upper(k, m, level, settings.tolerance());
      lower[season][0] = DriftEvidence.lower(k, m, level, settings.tolerance());
    }
    return new RateEvidence(absentLabels, events(lower, upper, sides, settings.dispersion()));
  }

  /**
   * Against a rate known in advance, such as the miss rate that an interval promises: bounds are
   * {@code nominal} plus and minus {@code tolerance}, and nothing is risked on a reference.
   *
   * @param seasons number of season buckets of the series; the bounds are the same in all
   */
  public static RateEvidence nominal(
      double nominal,
      double tolerance,
      int seasons,
      Dispersion dispersion,
      Set<Side> sides,
      AbsentLabels absentLabels) {
    if (!(nominal > 0 && nominal < 1 && tolerance >= 0)) {
      throw new IllegalArgumentException(
          "need a nominal rate in (0, 1) and a tolerance, got " + nominal + ", " + tolerance);
    }
    double[][] lower = new double[seasons][1];
    double[][] upper = new double[seasons][1];
    for (int season = 0; season < seasons; season++) {
      lower[season][0] = nominal - tolerance;
      upper[season][0] = nominal + tolerance;
    }
    return new RateEvidence(absentLabels, events(lower, upper, sides, dispersion));
  }

  private static BernoulliEvents events(
      double[][] lower, double[][] upper, Set<Side> sides, Dispersion dispersion) {
    Set<Side> watched = EnumSet.copyOf(sides);
    if (!watched.contains(Side.ABOVE)) {
      Arrays.stream(upper).forEach(season -> Arrays.fill(season, Double.NaN));
    }
    if (!watched.contains(Side.BELOW)) {
      Arrays.stream(lower).forEach(season -> Arrays.fill(season, Double.NaN));
    }
    return new BernoulliEvents(lower, upper, dispersion);
  }

  /**
   * The counts of one window.
   *
   * @param season season bucket, from 0
   * @param hits how often it happened
   * @param total out of how many whose outcome is known
   * @param absent how many more whose outcome is not known for want of a label
   */
  public static WindowCounts window(int season, long hits, long total, long absent) {
    Counts.requirePart(hits, total);
    return new WindowCounts(season, new long[] {hits, total}, absent);
  }

  /** Lower bound, tolerance taken off; vacuous if not above 0, NaN if not watched. */
  public double lower(int season) {
    return bounds.lower(season, 0);
  }

  /** Upper bound, tolerance included; vacuous if not below 1, NaN if not watched. */
  public double upper(int season) {
    return bounds.upper(season, 0);
  }

  @Override
  public Optional<TypicalEvent> typicalEvent() {
    return Optional.of(new TypicalEvent(lower(0), upper(0)));
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
    Counts.requireLength("a rate", window.counts(), 2);
    double absent = (double) absentLabels.inDenominator(window.absent());
    double hits = (double) window.count(0);
    bounds.logE(window.season(), 0, hits, hits + absent, window.count(1) + absent, out);
  }

  @Override
  public DispersionMeter newMeter() {
    return new DispersionMeter(1, seasons());
  }

  @Override
  public void measure(WindowCounts window, EventSums meter) {
    meter.add(window.season(), 0, (double) window.count(0), (double) window.count(1));
  }

  @Override
  public Optional<CellCounts> cells(WindowCounts window) {
    double[] hits = {(double) window.count(0)};
    return Optional.of(new CellCounts(window.season(), hits, (double) window.count(1)));
  }

  @Override
  public Component describe(int component) {
    return new Component(
        EventKind.RATE, 0, 0, BernoulliEvents.side(component), BernoulliEvents.rung(component));
  }
}
