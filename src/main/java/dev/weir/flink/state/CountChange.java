package dev.weir.flink.state;

import dev.weir.event.Event;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A change of the counts of one input. Every record is counted once as {@link Fate#IN} and ends as
 * exactly one of the others; changes may be negative when a fate was provisional.
 *
 * @param input which stream
 * @param fate which count
 * @param change by how much
 */
public record CountChange(Event.Input input, Fate fate, long change) {
  /** How it travels. */
  public static final CodecType<CountChange> TYPE =
      new CodecType<>(CountChange.class, CountChange::write, CountChange::read);

  private static final Event.Input[] INPUTS = Event.Input.values();
  private static final Fate[] FATES = Fate.values();

  /** What becomes of a record. */
  public enum Fate {
    /** It was read. */
    IN,
    /** It is part of a result. */
    USED,
    /** It was delivered before. */
    DUPLICATE,
    /** It came later than the lateness allows. */
    LATE,
    /** What it waited for did not come. */
    EXPIRED,
    /** It could not be used. */
    DEAD_LETTERED;

    /** The name in summaries: lower case. */
    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Writes it. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(input.ordinal());
    out.writeByte(fate.ordinal());
    out.writeLong(change);
  }

  /** Reads what {@link #write} wrote. */
  public static CountChange read(DataInput in) throws IOException {
    return new CountChange(INPUTS[in.readByte()], FATES[in.readByte()], in.readLong());
  }
}
