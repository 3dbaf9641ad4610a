package dev.weir.stats.inference;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The shared part of all plans that watch yes/no events: a bound per season, event and side, and
 * eight tilts each. Components are numbered event by event, above before below, small tilts first.
 */
final class BernoulliEvents {
  static final int PER_SIDE = TiltKernel.RUNGS;
  static final int PER_EVENT = 2 * PER_SIDE;

  /** The tilts of an event: those above, then those below. */
  private static final double[] TILTS = new double[PER_EVENT];

  /** So many patterns of live components are shared; a process with more keeps its own. */
  private static final int MOST_PATTERNS = 1 << 10;

  /** By the sides of events that are live: the components. Many series have the same. */
  private static final Map<BitSet, int[]> LIVE = new ConcurrentHashMap<>();

  /** Kernels of so few components are kept by every plan. */
  private static final int FEW = 256;

  /**
   * The plans that keep kernels of more. A thousand constants of each of a hundred thousand series
   * would be a gigabyte; those of one are made again in a thirtieth of a millisecond.
   */
  private static final AtomicReferenceArray<BernoulliEvents> KEEPING =
      new AtomicReferenceArray<>(1 << 13);

  private static final AtomicInteger NEXT = new AtomicInteger();

  static {
    Arrays.setAll(TILTS, c -> (side(c) == Side.ABOVE ? 1 : -1) * TiltKernel.tilt(rung(c)));
  }

  private final double[][] lower;
  private final double[][] upper;
  private final Dispersion dispersion;
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
    this.dispersion = dispersion;
    this.live = liveComponents(lower, upper);
  }

  private static int[] liveComponents(double[][] lower, double[][] upper) {
    BitSet sides = new BitSet();
    for (int event = 0; event < lower[0].length; event++) {
      sides.set(2 * event, !alwaysVacuous(upper, event));
      sides.set(2 * event + 1, !alwaysVacuous(lower, event));
    }
    int[] known = LIVE.get(sides);
    if (known == null) {
      known = sides.stream().flatMap(BernoulliEvents::componentsOf).toArray();
      if (LIVE.size() < MOST_PATTERNS) {
        LIVE.put(sides, known);
      }
    }
    return known;
  }

  private static IntStream componentsOf(int side) {
    return IntStream.range(PER_SIDE * side, PER_SIDE * (side + 1));
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
    return PER_EVENT * lower[0].length;
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
    double d = dispersion.of(event);
    int first = PER_EVENT * event;
    for (int i = 0; i < PER_SIDE; i++) {
      out[first + i] = kernels.logE(first + i, TILTS[i], hits, n, d);
    }
    for (int i = PER_SIDE; i < PER_EVENT; i++) {
      out[first + i] = kernels.logE(first + i, TILTS[i], hitsAtMost, n, d);
    }
  }

  private Kernels kernels(int season) {
    Kernels known = recent;
    if (known == null || known.season != season) {
      if (season >= seasons()) {
        throw new IllegalArgumentException("season " + season + " of " + seasons());
      }
      known = new Kernels(season, upper[season], lower[season]);
      keep(known);
    }
    return known;
  }

  /** Keeps kernels, if they are many in place of those that were kept first. */
  private void keep(Kernels made) {
    recent = made;
    if (made.prices.length > FEW) {
      int place = Math.floorMod(NEXT.getAndIncrement(), KEEPING.length());
      BernoulliEvents oldest = KEEPING.getAndSet(place, this);
      if (oldest != null && oldest != this) {
        oldest.recent = null;
      }
    }
  }

  /**
   * {@code ln(1 + b (e^t - 1))} of all components of a season side by side, because each window
   * reads them all; NaN, whose evidence is 0, where a bound is vacuous.
   */
  private static final class Kernels {
    final int season;
    private final double[] prices;

    Kernels(int season, double[] upper, double[] lower) {
      this.season = season;
      this.prices = new double[PER_EVENT * upper.length];
      for (int component = 0; component < prices.length; component += PER_SIDE) {
        Side side = side(component);
        double bound = (side == Side.ABOVE ? upper : lower)[component / PER_EVENT];
        if (TiltKernel.vacuous(bound)) {
          Arrays.fill(prices, component, component + PER_SIDE, Double.NaN);
        } else {
          new TiltKernel(bound, side).copyPrices(prices, component);
        }
      }
    }

    long logE(int component, double tilt, double hits, double n, double dispersion) {
      double logE = tilt * hits - n * prices[component];
      // Most counts scatter no more than independence lets them, and divisions are slow.
      return Nats.floor(dispersion == 1 ? logE : logE / dispersion);
    }
  }
}
