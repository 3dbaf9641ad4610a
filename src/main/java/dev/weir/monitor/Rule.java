package dev.weir.monitor;

/** What gave a verdict. Symbols as in the schema of metrics. */
public enum Rule {
  /** Only a reader older than the writer sees it. */
  UNKNOWN,
  /** Shown, not judged. */
  NONE,
  /** Anytime-valid evidence under the false-alarm budget. */
  EVIDENCE,
  /** A plain rule of the user, outside the budget. */
  THRESHOLD
}
