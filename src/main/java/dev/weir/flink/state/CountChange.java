package dev.weir.flink.state;

import dev.weir.event.DeadLetter;
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
 * @param reason of dead letters; null otherwise
 * @param change by how much
 */
public record CountChange(
    Event.Input input, @Nullable Fate fate, DeadLetter.@Nullable Reason reason, long change) {
  /** How it travels. */
  public static final CodecType<CountChange> TYPE =
      new CodecType<>(CountChange.class, CountChange::write, CountChange::read);

  private static final Event.Input[] INPUTS = Event.Input.values();
  private static final Fate[] FATES = Fate.values();
  private static final DeadLetter.Reason[] REASONS = DeadLetter.Reason.values();

  /** Records that were set aside. */
  public static CountChange deadLetters(Event.Input input, DeadLetter.Reason reason, long change) {
    return new CountChange(input, Fate.DEAD_LETTERED, reason, change);
  }

  /** Writes it. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(input.ordinal());
    out.writeByte(fate == null ? -1 : fate.ordinal());
    out.writeByte(reason == null ? -1 : reason.ordinal());
    out.writeLong(change);
  }

  /** Reads what {@link #write} wrote. */
  public static CountChange read(DataInput in) throws IOException {
    Event.Input input = INPUTS[in.readByte()];
    byte fate = in.readByte();
    byte reason = in.readByte();
    return new CountChange(
        input, fate < 0 ? null : FATES[fate], reason < 0 ? null : REASONS[reason], in.readLong());
  }
}
