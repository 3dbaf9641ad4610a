package dev.weir.stats.inference;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.commons.math3.special.Beta;
import org.jspecify.annotations.Nullable;

/**
 * Quantiles of the beta distribution, accurate where a rate of 1e-6 matters.
 *
 * <p>The root is bracketed on the regularised incomplete beta function and narrowed by Halley's
 * step on its logarithm, by bisection where that step leaves the bracket, to 1e-14 absolute or
 * 1e-13 relative, whichever is larger. From the start of Cran, Martin and Thomas (1977) that takes
 * two or three evaluations. Both tails keep full precision, because the upper one is solved as the
 * lower one of the mirrored distribution.
 */
public final class BetaQuantile {
  private static final double ABSOLUTE = 1e-14;
  private static final double RELATIVE = 1e-13;
  private static final int MOST_STEPS = 200;

  /** Nats from the target of which the next step leaves about the cube: less than rounding does. */
  private static final double NEAR = 1e-5;

  /** A step is lengthened by the bend of the curve to twice Newton's at most. */
  private static final double LEAST_BEND = 0.5;

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
    double x = start(probability, a, b);
    for (int step = 0; step < MOST_STEPS; step++) {
      double mass = Beta.regularizedBeta(x, a, b);
      double gap = StrictMath.log(mass) - target;
      if (gap < 0) {
        low = x;
      } else {
        high = x;
      }
      double logDensity = (a - 1) * StrictMath.log(x) + (b - 1) * StrictMath.log1p(-x) - logBeta;
      double slope = StrictMath.exp(logDensity) / mass;
      double newton = gap / slope;
      double bend = (a - 1) / x - (b - 1) / (1 - x) - slope;
      double next = x - newton / Math.max(LEAST_BEND, 1 - newton * bend / 2);
      double enough = Math.max(ABSOLUTE, RELATIVE * x);
      boolean inside = next > low && next < high;
      if (Math.abs(next - x) <= enough || (inside && Math.abs(gap) <= NEAR)) {
        return next;
      }
      if (!inside) {
        next = low + (high - low) / 2;
        if (Math.abs(next - x) <= enough) {
          return next;
        }
      }
      x = next;
    }
    return x;
  }

  /** A few thousandths off for shapes above 1 (Cran, Martin and Thomas 1977); else the mean. */
  private static double start(double probability, double a, double b) {
    double mean = a / (a + b);
    if (!(a > 1 && b > 1)) {
      return mean;
    }
    double tail = Math.min(probability, 1 - probability);
    double root = StrictMath.sqrt(-2 * StrictMath.log(tail));
    double deviate = root - (2.30753 + 0.27061 * root) / (1 + (0.99229 + 0.04481 * root) * root);
    double y = probability <= 0.5 ? deviate : -deviate;
    double r = (y * y - 3) / 6;
    double s = 1 / (2 * a - 1);
    double t = 1 / (2 * b - 1);
    double h = 2 / (s + t);
    if (h + r <= 0) {
      return mean;
    }
    double w = y * StrictMath.sqrt(h + r) / h - (t - s) * (r + 5.0 / 6 - 2 / (3 * h));
    double x = a / (a + b * StrictMath.exp(2 * w));
    return x > 0 && x < 1 ? x : mean;
  }

  /** The x with P(X > x) = {@code probability}, X ~ Beta(a, b). */
  public static double upperTail(double probability, double a, double b) {
    return 1 - lowerTail(probability, b, a);
  }
}
