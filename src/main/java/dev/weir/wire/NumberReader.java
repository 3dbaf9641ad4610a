package dev.weir.wire;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads one number after another from text; the result of the last call stays in the object.
 *
 * <p>Numbers have the form {@code [+-]digits[.digits][e[+-]digits]}; {@code NaN}, {@code nan},
 * {@code Inf}, {@code inf}, {@code Infinity} with an optional sign are floating-point numbers too.
 * Every result is the double closest to the decimal.
 */
final class NumberReader {
  /** What the text was. */
  enum Result {
    /** No number. */
    NONE,
    /** An integer that fits 64 bits. */
    LONG,
    /** Any other number. */
    DOUBLE
  }

  private static final int LARGEST_EXACT_POWER = 22;
  private static final long LARGEST_EXACT_INTEGER = 1L << 53;

  /** Powers of ten that are doubles. */
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private long integer;
  private double number;
  private int at;
  private int digits;
  private int fractionDigits;
  private long mantissa;
  private boolean exact;

  /** The last integer; 0 if it was none. */
  long integer() {
    return integer;
  }

  /** The last number; NaN if it was none. */
  double number() {
    return number;
  }

  /** Reads {@code bytes[from..to)}. */
  Result read(byte[] bytes, int from, int to) {
    integer = 0;
    number = Double.NaN;
    if (from == to) {
      return Result.NONE;
    }
    boolean negative = bytes[from] == '-';
    at = negative || bytes[from] == '+' ? from + 1 : from;
    int start = at;
    digits = 0;
    fractionDigits = 0;
    mantissa = 0;
    exact = true;
    readDigits(bytes, to);
    if (at == to && digits > 0 && exact) {
      integer = negative ? -mantissa : mantissa;
      number = integer;
      return Result.LONG;
    }
    int wholeDigits = digits;
    if (at < to && bytes[at] == '.') {
      at++;
      readDigits(bytes, to);
      fractionDigits = digits - wholeDigits;
    }
    if (digits == 0) {
      return readWord(bytes, start, to, negative);
    }
    int exponent = 0;
    if (at < to && (bytes[at] | 0x20) == 'e') {
      exponent = readExponent(bytes, to);
    }
    if (at != to) {
      return Result.NONE;
    }
    number = value(bytes, from, to, exponent, negative);
    return Result.DOUBLE;
  }

  private void readDigits(byte[] bytes, int to) {
    while (at < to) {
      int digit = bytes[at] - '0';
      if (digit < 0 || digit > 9) {
        return;
      }
      if (mantissa > (Long.MAX_VALUE - 9) / 10) {
        exact = false;
      } else {
        mantissa = 10 * mantissa + digit;
      }
      digits++;
      at++;
    }
  }

  /** The exponent; the position stays before it if there are no digits. */
  private int readExponent(byte[] bytes, int to) {
    int position = at + 1;
    boolean negative = position < to && bytes[position] == '-';
    if (negative || (position < to && bytes[position] == '+')) {
      position++;
    }
    int first = position;
    int value = 0;
    while (position < to && bytes[position] >= '0' && bytes[position] <= '9') {
      value = Math.min(10 * value + bytes[position] - '0', 100_000);
      position++;
    }
    if (position > first) {
      at = position;
    }
    return negative ? -value : value;
  }

  private double value(byte[] bytes, int from, int to, int exponent, boolean negative) {
    int power = exponent - fractionDigits;
    // Both operands are exact, so the one rounding of the operation gives the closest double
    // (Clinger, 1990).
    if (exact && mantissa <= LARGEST_EXACT_INTEGER && Math.abs(power) <= LARGEST_EXACT_POWER) {
      double value = power < 0 ? mantissa / POWERS[-power] : mantissa * POWERS[power];
      return negative ? -value : value;
    }
    return Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
  }

  private Result readWord(byte[] bytes, int from, int to, boolean negative) {
    if (to - from != 3 && to - from != 8) {
      return Result.NONE;
    }
    String word = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    switch (word.toLowerCase(Locale.ROOT)) {
      case "nan" -> number = Double.NaN;
      case "inf", "infinity" ->
          number = negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      default -> {
        return Result.NONE;
      }
    }
    return Result.DOUBLE;
  }
}
