package dev.weir.stats.inference;

/**
 * Evidence that the mean of losses in [0, 1] is above a bound, from their sum and sum of squares.
 * Far stronger than {@link TiltKernel} for losses of small variance, such as Brier's.
 *
 * <p>With {@code S = (S1 - N u)/u}, {@code Q = (S2 - 2 u S1 + N u^2)/u^2}, {@code t_j = 2^-j}, j =
 * 1..8, the components are {@code t_j S + (ln(1 - t_j) + t_j) Q}; the exponential of each is an
 * e-value. Vacuous (all zeros) if the bound is outside (0, 1). Source: Fan, Grama and Liu (2015).
 */
public final class EmpiricalBernsteinKernel {
  /** Number of stakes, hence of components. */
  public static final int RUNGS = 8;

  private final Side side;
  private final double bound;
  private final boolean vacuous;

  /** A kernel for one bound and side. {@code BELOW} is {@code ABOVE} for one minus the loss. */
  public EmpiricalBernsteinKernel(double bound, Side side) {
    this.side = side;
    this.vacuous = TiltKernel.vacuous(bound);
    this.bound = side == Side.ABOVE ? bound : 1 - bound;
  }

  /** The stake of a rung: 1/2, 1/4, ..., 1/256. */
  public static double stake(int rung) {
    return 1.0 / (2 << rung);
  }

  /** Whether this kernel always says 0. */
  public boolean vacuous() {
    return vacuous;
  }

  /**
   * Evidence of a window in nats.
   *
   * @param rung which stake, 0 to 7
   * @param n number of losses
   * @param sum sum of the losses
   * @param sumOfSquares sum of their squares
   */
  public double logE(int rung, double n, double sum, double sumOfSquares) {
    if (vacuous) {
      return 0;
    }
    boolean above = side == Side.ABOVE;
    double first = above ? sum : n - sum;
    double second = above ? sumOfSquares : n - 2 * sum + sumOfSquares;
    double lead = (first - n * bound) / bound;
    double spread = (second - 2 * bound * first + n * bound * bound) / (bound * bound);
    double stake = stake(rung);
    return stake * lead + (StrictMath.log1p(-stake) + stake) * spread;
  }
}
