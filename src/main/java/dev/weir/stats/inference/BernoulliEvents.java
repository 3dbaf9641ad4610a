package dev.weir.stats.inference;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The shared part of all plans that watch yes/no events: a bound per season, event and side, and
 * eight tilts each. Components are numbered event by event, above before below, small tilts first.
 */
final class BernoulliEvents {
  static final int PER_SIDE = TiltKernel.RUNGS;
  static final int PER_EVENT = 2 * PER_SIDE;

  private final double[][] lower;
  private final double[][] upper;
  private final double[] dispersion;
  private final int[] live;

  /** The kernels of the season used last; a thousand constants per season would be too many. */
  private volatile @Nullable Kernels recent;

  /**
   * @param lower per season and event; NaN where the side is not watched
   * @param upper same
   */
  BernoulliEvents(double[][] lower, double[][] upper, Dispersion dispersion) {
    this.lower = lower;
    this.upper = upper;
    int events = lower[0].length;
    this.dispersion = new double[events];
    Arrays.setAll(this.dispersion, dispersion::of);
    this.live =
        IntStream.range(0, PER_EVENT * events)
            .filter(
                component ->
                    !alwaysVacuous(
                        side(component) == Side.ABOVE ? upper : lower, component / PER_EVENT))
            .toArray();
  }

  private static boolean alwaysVacuous(double[][] bounds, int event) {
    for (double[] season : bounds) {
      if (!TiltKernel.vacuous(season[event])) {
        return false;
      }
    }
    return true;
  }

  int seasons() {
    return lower.length;
  }

  int components() {
    return PER_EVENT * dispersion.length;
  }

  int[] liveComponents() {
    return live;
  }

  double lower(int season, int event) {
    return lower[season][event];
  }

  double upper(int season, int event) {
    return upper[season][event];
  }

  static Side side(int component) {
    return component / PER_SIDE % 2 == 0 ? Side.ABOVE : Side.BELOW;
  }

  static int rung(int component) {
    return component % PER_SIDE;
  }

  /**
   * Writes the sixteen components of one event.
   *
   * @param hits how often it happened, among records that count
   * @param hitsAtMost the same with every record of unknown outcome as a hit
   */
  void logE(int season, int event, double hits, double hitsAtMost, double n, long[] out) {
    Kernels kernels = kernels(season);
    double d = dispersion[event];
    int first = PER_EVENT * event;
    for (int component = first; component < first + PER_SIDE; component++) {
      out[component] = kernels.logE(component, hits, n, d);
    }
    for (int component = first + PER_SIDE; component < first + PER_EVENT; component++) {
      out[component] = kernels.logE(component, hitsAtMost, n, d);
    }
  }

  private Kernels kernels(int season) {
    Kernels known = recent;
    if (known == null || known.season != season) {
      if (season >= seasons()) {
        throw new IllegalArgumentException("season " + season + " of " + seasons());
      }
      known = new Kernels(season, upper[season], lower[season]);
      recent = known;
    }
    return known;
  }

  /** The constants of all kernels of a season side by side, because each window reads them all. */
  private static final class Kernels {
    final int season;
    private final double[] tilts;
    private final double[] prices;

    Kernels(int season, double[] upper, double[] lower) {
      this.season = season;
      this.tilts = new double[PER_EVENT * upper.length];
      this.prices = new double[tilts.length];
      for (int component = 0; component < tilts.length; component += PER_SIDE) {
        Side side = side(component);
        double bound = (side == Side.ABOVE ? upper : lower)[component / PER_EVENT];
        new TiltKernel(bound, side).copy(tilts, prices, component);
      }
    }

    long logE(int component, double hits, double n, double dispersion) {
      double logE = tilts[component] * hits - n * prices[component];
      // Most counts scatter no more than independence lets them, and divisions are slow.
      return Nats.floor(dispersion == 1 ? logE : logE / dispersion);
    }
  }
}
