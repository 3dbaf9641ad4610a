package dev.weir.flink.state;

import dev.weir.event.DeadLetter;
import dev.weir.event.RawRecord;
import dev.weir.wire.OutputRecord;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record as it leaves a source, which has looked at it only to know its time: an event, a
 * heartbeat or a dead letter. Events are decoded where they are profiled.
 *
 * @param raw the record; of a dead letter only where it stood
 * @param kind what it is
 * @param time event time of an event or heartbeat, epoch milliseconds
 * @param deadLetter the dead letter as it is written; null otherwise
 * @param reason why it was set aside; null otherwise
 */
public record Arrival(
    RawRecord raw,
    Kind kind,
    long time,
    @Nullable OutputRecord deadLetter,
    DeadLetter.@Nullable Reason reason) {
  /** How it travels. */
  public static final CodecType<Arrival> TYPE =
      new CodecType<>(Arrival.class, Arrival::write, Arrival::read);

  private static final Kind[] KINDS = Kind.values();
  private static final DeadLetter.Reason[] REASONS = DeadLetter.Reason.values();

  /** What a record is. */
  public enum Kind {
    /** A valid event. */
    EVENT,
    /** Only a time. */
    HEARTBEAT,
    /** Set aside. */
    DEAD_LETTER
  }

  /** An event. */
  public static Arrival event(RawRecord raw, long time) {
    return new Arrival(raw, Kind.EVENT, time, null, null);
  }

  /** A heartbeat. */
  public static Arrival heartbeat(RawRecord raw, long time) {
    return new Arrival(raw, Kind.HEARTBEAT, time, null, null);
  }

  /** A record set aside. */
  public static Arrival setAside(RawRecord raw, OutputRecord deadLetter, DeadLetter.Reason reason) {
    RawRecord place =
        new RawRecord(
            raw.topic(), raw.partition(), raw.offset(), raw.timestamp(), null, null, Map.of());
    return new Arrival(place, Kind.DEAD_LETTER, Long.MIN_VALUE, deadLetter, reason);
  }

  private void write(DataOutput out) throws IOException {
    out.writeByte(kind.ordinal());
    out.writeLong(time);
    out.writeUTF(raw.topic());
    out.writeInt(raw.partition());
    out.writeLong(raw.offset());
    Long timestamp = raw.timestamp();
    out.writeBoolean(timestamp != null);
    if (timestamp != null) {
      out.writeLong(timestamp);
    }
    writeBytes(out, raw.key());
    writeBytes(out, raw.value());
    out.writeInt(raw.headers().size());
    for (Map.Entry<String, byte[]> header : raw.headers().entrySet()) {
      writeBytes(out, header.getKey().getBytes(StandardCharsets.UTF_8));
      writeBytes(out, header.getValue());
    }
    writeBytes(out, deadLetter == null ? null : OutputType.bytes(deadLetter));
    out.writeByte(reason == null ? -1 : reason.ordinal());
  }

  private static Arrival read(DataInput in) throws IOException {
    Kind kind = KINDS[in.readByte()];
    long time = in.readLong();
    String topic = in.readUTF();
    int partition = in.readInt();
    long offset = in.readLong();
    Long timestamp = in.readBoolean() ? in.readLong() : null;
    byte[] key = readBytes(in);
    byte[] value = readBytes(in);
    int size = in.readInt();
    Map<String, byte[]> headers = size == 0 ? Map.of() : new HashMap<>();
    for (int i = 0; i < size; i++) {
      byte[] name = readBytes(in);
      byte[] bytes = readBytes(in);
      headers.put(
          name == null ? "" : new String(name, StandardCharsets.UTF_8),
          bytes == null ? new byte[0] : bytes);
    }
    byte[] deadLetter = readBytes(in);
    byte reason = in.readByte();
    return new Arrival(
        new RawRecord(topic, partition, offset, timestamp, key, value, headers),
        kind,
        time,
        deadLetter == null ? null : OutputType.of(deadLetter),
        reason < 0 ? null : REASONS[reason]);
  }

  private static void writeBytes(DataOutput out, byte @Nullable [] bytes) throws IOException {
    out.writeInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static byte @Nullable [] readBytes(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
