package dev.weir.cli;

import java.util.Locale;

/** Text for a terminal. */
final class Plain {
  private Plain() {}

  /** The text with every control character but the line feed shown as {@code \xNN}. */
  static String text(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) && c != '\n') {
        plain.append(String.format("\\x%02x", (int) c));
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  /** So many of a thing: {@code 1 alert}, {@code 1,204 alerts}. */
  static String count(long number, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
  }
}
