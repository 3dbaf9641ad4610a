package dev.weir.baseline;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * How composite summaries are written: integers in base 128, runs of zeros collapsed. Reading never
 * allocates more than the caller asked for.
 */
final class Bytes {
  private Bytes() {}

  /** Something that writes itself. */
  interface Writable {
    void write(DataOutput out) throws IOException;
  }

  static byte[] of(Writable writable) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writable.write(new DataOutputStream(bytes));
    } catch (IOException impossible) {
      throw new UncheckedIOException("Writing to memory failed", impossible);
    }
    return bytes.toByteArray();
  }

  static DataInput reader(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  static void addAll(long[] into, long[] from) {
    for (int i = 0; i < into.length; i++) {
      into[i] += from[i];
    }
  }

  static void writeHeader(DataOutput out, int version, int fingerprint) throws IOException {
    out.writeByte(version);
    out.writeInt(fingerprint);
  }

  static void readHeader(DataInput in, int version, int fingerprint) throws IOException {
    readVersion(in, version);
    if (in.readInt() != fingerprint) {
      throw new IOException("The bytes were written with another layout");
    }
  }

  /** Whether bytes begin as {@link #writeHeader} begins them for this layout. */
  static boolean hasLayout(byte[] bytes, int fingerprint) {
    return bytes.length > Integer.BYTES && ByteBuffer.wrap(bytes).getInt(1) == fingerprint;
  }

  static void readVersion(DataInput in, int version) throws IOException {
    int found = in.readUnsignedByte();
    if (found != version) {
      throw new IOException("Format version " + found + " is not known, only " + version);
    }
  }

  static void writeLong(DataOutput out, long value) throws IOException {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long readLong(DataInput in) throws IOException {
    long zigzag = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = in.readUnsignedByte();
      zigzag |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw new IOException("An integer of more than ten bytes: bytes are damaged");
  }

  static int readSize(DataInput in, int largest) throws IOException {
    long size = readLong(in);
    if (size < 0 || size > largest) {
      throw new IOException("A size of " + size + " where at most " + largest + " is allowed");
    }
    return (int) size;
  }

  static void writeCounts(DataOutput out, long[] counts) throws IOException {
    int index = 0;
    while (index < counts.length) {
      int start = index;
      while (index < counts.length && counts[index] == 0) {
        index++;
      }
      if (index > start) {
        out.writeByte(0);
        writeLong(out, index - start);
      } else {
        writeLong(out, counts[index++]);
      }
    }
  }

  /** Adds what {@link #writeCounts} wrote. */
  static void addCounts(DataInput in, long[] into) throws IOException {
    int index = 0;
    while (index < into.length) {
      long value = readLong(in);
      if (value != 0) {
        into[index++] += value;
        continue;
      }
      int run = readSize(in, into.length - index);
      if (run == 0) {
        throw new IOException("A run of no zeros: bytes are damaged");
      }
      index += run;
    }
  }
}
