package dev.weir.stats.sequential;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Wealth of a bettor who bets that the mean of values in [0, 1] is above a bound: an e-process at
 * every step, if the conditional means respect the bound.
 *
 * <p>Stakes are predictable: {@code min(1/(2 m), sqrt(2 ln(1/alpha)/(V_t ln(t + 1))))}, with V_t =
 * 1/4 + the squared deviations so far. Depends on the order of the values, unlike the evidence that
 * decides. Source: Waudby-Smith and Ramdas (2024).
 *
 * <p>Mutable. Encoded: format byte, settings, counters.
 */
public final class BettingWealth {
  private final double bound;
  private final double alpha;
  private long n;
  private double sum = 0.5;
  private double deviations = 0.25;
  private double wealth = 1;

  /**
   * Starts with wealth 1.
   *
   * @param bound m, the largest mean that the null allows, in (0, 1)
   * @param alpha the error at which the stakes are tuned, in (0, 1)
   */
  public BettingWealth(double bound, double alpha) {
    if (!(bound > 0 && bound < 1 && alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(
          "bound and alpha must be in (0, 1), got " + bound + ", " + alpha);
    }
    this.bound = bound;
    this.alpha = alpha;
  }

  /** Takes in the next value, in [0, 1], and returns the wealth. */
  public double update(double value) {
    n++;
    double tuned =
        StrictMath.sqrt(
            2 * StrictMath.log(1 / alpha) / (deviations * StrictMath.log((double) (n + 1))));
    wealth *= 1 + Math.min(tuned, 0.5 / bound) * (value - bound);
    sum += value;
    double gap = value - sum / (n + 1);
    deviations += gap * gap;
    return wealth;
  }

  /** The wealth after the last value. */
  public double wealth() {
    return wealth;
  }

  /** Writes the state; {@link #decode} reads it back. */
  public void encode(DataOutput out) throws IOException {
    Format.write(out);
    out.writeDouble(bound);
    out.writeDouble(alpha);
    out.writeLong(n);
    out.writeDouble(sum);
    out.writeDouble(deviations);
    out.writeDouble(wealth);
  }

  /** Reads a state written by {@link #encode}. */
  public static BettingWealth decode(DataInput in) throws IOException {
    Format.require("betting wealth", in);
    BettingWealth read = new BettingWealth(in.readDouble(), in.readDouble());
    read.n = in.readLong();
    read.sum = in.readDouble();
    read.deviations = in.readDouble();
    read.wealth = in.readDouble();
    return read;
  }
}
