package dev.weir.baseline;

import dev.weir.event.WeirId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The first 128 bits of the SHA-256 of a text, in the order of unsigned bytes. */
record HashedId(long high, long low) implements Comparable<HashedId> {
  static HashedId of(String text) {
    ByteBuffer digest =
        ByteBuffer.wrap(WeirId.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    return new HashedId(digest.getLong(), digest.getLong());
  }

  void encode(DataOutput out) throws IOException {
    out.writeLong(high);
    out.writeLong(low);
  }

  static HashedId decode(DataInput in) throws IOException {
    return new HashedId(in.readLong(), in.readLong());
  }

  @Override
  public int compareTo(HashedId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }
}
