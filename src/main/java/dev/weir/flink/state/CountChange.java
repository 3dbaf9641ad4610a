package dev.weir.flink.state;

import dev.weir.event.Event;
import dev.weir.event.Fate;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A change of the counts of one input. Every record is counted once when it is read and ends with
 * exactly one fate; changes may be negative when a fate was provisional.
 *
 * @param input which stream
 * @param fate what became of the records; null: they were read
 * @param change by how much
 */
public record CountChange(Event.Input input, @Nullable Fate fate, long change) {
  /** How it travels. */
  public static final CodecType<CountChange> TYPE =
      new CodecType<>(CountChange.class, CountChange::write, CountChange::read);

  private static final Event.Input[] INPUTS = Event.Input.values();
  private static final Fate[] FATES = Fate.values();

  /** Writes it. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(input.ordinal());
    out.writeByte(fate == null ? -1 : fate.ordinal());
    out.writeLong(change);
  }

  /** Reads what {@link #write} wrote. */
  public static CountChange read(DataInput in) throws IOException {
    Event.Input input = INPUTS[in.readByte()];
    byte fate = in.readByte();
    return new CountChange(input, fate < 0 ? null : FATES[fate], in.readLong());
  }
}
