package dev.weir.wire;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * What stands before the value of a feature, by position: its name and its branch of the union.
 * Records of one model mostly have the same features in the same order: then no name is read,
 * allocated or compared with the others, only bytes with those of the record before, eight at a
 * time.
 */
final class FeatureHeads {
  /** Branches of {@code FeatureValue}; their numbers take one byte. */
  private static final int BRANCHES = 6;

  private static final int MISSING = 0;

  /** What a model takes before it has features, its name included. */
  private static final int MODEL_BYTES = 1_000;

  /** What a position takes besides its name, as text and as written. */
  private static final int POSITION_BYTES = 120;

  private String[] names = {};
  private int[] branches = {};

  /** Each head as it was written: length of the name, name, branch. */
  private byte[][] written = {};

  /** The first bytes of that as a number, and a mask of those that are there. */
  private long[] firsts = {};

  private long[] masks = {};
  private final Set<String> seen = new HashSet<>();

  /** So many of the first positions have had a feature. */
  private int known;

  /** So many of the first names are known to differ from each other. */
  private int distinct;

  private long bytes = MODEL_BYTES;

  /** Steps over the head at this position; positions are read in order. Returns the branch. */
  int read(int position, AvroInput input) throws IOException {
    if (position < known) {
      long first = firsts[position];
      long mask = masks[position];
      byte[] head = written[position];
      if (input.skipIf(first, mask, head, head.length)) {
        return branches[position];
      }
      if (input.skipIf(
          first, head.length > Long.BYTES ? mask : mask >>> Byte.SIZE, head, head.length - 1)) {
        return keep(position, input.readIndex(BRANCHES));
      }
    }
    readName(position, input);
    return keep(position, input.readIndex(BRANCHES));
  }

  /** About what the heads take in memory. */
  long bytes() {
    return bytes;
  }

  private long bytes(int position) {
    return POSITION_BYTES + 2L * written[position].length;
  }

  /** The name at a position that has been read. */
  String name(int position) {
    return names[position];
  }

  private void readName(int position, AvroInput input) throws IOException {
    int before = input.remaining();
    String name = input.readText();
    if (position == names.length) {
      int size = Math.max(32, 2 * position);
      names = Arrays.copyOf(names, size);
      branches = Arrays.copyOf(branches, size);
      written = Arrays.copyOf(written, size);
      firsts = Arrays.copyOf(firsts, size);
      masks = Arrays.copyOf(masks, size);
    }
    byte[] head = input.last(before - input.remaining());
    if (position < known && name.equals(names[position])) {
      return;
    }
    bytes -= position < known ? bytes(position) : 0;
    names[position] = name;
    written[position] = Arrays.copyOf(head, head.length + 1);
    bytes += bytes(position);
    known = Math.max(known, position + 1);
    distinct = Math.min(distinct, position);
    expect(position, MISSING);
  }

  /** The next record will have this branch; a missing value says nothing of it. */
  private int keep(int position, int branch) {
    if (branch != MISSING) {
      expect(position, branch);
    }
    return branch;
  }

  private void expect(int position, int branch) {
    byte[] head = written[position];
    head[head.length - 1] = (byte) (branch << 1);
    branches[position] = branch;
    int there = Math.min(head.length, Long.BYTES);
    long first = 0;
    for (int i = there - 1; i >= 0; i--) {
      first = first << Byte.SIZE | head[i] & 0xFF;
    }
    firsts[position] = first;
    masks[position] = -1L >>> Byte.SIZE * (Long.BYTES - there);
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
