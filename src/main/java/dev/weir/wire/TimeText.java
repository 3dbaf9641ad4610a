package dev.weir.wire;

/**
 * Times as text: {@code 2001-03-01T00:13:00.085Z}, or any other offset from UTC.
 *
 * <p>Seconds and their fraction may be left out, a blank may stand for the T; the zone may not be
 * left out. Digits below the millisecond are cut off.
 */
final class TimeText {
  /** No time: a value that no text can give. */
  static final long INVALID = Long.MIN_VALUE;

  /** Whole numbers below this are refused, so that seconds cannot pass for milliseconds. */
  static final long SMALLEST_MILLIS = 100_000_000_000L;

  private static final long MILLIS_PER_MINUTE = 60_000;

  private TimeText() {}

  /** Milliseconds since 1970 UTC, or {@link #INVALID}. */
  static long parse(String text) {
    int length = text.length();
    if (length < 17 || !hasDateMarks(text)) {
      return INVALID;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    if (year < 0 || !isDate(year, month, day) || hour < 0 || hour > 23 || !isSixtieth(minute)) {
      return INVALID;
    }
    int at = 16;
    int second = 0;
    int millis = 0;
    if (text.charAt(at) == ':') {
      second = length < 20 ? -1 : digits(text, 17, 19);
      if (!isSixtieth(second)) {
        return INVALID;
      }
      at = 19;
      if (text.charAt(at) == '.') {
        int end = endOfDigits(text, at + 1);
        if (end == at + 1 || end > at + 10) {
          return INVALID;
        }
        millis = millis(text, at + 1, end);
        at = end;
      }
    }
    long zone = zoneMillis(text, at);
    if (zone == INVALID) {
      return INVALID;
    }
    long minutes = (daysSince1970(year, month, day) * 24 + hour) * 60 + minute;
    return minutes * MILLIS_PER_MINUTE + second * 1000L + millis - zone;
  }

  private static boolean hasDateMarks(String text) {
    char separator = text.charAt(10);
    return text.charAt(4) == '-'
        && text.charAt(7) == '-'
        && (separator == 'T' || separator == 't' || separator == ' ')
        && text.charAt(13) == ':';
  }

  private static boolean isSixtieth(int value) {
    return value >= 0 && value < 60;
  }

  /** A number of decimal digits, or -1 if there is anything else. */
  private static int digits(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value;
  }

  private static int endOfDigits(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  private static int millis(String text, int from, int to) {
    int value = 0;
    for (int i = 0; i < 3; i++) {
      value = 10 * value + (from + i < to ? text.charAt(from + i) - '0' : 0);
    }
    return value;
  }

  /** Milliseconds ahead of UTC of {@code Z}, {@code +02:00}, {@code -0330} or {@code +01}. */
  private static long zoneMillis(String text, int at) {
    int rest = text.length() - at;
    if (rest == 1 && (text.charAt(at) == 'Z' || text.charAt(at) == 'z')) {
      return 0;
    }
    if (rest < 3 || (text.charAt(at) != '+' && text.charAt(at) != '-')) {
      return INVALID;
    }
    boolean colon = rest == 6 && text.charAt(at + 3) == ':';
    int hours = digits(text, at + 1, at + 3);
    int minutes = rest == 3 ? 0 : colon ? digits(text, at + 4, at + 6) : -1;
    if (rest == 5) {
      minutes = digits(text, at + 3, at + 5);
    }
    if (hours < 0 || hours > 18 || !isSixtieth(minutes)) {
      return INVALID;
    }
    long millis = (hours * 60L + minutes) * MILLIS_PER_MINUTE;
    return text.charAt(at) == '-' ? -millis : millis;
  }

  private static boolean isDate(int year, int month, int day) {
    if (month < 1 || month > 12 || day < 1) {
      return false;
    }
    boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    int days =
        switch (month) {
          case 2 -> leap ? 29 : 28;
          case 4, 6, 9, 11 -> 30;
          default -> 31;
        };
    return day <= days;
  }

  /**
   * Days from 1970-01-01 in the Gregorian calendar; years count from March, so leap days end them.
   */
  private static long daysSince1970(int year, int month, int day) {
    long marchYear = month <= 2 ? year - 1 : year;
    long era = Math.floorDiv(marchYear, 400L);
    long yearOfEra = marchYear - era * 400;
    long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097 + dayOfEra - 719_468;
  }
}
