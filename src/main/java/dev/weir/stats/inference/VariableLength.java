package dev.weir.stats.inference;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Unsigned integers of variable length: seven bits a byte, lowest first, high bit means more. */
public final class VariableLength {
  /** Most bytes that a number takes. */
  static final int LONGEST = 10;

  private VariableLength() {}

  /** Writes a number; one below 0 takes ten bytes. */
  public static void write(DataOutput out, long value) throws IOException {
    byte[] bytes = new byte[LONGEST];
    out.write(bytes, 0, write(bytes, 0, value));
  }

  /** Writes a number into an array, from a position on; returns the position behind it. */
  static int write(byte[] bytes, int at, long value) {
    int end = at;
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[end++] = (byte) (rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    bytes[end++] = (byte) rest;
    return end;
  }

  /** Where bytes come from, one after the other. */
  interface Bytes {
    byte next() throws IOException;
  }

  /** Reads what {@link #write} wrote. */
  public static long read(DataInput in) throws IOException {
    return read(in::readByte);
  }

  static long read(Bytes in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.next();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("an integer of more than ten bytes");
  }

  /**
   * Reads a number that must lie in 0..limit, so that no length is believed before it is checked.
   */
  public static int readInt(DataInput in, int limit) throws IOException {
    return readInt(in::readByte, limit);
  }

  static int readInt(Bytes in, int limit) throws IOException {
    long value = read(in);
    if (value < 0 || value > limit) {
      throw new IOException("expected a number up to " + limit + ", got " + value);
    }
    return (int) value;
  }

  /** Reads the length of a run, which is at least 1. */
  static int readRun(Bytes in, int limit) throws IOException {
    int run = readInt(in, limit);
    if (run == 0) {
      throw new IOException("a run of length 0");
    }
    return run;
  }

  static void requireFormat(String what, byte found, byte known) throws IOException {
    if (found != known) {
      throw new IOException(
          what + ": format " + found + " is unknown, this version reads " + known);
    }
  }
}
