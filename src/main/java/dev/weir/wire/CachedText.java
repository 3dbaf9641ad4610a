package dev.weir.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The last text at one place: the same bytes give the same instance, without a new one. */
final class CachedText {
  private byte[] bytes = {};
  private int length;
  private String text = "";

  /** The text in {@code source[from..to)}. */
  String of(byte[] source, int from, int to) {
    if (!Arrays.equals(source, from, to, bytes, 0, length)) {
      text = new String(source, from, to - from, StandardCharsets.UTF_8);
      length = to - from;
      if (length > bytes.length) {
        bytes = new byte[length];
      }
      System.arraycopy(source, from, bytes, 0, length);
    }
    return text;
  }
}
