package dev.weir.stats.summary;

import java.util.Optional;

/**
 * A number and the most that bins and fixed point can have moved it.
 *
 * <p>Guarantee: both are finite, and the exact value of the records lies within {@code errorBound}
 * of {@code value}.
 *
 * @param value the number, in the unit of its metric
 * @param errorBound largest distance from the exact value, same unit, at least 0
 */
public record Measured(double value, double errorBound) {

  /** Rejects what is not finite: "do not know" is an absent value, never a number. */
  public Measured {
    if (!Double.isFinite(value) || !Double.isFinite(errorBound) || errorBound < 0) {
      throw new IllegalArgumentException(
          "A measured value must be finite with a bound of at least 0, not "
              + value
              + " +- "
              + errorBound);
    }
  }

  /** The number, or absent if it or its bound is beyond the range of doubles. */
  public static Optional<Measured> ifFinite(double value, double errorBound) {
    return Double.isFinite(value) && Double.isFinite(errorBound)
        ? Optional.of(new Measured(value, errorBound))
        : Optional.empty();
  }

  /** A number that is exact but for the last rounding of doubles. */
  public static Measured exact(double value) {
    return new Measured(value, 0);
  }
}
