package dev.weir.stats.inference;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.commons.math3.special.Beta;
import org.jspecify.annotations.Nullable;

/**
 * Quantiles of the beta distribution, accurate where a rate of 1e-6 matters.
 *
 * <p>The root is bracketed on the regularised incomplete beta function and narrowed by Newton's
 * step on its logarithm, by bisection where that step leaves the bracket, to 1e-14 absolute or
 * 1e-13 relative, whichever is larger. Both tails keep full precision, because the upper one is
 * solved as the lower one of the mirrored distribution.
 */
public final class BetaQuantile {
  private static final double ABSOLUTE = 1e-14;
  private static final double RELATIVE = 1e-13;
  private static final int MOST_STEPS = 200;

  /** Features without ties have equal counts in equal bins, hence equal bounds: some are kept. */
  private static final AtomicReferenceArray<@Nullable Quantile> KEPT =
      new AtomicReferenceArray<>(1 << 12);

  private BetaQuantile() {}

  /** What was found. */
  private record Quantile(double probability, double a, double b, double x) {}

  /**
   * The x with P(X <= x) = {@code probability}, X ~ Beta(a, b).
   *
   * @param probability in (0, 1)
   * @param a above 0
   * @param b above 0
   */
  public static double lowerTail(double probability, double a, double b) {
    if (!(probability > 0 && probability < 1 && a > 0 && b > 0)) {
      throw new IllegalArgumentException(
          "no beta quantile for probability " + probability + ", a " + a + ", b " + b);
    }
    int hash = (31 * Double.hashCode(a) + Double.hashCode(b)) * 31 + Double.hashCode(probability);
    int slot = (hash ^ hash >>> 12) & (KEPT.length() - 1);
    Quantile kept = KEPT.get(slot);
    if (kept == null || kept.probability() != probability || kept.a() != a || kept.b() != b) {
      kept = new Quantile(probability, a, b, solve(probability, a, b));
      KEPT.set(slot, kept);
    }
    return kept.x();
  }

  private static double solve(double probability, double a, double b) {
    double target = StrictMath.log(probability);
    double logBeta = Beta.logBeta(a, b);
    double low = 0;
    double high = 1;
    double x = a / (a + b);
    for (int step = 0; step < MOST_STEPS; step++) {
      double mass = Beta.regularizedBeta(x, a, b);
      double gap = StrictMath.log(mass) - target;
      if (gap < 0) {
        low = x;
      } else {
        high = x;
      }
      double logDensity = (a - 1) * StrictMath.log(x) + (b - 1) * StrictMath.log1p(-x) - logBeta;
      double next = x - gap * mass / StrictMath.exp(logDensity);
      if (!(next > low && next < high)) {
        next = low + (high - low) / 2;
      }
      if (Math.abs(next - x) <= Math.max(ABSOLUTE, RELATIVE * x)) {
        return next;
      }
      x = next;
    }
    return x;
  }

  /** The x with P(X > x) = {@code probability}, X ~ Beta(a, b). */
  public static double upperTail(double probability, double a, double b) {
    return 1 - lowerTail(probability, b, a);
  }
}
