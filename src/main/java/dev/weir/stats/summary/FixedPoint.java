package dev.weir.stats.summary;

/**
 * Real numbers as integers: {@code q = floor(x / unit + 1/2)}, unit a power of two.
 *
 * <p>Guarantee: scaling is exact, so {@code |q * unit - x| <= unit / 2} for every value inside the
 * clip, on every machine.
 */
public final class FixedPoint {

  /** Exponent of the unit of probabilities, scaled losses and logarithms: 2^-30. */
  public static final int PROBABILITY_EXPONENT = -30;

  /** The integer that stands for probability 1. */
  public static final long ONE = 1L << 30;

  /** Largest magnitude of a quantised numeric value: 2^43 units; beyond it the value is clipped. */
  public static final long NUMERIC_CLIP = 1L << 43;

  /** Largest magnitude of a quantised log loss, width or interval score: 2^13 scales of 2^30. */
  public static final long SCORE_CLIP = 1L << 43;

  private static final double INVERSE_PROBABILITY_UNIT = 0x1p30;

  private FixedPoint() {}

  /**
   * Returns a value of [0,1] in units of 2^-30.
   *
   * @throws IllegalArgumentException if it is not a number of [0,1]
   */
  public static long probability(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("A probability must lie in [0,1], not " + value);
    }
    return (long) Math.floor(value * INVERSE_PROBABILITY_UNIT + 0.5);
  }

  /**
   * Returns {@code floor(value * inverseUnit + 1/2)} clipped to [-clip, clip].
   *
   * @param inverseUnit a power of two
   */
  public static long quantise(double value, double inverseUnit, long clip) {
    double scaled = value * inverseUnit;
    if (scaled >= clip) {
      return clip;
    }
    return scaled <= -clip ? -clip : (long) Math.floor(scaled + 0.5);
  }

  /** Whether {@link #quantise} had to clip this value. */
  public static boolean clips(double value, double inverseUnit, long clip) {
    return !(Math.abs(value * inverseUnit) <= clip);
  }

  /** Exponent of the smallest power of two that is at least {@code value}, from -60 to 1023. */
  static int exponentAtLeast(double value) {
    if (!(value > 0x1p-60)) {
      return -60;
    }
    if (value > 0x1p1023) {
      return 1023;
    }
    int exponent = Math.getExponent(value);
    return Math.scalb(1.0, exponent) == value ? exponent : exponent + 1;
  }
}
