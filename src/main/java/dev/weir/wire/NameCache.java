package dev.weir.wire;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Names of features by position. Records of one model mostly have the same names in the same order:
 * then none is read, allocated or compared with the others, only its bytes with those of the record
 * before, eight at a time.
 */
final class NameCache {
  private String[] names = {};

  /** Each name as it was written, its length before it. */
  private byte[][] written = {};

  /** The first bytes of that as a number, and a mask of those that are there. */
  private long[] heads = {};

  private long[] masks = {};
  private final Set<String> seen = new HashSet<>();

  /** So many of the first positions have had a name. */
  private int known;

  /** So many of the first names are known to differ from each other. */
  private int distinct;

  /** The name at this position; positions are read in order. */
  String read(int position, AvroInput input) throws IOException {
    return position < known && input.skipIf(heads[position], masks[position], written[position])
        ? names[position]
        : readAnew(position, input);
  }

  private String readAnew(int position, AvroInput input) throws IOException {
    int before = input.remaining();
    String name = input.readText();
    if (position < known && name.equals(names[position])) {
      return names[position];
    }
    if (position == names.length) {
      int size = Math.max(32, 2 * position);
      names = Arrays.copyOf(names, size);
      written = Arrays.copyOf(written, size);
      heads = Arrays.copyOf(heads, size);
      masks = Arrays.copyOf(masks, size);
    }
    byte[] bytes = input.last(before - input.remaining());
    names[position] = name;
    written[position] = bytes;
    heads[position] = 0;
    for (int i = Math.min(bytes.length, Long.BYTES) - 1; i >= 0; i--) {
      heads[position] = heads[position] << 8 | bytes[i] & 0xFF;
    }
    masks[position] = bytes.length < Long.BYTES ? (1L << 8 * bytes.length) - 1 : -1;
    known = Math.max(known, position + 1);
    distinct = Math.min(distinct, position);
    return name;
  }

  /** Whether one of the first {@code count} names appears twice. */
  boolean repeats(int count) {
    if (count <= distinct) {
      return false;
    }
    seen.clear();
    for (int i = 0; i < count; i++) {
      if (!seen.add(names[i])) {
        return true;
      }
    }
    distinct = count;
    return false;
  }
}
