package dev.weir.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON with one spelling for each value (RFC 8785): equal values give equal bytes on every Java
 * version, so that hashes of them can be recomputed by anybody.
 *
 * <p>Keys are sorted by UTF-16 code units and there is no white space. Numbers are written as
 * ECMAScript does: the fewest digits that read back as the same double, of these the closest;
 * {@code Double.toString} is not used because its digits differ between Java 17 and 19. A lone
 * surrogate, which RFC 8785 forbids, is written as U+FFFD.
 */
public final class CanonicalJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final long DAY_MILLIS = 86_400_000;

  /** Whole numbers up to here are doubles. */
  private static final long LARGEST_WHOLE = 1L << 53;

  private CanonicalJson() {}

  /**
   * The canonical text of a value made of maps with string keys, iterables, strings, numbers,
   * booleans and null. Enumerations are written by name, an {@link Instant} as {@link #time}.
   *
   * @throws IllegalArgumentException for anything else, NaN and infinity included
   */
  public static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    append(out, value);
    return out.toString();
  }

  /** {@link #write} as UTF-8. */
  public static byte[] bytes(@Nullable Object value) {
    return write(value).getBytes(StandardCharsets.UTF_8);
  }

  /** A time in epoch milliseconds as {@code 2001-03-01T00:13:00.085Z}, always with milliseconds. */
  public static String time(long epochMillis) {
    long days = Math.floorDiv(epochMillis, DAY_MILLIS);
    LocalDate date = LocalDate.ofEpochDay(days);
    if (date.getYear() < 0 || date.getYear() > 9999) {
      return TIME.format(Instant.ofEpochMilli(epochMillis));
    }
    // A formatter takes ten times as long, and every metric has several times.
    int millis = (int) (epochMillis - days * DAY_MILLIS);
    char[] text = "0000-00-00T00:00:00.000Z".toCharArray();
    putDigits(text, 4, date.getYear());
    putDigits(text, 7, date.getMonthValue());
    putDigits(text, 10, date.getDayOfMonth());
    putDigits(text, 13, millis / 3_600_000);
    putDigits(text, 16, millis / 60_000 % 60);
    putDigits(text, 19, millis / 1_000 % 60);
    putDigits(text, 23, millis % 1_000);
    return new String(text);
  }

  /** Puts the digits of a number so that they end before {@code end}. */
  private static void putDigits(char[] text, int end, int number) {
    int at = end;
    for (int rest = number; rest > 0; rest /= 10) {
      text[--at] = (char) ('0' + rest % 10);
    }
  }

  /**
   * A number as ECMAScript writes it; -0 is written 0.
   *
   * @throws IllegalArgumentException for NaN and infinity, which JSON does not have
   */
  public static String number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("JSON has no " + value);
    }
    if (value == Math.rint(value) && Math.abs(value) < LARGEST_WHOLE) {
      return Long.toString((long) value);
    }
    return (value < 0 ? "-" : "") + layOut(ShortestDecimal.of(Math.abs(value)));
  }

  /** A string with its quotes. */
  public static String string(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    appendString(out, text);
    return out.toString();
  }

  private static void append(StringBuilder out, @Nullable Object value) {
    if (value == null) {
      out.append("null");
    } else if (value instanceof String text) {
      appendString(out, text);
    } else if (value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof Number number) {
      out.append(number(number));
    } else if (value instanceof Map<?, ?> map) {
      appendObject(out, map);
    } else if (value instanceof Iterable<?> items) {
      appendArray(out, items);
    } else if (value instanceof Enum<?> symbol) {
      appendString(out, symbol.name());
    } else if (value instanceof Instant instant) {
      appendString(out, TIME.format(instant));
    } else {
      throw new IllegalArgumentException("no JSON for " + value.getClass().getName());
    }
  }

  private static String number(Number number) {
    if (number instanceof Integer || number instanceof Long) {
      long whole = number.longValue();
      // Beyond 2^53 a reader sees a double anyway, so that is what is written.
      return Math.abs(whole) < LARGEST_WHOLE && whole != Long.MIN_VALUE
          ? Long.toString(whole)
          : number((double) whole);
    }
    return number(number.doubleValue());
  }

  private static void appendObject(StringBuilder out, Map<?, ?> map) {
    TreeMap<String, @Nullable Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put((String) key, value));
    out.append('{');
    String separator = "";
    for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
      out.append(separator);
      appendString(out, entry.getKey());
      out.append(':');
      append(out, entry.getValue());
      separator = ",";
    }
    out.append('}');
  }

  private static void appendArray(StringBuilder out, Iterable<?> items) {
    out.append('[');
    String separator = "";
    for (Object item : items) {
      out.append(separator);
      append(out, item);
      separator = ",";
    }
    out.append(']');
  }

  private static void appendString(StringBuilder out, String text) {
    out.append('"');
    int plain = plainPrefix(text);
    out.append(text, 0, plain);
    for (int i = plain; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else if (loneSurrogate(text, i)) {
            out.append('\uFFFD');
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** So many characters at the beginning are written as they are: mostly all. */
  private static int plainPrefix(String text) {
    int i = 0;
    while (i < text.length() && isPlain(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isPlain(char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  }

  private static boolean loneSurrogate(String text, int index) {
    char c = text.charAt(index);
    if (Character.isHighSurrogate(c)) {
      return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
    }
    return Character.isLowSurrogate(c)
        && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
  }

  /** Lays digits out as ECMAScript does: plain from 1e-6 up to below 1e21, else with exponent. */
  private static String layOut(ShortestDecimal decimal) {
    String digits = Long.toString(decimal.digits());
    int count = digits.length();
    int point = count + decimal.exponent();
    if (count <= point && point <= 21) {
      return digits + "0".repeat(point - count);
    }
    if (0 < point && point <= 21) {
      return digits.substring(0, point) + "." + digits.substring(point);
    }
    if (-6 < point && point <= 0) {
      return "0." + "0".repeat(-point) + digits;
    }
    String exponent = (point > 0 ? "e+" : "e-") + Math.abs(point - 1);
    return digits.charAt(0) + (count == 1 ? "" : "." + digits.substring(1)) + exponent;
  }
}
