package dev.weir.stats.inference;

/** Evidence as an integer: units of 2^-30 nats, rounded down, so that sums are exact. */
public final class Nats {
  private static final double UNITS_PER_NAT = 0x1p30;
  private static final double LARGEST = 0x1p61;

  private Nats() {}

  /**
   * Rounds evidence down to a whole number of units; lowering evidence is always allowed. Limited
   * to +-2^31 nats.
   */
  public static long floor(double nats) {
    double units = Math.floor(nats * UNITS_PER_NAT);
    if (Math.abs(units) <= LARGEST) {
      return (long) units;
    }
    return (long) Math.max(-LARGEST, Math.min(LARGEST, units));
  }

  /** The evidence in nats. */
  public static double of(long units) {
    return units / UNITS_PER_NAT;
  }

  /** The sum, held at the ends of {@code long} instead of wrapping round. */
  static long addSaturating(long a, long b) {
    long sum = a + b;
    if (((a ^ sum) & (b ^ sum)) < 0) {
      return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return sum;
  }
}
