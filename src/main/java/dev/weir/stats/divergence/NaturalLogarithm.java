package dev.weir.stats.divergence;

/**
 * {@code ln x}, within two units in the last place and the same bits on every machine.
 *
 * <p>Distances take a hundred logarithms of a column, and {@link StrictMath#log} leaves Java for
 * each. Here the argument is split into 2^k z, z within a 128th of a number whose logarithm is
 * tabulated, and the rest is a short series (Tang 1990). What is not a normal positive number goes
 * to {@link StrictMath#log}.
 */
final class NaturalLogarithm {
  private static final int INDEX_BITS = 7;
  private static final int MANTISSA_BITS = 52;
  private static final long EXPONENT = 0xfffL << MANTISSA_BITS;

  /** Bits of 11/16: z lies in [11/16, 11/8), so that no logarithm near 0 is a difference. */
  private static final long LEAST = 0x3fe6_0000_0000_0000L;

  private static final double LN_2 = StrictMath.log(2);

  /** The upper half of the bits of ln 2, so that multiples of it are exact, and the rest. */
  private static final double LN_2_HIGH = upper(LN_2);

  private static final double LN_2_LOW = 0x1.abc9e3b39803fp-56 + (LN_2 - LN_2_HIGH);

  /** Per interval of z the inverse of a number in it, of few bits, and that number's logarithm. */
  private static final double[] INVERSE = new double[1 << INDEX_BITS];

  private static final double[] LOGARITHM = new double[1 << INDEX_BITS];

  static {
    for (int index = 0; index < INVERSE.length; index++) {
      long bits = LEAST + ((long) index << MANTISSA_BITS - INDEX_BITS);
      double from = scaled(bits);
      double to = scaled(bits + (1L << MANTISSA_BITS - INDEX_BITS) - 1);
      double middle = (from + to) / 2;
      // On both sides of 1 the number is 1 itself: the logarithm of 1 is no difference.
      boolean around1 = Math.abs(middle - 1) <= 0x1p-8;
      double inverse = around1 ? 1 : Math.rint(0x1p10 / middle) * 0x1p-10;
      INVERSE[index] = inverse;
      LOGARITHM[index] = -StrictMath.log(inverse);
    }
  }

  private NaturalLogarithm() {}

  private static double scaled(long bits) {
    return Double.longBitsToDouble(bits - (bits - LEAST & EXPONENT));
  }

  private static double upper(double value) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(value) & -1L << 27);
  }

  static double of(double x) {
    if (!(x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE)) {
      return StrictMath.log(x);
    }
    long offset = Double.doubleToRawLongBits(x) - LEAST;
    int index = (int) (offset >> MANTISSA_BITS - INDEX_BITS) & (1 << INDEX_BITS) - 1;
    double power = (double) (offset >> MANTISSA_BITS);
    double z = Double.longBitsToDouble(LEAST + (offset & ~EXPONENT));
    // Both products are exact, because the inverse has few bits.
    double high = upper(z);
    double inverse = INVERSE[index];
    double r = (high * inverse - 1) + (z - high) * inverse;
    double r2 = r * r;
    double series =
        r2 * (-1.0 / 2 + r * (1.0 / 3))
            + r2 * r2 * (-1.0 / 4 + r * (1.0 / 5) + r2 * (-1.0 / 6 + r * (1.0 / 7) - r2 * 0.125));
    return power * LN_2_HIGH + LOGARITHM[index] + (r + (series + power * LN_2_LOW));
  }
}
