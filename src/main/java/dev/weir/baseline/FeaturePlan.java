package dev.weir.baseline;

/**
 * How one feature is read.
 *
 * @param name name in the events
 * @param kind how its values are summarised
 * @param calendar a function of the clock: quality is watched, drift is not
 */
public record FeaturePlan(String name, Kind kind, boolean calendar) {
  /** How values are summarised. */
  public enum Kind {
    /** Numbers on quantile bins. */
    NUMERIC,
    /** Counts of categories. */
    CATEGORICAL,
    /** A vector of numbers, as random Fourier features. */
    EMBEDDING
  }
}
