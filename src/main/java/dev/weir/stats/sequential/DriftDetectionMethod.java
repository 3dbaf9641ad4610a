package dev.weir.stats.sequential;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * DDM: a rise of the error rate above its own best.
 *
 * <p>Error rate p with s = sqrt(p(1-p)/n); (p, s) is kept where p + s was smallest; after 30
 * values, a warning if p + s is above pmin + 2 smin and a change above pmin + 3 smin, unless told
 * otherwise. Source: Gama, Medas, Castillo and Rodrigues (2004). Mutable; restarts empty at its own
 * alarm.
 */
public final class DriftDetectionMethod implements ChangeDetector {
  private static final long WARM_UP = 30;
  private static final double WARNING = 2;
  private static final double CHANGE = 3;

  private final double warning;
  private final double change;
  private long n;
  private double rate;
  private double bestRate;
  private double bestDeviation;
  private double best = Double.POSITIVE_INFINITY;

  /** No value yet, with the limits of the source. */
  public DriftDetectionMethod() {
    this(WARNING, CHANGE);
  }

  /**
   * No value yet.
   *
   * @param warning deviations above the best rate for a warning
   * @param change deviations above the best rate for a change
   */
  public DriftDetectionMethod(double warning, double change) {
    this.warning = warning;
    this.change = change;
  }

  /** Takes in the next outcome: 1 for an error, 0 for none. */
  @Override
  public Signal update(double value) {
    n++;
    rate += (value - rate) / n;
    double deviation = StrictMath.sqrt(rate * (1 - rate) / n);
    if (n <= WARM_UP) {
      return Signal.NONE;
    }
    double level = rate + deviation;
    if (level <= best) {
      best = level;
      bestRate = rate;
      bestDeviation = deviation;
    }
    if (level > bestRate + change * bestDeviation) {
      n = 0;
      rate = 0;
      best = Double.POSITIVE_INFINITY;
      return Signal.CHANGE;
    }
    return level > bestRate + warning * bestDeviation ? Signal.WARNING : Signal.NONE;
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Format.write(out);
    out.writeDouble(warning);
    out.writeDouble(change);
    out.writeLong(n);
    out.writeDouble(rate);
    out.writeDouble(bestRate);
    out.writeDouble(bestDeviation);
    out.writeDouble(best);
  }

  /** Reads a state written by {@link #encode}. */
  public static DriftDetectionMethod decode(DataInput in) throws IOException {
    Format.require("DDM", in);
    DriftDetectionMethod read = new DriftDetectionMethod(in.readDouble(), in.readDouble());
    read.n = in.readLong();
    read.rate = in.readDouble();
    read.bestRate = in.readDouble();
    read.bestDeviation = in.readDouble();
    read.best = in.readDouble();
    return read;
  }
}
