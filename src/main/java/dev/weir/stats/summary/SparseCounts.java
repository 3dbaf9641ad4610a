package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts of many cells of which the first ones are the usual ones.
 *
 * <p>Guarantee: memory follows the cells that were touched, not the number of cells: blocks of 64
 * cells come into being when one of them is counted.
 */
final class SparseCounts {
  private static final int BLOCK_BITS = 6;
  private static final int BLOCK = 1 << BLOCK_BITS;

  private final int size;
  private final long[] @Nullable [] blocks;

  SparseCounts(int size) {
    this.size = size;
    this.blocks = new long[(size + BLOCK - 1) >> BLOCK_BITS][];
  }

  void add(int cell, long count) {
    long[] block = blocks[cell >> BLOCK_BITS];
    if (block == null) {
      block = new long[BLOCK];
      blocks[cell >> BLOCK_BITS] = block;
    }
    block[cell & (BLOCK - 1)] += count;
  }

  long get(int cell) {
    long[] block = blocks[cell >> BLOCK_BITS];
    return block == null ? 0 : block[cell & (BLOCK - 1)];
  }

  /** All counts in order. */
  long[] toArray() {
    long[] counts = new long[size];
    for (int block = 0; block < blocks.length; block++) {
      long[] from = blocks[block];
      if (from != null) {
        int start = block << BLOCK_BITS;
        System.arraycopy(from, 0, counts, start, Math.min(BLOCK, size - start));
      }
    }
    return counts;
  }

  long total() {
    long total = 0;
    for (long[] block : blocks) {
      total += block == null ? 0 : Arrays.stream(block).sum();
    }
    return total;
  }

  void addAll(SparseCounts other) {
    for (int block = 0; block < blocks.length; block++) {
      long[] from = other.blocks[block];
      if (from != null) {
        for (int i = 0; i < BLOCK; i++) {
          if (from[i] != 0) {
            add((block << BLOCK_BITS) + i, from[i]);
          }
        }
      }
    }
  }

  boolean isZero() {
    return used() == 0;
  }

  /** Number of cells up to the last one that is not zero. */
  private int used() {
    for (int block = blocks.length - 1; block >= 0; block--) {
      long[] counts = blocks[block];
      for (int i = BLOCK - 1; counts != null && i >= 0; i--) {
        if (counts[i] != 0) {
          return (block << BLOCK_BITS) + i + 1;
        }
      }
    }
    return 0;
  }

  /** Writes the number of cells in use, then their counts. */
  void encode(DataOutput out) throws IOException {
    long[] counts = new long[used()];
    Arrays.setAll(counts, this::get);
    Compact.writeUnsigned(out, counts.length);
    Compact.writeCounts(out, counts);
  }

  /** Adds what {@link #encode} wrote. */
  void decode(DataInput in) throws IOException {
    long[] counts = new long[Compact.readSize(in, size)];
    Compact.addCounts(in, counts);
    for (int cell = 0; cell < counts.length; cell++) {
      if (counts[cell] != 0) {
        add(cell, counts[cell]);
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SparseCounts that
        && size == that.size
        && Arrays.equals(toArray(), that.toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toArray());
  }
}
