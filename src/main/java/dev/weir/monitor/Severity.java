package dev.weir.monitor;

/** How bad an alert is. */
public enum Severity {
  /** Only a reader older than the writer sees it. */
  UNKNOWN,
  /** Worth knowing. */
  INFO,
  /** Worth looking at today. */
  WARNING,
  /** Worth looking at now. */
  ERROR,
  /** Worth waking somebody. */
  CRITICAL
}
