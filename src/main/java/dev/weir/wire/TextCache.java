package dev.weir.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
  private static final int SLOT_BITS = 9;
  private static final int SLOTS = 1 << SLOT_BITS;
  private static final int LONGEST = 64;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** An odd number without a pattern, so that all bits of a product depend on all of a factor. */
  private static final long MIXER = 0x9E3779B97F4A7C15L;

  private final byte[][] keys = new byte[SLOTS][];
  private final @Nullable String[] texts = new String[SLOTS];

  /** The bytes of texts that fit into a number, the first one lowest. */
  private final long[] words = new long[SLOTS];

  /** The text in {@code source[from..to)}. */
  String of(byte[] source, int from, int to) {
    int length = to - from;
    if (length == 0) {
      return "";
    }
    if (length > LONGEST) {
      return text(source, from, to);
    }
    if (length <= Long.BYTES) {
      long word = word(source, from, length);
      int slot = slot(word);
      String known = texts[slot];
      return known != null && words[slot] == word && keys[slot].length == length
          ? known
          : keep(slot, word, source, from, to);
    }
    long hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + source[i];
    }
    int slot = slot(hash);
    String known = texts[slot];
    return known != null && Arrays.equals(source, from, to, keys[slot], 0, keys[slot].length)
        ? known
        : keep(slot, hash, source, from, to);
  }

  private static long word(byte[] source, int from, int length) {
    if (source.length - from >= Long.BYTES) {
      return (long) LONG.get(source, from) & -1L >>> Byte.SIZE * (Long.BYTES - length);
    }
    long word = 0;
    for (int i = from + length - 1; i >= from; i--) {
      word = word << Byte.SIZE | source[i] & 0xFF;
    }
    return word;
  }

  private static int slot(long hash) {
    return (int) (hash * MIXER >>> Long.SIZE - SLOT_BITS);
  }

  private String keep(int slot, long word, byte[] source, int from, int to) {
    String text = text(source, from, to);
    keys[slot] = Arrays.copyOfRange(source, from, to);
    texts[slot] = text;
    words[slot] = word;
    return text;
  }

  private static String text(byte[] source, int from, int to) {
    return new String(source, from, to - from, StandardCharsets.UTF_8);
  }
}
