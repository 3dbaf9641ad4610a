package dev.weir.wire;

import dev.weir.event.Control;
import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.RawRecord;
import dev.weir.wire.JsonFields.MalformedFieldException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of a control topic into control records: JSON with plain values, or Avro single
 * objects. Never throws, whatever the bytes.
 *
 * <p>A record that is no JSON or Avro is UNDECODABLE, one that fails its checks INVALID_CONTROL. A
 * tombstone on the topics of job files and baselines is the end of the model's entry, elsewhere it
 * withdraws the entry. Whether a trigger or an alert that is named exists is not known here.
 *
 * <p>Not thread safe.
 */
public final class ControlDecoder {
  private final ControlTopic topic;
  private final boolean keepPayload;
  private final AvroInput avroInput = AvroInput.ofFiles();
  private final GenericDatumReader<GenericRecord> avroReader;
  private final long ownFingerprint;

  /**
   * A decoder of one topic.
   *
   * @param keepPayload whether dead letters carry the first bytes of the value
   */
  public ControlDecoder(ControlTopic topic, boolean keepPayload) {
    this.topic = topic;
    this.keepPayload = keepPayload;
    Schema schema = topic.schema();
    GenericData data = new GenericData();
    data.setFastReaderEnabled(false);
    avroReader = new GenericDatumReader<>(schema, schema, data);
    ownFingerprint = Schemas.fingerprint(schema);
  }

  /** What the record is. */
  public DecodedControl decode(RawRecord record) {
    byte[] value = record.value();
    if (value == null) {
      return tombstone(record);
    }
    if (value.length > topic.largestRecord()) {
      return bad(
          record,
          Reason.TOO_LARGE,
          null,
          "the value has " + value.length + " bytes, over " + topic.largestRecord(),
          null);
    }
    JsonFields fields;
    boolean avro = Schemas.isFramed(value);
    try {
      fields = avro ? readAvro(value) : JsonFields.of(value);
    } catch (UnknownSchemaException e) {
      return bad(record, Reason.UNKNOWN_SCHEMA, null, e.getMessage(), null);
    } catch (IOException e) {
      return undecodable(record, JsonText.problem(e));
    } catch (RuntimeException | StackOverflowError e) {
      return undecodable(record, new Problem(Reason.UNDECODABLE, null, "no format fits: " + e));
    }
    try {
      Control control = ControlFields.read(topic, fields, avro ? value : null);
      return new DecodedControl.Good(control);
    } catch (MalformedFieldException e) {
      return bad(record, Reason.INVALID_CONTROL, e.field(), e.getMessage(), fields);
    } catch (IOException | RuntimeException e) {
      return bad(record, Reason.INVALID_CONTROL, null, String.valueOf(e.getMessage()), fields);
    }
  }

  private static final class UnknownSchemaException extends IOException {
    private static final long serialVersionUID = 1L;

    UnknownSchemaException(String message) {
      super(message);
    }
  }

  private JsonFields readAvro(byte[] value) throws IOException {
    long fingerprint = Schemas.fingerprint(value);
    if (fingerprint != ownFingerprint) {
      throw new UnknownSchemaException(
          "nobody knows the schema " + Schemas.hex(fingerprint) + " of a record of " + topic.id());
    }
    avroInput.over(value, Schemas.FRAME_BYTES, value.length);
    try {
      GenericRecord record = avroReader.read(null, new BoundedAvroDecoder(avroInput));
      avroInput.expectEnd();
      return GenericFields.of(record);
    } catch (AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new MalformedException("the record does not fit its schema: " + e.getMessage());
    }
  }

  private DecodedControl tombstone(RawRecord record) {
    byte[] bytes = record.key();
    if (bytes == null) {
      return bad(record, Reason.INVALID_CONTROL, null, "neither key nor value", null);
    }
    String key = new String(bytes, StandardCharsets.UTF_8);
    return switch (topic) {
      case JOB_FILES ->
          new DecodedControl.Good(new Control.JobFile(key, "", "", null, 1, null, "unknown", ""));
      case BASELINES -> new DecodedControl.Good(new Control.BaselineFile(key, "", null, null));
      case MODEL_VERSIONS, FEEDBACK, RETRAINING_STATUS -> new DecodedControl.Withdrawn(topic, key);
    };
  }

  private DecodedControl undecodable(RawRecord record, Problem problem) {
    return new DecodedControl.Bad(DeadLetters.of(record, problem, keepPayload, null, null, null));
  }

  private DecodedControl bad(
      RawRecord record,
      Reason reason,
      @Nullable String field,
      @Nullable String detail,
      @Nullable JsonFields fields) {
    String modelId = null;
    try {
      modelId = fields == null ? null : fields.optionalText("model_id");
    } catch (IOException e) {
      // Then the dead letter names no model.
      modelId = null;
    }
    return new DecodedControl.Bad(
        DeadLetters.of(
            record,
            new Problem(reason, field, String.valueOf(detail)),
            keepPayload,
            modelId,
            null,
            null));
  }
}
