package dev.weir.flink.state;

import dev.weir.wire.OutputRecord;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What became of a record of a control topic: exactly one of the two is there.
 *
 * @param record what it says
 * @param deadLetter why it says nothing
 */
public record ControlArrival(@Nullable ControlRecord record, @Nullable OutputRecord deadLetter) {
  /** How it travels. */
  public static final CodecType<ControlArrival> TYPE =
      new CodecType<>(ControlArrival.class, ControlArrival::write, ControlArrival::read);

  /** A control record. */
  public static ControlArrival of(ControlRecord record) {
    return new ControlArrival(record, null);
  }

  private void write(DataOutput out) throws IOException {
    out.writeBoolean(record != null);
    if (record != null) {
      record.write(out);
    } else if (deadLetter != null) {
      byte[] bytes = OutputType.bytes(deadLetter);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  private static ControlArrival read(DataInput in) throws IOException {
    if (in.readBoolean()) {
      return of(ControlRecord.read(in));
    }
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new ControlArrival(null, OutputType.of(bytes));
  }
}
