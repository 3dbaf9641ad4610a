package dev.weir.flink.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A summary of some of the records of one pane: what one task gathered before it sent it on. Parts
 * with equal keys and panes merge in any order.
 *
 * @param kind what was summarised
 * @param modelId model
 * @param modelVersion version, or {@code *} where versions cannot be told apart
 * @param segment canonical name; null: all traffic
 * @param layoutId layout of the summary
 * @param pane start of the pane of event time (of prediction time for outcomes)
 * @param known outcomes: start of the pane in which they became known; else equal to {@code pane}
 * @param payload the encoded summary
 */
public record Part(
    Kind kind,
    String modelId,
    String modelVersion,
    @Nullable String segment,
    String layoutId,
    long pane,
    long known,
    byte[] payload) {

  /** How it travels. */
  public static final CodecType<Part> TYPE = new CodecType<>(Part.class, Part::write, Part::read);

  /** Stands between the parts of a key. */
  public static final String SEPARATOR = "\u0000";

  private static final Kind[] KINDS = Kind.values();

  /** What was summarised. */
  public enum Kind {
    /** Columns of features and predictions: a {@code ProfileSummary}. */
    PROFILE,
    /** Predictions and what became of them: a {@code CohortSummary}. */
    COHORT,
    /** Early losses: a {@code LossSummary} in the pane of prediction time plus early age. */
    EARLY_LOSS,
    /** One row per entity of features and predictions: {@code GatedRows}. */
    GATED
  }

  /** The key under which parts of one model, version and segment meet. */
  public String key() {
    return key(modelId, modelVersion, segment);
  }

  static String key(String modelId, String modelVersion, @Nullable String segment) {
    return modelId + SEPARATOR + modelVersion + SEPARATOR + (segment == null ? "" : segment);
  }

  /** Writes it. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(kind.ordinal());
    out.writeUTF(modelId);
    out.writeUTF(modelVersion);
    out.writeUTF(segment == null ? "" : segment);
    out.writeUTF(layoutId);
    out.writeLong(pane);
    out.writeLong(known);
    out.writeInt(payload.length);
    out.write(payload);
  }

  /** Reads what {@link #write} wrote. */
  public static Part read(DataInput in) throws IOException {
    Kind kind = KINDS[in.readByte()];
    String modelId = in.readUTF();
    String modelVersion = in.readUTF();
    String segment = in.readUTF();
    String layoutId = in.readUTF();
    long pane = in.readLong();
    long known = in.readLong();
    byte[] payload = new byte[in.readInt()];
    in.readFully(payload);
    return new Part(
        kind,
        modelId,
        modelVersion,
        segment.isEmpty() ? null : segment,
        layoutId,
        pane,
        known,
        payload);
  }
}
