package dev.weir.flink.state;

import dev.weir.event.RawRecord;
import dev.weir.wire.Decoded;
import java.io.DataInput;
import java.io.DataOutput;

/**
 * A record as it leaves a source, with what it turned out to be.
 *
 * <p>It goes no farther than the task that read it, because record and event belong to their reader
 * until the next one and because writing it down and reading it again would cost more than counting
 * it.
 *
 * @param raw the record
 * @param decoded what it is
 */
public record Arrival(RawRecord raw, Decoded decoded) {
  /** A type that does not travel. */
  public static final CodecType<Arrival> TYPE =
      new CodecType<>(Arrival.class, Arrival::write, Arrival::read);

  /** Event time of an event or heartbeat, epoch milliseconds; the least number for bad records. */
  public long time() {
    if (decoded instanceof Decoded.Good good) {
      return good.event().time();
    }
    return decoded instanceof Decoded.Heartbeat heartbeat ? heartbeat.time() : Long.MIN_VALUE;
  }

  private void write(DataOutput out) {
    throw notChained();
  }

  private static Arrival read(DataInput in) {
    throw notChained();
  }

  private static IllegalStateException notChained() {
    return new IllegalStateException(
        "a source and its profiling run in one task: leave pipeline.operator-chaining.enabled on");
  }
}
