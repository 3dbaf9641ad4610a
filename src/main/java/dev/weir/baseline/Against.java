package dev.weir.baseline;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What windows of inputs and predictions are told apart from. */
public enum Against {
  /** The reference rows of the job file, which do not move. */
  BASELINE,
  /** The tumbling window before: a change is seen once, and is normal from then on. */
  PREVIOUS_WINDOW,
  /** The window at the same time by the clocks a week before. */
  SAME_HOUR_LAST_WEEK;

  /** Days after which no window is looked back to: a week, and a change of clocks. */
  private static final int REMEMBERED_DAYS = 8;

  private static final long DAY = 86_400_000;

  /** The name in job files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of this name; empty if there is none. */
  public static Optional<Against> of(String id) {
    return Arrays.stream(values()).filter(one -> one.id().equals(id)).findFirst();
  }

  /** Whether what is compared with moves with the stream. */
  public boolean moves() {
    return this != BASELINE;
  }

  /**
   * Start of the tumbling window that the one at {@code start} is compared with.
   *
   * @param zone whose clocks tell the same time of the week
   */
  public long earlier(long start, WindowBorders borders, ZoneId zone) {
    return this == SAME_HOUR_LAST_WEEK
        ? borders.windowStart(
            Instant.ofEpochMilli(start).atZone(zone).minusWeeks(1).toInstant().toEpochMilli())
        : borders.windowStart(start - 1);
  }

  /** The time from which on a window that starts at {@code start} is not looked back to. */
  public long forgottenAt(long start, WindowBorders borders) {
    long end = borders.windowEnd(start);
    return borders.windowEnd(
        this == SAME_HOUR_LAST_WEEK
            ? borders.windowStart(start + REMEMBERED_DAYS * DAY)
            : borders.windowStart(end));
  }
}
