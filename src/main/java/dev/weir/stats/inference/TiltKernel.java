package dev.weir.stats.inference;

/**
 * Evidence that the mean of values in [0, 1] left a bound, from their sum and number alone.
 *
 * <p>Guarantee: {@code exp} of each of the eight components is an e-value if the average mean
 * within the window respects the bound and the values are independent given the past. With {@code
 * lambda_j = 0.025 * 2^j}, sum k of N values:
 *
 * <pre>
 *   above u:   lambda_j k - N ln(1 + u (e^lambda_j - 1))
 *   below l:  -lambda_j k - N ln(1 + l (e^-lambda_j - 1))
 * </pre>
 *
 * <p>Vacuous (all zeros) if the bound is outside (0, 1): a bound is dropped there, never clipped.
 * Sources: Wald (1945), Robbins (1970); {@code e^{lambda x} <= 1 + x (e^lambda - 1)} by convexity.
 */
public final class TiltKernel {
  /** Number of tilts, hence of components. */
  public static final int RUNGS = 8;

  private static final double SMALLEST_TILT = 0.025;

  private final double[] tilts = new double[RUNGS];
  private final double[] prices = new double[RUNGS];

  /** A kernel for one bound and side, with its constants worked out. */
  public TiltKernel(double bound, Side side) {
    if (vacuous(bound)) {
      return;
    }
    for (int rung = 0; rung < RUNGS; rung++) {
      tilts[rung] = side == Side.ABOVE ? tilt(rung) : -tilt(rung);
      prices[rung] = StrictMath.log1p(bound * StrictMath.expm1(tilts[rung]));
    }
  }

  /** The tilt of a rung: .025, .05, ..., 3.2. */
  public static double tilt(int rung) {
    return SMALLEST_TILT * (1 << rung);
  }

  /** Whether a bound says nothing: it is outside (0, 1), or not a number. */
  public static boolean vacuous(double bound) {
    return !(bound > 0 && bound < 1);
  }

  /** Copies {@code ln(1 + b (e^t - 1))} of each rung into an array. */
  void copyPrices(double[] into, int from) {
    System.arraycopy(prices, 0, into, from, RUNGS);
  }

  /**
   * Evidence of a window in nats.
   *
   * @param rung which tilt, 0 to 7
   * @param sum sum of the values
   * @param n number of values
   */
  public double logE(int rung, double sum, double n) {
    return tilts[rung] * sum - n * prices[rung];
  }
}
