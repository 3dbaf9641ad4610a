package dev.weir.stats.inference;

import java.util.OptionalDouble;

/**
 * Likelihood ratios of interval forecasts: too many misses, and misses that come in runs. Effect
 * sizes; the evidence for coverage is {@link RateEvidence}. {@code 0 ln 0 = 0}.
 */
public final class CoverageBacktest {
  private CoverageBacktest() {}

  /**
   * Kupiec's likelihood ratio of the miss rate. Absent without records. Source: Kupiec (1995).
   *
   * @param misses how many outcomes fell outside
   * @param total how many outcomes
   * @param missRate the rate that the interval promises, in (0, 1)
   */
  public static OptionalDouble kupiec(long misses, long total, double missRate) {
    Counts.requirePart(misses, total);
    if (total == 0) {
      return OptionalDouble.empty();
    }
    double observed = (double) misses / total;
    return OptionalDouble.of(
        -2
            * (bernoulli(misses, total - misses, missRate)
                - bernoulli(misses, total - misses, observed)));
  }

  /**
   * Christoffersen's likelihood ratio of independence: from the four transitions hit/miss to
   * hit/miss in event-time order. Absent if all transitions are from hit to hit or from miss to
   * miss: then nothing can be said about runs. Source: Christoffersen (1998).
   *
   * @param n00 hit after hit
   * @param n01 miss after hit
   * @param n10 hit after miss
   * @param n11 miss after miss
   */
  public static OptionalDouble independence(long n00, long n01, long n10, long n11) {
    long total = n00 + n01 + n10 + n11;
    if (n00 == total || n11 == total) {
      return OptionalDouble.empty();
    }
    double pooled = (double) (n01 + n11) / total;
    return OptionalDouble.of(
        -2
            * (bernoulli(n01 + n11, n00 + n10, pooled)
                - bernoulli(n01, n00, share(n01, n00))
                - bernoulli(n11, n10, share(n11, n10))));
  }

  private static double share(long misses, long hits) {
    return misses == 0 ? 0 : (double) misses / (misses + hits);
  }

  /** ln(p^misses (1-p)^hits). */
  private static double bernoulli(long misses, long hits, double p) {
    double ofMisses = misses == 0 ? 0 : misses * StrictMath.log(p);
    double ofHits = hits == 0 ? 0 : hits * StrictMath.log1p(-p);
    return ofMisses + ofHits;
  }
}
