package dev.weir.event;

import java.util.Locale;

/** What becomes of a record: exactly one of these, with the counts adding up to what was read. */
public enum Fate {
  /** Counted in an outcome, or joined to one. */
  USED,
  /** Delivered before, or not newer than what is known: changes no outcome. */
  DUPLICATE,
  /** Its time ran too far backwards in its partition. */
  LATE,
  /** What it waited for did not come, or it came too long after. */
  EXPIRED,
  /** Set aside with a reason. */
  DEAD_LETTERED;

  /** The name in counts: lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
