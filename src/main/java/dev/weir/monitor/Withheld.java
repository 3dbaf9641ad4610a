package dev.weir.monitor;

import java.util.Locale;

/** Why a window of a judged series gave no evidence. */
public enum Withheld {
  /** Its rate of duplicates passed the bound. */
  DUPLICATES,
  /** Its labels are not final yet. */
  LABELS,
  /** A sliding window between the tumbling ones. */
  OVERLAP,
  /** A limit was reached. */
  LIMIT;

  /** The name in records: lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
