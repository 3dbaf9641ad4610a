package dev.weir.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Texts that come again and again, as categories and names of models do: equal bytes mostly give
 * the same instance, without a new one.
 *
 * <p>Bound: {@value #SLOTS} texts of at most {@value #LONGEST} bytes. Where the {@value #PROBES}
 * slots that a text may have are taken, it takes the first; longer texts are not kept.
 */
final class TextCache {
  private static final int SLOT_BITS = 12;
  private static final int SLOTS = 1 << SLOT_BITS;
  private static final int LONGEST = 128;
  private static final int PROBES = 8;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** An odd number without a pattern, so that all bits of a product depend on all of a factor. */
  private static final long MIXER = 0x9E3779B97F4A7C15L;

  private final byte[][] keys = new byte[SLOTS][];
  private final String[] texts = new String[SLOTS];

  /** The bytes of texts that fit into a number, the first one lowest; of others a hash. */
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
    long word = length <= Long.BYTES ? word(source, from, length) : hash(source, from, to);
    int home = slot(word);
    for (int probe = 0; probe < PROBES; probe++) {
      int slot = home + probe & SLOTS - 1;
      byte[] key = keys[slot];
      if (key == null) {
        return keep(slot, word, source, from, to);
      }
      if (words[slot] == word
          && key.length == length
          && (length <= Long.BYTES || Arrays.equals(source, from, to, key, 0, length))) {
        return texts[slot];
      }
    }
    return keep(home, word, source, from, to);
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

  /** A hash of more than eight bytes; the last eight may overlap those before. */
  private static long hash(byte[] source, int from, int to) {
    long hash = 0;
    for (int i = from; i < to - Long.BYTES; i += Long.BYTES) {
      hash = (hash ^ (long) LONG.get(source, i)) * MIXER;
    }
    return hash ^ (long) LONG.get(source, to - Long.BYTES);
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
