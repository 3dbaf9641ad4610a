package dev.weir.stats.sequential;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Adaptive conformal inference that needs no step: eight of them run side by side and the level is
 * their weighted mean, weights following the pinball loss. Deterministic; nothing is sampled.
 *
 * <p>Source: Gibbs and Candes (2024). Mutable. Encoded: format byte, target, levels and weights.
 */
public final class DynamicallyTunedConformal {
  private static final int EXPERTS = 8;
  private static final double SMALLEST_STEP = 0.001;
  private static final double SHARED = 0.001;

  /** Outcomes over which regret is kept small. */
  private static final double HORIZON = 500;

  private final double target;
  private final double learningRate;
  private final double[] levels = new double[EXPERTS];
  private final double[] weights = new double[EXPERTS];

  /** Starts every level at the target, with the learning rate of {@link #learningRate}. */
  public DynamicallyTunedConformal(double target) {
    this(target, learningRate(target, EXPERTS, HORIZON));
  }

  /** Starts every level at the target, with a given learning rate. */
  public DynamicallyTunedConformal(double target, double learningRate) {
    this.target = target;
    this.learningRate = learningRate;
    Arrays.fill(levels, target);
    Arrays.fill(weights, 1);
  }

  /**
   * sqrt((3/T)(ln(2 K T) + 1)/((1-a)^2 a^3 + a^2 (1-a)^3)).
   *
   * @param target a, the share of outcomes that may be missed
   * @param experts K
   * @param horizon T, outcomes over which regret is kept small
   */
  public static double learningRate(double target, int experts, double horizon) {
    double kept = 1 - target;
    double spread = kept * kept * target * target * target + target * target * kept * kept * kept;
    return StrictMath.sqrt(3 / horizon * (StrictMath.log(2 * experts * horizon) + 1) / spread);
  }

  /** The level in force. */
  public double alpha() {
    double sum = 0;
    double total = 0;
    for (int expert = 0; expert < EXPERTS; expert++) {
      sum += weights[expert] * levels[expert];
      total += weights[expert];
    }
    return sum / total;
  }

  /** Takes in an outcome by the smallest level at which the interval misses it. */
  public void update(double beta) {
    double total = 0;
    for (int expert = 0; expert < EXPERTS; expert++) {
      double gap = beta - levels[expert];
      double loss = target * gap - Math.min(0, gap);
      weights[expert] *= StrictMath.exp(-learningRate * loss);
      total += weights[expert];
    }
    for (int expert = 0; expert < EXPERTS; expert++) {
      weights[expert] = (1 - SHARED) * weights[expert] / total + SHARED / EXPERTS;
      double step = SMALLEST_STEP * (1 << expert);
      levels[expert] += step * (target - (levels[expert] > beta ? 1 : 0));
    }
  }

  /** Writes the state; {@link #decode} reads it back. */
  public void encode(DataOutput out) throws IOException {
    Format.write(out);
    out.writeDouble(target);
    out.writeDouble(learningRate);
    for (int expert = 0; expert < EXPERTS; expert++) {
      out.writeDouble(levels[expert]);
      out.writeDouble(weights[expert]);
    }
  }

  /** Reads a state written by {@link #encode}. */
  public static DynamicallyTunedConformal decode(DataInput in) throws IOException {
    Format.require("dynamically tuned conformal", in);
    double target = in.readDouble();
    DynamicallyTunedConformal read = new DynamicallyTunedConformal(target, in.readDouble());
    for (int expert = 0; expert < EXPERTS; expert++) {
      read.levels[expert] = in.readDouble();
      read.weights[expert] = in.readDouble();
    }
    return read;
  }
}
