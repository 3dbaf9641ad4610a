package dev.weir.event;

import java.math.BigInteger;

/**
 * The shortest decimal that reads back as a given double, of several the closest; the same on every
 * Java version.
 *
 * <p>{@code 0.1} gives digits 1 and exponent -1; {@code 2e23} gives digits 2 and exponent 23, where
 * {@code Double.toString} of Java 17 writes 1.9999999999999998E23. Integers only: no rounding is
 * left to the platform.
 *
 * <p>Source: Raffaello Giulietti, "The Schubfach way to render doubles" (2020). Deviation: one
 * digit is enough where one digit reads back (5e-324), which Java's own rendering does not allow.
 * The table of powers is computed instead of printed.
 */
final class ShortestDecimal {
  private static final int FRACTION_BITS = 52;
  private static final long HIDDEN_BIT = 1L << FRACTION_BITS;
  private static final int SMALLEST_EXPONENT = -1074;
  private static final long MASK_63 = Long.MAX_VALUE;

  /** Decimal exponents of the smallest and the largest doubles. */
  private static final int SMALLEST_POWER = -324;

  private static final int LARGEST_POWER = 292;

  /** 10^-k as 126-bit integers, rounded up: upper and lower 63 bits. */
  private static final long[] UPPER = new long[LARGEST_POWER - SMALLEST_POWER + 1];

  private static final long[] LOWER = new long[UPPER.length];

  static {
    for (int k = SMALLEST_POWER; k <= LARGEST_POWER; k++) {
      BigInteger power = scaledPower(-k).add(BigInteger.ONE);
      UPPER[k - SMALLEST_POWER] = power.shiftRight(63).longValueExact();
      LOWER[k - SMALLEST_POWER] = power.longValue() & MASK_63;
    }
  }

  private final long digits;
  private final int exponent;

  private ShortestDecimal(long digits, int exponent) {
    this.digits = digits;
    this.exponent = exponent;
  }

  /** The decimal is this times 10 to the {@link #exponent}; no zero at its end. */
  long digits() {
    return digits;
  }

  int exponent() {
    return exponent;
  }

  /** The decimal of a finite number above 0. */
  static ShortestDecimal of(double value) {
    long bits = Double.doubleToRawLongBits(value);
    long fraction = bits & (HIDDEN_BIT - 1);
    int biased = (int) (bits >>> FRACTION_BITS);
    return biased == 0
        ? of(SMALLEST_EXPONENT, fraction)
        : of(SMALLEST_EXPONENT - 1 + biased, HIDDEN_BIT | fraction);
  }

  /** The decimal of significand times 2 to the binary exponent. */
  private static ShortestDecimal of(int binaryExponent, long significand) {
    long bound = significand & 1;
    long value = significand << 2;
    long above = value + 2;
    boolean even = significand != HIDDEN_BIT || binaryExponent == SMALLEST_EXPONENT;
    // Below a power of two the doubles lie twice as close.
    long below = even ? value - 2 : value - 1;
    int k = even ? floorLog10Power2(binaryExponent) : floorLog10ThreeQuarters(binaryExponent);
    int shift = binaryExponent + floorLog2Power10(-k) + 2;
    long upper = UPPER[k - SMALLEST_POWER];
    long lower = LOWER[k - SMALLEST_POWER];
    long scaled = roundToOdd(upper, lower, value << shift);
    long lowest = roundToOdd(upper, lower, below << shift) + bound;
    long highest = roundToOdd(upper, lower, above << shift) - bound;
    long floor = scaled >> 2;
    long floorOfTens = floor / 10 * 10;
    if (floorOfTens > 0) {
      boolean lowTens = lowest <= floorOfTens << 2;
      boolean highTens = (floorOfTens + 10) << 2 <= highest;
      if (lowTens != highTens) {
        return stripped(lowTens ? floorOfTens : floorOfTens + 10, k);
      }
    }
    boolean low = lowest <= floor << 2;
    boolean high = (floor + 1) << 2 <= highest;
    if (low != high) {
      return stripped(low ? floor : floor + 1, k);
    }
    long toMiddle = scaled - ((floor + floor + 1) << 1);
    boolean down = toMiddle < 0 || (toMiddle == 0 && (floor & 1) == 0);
    return stripped(down ? floor : floor + 1, k);
  }

  private static ShortestDecimal stripped(long digits, int exponent) {
    long rest = digits;
    int power = exponent;
    while (rest % 10 == 0) {
      rest /= 10;
      power++;
    }
    return new ShortestDecimal(rest, power);
  }

  /** The product's upper bits; the last bit says whether anything was cut off. */
  private static long roundToOdd(long upper, long lower, long factor) {
    long low = Math.multiplyHigh(lower, factor);
    long middle = upper * factor;
    long high = Math.multiplyHigh(upper, factor);
    long sum = (middle >>> 1) + low;
    return (high + (sum >>> 63)) | (((sum & MASK_63) + MASK_63) >>> 63);
  }

  /** floor(10^n * 2^(125 - floor(log2(10^n)))). */
  private static BigInteger scaledPower(int n) {
    int shift = 125 - floorLog2Power10(n);
    BigInteger power = BigInteger.TEN.pow(Math.abs(n));
    if (n < 0) {
      return BigInteger.ONE.shiftLeft(shift).divide(power);
    }
    return shift >= 0 ? power.shiftLeft(shift) : power.shiftRight(-shift);
  }

  /** floor(log10(2^e)), exact for all exponents of doubles. */
  private static int floorLog10Power2(int e) {
    return (int) ((e * 661_971_961_083L) >> 41);
  }

  /** floor(log10(3/4 * 2^e)), exact for all exponents of doubles. */
  private static int floorLog10ThreeQuarters(int e) {
    return (int) ((e * 661_971_961_083L - 274_743_187_321L) >> 41);
  }

  /** floor(log2(10^e)), exact for all exponents of doubles. */
  private static int floorLog2Power10(int e) {
    return (int) ((e * 913_124_641_741L) >> 38);
  }
}
