package dev.weir.stats.inference;

/**
 * Upper bound of the mean of values in [0, 1] from their sample mean and variance: the true mean is
 * above it with probability at most delta. Source: Maurer and Pontil (2009), theorem 4.
 */
public final class MaurerPontil {
  private MaurerPontil() {}

  /**
   * mean + sqrt(2 V ln(2/delta)/m) + 7 ln(2/delta)/(3 (m - 1)).
   *
   * <p>1 if there are fewer than two values. May be above 1.
   *
   * @param m number of values
   * @param mean their mean
   * @param variance their variance with divisor m - 1
   * @param delta error, in (0, 1)
   */
  public static double upper(double m, double mean, double variance, double delta) {
    if (!(delta > 0 && delta < 1)) {
      throw new IllegalArgumentException("delta must be in (0, 1), got " + delta);
    }
    if (m < 2) {
      return 1;
    }
    double log = StrictMath.log(2 / delta);
    return mean + StrictMath.sqrt(2 * variance * log / m) + 7 * log / (3 * (m - 1));
  }
}
