package dev.weir.flink.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A window or cohort that is ready to be judged.
 *
 * @param kind what was summarised
 * @param modelId model
 * @param modelVersion version, or {@code *}
 * @param segment canonical name; null: all traffic
 * @param layoutId layout of the summary
 * @param windowStart inclusive
 * @param windowEnd exclusive
 * @param tick event time at which this is known
 * @param revision 0, then 1 more for each report of the window that differs
 * @param complete cohorts: final; windows: not cut short by a change or the end of their job file
 * @param evidence whether this report feeds evidence: a tumbling window, and a cohort once, when it
 *     becomes final
 * @param payload the encoded summary
 * @param gated windows of which evidence counts one row per entity: the encoded {@code GatedRows};
 *     else empty
 * @param earlier the encoded summary of the window that this one is compared with, where the job
 *     file names one; empty: none
 */
public record Report(
    Part.Kind kind,
    String modelId,
    String modelVersion,
    @Nullable String segment,
    String layoutId,
    long windowStart,
    long windowEnd,
    long tick,
    int revision,
    boolean complete,
    boolean evidence,
    byte[] payload,
    byte[] gated,
    byte[] earlier) {

  /** No rows, gated or earlier. */
  public static final byte[] NONE = {};

  /** How it travels. */
  public static final CodecType<Report> TYPE =
      new CodecType<>(Report.class, Report::write, Report::read);

  private static final Part.Kind[] KINDS = Part.Kind.values();

  /** The key under which reports of one model, version and segment meet. */
  public String key() {
    return Part.key(modelId, modelVersion, segment);
  }

  /** What it is about: equal for reports of one window at one tick only. */
  public String id() {
    return kind
        + "|"
        + modelVersion
        + "|"
        + (segment == null ? "" : segment)
        + "|"
        + String.format("%020d", windowStart);
  }

  /** Writes it. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(kind.ordinal());
    out.writeUTF(modelId);
    out.writeUTF(modelVersion);
    out.writeUTF(segment == null ? "" : segment);
    out.writeUTF(layoutId);
    out.writeLong(windowStart);
    out.writeLong(windowEnd);
    out.writeLong(tick);
    out.writeInt(revision);
    out.writeBoolean(complete);
    out.writeBoolean(evidence);
    out.writeInt(payload.length);
    out.write(payload);
    out.writeInt(gated.length);
    out.write(gated);
    out.writeInt(earlier.length);
    out.write(earlier);
  }

  /** Reads what {@link #write} wrote. */
  public static Report read(DataInput in) throws IOException {
    Part.Kind kind = KINDS[in.readByte()];
    String modelId = in.readUTF();
    String modelVersion = in.readUTF();
    String segment = in.readUTF();
    String layoutId = in.readUTF();
    long windowStart = in.readLong();
    long windowEnd = in.readLong();
    long tick = in.readLong();
    int revision = in.readInt();
    boolean complete = in.readBoolean();
    boolean evidence = in.readBoolean();
    byte[] payload = new byte[in.readInt()];
    in.readFully(payload);
    byte[] gated = new byte[in.readInt()];
    in.readFully(gated);
    byte[] earlier = new byte[in.readInt()];
    in.readFully(earlier);
    return new Report(
        kind,
        modelId,
        modelVersion,
        segment.isEmpty() ? null : segment,
        layoutId,
        windowStart,
        windowEnd,
        tick,
        revision,
        complete,
        evidence,
        payload,
        gated,
        earlier);
  }
}
