package dev.weir.stats.inference;

/**
 * A closed interval {@code [low, high]} of plausible values, for people to read; no decision uses
 * it.
 *
 * @param low lower end, not NaN
 * @param high upper end, at least {@code low}
 */
public record Interval(double low, double high) {
  /** Rejects ends that are NaN or in the wrong order. */
  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException("an interval needs low <= high, got " + low + ", " + high);
    }
  }

  /** Returns the part of this interval inside [0, 1]; both ends are moved to the nearer limit. */
  public Interval within01() {
    return new Interval(Math.min(Math.max(low, 0), 1), Math.min(Math.max(high, 0), 1));
  }
}
