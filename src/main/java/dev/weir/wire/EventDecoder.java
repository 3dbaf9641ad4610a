package dev.weir.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.event.RawRecord;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of one event stream into events. Never throws, whatever the bytes: a record
 * that cannot be used becomes a dead letter that says why.
 *
 * <p>The format is told by the headers first, then by the first bytes of the value: Confluent
 * schema id in a header, CloudEvents structured or binary, Avro single object, Confluent prefix,
 * JSON. Then come the identity, the event time, and what the stream needs; the first reason found
 * counts. Memory is bounded by the size of the record.
 *
 * <p>One instance per source subtask, not thread safe. It reuses its objects: a features event, and
 * the {@code features} of every other, are valid until the next call. A features record as a single
 * Avro object of our own schema is decoded without any new object, unless it brings available
 * times, a vector, a category or tag that was not seen for a while, or headers.
 *
 * <p>The only way out of {@link #decode} without a result is an interrupt while the registry does
 * not answer: an {@link UncheckedIOException} around an {@link InterruptedIOException}, with the
 * interrupt flag set.
 */
public final class EventDecoder {
  /** Header of a record that only moves event time on. */
  public static final String HEARTBEAT_HEADER = "weir-heartbeat";

  private static final String SCHEMA_ID_HEADER = "__value_schema_id";
  private static final int SCHEMA_ID_HEADER_BYTES = 17;
  private static final int PREFIX_BYTES = 5;

  /** Writer schemas that are remembered. */
  private static final int SCHEMAS = 1_000;

  private final Input input;
  private final DecoderSettings settings;
  private final SchemaSource schemas;
  private final long ownFingerprint;
  private final String ownSchemaId;
  private final DecodeCounts counts = new DecodeCounts();
  private final EventDraft ownDraft;
  private final @Nullable RowEvents flatRows;
  private final JsonRow flatRow = new JsonRow();
  private final AvroInput avroInput = new AvroInput();
  private final AvroEvents avroEvents = new AvroEvents();
  private final Map<String, WriterSchema> compiled =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, WriterSchema> eldest) {
          return size() > SCHEMAS;
        }
      };

  /** Draft of the current record. */
  private EventDraft draft;

  /** The last event; a features event is the same object for every record. */
  private Decoded.@Nullable Good good;

  private @Nullable String schemaId;
  private @Nullable CloudEvent envelope;

  /** Attributes of a CloudEvent that stand in for fields. */
  private record CloudEvent(@Nullable String id, @Nullable Long time, @Nullable String subject) {}

  /**
   * A decoder of one stream.
   *
   * @param schemas where writer schemas other than ours come from
   */
  public EventDecoder(Input input, DecoderSettings settings, SchemaSource schemas) {
    this.input = input;
    this.settings = settings;
    this.schemas = schemas;
    ownFingerprint = Schemas.fingerprint(Schemas.of(input));
    ownSchemaId = Schemas.hex(ownFingerprint);
    ownDraft = new EventDraft(input, counts);
    draft = ownDraft;
    DecoderSettings.FlatJson flat = settings.flatJson();
    flatRows =
        flat == null
            ? null
            : new RowEvents(
                input, flat.modelId(), flat.roles(), settings.times(), settings.keepPayload());
  }

  /** What was left out of records that were used. */
  public DecodeCounts counts() {
    return flatRows == null ? counts : flatRows.counts();
  }

  /** What the record is. */
  public Decoded decode(RawRecord record) {
    draft = ownDraft;
    draft.clear();
    schemaId = null;
    envelope = null;
    byte[] heartbeat = record.headers().get(HEARTBEAT_HEADER);
    if (heartbeat != null) {
      return heartbeat(record, heartbeat);
    }
    byte[] value = record.value();
    if (value == null) {
      return bad(record, new Problem(Reason.UNDECODABLE, null, "the record has no value"));
    }
    if (value.length > Limits.VALUE_BYTES) {
      return bad(
          record,
          new Problem(
              Reason.TOO_LARGE, null, "the value has " + value.length + " bytes, over 1 MiB"));
    }
    try {
      read(record.headers(), value);
    } catch (IOException e) {
      draft.fail(JsonText.problem(e));
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (RuntimeException | StackOverflowError e) {
      // No input is known that leads here; if there is one, it must not stop the job.
      draft.fail(new Problem(Reason.UNDECODABLE, null, "no format fits: " + e));
    }
    fillFromEnvelope();
    Event event = draft.finish(settings.times(), record.timestamp());
    Problem problem = draft.problem();
    if (event != null) {
      if (good == null || good.event() != event) {
        good = new Decoded.Good(event);
      }
      return good;
    }
    return bad(
        record,
        problem == null ? new Problem(Reason.UNDECODABLE, null, "no format fits") : problem);
  }

  private static UncheckedIOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    InterruptedIOException failure =
        new InterruptedIOException("interrupted while waiting for the schema registry");
    failure.initCause(cause);
    return new UncheckedIOException(failure);
  }

  private Decoded bad(RawRecord record, Problem problem) {
    return new Decoded.Bad(
        DeadLetters.of(
            record,
            problem,
            settings.keepPayload(),
            draft.modelId(),
            draft.predictionId(),
            schemaId));
  }

  private Decoded heartbeat(RawRecord record, byte[] header) {
    long time = TimeText.parse(text(header));
    Reason reason =
        time == TimeText.INVALID
            ? Reason.INVALID_TIME
            : settings.times().check(time, record.timestamp());
    if (reason == null) {
      return new Decoded.Heartbeat(time);
    }
    return bad(
        record, new Problem(reason, HEARTBEAT_HEADER, "the heartbeat is no time to believe"));
  }

  // ---- formats

  private void read(Map<String, byte[]> headers, byte[] value)
      throws IOException, InterruptedException {
    if (headers.isEmpty()) {
      readValue(value);
      return;
    }
    byte[] guid = headers.get(SCHEMA_ID_HEADER);
    if (guid != null && guid.length == SCHEMA_ID_HEADER_BYTES && guid[0] == 1) {
      ByteBuffer bytes = ByteBuffer.wrap(guid, 1, SCHEMA_ID_HEADER_BYTES - 1);
      String id = new UUID(bytes.getLong(), bytes.getLong()).toString();
      readAvro(value, 0, schema(id));
      return;
    }
    byte[] contentType = headers.get("content-type");
    if (contentType != null && isStructuredCloudEvent(text(contentType))) {
      readStructured(value);
      return;
    }
    if (isBinaryCloudEvent(headers)) {
      envelope =
          new CloudEvent(
              header(headers, "ce_id"),
              optionalTime(header(headers, "ce_time")),
              header(headers, "ce_subject"));
    }
    readValue(value);
  }

  private static boolean isBinaryCloudEvent(Map<String, byte[]> headers) {
    return headers.keySet().stream().anyMatch(name -> name.startsWith("ce_"));
  }

  private static boolean isStructuredCloudEvent(String contentType) {
    return contentType.toLowerCase(Locale.ROOT).strip().startsWith("application/cloudevents+json");
  }

  private void readValue(byte[] value) throws IOException, InterruptedException {
    if (Schemas.isFramed(value)) {
      long fingerprint = Schemas.fingerprint(value);
      if (fingerprint == ownFingerprint) {
        schemaId = ownSchemaId;
        readAvro(value, Schemas.FRAME_BYTES, WriterSchema.ours());
      } else {
        readAvro(value, Schemas.FRAME_BYTES, schema(Schemas.hex(fingerprint)));
      }
    } else if (value.length >= PREFIX_BYTES && value[0] == 0) {
      int id = ByteBuffer.wrap(value).getInt(1);
      readAvro(value, PREFIX_BYTES, schema(Integer.toUnsignedString(id)));
    } else if (beginsAsObject(value)) {
      readJson(value);
    } else {
      draft.fail(new Problem(Reason.UNDECODABLE, null, "no format begins with these bytes"));
    }
  }

  private static boolean beginsAsObject(byte[] value) {
    for (byte b : value) {
      if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
        return b == '{';
      }
    }
    return false;
  }

  private WriterSchema schema(String id) throws InterruptedException {
    schemaId = id;
    WriterSchema known = compiled.get(id);
    if (known != null) {
      return known;
    }
    String text = schemas.find(id);
    if (text == null) {
      // Not remembered: it may be registered later, and the source remembers for a while.
      return WriterSchema.unusable(Reason.UNKNOWN_SCHEMA, "nobody knows the schema " + id);
    }
    WriterSchema schema = WriterSchema.compile(text, Schemas.of(input));
    compiled.put(id, schema);
    return schema;
  }

  private void readAvro(byte[] value, int from, WriterSchema schema) throws IOException {
    Problem problem = schema.problem();
    if (problem != null) {
      draft.fail(problem);
      return;
    }
    avroInput.over(value, from, value.length);
    if (schema.isOurs()) {
      avroEvents.read(avroInput, draft);
    } else {
      ResolvedEvents.read(schema.read(avroInput), draft);
    }
  }

  private void readJson(byte[] value) throws IOException {
    if (flatRows != null) {
      flatRow.begin(0, value, 0, value.length);
      flatRow.parse(value, 0, value.length);
      draft = flatRows.draft(flatRow);
      return;
    }
    try (JsonParser parser = JsonText.FACTORY.createParser(value)) {
      parser.nextToken();
      JsonEvents.read(parser, draft);
      expectEnd(parser);
    }
  }

  private static void expectEnd(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw new MalformedException("something follows the JSON object");
    }
  }

  // ---- CloudEvents

  private void readStructured(byte[] value) throws IOException, InterruptedException {
    byte[] data = null;
    try (JsonParser parser = JsonText.FACTORY.createParser(value)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedException("a structured CloudEvent must be a JSON object");
      }
      String id = null;
      Long time = null;
      String subject = null;
      boolean found = false;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        switch (name) {
          case "id" -> id = textOrNull(parser, token);
          case "time" -> time = optionalTime(textOrNull(parser, token));
          case "subject" -> subject = textOrNull(parser, token);
          case "data" -> found = readData(parser, token, value);
          case "data_base64" -> data = base64(parser, token);
          default -> parser.skipChildren();
        }
      }
      expectEnd(parser);
      envelope = new CloudEvent(id, time, subject);
      if (!found && data == null) {
        throw new MalformedException("the CloudEvent has no data object");
      }
    }
    if (data != null) {
      readValue(data);
    }
  }

  private boolean readData(JsonParser parser, JsonToken token, byte[] value) throws IOException {
    if (token != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return false;
    }
    if (flatRows == null) {
      JsonEvents.read(parser, draft);
      return true;
    }
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    int to = (int) parser.currentLocation().getByteOffset();
    flatRow.begin(0, value, from, to);
    flatRow.parse(value, from, to);
    draft = flatRows.draft(flatRow);
    return true;
  }

  private static byte @Nullable [] base64(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      return parser.getBinaryValue();
    }
    parser.skipChildren();
    return null;
  }

  private static @Nullable String textOrNull(JsonParser parser, JsonToken token)
      throws IOException {
    parser.skipChildren();
    return token == JsonToken.VALUE_STRING ? parser.getText() : null;
  }

  private static @Nullable Long optionalTime(@Nullable String text) {
    return text == null ? null : (Long) TimeText.parse(text);
  }

  private void fillFromEnvelope() {
    if (envelope == null) {
      return;
    }
    if (envelope.id() != null && !draft.has(EventField.PREDICTION_ID)) {
      draft.text(EventField.PREDICTION_ID, envelope.id());
    }
    if (envelope.time() != null && !draft.has(EventField.TIME)) {
      draft.time(EventField.TIME, envelope.time());
    }
    if (envelope.subject() != null && !draft.has(EventField.MODEL_ID)) {
      draft.text(EventField.MODEL_ID, envelope.subject());
    }
  }

  private static @Nullable String header(Map<String, byte[]> headers, String name) {
    byte[] value = headers.get(name);
    return value == null ? null : text(value);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
