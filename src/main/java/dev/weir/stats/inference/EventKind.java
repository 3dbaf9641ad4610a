package dev.weir.stats.inference;

/** What question about one record a component of evidence answers. */
public enum EventKind {
  /** Numeric: the value lies below inner edge {@code index}. */
  BELOW_EDGE,
  /** Numeric: the value lies in bin {@code index}. */
  IN_BIN,
  /** Categorical: the value is kept category {@code index}. */
  CATEGORY,
  /** Categorical: known to the reference, but not kept. */
  OTHER,
  /** Categorical: never seen in the reference. */
  UNSEEN,
  /** Categorical: the value belongs to declared group {@code index}. */
  GROUP,
  /** A rate: missing, out of range, interval missed, ... */
  RATE,
  /** A loss in [0, 1]. */
  LOSS,
  /** Calibration against the score: alternative {@code index} of {@link CalibrationEvidence}. */
  MISCALIBRATION,
  /** Calibration against the reference: the label is positive in score bin {@code index}. */
  POSITIVE_IN_BIN,
  /** The label came within age {@code index}. */
  LABELLED_WITHIN
}
