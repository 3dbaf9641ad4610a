package dev.weir.stats.sequential;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Counts how often a miss follows a hit, a miss follows a miss and so on, in event-time order, for
 * Christoffersen's test of independence. Mutable. Encoded: format byte, four counts, the last
 * outcome.
 */
public final class MissTransitions {
  private static final byte NONE = -1;

  private final long[] counts = new long[4];
  private byte last = NONE;

  /** No outcome yet. */
  public MissTransitions() {}

  /** Takes in the next outcome. */
  public void add(boolean missed) {
    byte now = (byte) (missed ? 1 : 0);
    if (last != NONE) {
      counts[2 * last + now]++;
    }
    last = now;
  }

  /** How often outcome {@code after} came directly after {@code before}; true is a miss. */
  public long count(boolean before, boolean after) {
    return counts[(before ? 2 : 0) + (after ? 1 : 0)];
  }

  /** Writes the state; {@link #decode} reads it back. */
  public void encode(DataOutput out) throws IOException {
    Format.write(out);
    for (long count : counts) {
      out.writeLong(count);
    }
    out.writeByte(last);
  }

  /** Reads a state written by {@link #encode}. */
  public static MissTransitions decode(DataInput in) throws IOException {
    Format.require("miss transitions", in);
    MissTransitions read = new MissTransitions();
    for (int pair = 0; pair < read.counts.length; pair++) {
      read.counts[pair] = in.readLong();
    }
    read.last = in.readByte();
    return read;
  }
}
