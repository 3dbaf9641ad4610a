package dev.weir.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts that come again and again, as categories do: equal bytes mostly give the same instance,
 * without a new one.
 *
 * <p>Bound: {@value #SLOTS} texts of at most {@value #LONGEST} bytes. A text whose slot is taken by
 * another takes its place; longer ones are not kept.
 */
final class TextCache {
  private static final int SLOTS = 1 << 9;
  private static final int LONGEST = 64;

  private final byte[][] keys = new byte[SLOTS][];
  private final @Nullable String[] texts = new String[SLOTS];

  /** The text in {@code source[from..to)}. */
  String of(byte[] source, int from, int to) {
    if (to - from > LONGEST) {
      return text(source, from, to);
    }
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + source[i];
    }
    int slot = (hash ^ hash >>> 15) & (SLOTS - 1);
    String known = texts[slot];
    if (known != null && Arrays.equals(source, from, to, keys[slot], 0, keys[slot].length)) {
      return known;
    }
    String text = text(source, from, to);
    keys[slot] = Arrays.copyOfRange(source, from, to);
    texts[slot] = text;
    return text;
  }

  private static String text(byte[] source, int from, int to) {
    return new String(source, from, to - from, StandardCharsets.UTF_8);
  }
}
