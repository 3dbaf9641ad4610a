package dev.weir.decide;

import java.util.Locale;

/**
 * Something about Weir's own input or limits that a person must hear of: an alert of monitor {@code
 * weir}.
 *
 * @param kind what happened
 * @param subject limit, input, trigger id, ...: one alert for each kind and subject
 * @param active whether it still holds; false resolves the alert. An alert that is not said again
 *     for a day of event time resolves by itself
 * @param summary one sentence with the number
 */
public record SystemNotice(Kind kind, String subject, boolean active, String summary) {
  /** What can happen. */
  public enum Kind {
    /** Many records could not be used. */
    DEAD_LETTERS,
    /** A bound of the state bit. */
    LIMIT_REACHED,
    /** A version predicts that nobody registered. */
    VERSION_NOT_REGISTERED,
    /** An input brings nothing. */
    INPUT_SILENT,
    /** An alert is open for a week and nobody answered. */
    ALERT_UNANSWERED,
    /** The trigger topic holds other bytes under an id of ours. */
    TRIGGER_CONFLICT,
    /** A trigger that no alert stands behind waits for approval. */
    TRIGGER_PROPOSED,
    /** The trigger topic holds triggers that this job did not write. */
    TRIGGER_UNKNOWN,
    /** A trigger expired without ever being readable on its topic. */
    TRIGGER_LOST,
    /** Columns of the reference are in no row of an input. */
    COLUMNS_MISSING;

    /** The metric id of its alerts: lower case. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
