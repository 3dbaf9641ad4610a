package dev.weir.event;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What pairing needs of a features, prediction or label record: small enough to wait for weeks.
 *
 * @param input which stream it came from
 * @param modelId model
 * @param predictionId join key
 * @param time event time, milliseconds since 1970 UTC
 * @param contentHash first 8 bytes of the SHA-256 of the record's value, which orders copies;
 *     compared as unsigned
 * @param late whether the source found it late: it is counted and paired with nothing
 * @param settings waits that hold for the model at that time
 * @param version model version; empty where the record does not say
 * @param segments values of segment columns that this record knows, by column
 * @param segmentsComplete whether these are all segment columns there are
 * @param outcome the prediction without its label; null in other records
 * @param label the label; null in other records
 * @param spoiled whether the inputs that it brings are missing, of a wrong type, out of range or
 *     unseen
 * @param challenger whether it is a prediction that is only compared: of role CHALLENGER or SHADOW
 */
public record PairInput(
    Event.Input input,
    String modelId,
    String predictionId,
    long time,
    long contentHash,
    boolean late,
    PairingSettings settings,
    String version,
    Map<String, String> segments,
    boolean segmentsComplete,
    @Nullable Outcome outcome,
    @Nullable Label label,
    boolean spoiled,
    boolean challenger) {

  private static final int LONGEST_VALUE = 128;
  private static final Event.Input[] INPUTS = Event.Input.values();

  // The first byte of a record: two bits of its input, then flags.
  private static final int INPUT = 3;
  private static final int LATE = 4;
  private static final int COMPLETE = 8;
  private static final int SAME_VERSION = 16;
  private static final int SAME_SEGMENTS = 32;
  private static final int SPOILED = 64;
  private static final int CHALLENGER = 128;

  /** Earlier first, then by content. */
  static final Comparator<PairInput> BY_TIME =
      Comparator.comparingLong(PairInput::time)
          .thenComparing(PairInput::contentHash, Long::compareUnsigned);

  /**
   * What a label says, and where it stood, should it become a dead letter.
   *
   * @param labelClass true class
   * @param labelValue true number
   * @param revision the highest wins
   * @param retract whether it withdraws
   * @param topic topic, or name of the file's input
   * @param partition partition
   * @param offset offset, or line
   * @param recordTime broker's time; null in files
   * @param valueSize bytes of the value
   * @param sha256 SHA-256 of the value, 64 hex digits
   */
  public record Label(
      @Nullable String labelClass,
      @Nullable Double labelValue,
      int revision,
      boolean retract,
      String topic,
      int partition,
      long offset,
      @Nullable Long recordTime,
      long valueSize,
      String sha256) {}

  /** A sorted copy of {@code segments} is kept. */
  public PairInput {
    segments = segments.isEmpty() ? Map.of() : new TreeMap<>(segments);
  }

  /** What to key by: records of one prediction have the same key. */
  public String key() {
    return key(modelId, predictionId);
  }

  /** The key of the records of one prediction. */
  public static String key(String modelId, String predictionId) {
    return modelId + '\n' + predictionId;
  }

  /** The model that a key belongs to. */
  public static String modelOf(String key) {
    return key.substring(0, key.indexOf('\n'));
  }

  /** The prediction that a key belongs to. */
  public static String predictionOf(String key) {
    return key.substring(key.indexOf('\n') + 1);
  }

  /**
   * Features, reduced.
   *
   * @param event the record
   * @param raw the bytes it came from
   * @param late whether the source found it late
   * @param segmentColumns names of all segment columns
   * @param settings waits that hold for the model at that time
   * @param spoiled whether an input is bad
   */
  public static PairInput features(
      Event.Features event,
      RawRecord raw,
      boolean late,
      List<String> segmentColumns,
      PairingSettings settings,
      boolean spoiled) {
    Map<String, String> segments = segments(event.features(), event.tags(), segmentColumns);
    return new PairInput(
        Event.Input.FEATURES,
        event.modelId(),
        event.predictionId(),
        event.time(),
        hash(raw),
        late,
        settings,
        event.modelVersion() == null ? "" : event.modelVersion(),
        segments,
        segments.size() == segmentColumns.size(),
        null,
        null,
        spoiled,
        false);
  }

  /**
   * A prediction, reduced.
   *
   * @param event the record
   * @param raw the bytes it came from
   * @param late whether the source found it late
   * @param segmentColumns names of all segment columns
   * @param settings waits that hold for the model at that time
   * @param spoiled whether an input that the prediction itself carries is bad
   */
  public static PairInput prediction(
      Event.Prediction event,
      RawRecord raw,
      boolean late,
      List<String> segmentColumns,
      PairingSettings settings,
      boolean spoiled) {
    Map<String, String> segments = segments(event.features(), event.tags(), segmentColumns);
    return new PairInput(
        Event.Input.PREDICTIONS,
        event.modelId(),
        event.predictionId(),
        event.time(),
        hash(raw),
        late,
        settings,
        event.modelVersion(),
        segments,
        segments.size() == segmentColumns.size(),
        Outcome.of(event),
        null,
        spoiled,
        event.role() == Event.Role.CHALLENGER || event.role() == Event.Role.SHADOW);
  }

  /**
   * A label, reduced.
   *
   * @param event the record
   * @param raw the bytes it came from, and where
   * @param late whether the source found it late
   * @param settings waits that hold for the model at that time
   */
  public static PairInput label(
      Event.Label event, RawRecord raw, boolean late, PairingSettings settings) {
    byte[] value = raw.value() == null ? new byte[0] : raw.value();
    byte[] digest = WeirId.sha256().digest(value);
    return new PairInput(
        Event.Input.LABELS,
        event.modelId(),
        event.predictionId(),
        event.time(),
        first(digest),
        late,
        settings,
        "",
        Map.of(),
        false,
        null,
        new Label(
            event.labelClass(),
            event.labelValue(),
            event.revision(),
            event.operation() == Event.Operation.RETRACT,
            raw.topic(),
            raw.partition(),
            raw.offset(),
            raw.timestampOrNull(),
            value.length,
            HexFormat.of().formatHex(digest)),
        false,
        false);
  }

  private static Map<String, String> segments(
      @Nullable FeatureValues features, Map<String, String> tags, List<String> columns) {
    Map<String, String> values = new TreeMap<>();
    for (String column : columns) {
      int index = features == null ? -1 : features.indexOf(column);
      String value = features == null || index < 0 ? tags.get(column) : features.category(index);
      if (features != null && index >= 0 && value == null) {
        // The record has the column and says that it is missing: nobody else will know better.
        value = Segment.OTHER;
      }
      if (value != null) {
        // No kept segment has so long a value, so it is one of the others; state stays bounded.
        values.put(column, value.length() > LONGEST_VALUE ? Segment.OTHER : value);
      }
    }
    return values;
  }

  private static long hash(RawRecord raw) {
    return first(WeirId.sha256().digest(raw.value() == null ? new byte[0] : raw.value()));
  }

  private static long first(byte[] digest) {
    return java.nio.ByteBuffer.wrap(digest).getLong();
  }

  /** Writes everything, ids included. */
  public void encode(DataOutput out) throws IOException {
    Encoding.writeText(out, modelId);
    Encoding.writeText(out, predictionId);
    settings.encode(out);
    encodeBody(out, null);
  }

  /** Reads what {@link #encode} wrote. */
  public static PairInput decode(DataInput in) throws IOException {
    return decodeBody(
        in, Encoding.readText(in), Encoding.readText(in), PairingSettings.decode(in), null);
  }

  /**
   * Writes everything but ids and settings.
   *
   * @param before the record written before, of the same id: what is equal in both is written once;
   *     null: none
   */
  void encodeBody(DataOutput out, @Nullable PairInput before) throws IOException {
    boolean sameVersion = before != null && before.version.equals(version);
    boolean sameSegments = before != null && before.segments.equals(segments);
    out.writeByte(
        input.ordinal()
            | (late ? LATE : 0)
            | (segmentsComplete ? COMPLETE : 0)
            | (sameVersion ? SAME_VERSION : 0)
            | (sameSegments ? SAME_SEGMENTS : 0)
            | (spoiled ? SPOILED : 0)
            | (challenger ? CHALLENGER : 0));
    Encoding.writeSigned(out, time - (before == null ? 0 : before.time));
    out.writeLong(contentHash);
    if (label != null) {
      encode(label, out);
      return;
    }
    if (!sameVersion) {
      Encoding.writeText(out, version);
    }
    if (!sameSegments) {
      Encoding.writeTexts(out, segments);
    }
    if (outcome != null) {
      encode(outcome, out);
    }
  }

  /** Reads what {@link #encodeBody} wrote. */
  static PairInput decodeBody(
      DataInput in,
      String modelId,
      String predictionId,
      PairingSettings settings,
      @Nullable PairInput before)
      throws IOException {
    int head = in.readUnsignedByte();
    boolean same = (head & (SAME_VERSION | SAME_SEGMENTS)) != 0;
    if ((head & INPUT) >= INPUTS.length || (same && before == null)) {
      throw new IOException("A record of unknown input: bytes are damaged");
    }
    Event.Input input = INPUTS[head & INPUT];
    long time = Encoding.readSigned(in) + (before == null ? 0 : before.time);
    long hash = in.readLong();
    Label label = input == Event.Input.LABELS ? decodeLabel(in) : null;
    String version = "";
    Map<String, String> segments = Map.of();
    if (label == null) {
      version =
          before != null && (head & SAME_VERSION) != 0 ? before.version : Encoding.readText(in);
      segments =
          before != null && (head & SAME_SEGMENTS) != 0 ? before.segments : Encoding.readTexts(in);
    }
    Outcome outcome =
        input == Event.Input.PREDICTIONS ? decodeOutcome(in, predictionId, time) : null;
    return new PairInput(
        input,
        modelId,
        predictionId,
        time,
        hash,
        (head & LATE) != 0,
        settings,
        version,
        segments,
        (head & COMPLETE) != 0,
        outcome,
        label,
        (head & SPOILED) != 0,
        (head & CHALLENGER) != 0);
  }

  private static void encode(Outcome outcome, DataOutput out) throws IOException {
    @Nullable Double[] numbers = {
      outcome.score(), outcome.value(), outcome.lower(), outcome.upper(), outcome.nominalCoverage()
    };
    int present = outcome.predictedClass() == null ? 0 : 1 << numbers.length;
    for (int i = 0; i < numbers.length; i++) {
      present |= numbers[i] == null ? 0 : 1 << i;
    }
    out.writeByte(present);
    for (Double number : numbers) {
      if (number != null) {
        out.writeDouble(number);
      }
    }
    if (outcome.predictedClass() != null) {
      Encoding.writeText(out, outcome.predictedClass());
    }
    Encoding.writeNumbers(out, outcome.classScores());
  }

  private static Outcome decodeOutcome(DataInput in, String predictionId, long time)
      throws IOException {
    int present = in.readUnsignedByte();
    @Nullable Double[] numbers = new @Nullable Double[5];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (present & 1 << i) == 0 ? null : in.readDouble();
    }
    String predictedClass = (present & 1 << numbers.length) == 0 ? null : Encoding.readText(in);
    Map<String, Double> classScores = Encoding.readNumbers(in);
    return new Outcome(
        predictionId,
        time,
        numbers[0],
        numbers[1],
        predictedClass,
        classScores,
        numbers[2],
        numbers[3],
        numbers[4],
        null,
        false);
  }

  private static void encode(Label label, DataOutput out) throws IOException {
    Encoding.writeOptionalText(out, label.labelClass);
    Encoding.writeOptionalNumber(out, label.labelValue);
    Encoding.writeUnsigned(out, label.revision);
    out.writeBoolean(label.retract);
    Encoding.writeText(out, label.topic);
    Encoding.writeSigned(out, label.partition);
    Encoding.writeSigned(out, label.offset);
    out.writeBoolean(label.recordTime != null);
    if (label.recordTime != null) {
      Encoding.writeSigned(out, label.recordTime);
    }
    Encoding.writeUnsigned(out, label.valueSize);
    out.write(HexFormat.of().parseHex(label.sha256));
  }

  private static Label decodeLabel(DataInput in) throws IOException {
    String labelClass = Encoding.readOptionalText(in);
    Double labelValue = Encoding.readOptionalNumber(in);
    int revision = Encoding.readSize(in, Integer.MAX_VALUE);
    boolean retract = in.readBoolean();
    String topic = Encoding.readText(in);
    int partition = (int) Encoding.readSigned(in);
    long offset = Encoding.readSigned(in);
    Long recordTime = in.readBoolean() ? Encoding.readSigned(in) : null;
    long valueSize = Encoding.readUnsigned(in);
    byte[] sha256 = new byte[32];
    in.readFully(sha256);
    return new Label(
        labelClass,
        labelValue,
        revision,
        retract,
        topic,
        partition,
        offset,
        recordTime,
        valueSize,
        HexFormat.of().formatHex(sha256));
  }
}
