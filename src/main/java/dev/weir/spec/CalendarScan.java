package dev.weir.spec;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds out whether a column is a function of the clock: of the hour, weekday, month or year of the
 * event time in 99.9 % of the rows, or equal to that part (a constant {@code year}, an hour with
 * the minutes as its fraction).
 */
final class CalendarScan {
  private static final double SHARE = 0.999;

  /** A column with more values is no function of a part of the calendar. */
  private static final int MOST_VALUES = 400;

  /** Fewer rows for each hour, weekday, month are always a function of it by chance. */
  private static final int LEAST_ROWS = 20;

  /** Rounding of an hour with a fraction. */
  private static final double HOUR_ROUNDING = 0.001;

  private static final List<String> PARTS = List.of("hour", "weekday", "month", "year");

  private long rows;
  private boolean tooMany;
  private final Map<String, Integer> values = new HashMap<>();
  private final List<Map<Integer, Map<String, Integer>>> byPart = new ArrayList<>();
  private final long[] equal = new long[PARTS.size()];

  CalendarScan() {
    PARTS.forEach(part -> byPart.add(new HashMap<>()));
  }

  /** Parts of a time that features are functions of. */
  record Moment(int hour, double hourAndMinutes, int weekday, int month, int year) {
    static Moment of(double millis, ZoneId zone) {
      ZonedDateTime time = Instant.ofEpochMilli((long) millis).atZone(zone);
      return new Moment(
          time.getHour(),
          time.getHour() + time.getMinute() / 60.0 + time.getSecond() / 3600.0,
          time.getDayOfWeek().getValue(),
          time.getMonthValue(),
          time.getYear());
    }

    private int part(int index) {
      return switch (index) {
        case 0 -> hour;
        case 1 -> weekday;
        case 2 -> month;
        default -> year;
      };
    }
  }

  /** Takes one row. */
  void add(String cell, double number, Moment moment) {
    rows++;
    for (int part = 0; part < PARTS.size(); part++) {
      boolean same = number == moment.part(part);
      boolean fraction = part == 0 && Math.abs(number - moment.hourAndMinutes()) <= HOUR_ROUNDING;
      equal[part] += same || fraction ? 1 : 0;
    }
    if (tooMany) {
      return;
    }
    values.merge(cell, 1, Integer::sum);
    if (values.size() > MOST_VALUES) {
      tooMany = true;
      values.clear();
      byPart.forEach(Map::clear);
    }
    for (int part = 0; part < PARTS.size() && !tooMany; part++) {
      byPart
          .get(part)
          .computeIfAbsent(moment.part(part), unused -> new HashMap<>())
          .merge(cell, 1, Integer::sum);
    }
  }

  /** Why the column is a function of the clock; empty if it is not. */
  Optional<String> verdict() {
    for (int part = 0; part < PARTS.size(); part++) {
      if (rows > 0 && equal[part] >= SHARE * rows) {
        return Optional.of("equals the " + PARTS.get(part) + " of event_time");
      }
    }
    for (int part = 0; part < PARTS.size(); part++) {
      if (isFunctionOf(part)) {
        return Optional.of("a function of the " + PARTS.get(part) + " of event_time");
      }
    }
    return Optional.empty();
  }

  private boolean isFunctionOf(int part) {
    Map<Integer, Map<String, Integer>> cells = byPart.get(part);
    if (tooMany
        || cells.size() < 2
        || rows < (long) LEAST_ROWS * cells.size()
        || most(values) >= SHARE * rows) {
      return false;
    }
    long explained = 0;
    Set<String> images = new TreeSet<>();
    for (Map<String, Integer> counts : cells.values()) {
      explained += most(counts);
      images.addAll(counts.keySet());
    }
    return explained >= SHARE * rows && images.size() > 1;
  }

  private static int most(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }
}
