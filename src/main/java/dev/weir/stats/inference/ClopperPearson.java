package dev.weir.stats.inference;

/**
 * Exact one-sided bounds of a probability, from k of m records.
 *
 * <p>The true probability is above {@link #upper} with probability at most {@code delta}, whatever
 * it is; the same for {@link #lower}. Counts may be fractions, for they are divided by dispersions.
 * Source: Clopper and Pearson (1934).
 */
public final class ClopperPearson {
  private ClopperPearson() {}

  /**
   * BetaInv(1 - delta; k + 1, m - k); 1 if k = m.
   *
   * @param k how often, 0 to m
   * @param m out of how many
   * @param delta error of this side, in (0, 1)
   */
  public static double upper(double k, double m, double delta) {
    require(k, m);
    return m - k <= 0 ? 1 : BetaQuantile.upperTail(delta, k + 1, m - k);
  }

  /** BetaInv(delta; k, m - k + 1); 0 if k is 0 or less. */
  public static double lower(double k, double m, double delta) {
    require(Math.max(k, 0), m);
    return k <= 0 ? 0 : BetaQuantile.lowerTail(delta, k, m - k + 1);
  }

  private static void require(double k, double m) {
    if (!(k >= 0 && k <= m)) {
      throw new IllegalArgumentException("need 0 <= k <= m, got k = " + k + ", m = " + m);
    }
  }
}
