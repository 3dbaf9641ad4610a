package dev.weir.flink.state;

import dev.weir.event.Control;
import dev.weir.wire.ControlJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A control record and its place in the one order that all readers see.
 *
 * @param control what it says
 * @param order position in that order: of two records about the same thing the later one holds
 * @param time event time from which it holds where it names none itself
 */
public record ControlRecord(Control control, long order, long time) {
  /** How it travels. */
  public static final CodecType<ControlRecord> TYPE =
      new CodecType<>(ControlRecord.class, ControlRecord::write, ControlRecord::read);

  /** Writes it. */
  public void write(DataOutput out) throws IOException {
    byte[] bytes = ControlJson.write(control);
    out.writeInt(bytes.length);
    out.write(bytes);
    out.writeLong(order);
    out.writeLong(time);
  }

  /** Reads what {@link #write} wrote. */
  public static ControlRecord read(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new ControlRecord(ControlJson.read(bytes), in.readLong(), in.readLong());
  }

  /** The record as bytes. */
  public byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The record of these bytes. */
  public static ControlRecord of(byte[] bytes) {
    try {
      return read(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Event time from which it holds. */
  public long effectiveFrom() {
    Long own = control.effectiveFrom();
    return own == null ? time : own;
  }
}
