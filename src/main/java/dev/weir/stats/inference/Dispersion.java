package dev.weir.stats.inference;

import java.util.Arrays;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;

/**
 * By how much the records of a window are fewer than they look, per event: evidence and reference
 * counts are divided by it.
 *
 * <p>Guarantee with a known D: exact if dependent records come in clusters of at most D,
 * independent of each other. With a measured D: approximate. Sources: McCullagh and Nelder (1989);
 * Kish (1965).
 */
public final class Dispersion {
  /** Fewest reference windows from which dispersion may be measured. */
  public static final int MINIMUM_WINDOWS = 28;

  private static final Dispersion NONE = new Dispersion(new double[] {1});

  private final double[] perEvent;

  private Dispersion(double[] perEvent) {
    for (double value : perEvent) {
      if (!(value >= 1 && value < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("dispersion must be 1 or more, got " + value);
      }
    }
    this.perEvent = perEvent;
  }

  /** Independent records: 1 for every event. */
  public static Dispersion none() {
    return NONE;
  }

  /** The same dispersion for every event. */
  public static Dispersion uniform(double dispersion) {
    return new Dispersion(new double[] {dispersion});
  }

  /** One dispersion per event, in the order of the plan's events. */
  public static Dispersion perEvent(double... dispersion) {
    return new Dispersion(dispersion.clone());
  }

  /** The dispersion of every event, or the one that all share. */
  public double[] values() {
    return perEvent.clone();
  }

  @Override
  public String toString() {
    return Arrays.toString(perEvent);
  }

  /** The dispersion of one event; of an event that was not measured, the largest of the others. */
  public double of(int event) {
    if (perEvent.length == 1) {
      return perEvent[0];
    }
    return event < perEvent.length ? perEvent[event] : Arrays.stream(perEvent).max().orElse(1);
  }

  /** The dispersion of an event measured on reference windows of one season bucket. */
  public static double measured(long[] hits, long[] totals) {
    return measured(new long[][] {hits}, new long[][] {totals});
  }

  /**
   * The dispersion of an event measured on reference windows: {@code max(1, X2 / chi2_{.05, W -
   * H})} with {@link #pearson} as X2, W windows in H season buckets.
   *
   * <p>1 if there is nothing to measure (W = H, or the event happens never or always). The .05
   * quantile errs on the side of a large D, that is of too little evidence.
   *
   * @param hits per season bucket and reference window, how often the event happened
   * @param totals same shape, out of how many records
   */
  public static double measured(long[][] hits, long[][] totals) {
    int freedom = 0;
    for (long[] windows : hits) {
      freedom += Math.max(0, windows.length - 1);
    }
    if (freedom == 0) {
      return 1;
    }
    double quantile =
        new ChiSquaredDistribution(null, freedom, 1e-12).inverseCumulativeProbability(0.05);
    return Math.max(1, pearson(hits, totals) / quantile);
  }

  /**
   * Pearson's statistic of an event: sum over windows of (k - n P)^2 / (n P (1 - P)), P the share
   * in the window's season bucket. Windows without records add nothing.
   */
  public static double pearson(long[][] hits, long[][] totals) {
    double sum = 0;
    for (int season = 0; season < hits.length; season++) {
      double n = (double) Counts.sum(totals[season]);
      double share = Counts.sum(hits[season]) / n;
      if (!(share > 0 && share < 1)) {
        continue;
      }
      for (int window = 0; window < hits[season].length; window++) {
        double expected = totals[season][window] * share;
        if (expected > 0) {
          double gap = hits[season][window] - expected;
          sum += gap * gap / (expected * (1 - share));
        }
      }
    }
    return sum;
  }
}
