package dev.weir.stats.inference;

/**
 * The two-sided normal mixture for a sum S with sub-Gaussian variance v: an e-value at every time,
 * and a bound of |S| that holds at all times. Source: Howard, Ramdas, McAuliffe and Sekhon (2021).
 *
 * @param rho the mixture's precision, above 0
 */
public record NormalMixture(double rho) {
  /** The mixture whose bound is nearly tightest at variance {@code v}, for error alpha. */
  public static NormalMixture tightestAt(double v, double alpha) {
    double log = 2 * StrictMath.log(1 / alpha);
    return new NormalMixture(v / (log + StrictMath.log1p(log)));
  }

  /** Log of the e-value of a sum. */
  public double logE(double sum, double v) {
    return (StrictMath.log(rho / (rho + v)) + sum * sum / (rho + v)) / 2;
  }

  /** The |S| that is passed at any time with probability at most alpha. */
  public double bound(double v, double alpha) {
    return StrictMath.sqrt((v + rho) * (StrictMath.log1p(v / rho) + 2 * StrictMath.log(1 / alpha)));
  }
}
