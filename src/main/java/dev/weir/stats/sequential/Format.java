package dev.weir.stats.sequential;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The format byte that starts every encoded state. */
final class Format {
  private static final byte VERSION = 1;

  private Format() {}

  static void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
  }

  static void require(String what, DataInput in) throws IOException {
    byte found = in.readByte();
    if (found != VERSION) {
      throw new IOException(
          what + ": format " + found + " is unknown, this version reads " + VERSION);
    }
  }

  /** Reads a length that must lie in 0..limit, so that nothing is allocated on trust. */
  static int readLength(DataInput in, int limit) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > limit) {
      throw new IOException("expected a length up to " + limit + ", got " + length);
    }
    return length;
  }
}
