package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Short bytes for integers and for arrays that are mostly zero.
 *
 * <p>Shapes: unsigned integers are little-endian base 128; signed ones are zigzag first; in an
 * array of counts, 0 stands for a run of zeros and is followed by its length. An empty histogram of
 * 256 bins costs 3 bytes. Reading never allocates more than the caller asked for.
 */
final class Compact {
  /** Longest integer, and the longest run with its zero. */
  private static final int MOST_BYTES = 10;

  private Compact() {}

  static void writeUnsigned(DataOutput out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long readUnsigned(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = in.readUnsignedByte();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new IOException("An integer of more than ten bytes: bytes are damaged");
  }

  static int readSize(DataInput in, int largest) throws IOException {
    long size = readUnsigned(in);
    if (size < 0 || size > largest) {
      throw new IOException("A size of " + size + " where at most " + largest + " is allowed");
    }
    return (int) size;
  }

  static void writeSigned(DataOutput out, long value) throws IOException {
    writeUnsigned(out, zigzag(value));
  }

  static long readSigned(DataInput in) throws IOException {
    return unzigzag(readUnsigned(in));
  }

  /** Writes the number of bytes, then the counts: one write instead of one for every byte. */
  static void writeCounts(DataOutput out, long[] counts) throws IOException {
    byte[] buffer = new byte[mostBytes(counts)];
    int size = 0;
    int index = 0;
    while (index < counts.length) {
      if (counts[index] != 0) {
        size = put(buffer, size, zigzag(counts[index++]));
        continue;
      }
      int start = index;
      while (index < counts.length && counts[index] == 0) {
        index++;
      }
      size = putZeros(buffer, size, index - start);
    }
    writeUnsigned(out, size);
    out.write(buffer, 0, size);
  }

  /** Of the counts themselves, and of a run of zeros before each and at the end. */
  private static int mostBytes(long[] counts) {
    int filled = 0;
    for (long count : counts) {
      filled += count == 0 ? 0 : 1;
    }
    return Math.min(MOST_BYTES * counts.length, (2 * filled + 1) * MOST_BYTES);
  }

  /**
   * Writes the same as the other one for the counts of single values.
   *
   * @param size how many counts there are
   * @param sorted the places of the values, in order
   */
  static void writeCounts(DataOutput out, int size, int[] sorted) throws IOException {
    byte[] buffer = new byte[MOST_BYTES * (2 * sorted.length + 1)];
    int length = 0;
    int index = 0;
    for (int from = 0; from < sorted.length; ) {
      int place = sorted[from];
      int to = from;
      while (to < sorted.length && sorted[to] == place) {
        to++;
      }
      length = putZeros(buffer, length, place - index);
      length = put(buffer, length, zigzag(to - from));
      index = place + 1;
      from = to;
    }
    length = putZeros(buffer, length, size - index);
    writeUnsigned(out, length);
    out.write(buffer, 0, length);
  }

  private static int putZeros(byte[] buffer, int from, int run) {
    if (run == 0) {
      return from;
    }
    buffer[from] = 0;
    return put(buffer, from + 1, run);
  }

  /** Takes a count that is not 0. */
  interface CountTaker {
    void take(int place, long count);
  }

  /** Adds what {@link #writeCounts} wrote. */
  static void addCounts(DataInput in, long[] into) throws IOException {
    readCounts(in, into.length, (place, count) -> into[place] += count);
  }

  /** Reads what {@link #writeCounts} wrote. */
  static void readCounts(DataInput in, int size, CountTaker taker) throws IOException {
    byte[] buffer = new byte[readSize(in, MOST_BYTES * size)];
    in.readFully(buffer);
    int[] position = {0};
    int index = 0;
    while (index < size) {
      long value = unzigzag(take(buffer, position));
      if (value != 0) {
        taker.take(index++, value);
        continue;
      }
      long run = take(buffer, position);
      if (run < 1 || run > size - index) {
        throw new IOException("A run of " + run + " zeros: bytes are damaged");
      }
      index += (int) run;
    }
    if (position[0] != buffer.length) {
      throw new IOException("Bytes are left over after the counts: bytes are damaged");
    }
  }

  private static int put(byte[] buffer, int from, long value) {
    int size = from;
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      buffer[size++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
    return size;
  }

  private static long take(byte[] buffer, int[] position) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64 && position[0] < buffer.length; shift += 7) {
      int next = buffer[position[0]++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("An integer without an end: bytes are damaged");
  }

  private static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  private static long unzigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }

  static void writeHeader(DataOutput out, int version, int fingerprint) throws IOException {
    out.writeByte(version);
    out.writeInt(fingerprint);
  }

  static void readHeader(DataInput in, int version, int fingerprint) throws IOException {
    readVersion(in, version);
    int found = in.readInt();
    if (found != fingerprint) {
      throw new IOException(
          "The bytes were written with another layout ("
              + Integer.toHexString(found)
              + ", expected "
              + Integer.toHexString(fingerprint)
              + ")");
    }
  }

  static void readVersion(DataInput in, int version) throws IOException {
    int found = in.readUnsignedByte();
    if (found != version) {
      throw new IOException("Format version " + found + " is not known, only " + version);
    }
  }

  static void writeDoubles(DataOutput out, double[] values) throws IOException {
    writeUnsigned(out, values.length);
    for (double value : values) {
      out.writeDouble(value);
    }
  }

  static double[] readDoubles(DataInput in, int largest) throws IOException {
    double[] values = new double[readSize(in, largest)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    return values;
  }

  static boolean allZero(long[] counts) {
    for (long count : counts) {
      if (count != 0) {
        return false;
      }
    }
    return true;
  }

  static void addAll(long[] into, long[] from) {
    for (int i = 0; i < into.length; i++) {
      into[i] += from[i];
    }
  }

  /** Number of sorted edges that are at most the value: the bin, closed on the left. */
  static int bin(double[] edges, double value) {
    int base = 0;
    int length = edges.length;
    while (length > 1) {
      int half = length >>> 1;
      base = edges[base + half - 1] <= value ? base + half : base;
      length -= half;
    }
    return length == 1 && edges[base] <= value ? base + 1 : base;
  }
}
