package dev.weir.stats.sequential;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A conformal test martingale: wealth against p-values being centred at 1/2, by three bettors that
 * swap a hundredth of their money at each step.
 *
 * <p>With a frozen reference of n records the p-values are only nearly uniform; dividing each bet
 * by {@code 1 + rho}, {@code rho = sqrt(ln(2/delta)/(6 n))}, keeps P(wealth ever passes c) at most
 * 1/c + delta for exchangeable data. Source: Vovk et al. (2021); the divisor is Weir's own.
 *
 * <p>Mutable. Encoded: format byte, penalty, the three capitals.
 */
public final class SimpleJumper {
  private static final double JUMP = 0.01;
  private static final double[] STAKES = {-1, 0, 1};

  private final double penalty;
  private final double[] capitals = {1.0 / 3, 1.0 / 3, 1.0 / 3};

  /** With a penalty rho, 0 or more. */
  public SimpleJumper(double penalty) {
    if (!(penalty >= 0)) {
      throw new IllegalArgumentException("the penalty cannot be negative, got " + penalty);
    }
    this.penalty = penalty;
  }

  /** The penalty for a frozen reference of {@code n} records, at error {@code delta}. */
  public static double penalty(double n, double delta) {
    return StrictMath.sqrt(StrictMath.log(2 / delta) / (6 * n));
  }

  /**
   * The mid-rank p-value of a score among the reference's.
   *
   * @param greater reference scores above it
   * @param equal reference scores equal to it
   * @param n reference scores
   */
  public static double midRank(long greater, long equal, long n) {
    return (greater + equal / 2.0 + 0.5) / (n + 1);
  }

  /** Takes in the next p-value and returns the wealth. */
  public double update(double p) {
    double before = wealth();
    for (int bettor = 0; bettor < STAKES.length; bettor++) {
      double stake = STAKES[bettor];
      capitals[bettor] =
          ((1 - JUMP) * capitals[bettor] + JUMP * before / STAKES.length)
              * (1 + stake * (p - 0.5))
              / (1 + Math.abs(stake) * penalty);
    }
    return wealth();
  }

  /** The wealth after the last p-value; 1 at the start. */
  public double wealth() {
    return capitals[0] + capitals[1] + capitals[2];
  }

  /** Writes the state; {@link #decode} reads it back. */
  public void encode(DataOutput out) throws IOException {
    Format.write(out);
    out.writeDouble(penalty);
    for (double capital : capitals) {
      out.writeDouble(capital);
    }
  }

  /** Reads a state written by {@link #encode}. */
  public static SimpleJumper decode(DataInput in) throws IOException {
    Format.require("simple jumper", in);
    SimpleJumper read = new SimpleJumper(in.readDouble());
    for (int bettor = 0; bettor < read.capitals.length; bettor++) {
      read.capitals[bettor] = in.readDouble();
    }
    return read;
  }
}
