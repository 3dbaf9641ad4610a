package dev.weir.spec;

/**
 * One value of a job file and where it comes from.
 *
 * @param key such as {@code monitors.drift.tolerance}
 * @param value as canonical JSON
 * @param origin who said so
 * @param reason why, one clause; empty where the file says so
 */
public record Explanation(String key, String value, Origin origin, String reason) {
  /** Who said so. */
  public enum Origin {
    /** The job file. */
    FILE,
    /** The default of this version. */
    DEFAULT,
    /** Inferred from the reference or from other keys. */
    INFERRED
  }
}
