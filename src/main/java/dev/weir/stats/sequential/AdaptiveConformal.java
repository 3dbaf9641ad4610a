package dev.weir.stats.sequential;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Adaptive conformal inference: moves the level at which intervals are read so that, in the long
 * run, the promised share of outcomes is missed, whatever the data do.
 *
 * <p>Guarantee, for the loop that uses {@link #alpha()}: if at most d earlier outcomes are
 * outstanding when one is issued, the mean error over T outcomes is within {@link #bound} of the
 * target, for every T, every order of arrival, every sequence. It does not cover producers that
 * ignore the level. Source: Gibbs and Candes (2021); the delay is Weir's own extension.
 *
 * <p>Mutable. Encoded: format byte, then target, step and level.
 */
public final class AdaptiveConformal {
  /** The usual step. */
  public static final double STEP = 0.005;

  private final double target;
  private final double step;
  private double alpha;

  /**
   * Starts at the target.
   *
   * @param target share of outcomes that may be missed, in (0, 1)
   * @param step gamma, above 0
   */
  public AdaptiveConformal(double target, double step) {
    this(target, step, target);
  }

  private AdaptiveConformal(double target, double step, double alpha) {
    if (!(target > 0 && target < 1 && step > 0)) {
      throw new IllegalArgumentException(
          "need a target in (0, 1) and a positive step, got " + target + ", " + step);
    }
    this.target = target;
    this.step = step;
    this.alpha = alpha;
  }

  /** The level in force. Outside [0, 1] the interval is everything or nothing. */
  public double alpha() {
    return alpha;
  }

  /**
   * Whether an interval at a level misses an outcome.
   *
   * @param beta the smallest level at which the interval misses it
   * @param level the level in force when the interval was issued
   */
  public static boolean misses(double beta, double level) {
    return level >= 1 || (level > 0 && beta < level);
  }

  /** Takes in an outcome that is known before the next interval is issued. */
  public boolean update(double beta) {
    boolean missed = misses(beta, alpha);
    feedBack(missed);
    return missed;
  }

  /** Takes in whether the interval issued for an outcome missed it; outcomes may come late. */
  public void feedBack(boolean missed) {
    alpha += step * (target - (missed ? 1 : 0));
  }

  /**
   * How far the mean error over the outcomes fed back can be from the target.
   *
   * @param outcomes T, at least 1
   * @param outstanding d, the most earlier outcomes unknown when one is issued
   * @param first the level at the start
   */
  public static double bound(
      double target, double step, double first, long outcomes, long outstanding) {
    double delay = (double) (outstanding + 1);
    double above = first + step * (1 - target) * delay;
    double below = 1 - first + step * target * delay;
    return Math.max(above, below) / (step * outcomes);
  }

  /** Writes the state; {@link #decode} reads it back. */
  public void encode(DataOutput out) throws IOException {
    Format.write(out);
    out.writeDouble(target);
    out.writeDouble(step);
    out.writeDouble(alpha);
  }

  /** Reads a state written by {@link #encode}. */
  public static AdaptiveConformal decode(DataInput in) throws IOException {
    Format.require("adaptive conformal", in);
    double target = in.readDouble();
    double step = in.readDouble();
    return new AdaptiveConformal(target, step, in.readDouble());
  }
}
