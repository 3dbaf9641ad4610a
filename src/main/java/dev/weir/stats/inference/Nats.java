package dev.weir.stats.inference;

import java.util.Arrays;

/** Evidence as an integer: units of 2^-30 nats, rounded down, so that sums are exact. */
public final class Nats {
  private static final double UNITS_PER_NAT = 0x1p30;
  private static final double LARGEST = 0x1p61;

  /** Bits behind the point. */
  private static final int FRACTION = 30;

  /** Few, so that the tables stay in the first cache beside what a window is worked out from. */
  private static final int TABLE_BITS = 8;

  private static final int TABLE_MASK = (1 << TABLE_BITS) - 1;
  private static final int REST_BITS = FRACTION - 2 * TABLE_BITS;
  private static final int REST_MASK = (1 << REST_BITS) - 1;
  private static final double NATS_PER_UNIT = 1 / UNITS_PER_NAT;

  /** e^-k for whole nats. */
  private static final double[] WHOLE = exponentials(64, 1);

  private static final double[] COARSE = exponentials(1 << TABLE_BITS, 0x1p-8);
  private static final double[] FINE = exponentials(1 << TABLE_BITS, 0x1p-16);

  private Nats() {}

  private static double[] exponentials(int size, double step) {
    double[] table = new double[size];
    Arrays.setAll(table, index -> StrictMath.exp(-index * step));
    return table;
  }

  /**
   * Rounds evidence down to a whole number of units; lowering evidence is always allowed. Limited
   * to +-2^31 nats; 0 for NaN.
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

  /**
   * {@code e^-nats} of evidence below 64 nats, within 2^-50 of it and the same on every machine:
   * the argument is whole units, so it splits exactly into parts that are looked up.
   *
   * @param units from 0 to 2^36 - 1
   */
  static double expOfMinus(long units) {
    double rest = (units & REST_MASK) * NATS_PER_UNIT;
    int coarse = (int) (units >> REST_BITS + TABLE_BITS) & TABLE_MASK;
    int fine = (int) (units >> REST_BITS) & TABLE_MASK;
    return WHOLE[(int) (units >> FRACTION)]
        * COARSE[coarse]
        * FINE[fine]
        * (1 - rest * (1 - rest * (1.0 / 2 - rest * (1.0 / 6))));
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
