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
    int first = PER_EVENT * event;
    write(kernels.above[event], hits, n, dispersion[event], out, first);
    write(kernels.below[event], hitsAtMost, n, dispersion[event], out, first + PER_SIDE);
  }

  private static void write(
      TiltKernel kernel, double hits, double n, double dispersion, long[] out, int first) {
    for (int rung = 0; rung < PER_SIDE; rung++) {
      double logE = kernel.logE(rung, hits, n);
      // Most counts scatter no more than independence lets them, and divisions are slow.
      out[first + rung] = Nats.floor(dispersion == 1 ? logE : logE / dispersion);
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

  private static final class Kernels {
    final int season;
    final TiltKernel[] above;
    final TiltKernel[] below;

    Kernels(int season, double[] upper, double[] lower) {
      this.season = season;
      this.above = new TiltKernel[upper.length];
      this.below = new TiltKernel[lower.length];
      Arrays.setAll(above, event -> new TiltKernel(upper[event], Side.ABOVE));
      Arrays.setAll(below, event -> new TiltKernel(lower[event], Side.BELOW));
    }
  }
}
