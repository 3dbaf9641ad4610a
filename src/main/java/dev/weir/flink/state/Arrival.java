package dev.weir.flink.state;

import dev.weir.event.RawRecord;
import dev.weir.wire.Decoded;

/**
 * A record as it leaves a source: what it was, and what the decoder made of it.
 *
 * <p>It never leaves the task that read it: features inside belong to the decoder until its next
 * record.
 */
public record Arrival(RawRecord raw, Decoded decoded) {
  /** A type that refuses to travel. */
  public static final CodecType<Arrival> TYPE =
      new CodecType<>(Arrival.class, (arrival, out) -> refuse(), in -> refuse());

  private static Arrival refuse() {
    throw new UnsupportedOperationException(
        "an arrival must not leave the task that read it: the source is not chained to its reader");
  }
}
