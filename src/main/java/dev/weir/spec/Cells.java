package dev.weir.spec;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the text of a reference cell means. */
final class Cells {
  private static final Pattern SPECIAL = Pattern.compile("(?i)nan|[-+]?inf(inity)?");

  /** Earliest epoch millisecond that can be told from a second. */
  private static final double LEAST_MILLIS = 1e11;

  private Cells() {}

  /** Whether the text is a finite number: sign, digits with at most one point, exponent. */
  static boolean isNumber(String text) {
    int end = text.length();
    int at = signed(text, 0, end);
    int whole = digits(text, at, end);
    int fraction = whole;
    if (whole < end && text.charAt(whole) == '.') {
      fraction = digits(text, whole + 1, end);
    }
    boolean hasDigits = whole > at || fraction > whole + 1;
    if (!hasDigits || fraction == end) {
      return hasDigits;
    }
    if (text.charAt(fraction) != 'e' && text.charAt(fraction) != 'E') {
      return false;
    }
    int exponent = signed(text, fraction + 1, end);
    return exponent < end && digits(text, exponent, end) == end;
  }

  private static int signed(String text, int at, int end) {
    return at < end && (text.charAt(at) == '-' || text.charAt(at) == '+') ? at + 1 : at;
  }

  private static int digits(String text, int from, int end) {
    int at = from;
    while (at < end && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  /** Whether the text is NaN or infinity, which a column of numbers may hold. */
  static boolean isSpecial(String text) {
    return SPECIAL.matcher(text).matches();
  }

  /** Whether the text is a truth value. */
  static boolean isTruth(String text) {
    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
  }

  /** The number, NaN where there is none. */
  static double number(@Nullable String text) {
    return text != null && isNumber(text) ? Double.parseDouble(text) : Double.NaN;
  }

  /**
   * Epoch milliseconds of a time with its zone or of whole milliseconds; NaN where there is none.
   */
  static double time(@Nullable String text) {
    if (text == null) {
      return Double.NaN;
    }
    if (isNumber(text)) {
      double millis = Double.parseDouble(text);
      return millis >= LEAST_MILLIS ? millis : Double.NaN;
    }
    if (isUsualTime(text)) {
      return usualTime(text);
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeParseException e) {
      return Double.NaN;
    }
  }

  /** Whether a time looks like {@code 2001-03-01T00:13:00.085Z}, with or without milliseconds. */
  private static boolean isUsualTime(String text) {
    String form = text.length() == 20 ? "0000-00-00T00:00:00Z" : "0000-00-00T00:00:00.000Z";
    if (text.length() != form.length()) {
      return false;
    }
    for (int i = 0; i < form.length(); i++) {
      char wanted = form.charAt(i);
      char found = text.charAt(i);
      if (wanted == '0' ? found < '0' || found > '9' : found != wanted) {
        return false;
      }
    }
    return field(text, 11, 13) < 24 && field(text, 14, 16) < 60 && field(text, 17, 19) < 60;
  }

  /** Without a formatter, which takes most of the time that a reference is read. */
  private static double usualTime(String text) {
    int month = field(text, 5, 7);
    int day = field(text, 8, 10);
    int year = field(text, 0, 4);
    if (month < 1 || month > 12 || day < 1 || day > YearMonth.of(year, month).lengthOfMonth()) {
      return Double.NaN;
    }
    long seconds =
        LocalDate.of(year, month, day).toEpochDay() * 86_400
            + field(text, 11, 13) * 3_600L
            + field(text, 14, 16) * 60L
            + field(text, 17, 19);
    return seconds * 1_000.0 + (text.length() == 20 ? 0 : field(text, 20, 23));
  }

  private static int field(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      value = 10 * value + text.charAt(i) - '0';
    }
    return value;
  }

  /** A class as text without decoration: {@code 1}, not {@code 1.0}. */
  static String label(String text) {
    if (isNumber(text)) {
      BigDecimal number = new BigDecimal(text).stripTrailingZeros();
      return number.signum() == 0 ? "0" : number.toPlainString();
    }
    return isTruth(text) ? text.toLowerCase(Locale.ROOT) : text;
  }

  /** Epoch milliseconds of a date or a time of a job file. */
  static long instant(String text) {
    if (text.indexOf('T') < 0) {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }
    String full = text.matches(".*T[0-9]{2}:[0-9]{2}Z") ? text.replace("Z", ":00Z") : text;
    return Instant.parse(full).toEpochMilli();
  }

  /** How many numbers the text {@code [1, 2, 3]} holds; -1 if it is no such list. */
  static int arrayLength(String text) {
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return -1;
    }
    String inside = text.substring(1, text.length() - 1).strip();
    if (inside.isEmpty()) {
      return 0;
    }
    String[] parts = inside.split(",", -1);
    for (String part : parts) {
      if (!isNumber(part.strip()) && !isSpecial(part.strip())) {
        return -1;
      }
    }
    return parts.length;
  }
}
