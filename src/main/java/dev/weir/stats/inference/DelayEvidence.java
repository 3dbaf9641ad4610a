package dev.weir.stats.inference;

import java.util.Arrays;
import java.util.Optional;

/**
 * Evidence that labels come later than in the reference: events "labelled within age a" for the .5
 * and .9 quantiles of the reference's delay, lower side only. Predictions without a label yet count
 * as not labelled.
 */
public final class DelayEvidence implements EvidencePlan {
  private final BernoulliEvents bounds;
  private final int ages;

  private DelayEvidence(BernoulliEvents bounds, int ages) {
    this.bounds = bounds;
    this.ages = ages;
  }

  /**
   * The plan, with bounds at {@code delta / (2 E H)}, E ages, H season buckets.
   *
   * @param within per season bucket and age, reference predictions labelled within that age
   * @param totals per season bucket, reference predictions
   */
  public static DelayEvidence of(long[][] within, long[] totals, EvidenceSettings settings) {
    int ages = within[0].length;
    double level = settings.delta() / (2.0 * ages * within.length);
    double[][] lower = new double[within.length][ages];
    double[][] upper = new double[within.length][ages];
    for (int season = 0; season < within.length; season++) {
      Counts.requireLength("each season", within[season], ages);
      Arrays.fill(upper[season], Double.NaN);
      for (int age = 0; age < ages; age++) {
        Counts.requirePart(within[season][age], totals[season]);
        double d = settings.dispersion().of(age);
        lower[season][age] =
            DriftEvidence.lower(
                within[season][age] / d, totals[season] / d, level, settings.tolerance());
      }
    }
    return new DelayEvidence(new BernoulliEvents(lower, upper, settings.dispersion()), ages);
  }

  /**
   * The counts of one window.
   *
   * @param within predictions labelled within each age
   * @param total all predictions of the window, labelled or not
   */
  public static WindowCounts window(int season, long[] within, long total) {
    long[] counts = Arrays.copyOf(within, within.length + 1);
    counts[within.length] = total;
    return new WindowCounts(season, counts, 0);
  }

  /** Lower bound of the share labelled within an age, tolerance taken off. */
  public double lower(int season, int age) {
    return bounds.lower(season, age);
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
    Counts.requireLength("label delay", window.counts(), ages + 1);
    double n = (double) window.count(ages);
    for (int age = 0; age < ages; age++) {
      double hits = (double) window.count(age);
      bounds.logE(window.season(), age, hits, hits, n, out);
    }
  }

  /** Predictions labelled within each age; the cells overlap. */
  @Override
  public Optional<CellCounts> cells(WindowCounts window) {
    double[] hits = Arrays.stream(window.counts()).limit(ages).asDoubleStream().toArray();
    return Optional.of(new CellCounts(window.season(), hits, (double) window.count(ages)));
  }

  @Override
  public DispersionMeter newMeter() {
    return new DispersionMeter(ages, seasons());
  }

  @Override
  public void measure(WindowCounts window, EventSums meter) {
    for (int age = 0; age < ages; age++) {
      meter.add(window.season(), age, (double) window.count(age), (double) window.count(ages));
    }
  }

  @Override
  public Component describe(int component) {
    int age = component / BernoulliEvents.PER_EVENT;
    return new Component(
        EventKind.LABELLED_WITHIN,
        age,
        age,
        BernoulliEvents.side(component),
        BernoulliEvents.rung(component));
  }
}
