package dev.weir.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.event.DeadLetter;
import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.Event.Input;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes records of a model server apart into records of ours, one for each row of the batch, as
 * JSON with the field names of the schemas; row i of a request has the id {@code <request>#<i>}.
 *
 * <p>Never throws, whatever the bytes: a record that cannot be taken apart is a dead letter that
 * says why. Labels that are not in the foreign format pass as they are. Of KServe's two kinds of
 * event each input takes one; the other only moves event time on, as a heartbeat does. Memory is
 * bounded by the size of the record and {@link #MOST_CELLS}. Not thread safe.
 *
 * <p>Sources: KServe's inference logger (event types {@code org.kubeflow.serving.inference.request}
 * and {@code .response}); Open Inference Protocol, REST; SageMaker Model Monitor, data capture and
 * ground truth, {@code eventVersion} 0.
 */
public final class ForeignRecords {
  /** Most values of one record; each takes its name with it. */
  static final int MOST_CELLS = 100_000;

  private static final String KSERVE_TYPE = "org.kubeflow.serving.inference.";
  private static final ObjectMapper JSON =
      new ObjectMapper(JsonText.FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Input input;
  private final ForeignFormat format;
  private final boolean keepPayload;

  /** What became of a record: rows of ours, or a dead letter. */
  public record Rows(List<RawRecord> records, @Nullable DeadLetter deadLetter) {}

  /** A record that cannot be taken apart. */
  private static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Problem problem;

    Unreadable(Reason reason, @Nullable String field, String detail) {
      super(detail);
      problem = new Problem(reason, field, detail);
    }
  }

  /** A request or answer: its identity, its time, what went in and what came out. */
  private record Exchange(
      String id,
      long time,
      @Nullable String version,
      @Nullable ForeignTable in,
      @Nullable ForeignTable out) {}

  /** Takes the records of one input apart. */
  public ForeignRecords(Input input, ForeignFormat format, boolean keepPayload) {
    this.input = input;
    this.format = format;
    this.keepPayload = keepPayload;
  }

  /** The rows of a record. */
  public Rows rows(RawRecord record) {
    byte[] value = record.value();
    boolean heartbeat = record.headers().containsKey(EventDecoder.HEARTBEAT_HEADER);
    if (heartbeat || value == null || value.length > Limits.VALUE_BYTES) {
      return new Rows(List.of(record), null);
    }
    try {
      return new Rows(takeApart(record, value), null);
    } catch (Unreadable e) {
      return bad(record, e.problem);
    } catch (JsonProcessingException e) {
      return bad(record, JsonText.problem(e));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return bad(record, new Problem(Reason.UNDECODABLE, null, "not " + format.kind().id()));
    }
  }

  private Rows bad(RawRecord record, Problem problem) {
    DeadLetter letter = DeadLetters.of(record, problem, keepPayload, format.modelId(), null, null);
    return new Rows(List.of(), letter);
  }

  private List<RawRecord> takeApart(RawRecord record, byte[] value) throws IOException, Unreadable {
    if (input == Input.LABELS) {
      JsonNode truth = truth(value);
      return truth == null ? List.of(record) : labels(record, truth);
    }
    Exchange exchange =
        switch (format.kind()) {
          case KSERVE -> kserve(record, value);
          case OIP_V2 -> openInference(record, object(value));
          case SAGEMAKER_CAPTURE -> capture(object(value));
        };
    if (exchange == null) {
      return List.of(otherSide(record));
    }
    return rows(record, exchange);
  }

  private static JsonNode object(byte[] value) throws IOException, Unreadable {
    JsonNode node = JSON.readTree(value);
    if (node == null || !node.isObject()) {
      throw new Unreadable(Reason.UNDECODABLE, null, "the value is no JSON object");
    }
    return node;
  }

  // ---- KServe

  private @Nullable Exchange kserve(RawRecord record, byte[] value) throws IOException, Unreadable {
    String contentType = header(record, "content-type");
    boolean structured =
        contentType != null
            && contentType.toLowerCase(Locale.ROOT).startsWith("application/cloudevents+json");
    JsonNode event = object(value);
    JsonNode body = structured ? event.path("data") : event;
    String type = structured ? event.path("type").asText() : header(record, "ce_type");
    if (type == null || !type.startsWith(KSERVE_TYPE)) {
      throw new Unreadable(
          Reason.UNDECODABLE, "ce_type", "no event of an inference request or response");
    }
    String side = type.substring(KSERVE_TYPE.length());
    if (!side.equals(input == Input.FEATURES ? "request" : "response")) {
      return null;
    }
    String id = needed("ce_id", structured ? text(event, "id") : header(record, "ce_id"));
    String time = structured ? text(event, "time") : header(record, "ce_time");
    return new Exchange(
        id,
        time("ce_time", time),
        text(body, "model_version"),
        input == Input.FEATURES ? ForeignTable.of(body, "instances", "inputs") : null,
        input == Input.FEATURES ? null : ForeignTable.of(body, "predictions", "outputs"));
  }

  private RawRecord otherSide(RawRecord record) throws Unreadable {
    String time = header(record, "ce_time");
    boolean appended = record.timestamp() != RawRecord.NO_TIMESTAMP;
    long millis = time == null && appended ? record.timestamp() : time("ce_time", time);
    return new KeptRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        null,
        null,
        Map.of(EventDecoder.HEARTBEAT_HEADER, bytes(dev.weir.event.CanonicalJson.time(millis))));
  }

  // ---- Open Inference Protocol

  private Exchange openInference(RawRecord record, JsonNode body) throws Unreadable {
    long time = record.timestamp();
    if (time == RawRecord.NO_TIMESTAMP) {
      throw new Unreadable(Reason.INVALID_TIME, null, "the record has no time, and the body none");
    }
    boolean request = input == Input.FEATURES;
    return new Exchange(
        needed("id", text(body, "id")),
        time,
        text(body, "model_version"),
        request ? ForeignTable.of(body, "instances", "inputs") : null,
        request ? null : ForeignTable.of(body, "predictions", "outputs"));
  }

  // ---- SageMaker

  private Exchange capture(JsonNode line) throws IOException, Unreadable {
    JsonNode data = line.path("captureData");
    JsonNode in = data.path("endpointInput");
    JsonNode out = data.path("endpointOutput");
    ForeignTable inputs = in.isObject() ? captured(in, "instances", "inputs") : null;
    if (input == Input.FEATURES && inputs == null) {
      throw new Unreadable(Reason.MISSING_FIELD, "captureData.endpointInput", "no input captured");
    }
    if (input == Input.PREDICTIONS && !out.isObject()) {
      throw new Unreadable(
          Reason.MISSING_FIELD, "captureData.endpointOutput", "no output captured");
    }
    return new Exchange(
        eventId(line),
        time("inferenceTime", text(line.path("eventMetadata"), "inferenceTime")),
        null,
        inputs,
        input == Input.FEATURES ? null : captured(out, "predictions", "outputs"));
  }

  private static String eventId(JsonNode line) throws Unreadable {
    JsonNode metadata = line.path("eventMetadata");
    String id = text(metadata, "inferenceId");
    return needed("eventMetadata.eventId", id == null ? text(metadata, "eventId") : id);
  }

  private static ForeignTable captured(JsonNode side, String rows, String tensors)
      throws IOException, Unreadable {
    String data = needed("data", text(side, "data"));
    String encoding = side.path("encoding").asText("CSV");
    boolean json = encoding.equals("JSON");
    if (encoding.equals("BASE64")) {
      data = new String(Base64.getMimeDecoder().decode(data), StandardCharsets.UTF_8);
      json = side.path("observedContentType").asText().contains("json");
    }
    return json ? ForeignTable.of(JSON.readTree(data), rows, tensors) : ForeignTable.csv(data);
  }

  private @Nullable JsonNode truth(byte[] value) throws IOException {
    if (format.kind() != ForeignFormat.Kind.SAGEMAKER_CAPTURE
        || value.length == 0
        || value[0] != '{') {
      return null;
    }
    JsonNode line = JSON.readTree(value);
    return line.has("groundTruthData") ? line : null;
  }

  private List<RawRecord> labels(RawRecord record, JsonNode line) throws IOException, Unreadable {
    ForeignTable truth = captured(line.path("groundTruthData"), "predictions", "outputs");
    String id = eventId(line);
    List<RawRecord> records = new ArrayList<>();
    for (int row = 0; row < truth.rows().size(); row++) {
      ObjectNode label = start(id, row);
      label.put("label_time", record.timestampOrNull());
      String role = format.outputs().containsKey("label_value") ? "label_value" : "label_class";
      label.set(role, truth.cell(row, format.outputs().getOrDefault(role, "0")));
      records.add(plain(record, label));
    }
    return records;
  }

  // ---- rows of ours

  private List<RawRecord> rows(RawRecord record, Exchange exchange) throws IOException, Unreadable {
    ForeignTable in = exchange.in();
    ForeignTable out = exchange.out();
    ForeignTable leading = out == null ? in : out;
    int rows = leading == null ? 0 : leading.rows().size();
    if (rows == 0) {
      throw new Unreadable(Reason.MISSING_FIELD, null, "the record has no rows");
    }
    if (in != null && out != null && in.rows().size() != rows) {
      throw new Unreadable(
          Reason.WRONG_TYPE, null, in.rows().size() + " rows went in and " + rows + " came out");
    }
    long cells = (in == null ? 0 : in.cells()) + (out == null ? 0 : out.cells());
    if (cells > MOST_CELLS) {
      throw new Unreadable(
          Reason.TOO_MANY_FIELDS, null, "over " + MOST_CELLS + " values in one record");
    }
    List<RawRecord> records = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      ObjectNode event = start(exchange.id(), row);
      if (in != null) {
        event.set("features", features(in, row));
      }
      if (out == null) {
        event.put("event_time", exchange.time());
      } else {
        String version = exchange.version() == null ? RowEvents.UNVERSIONED : exchange.version();
        event.put("prediction_time", exchange.time()).put("model_version", version);
        for (Map.Entry<String, String> output : format.outputs().entrySet()) {
          if (output.getKey().startsWith("label_")) {
            continue;
          }
          JsonNode cell = out.cell(row, output.getValue());
          if (cell == null) {
            throw new Unreadable(
                Reason.MISSING_FIELD,
                output.getKey(),
                "input.outputs looks for it at '" + output.getValue() + "', where nothing is");
          }
          event.set(output.getKey(), cell);
        }
      }
      records.add(plain(record, event));
    }
    return records;
  }

  private ObjectNode start(String id, int row) {
    return JSON.createObjectNode()
        .put("prediction_id", id + "#" + row)
        .put("model_id", format.modelId());
  }

  private ObjectNode features(ForeignTable in, int row) throws Unreadable {
    ObjectNode features = JSON.createObjectNode();
    ForeignTable.Row cells = in.rows().get(row);
    if (!cells.positions().isEmpty() && !format.names().isEmpty()) {
      if (cells.positions().size() != format.names().size()) {
        throw new Unreadable(
            Reason.WRONG_TYPE,
            "features",
            "a row has "
                + cells.positions().size()
                + " values, input.names has "
                + format.names().size());
      }
      for (int i = 0; i < format.names().size(); i++) {
        features.set(format.names().get(i), cells.positions().get(i));
      }
      return features;
    }
    if (cells.members().isEmpty()) {
      throw new Unreadable(
          Reason.MISSING_FIELD, "features", "values without names: input.names must say them");
    }
    cells.members().forEach(features::set);
    return features;
  }

  private static RawRecord plain(RawRecord record, ObjectNode event) throws IOException {
    return new KeptRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        JSON.writeValueAsBytes(event),
        Map.of());
  }

  // ---- single fields

  private static String needed(String field, @Nullable String value) throws Unreadable {
    if (value == null || value.isEmpty()) {
      throw new Unreadable(Reason.MISSING_FIELD, field, field + " is missing");
    }
    return value;
  }

  private static long time(String field, @Nullable String text) throws Unreadable {
    long time = TimeText.parse(needed(field, text));
    if (time == TimeText.INVALID) {
      throw new Unreadable(Reason.INVALID_TIME, field, field + " is no time with a zone");
    }
    return time;
  }

  private static @Nullable String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() ? value.textValue() : null;
  }

  private static @Nullable String header(RawRecord record, String name) {
    byte[] value = record.headers().get(name);
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
