package dev.weir.baseline;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/**
 * Tells in which seasonal cell a time lies, by the clocks of a zone.
 *
 * @param by how the week is cut
 * @param zone whose clocks are meant
 */
public record SeasonCalendar(Season by, ZoneId zone) {
  /** One cell for all times. */
  public static final SeasonCalendar NONE = new SeasonCalendar(Season.NONE, ZoneOffset.UTC);

  private static final long QUARTER = Duration.ofMinutes(15).toMillis();

  /** Number of cells, at least 1. */
  public int cells() {
    return by.cells();
  }

  /** Whether there is more than one cell. */
  public boolean divides() {
    return by != Season.NONE;
  }

  /** The cell that contains {@code time}, from 0. */
  public int cell(long time) {
    return divides() ? by.cell(at(time)) : 0;
  }

  ZonedDateTime at(long time) {
    return Instant.ofEpochMilli(time).atZone(zone);
  }

  /** The name of a cell in records, such as {@code hour_of_week=37}. */
  public String name(int cell) {
    return by.id() + "=" + cell;
  }

  /** The number behind a name of this calendar's cells; empty for another calendar's. */
  OptionalLong number(String name) {
    String prefix = by.id() + "=";
    return name.startsWith(prefix)
        ? OptionalLong.of(Long.parseLong(name, prefix.length(), name.length(), 10))
        : OptionalLong.empty();
  }

  /**
   * The first time from {@code from} on, before {@code to}, at which a cell begins within a
   * tumbling window; empty if every window lies in one cell. Clocks change by quarters of an hour.
   */
  public OptionalLong crossing(WindowBorders borders, long from, long to) {
    if (!divides()) {
      return OptionalLong.empty();
    }
    long time = at(from).truncatedTo(ChronoUnit.DAYS).toInstant().toEpochMilli();
    int before = cell(time);
    while (time < to) {
      time += QUARTER;
      int cell = cell(time);
      if (cell != before && borders.windowStart(time) != time) {
        return OptionalLong.of(time);
      }
      before = cell;
    }
    return OptionalLong.empty();
  }
}
