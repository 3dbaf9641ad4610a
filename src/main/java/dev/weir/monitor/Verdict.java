package dev.weir.monitor;

/** What Weir concludes from one metric of one window. Symbols as in the schema of metrics. */
public enum Verdict {
  /** Only a reader older than the writer sees it. */
  UNKNOWN,
  /** Judged, less evidence than a warning needs. */
  OK,
  /** Evidence at least a tenth of what alarms alone. */
  WARNING,
  /** Evidence passed what the budget asks, or a plain rule held; until that alert resolves. */
  ALERT,
  /** The cohort is not final, or final with too few labels. */
  PROVISIONAL,
  /** Fewer rows than the job file or the metric asks for. */
  NOT_ENOUGH_DATA,
  /** No baseline for this model, version or column. */
  NO_BASELINE,
  /** The statistic does not exist here. */
  UNDEFINED,
  /** Shown, no rule. */
  NOT_JUDGED;

  /** Whether a metric with this verdict has no value. */
  public boolean withoutValue() {
    return this == NOT_ENOUGH_DATA || this == NO_BASELINE || this == UNDEFINED;
  }
}
