package dev.weir.spec;

import java.time.Duration;
import java.util.List;

/** Durations of job files: a whole number and {@code ms s m h d w}. */
final class Durations {
  private record UnitOf(String symbol, Duration length) {}

  /** Largest first. */
  private static final List<UnitOf> UNITS =
      List.of(
          new UnitOf("w", Duration.ofDays(7)),
          new UnitOf("d", Duration.ofDays(1)),
          new UnitOf("h", Duration.ofHours(1)),
          new UnitOf("m", Duration.ofMinutes(1)),
          new UnitOf("s", Duration.ofSeconds(1)),
          new UnitOf("ms", Duration.ofMillis(1)));

  /** Most digits of the schema's pattern. */
  private static final long LARGEST_NUMBER = 999_999;

  private Durations() {}

  /** The duration that a text of the schema's pattern means. */
  static Duration parse(String text) {
    int digits = 0;
    while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    String symbol = text.substring(digits);
    long number = Long.parseLong(text.substring(0, digits));
    return UNITS.stream()
        .filter(unit -> unit.symbol().equals(symbol))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no duration: " + text))
        .length()
        .multipliedBy(number);
  }

  /**
   * A duration as people write it: in the largest unit but weeks that is exact, {@code 0s} for
   * none. What does not fit six digits exactly is rounded up in the next unit.
   */
  static String write(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    for (UnitOf unit : UNITS) {
      long length = unit.length().toMillis();
      if (!unit.symbol().equals("w") && millis % length == 0) {
        return roundedUp(millis, unit);
      }
    }
    throw new IllegalStateException("milliseconds divide every duration");
  }

  private static String roundedUp(long millis, UnitOf exact) {
    for (int i = UNITS.indexOf(exact); i > 0; i--) {
      long length = UNITS.get(i).length().toMillis();
      long number = (millis + length - 1) / length;
      if (number <= LARGEST_NUMBER) {
        return number + UNITS.get(i).symbol();
      }
    }
    throw new IllegalArgumentException("too long: " + millis + " ms");
  }
}
