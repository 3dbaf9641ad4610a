package dev.weir.monitor;

import java.util.Locale;

/** Unit of a metric's value. */
public enum Unit {
  /** A share in [0,1]. */
  RATIO,
  /** A number of things. */
  COUNT,
  /** Natural logarithm. */
  NAT,
  /** Standard deviations of the reference. */
  REFERENCE_SD,
  /** Seconds. */
  SECOND,
  /** No unit. */
  NONE,
  /** The unit of the label ({@code target_unit}). */
  TARGET;

  /** The name in records: lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
