package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.DeadLetter;
import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.event.FeatureValues.Kind;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import dev.weir.event.WeirId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventDecoderTest {
  private static final String TIME = "\"2001-03-31T00:00:00Z\"";
  private static final String FEATURES =
      "{\"prediction_id\": \"p\", \"model_id\": \"m\", \"event_time\": "
          + TIME
          + ", \"features\": {\"x\": 1}}";
  private static final String PREDICTION =
      "{\"prediction_id\": \"p\", \"model_id\": \"m\", \"model_version\": \"1\","
          + " \"prediction_time\": "
          + TIME
          + "}";
  private static final String LABEL =
      "{\"prediction_id\": \"p\", \"model_id\": \"m\", \"label_time\": "
          + TIME
          + ", \"label_class\": \"1\"}";

  private static EventDecoder decoder(Input input) {
    return decoder(input, SchemaSource.NONE);
  }

  private static EventDecoder decoder(Input input, SchemaSource schemas) {
    return new EventDecoder(input, DecoderSettings.DEFAULT, schemas);
  }

  private static Event good(Input input, String json) {
    return AvroEventsTest.good(decoder(input).decode(TestingEvents.raw(json)));
  }

  private static DeadLetter bad(Input input, String json) {
    return bad(decoder(input).decode(TestingEvents.raw(json)));
  }

  private static DeadLetter bad(Decoded decoded) {
    assertThat(decoded).isInstanceOf(Decoded.Bad.class);
    return ((Decoded.Bad) decoded).deadLetter();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String with(String json, String member) {
    return json.substring(0, json.length() - 1) + ", " + member + "}";
  }

  // ---- reasons

  static Stream<Object[]> badRecords() {
    String long129 = "\"" + "x".repeat(129) + "\"";
    return Stream.of(
        record(Input.FEATURES, "", Reason.UNDECODABLE, null),
        record(Input.FEATURES, "hello", Reason.UNDECODABLE, null),
        record(Input.FEATURES, "[1]", Reason.UNDECODABLE, null),
        record(Input.FEATURES, "{", Reason.UNDECODABLE, null),
        record(Input.FEATURES, FEATURES + "x", Reason.UNDECODABLE, null),
        record(Input.FEATURES, FEATURES + "{}", Reason.UNDECODABLE, null),
        record(
            Input.FEATURES,
            with(FEATURES, "\"deep\": " + "[".repeat(40) + "]".repeat(40)),
            Reason.UNDECODABLE,
            null),
        record(
            Input.FEATURES,
            with(FEATURES, "\"entity_id\": \"" + "x".repeat(65_537) + "\""),
            Reason.UNDECODABLE,
            null),
        record(
            Input.FEATURES, with(FEATURES, "\"model_id\": \"n\""), Reason.WRONG_TYPE, "model_id"),
        record(
            Input.FEATURES,
            FEATURES.replace("\"x\": 1", "\"x\": 1, \"x\": 2"),
            Reason.WRONG_TYPE,
            "x"),
        record(Input.FEATURES, "{}", Reason.MISSING_FIELD, "model_id"),
        record(
            Input.FEATURES,
            FEATURES.replace("\"p\"", "null"),
            Reason.MISSING_FIELD,
            "prediction_id"),
        record(
            Input.FEATURES,
            FEATURES.replace("\"p\"", "\"\""),
            Reason.MISSING_FIELD,
            "prediction_id"),
        record(Input.FEATURES, FEATURES.replace("\"p\"", "7"), Reason.WRONG_TYPE, "prediction_id"),
        record(
            Input.FEATURES,
            FEATURES.replace("\"p\"", long129),
            Reason.OUT_OF_RANGE,
            "prediction_id"),
        record(
            Input.FEATURES, FEATURES.replace("\"m\"", "\"M!\""), Reason.UNKNOWN_MODEL, "model_id"),
        record(Input.FEATURES, FEATURES.replace("\"m\"", "{}"), Reason.WRONG_TYPE, "model_id"),
        record(Input.FEATURES, FEATURES.replace(TIME, "null"), Reason.MISSING_FIELD, "event_time"),
        record(Input.FEATURES, FEATURES.replace(TIME, "true"), Reason.INVALID_TIME, "event_time"),
        record(
            Input.FEATURES, FEATURES.replace(TIME, "985996800"), Reason.INVALID_TIME, "event_time"),
        record(
            Input.FEATURES,
            FEATURES.replace(TIME, "985996800000.5"),
            Reason.INVALID_TIME,
            "event_time"),
        record(
            Input.FEATURES,
            FEATURES.replace(TIME, "\"2001-03-31T00:00:00\""),
            Reason.INVALID_TIME,
            "event_time"),
        record(
            Input.FEATURES,
            FEATURES.replace(TIME, "\"1969-12-31T00:00:00Z\""),
            Reason.INVALID_TIME,
            "event_time"),
        record(
            Input.FEATURES,
            FEATURES.replace(TIME, "\"2001-03-31T00:05:00.001Z\""),
            Reason.TIME_IN_FUTURE,
            "event_time"),
        record(
            Input.FEATURES,
            FEATURES.replace(TIME, "985996800000000"),
            Reason.TIME_IN_FUTURE,
            "event_time"),
        record(
            Input.FEATURES,
            FEATURES.replace(TIME, "\"2000-12-30T23:59:59.999Z\""),
            Reason.TOO_OLD,
            "event_time"),
        record(
            Input.FEATURES,
            FEATURES.replace("{\"x\": 1}", "null"),
            Reason.MISSING_FIELD,
            "features"),
        record(
            Input.FEATURES, FEATURES.replace("{\"x\": 1}", "[1]"), Reason.WRONG_TYPE, "features"),
        record(
            Input.FEATURES,
            FEATURES.replace("\"x\": 1", manyFeatures(2_001)),
            Reason.TOO_MANY_FIELDS,
            "features"),
        record(
            Input.PREDICTIONS,
            PREDICTION.replace("\"1\"", "null"),
            Reason.MISSING_FIELD,
            "model_version"),
        record(
            Input.PREDICTIONS,
            PREDICTION.replace("\"1\"", long129),
            Reason.OUT_OF_RANGE,
            "model_version"),
        record(Input.PREDICTIONS, with(PREDICTION, "\"score\": 1.1"), Reason.OUT_OF_RANGE, "score"),
        record(
            Input.PREDICTIONS,
            with(PREDICTION, "\"score\": \"NaN\""),
            Reason.OUT_OF_RANGE,
            "score"),
        record(
            Input.PREDICTIONS, with(PREDICTION, "\"score\": \"0.5\""), Reason.WRONG_TYPE, "score"),
        record(
            Input.PREDICTIONS,
            with(PREDICTION, "\"value\": \"-Infinity\""),
            Reason.OUT_OF_RANGE,
            "value"),
        record(
            Input.PREDICTIONS,
            with(PREDICTION, "\"class_scores\": {\"a\": 0.5, \"b\": 0.4}"),
            Reason.OUT_OF_RANGE,
            "class_scores"),
        record(
            Input.PREDICTIONS,
            with(PREDICTION, "\"class_scores\": {\"a\": 1.5, \"b\": -0.5}"),
            Reason.OUT_OF_RANGE,
            "class_scores"),
        record(
            Input.LABELS,
            LABEL.replace("\"label_class\": \"1\"", "\"label_value\": null"),
            Reason.MISSING_FIELD,
            "label_class"),
        record(
            Input.LABELS,
            with(LABEL, "\"label_value\": \"NaN\""),
            Reason.OUT_OF_RANGE,
            "label_value"),
        record(Input.LABELS, with(LABEL, "\"revision\": -1"), Reason.OUT_OF_RANGE, "revision"),
        record(Input.LABELS, with(LABEL, "\"revision\": \"x\""), Reason.WRONG_TYPE, "revision"),
        record(
            Input.LABELS,
            with(LABEL, "\"operation\": \"UNKNOWN\""),
            Reason.WRONG_TYPE,
            "operation"),
        record(Input.LABELS, with(LABEL, "\"operation\": \"X\""), Reason.WRONG_TYPE, "operation"));
  }

  private static Object[] record(Input input, String json, Reason reason, String field) {
    return new Object[] {input, json, reason, field};
  }

  private static String manyFeatures(int count) {
    StringBuilder features = new StringBuilder();
    for (int i = 0; i < count; i++) {
      features.append(i == 0 ? "" : ",").append("\"f").append(i).append("\":1");
    }
    return features.toString();
  }

  @ParameterizedTest
  @MethodSource("badRecords")
  void record_thatCannotBeUsed_saysWhy(Input input, String json, Reason reason, String field) {
    DeadLetter letter = bad(input, json);
    assertThat(letter.reason()).as(letter.detail()).isEqualTo(reason);
    assertThat(letter.field()).isEqualTo(field);
    assertThat(letter.detail()).isNotBlank();
    assertThat(letter.detail().length()).isLessThanOrEqualTo(500);
  }

  @Test
  void record_atTheEdgeOfWhatIsAllowed_isUsed() {
    good(Input.FEATURES, FEATURES);
    good(Input.FEATURES, " \r\n\t" + FEATURES + " \n");
    good(Input.FEATURES, FEATURES.replace("\"x\": 1", manyFeatures(2_000)));
    good(Input.FEATURES, FEATURES.replace(TIME, "\"2001-03-31T00:05:00Z\""));
    good(Input.FEATURES, FEATURES.replace(TIME, "\"2000-12-31T00:00:00Z\""));
    good(Input.FEATURES, FEATURES.replace("\"p\"", "\"" + "\ud83d\ude00".repeat(128) + "\""));
    good(Input.PREDICTIONS, with(PREDICTION, "\"score\": 1"));
    good(
        Input.PREDICTIONS,
        with(PREDICTION, "\"class_scores\": {\"a\": 0.3331, \"b\": 0.3331, \"c\": 0.3331}"));
  }

  @Test
  void value_overTheLimit_isTooLarge() {
    byte[] value = new byte[(1 << 20) + 1];
    DeadLetter letter = bad(decoder(Input.LABELS).decode(TestingEvents.raw(value)));
    assertThat(letter.reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(letter.valueSize()).isEqualTo(value.length);
    assertThat(letter.head()).hasSize(1_024);
  }

  @Test
  void value_thatIsAbsent_isUndecodable() {
    RawRecord record = new KeptRecord("t", 0, 0, 1L, new byte[] {1}, null, Map.of());
    DeadLetter letter = bad(decoder(Input.LABELS).decode(record));
    assertThat(letter.reason()).isEqualTo(Reason.UNDECODABLE);
    assertThat(letter.head()).isNull();
    assertThat(letter.valueSize()).isZero();
    assertThat(letter.key()).containsExactly(1);
  }

  @Test
  void deadLetter_isBoundedAndNamesWhatCouldBeRead() {
    Map<String, byte[]> headers = new HashMap<>();
    for (int i = 10; i < 40; i++) {
      headers.put("header" + i, new byte[300]);
    }
    byte[] value = utf8(with(LABEL, "\"revision\": -1, \"x\": \"" + "y".repeat(5_000) + "\""));
    RawRecord record =
        new KeptRecord(
            "weir.labels", 2, 77, TestingEvents.DAY * 2, new byte[2_000], value, headers);
    DeadLetter letter =
        bad(
            new EventDecoder(
                    Input.LABELS,
                    new DecoderSettings(TimeBounds.OF_FILES, true, null),
                    SchemaSource.NONE)
                .decode(record));
    assertThat(letter.topic()).isEqualTo("weir.labels");
    assertThat(letter.partition()).isEqualTo(2);
    assertThat(letter.offset()).isEqualTo(77);
    assertThat(letter.recordTime()).isEqualTo(TestingEvents.DAY * 2);
    assertThat(letter.modelId()).isEqualTo("m");
    assertThat(letter.predictionId()).isEqualTo("p");
    assertThat(letter.key()).hasSize(1_024);
    assertThat(letter.head()).isEqualTo(Arrays.copyOf(value, 1_024));
    assertThat(letter.valueSize()).isEqualTo(value.length);
    assertThat(letter.valueSha256()).isEqualTo(WeirId.sha256(value));
    assertThat(letter.headers()).hasSize(16).containsKey("header10").doesNotContainKey("header39");
    assertThat(letter.headers().get("header10")).hasSize(256);
    DeadLetter without =
        bad(
            new EventDecoder(
                    Input.LABELS,
                    new DecoderSettings(TimeBounds.OF_FILES, false, null),
                    SchemaSource.NONE)
                .decode(record));
    assertThat(without.head()).isNull();
    assertThat(without.valueSha256()).isEqualTo(letter.valueSha256());
  }

  @Test
  void deadLetter_detail_hasNoControlCharacters() {
    DeadLetter letter =
        bad(Input.FEATURES, with(FEATURES, "\"a\\u0007\\nb\": 1, \"a\\u0007\\nb\": 1"));
    assertThat(letter.field()).isEqualTo("ab");
  }

  // ---- what is dropped and counted

  @Test
  void optionalFields_thatAreInvalid_areDroppedAndCounted() {
    EventDecoder decoder = decoder(Input.PREDICTIONS);
    String json =
        with(
            PREDICTION,
            "\"lower\": 2, \"upper\": 1, \"nominal_coverage\": 1, \"uncertainty\": \"NaN\","
                + " \"sampling_rate\": 0, \"latency_ms\": -1, \"role\": \"BOSS\","
                + " \"predicted_class\": 1.0, \"features\": 7, \"prediction_set\": [1],"
                + " \"entity_id\": 5, \"trace_parent\": {}, \"unheard\": {\"of\": [1, 2]}");
    Event.Prediction prediction =
        (Event.Prediction) AvroEventsTest.good(decoder.decode(TestingEvents.raw(json)));
    assertThat(prediction.lower()).isNull();
    assertThat(prediction.upper()).isNull();
    assertThat(prediction.nominalCoverage()).isNull();
    assertThat(prediction.uncertainty()).isNull();
    assertThat(prediction.samplingRate()).isEqualTo(1);
    assertThat(prediction.latencyMillis()).isNull();
    assertThat(prediction.role()).isEqualTo(Event.Role.UNKNOWN);
    assertThat(prediction.predictedClass()).isEqualTo("1");
    assertThat(prediction.features()).isNull();
    assertThat(prediction.entityId()).isNull();
    assertThat(prediction.traceParent()).isNull();
    assertThat(decoder.counts().unknownFields()).isEqualTo(1);
    assertThat(decoder.counts().droppedFields())
        .isEqualTo(
            Map.ofEntries(
                Map.entry("lower", 1L),
                Map.entry("nominal_coverage", 1L),
                Map.entry("uncertainty", 1L),
                Map.entry("sampling_rate", 1L),
                Map.entry("latency_ms", 1L),
                Map.entry("role", 1L),
                Map.entry("features", 1L),
                Map.entry("prediction_set", 1L),
                Map.entry("entity_id", 1L),
                Map.entry("trace_parent", 1L)));
  }

  @Test
  void tags_overTheLimit_areDropped() {
    StringBuilder tags = new StringBuilder();
    for (int i = 10; i < 50; i++) {
      tags.append(i == 10 ? "" : ",").append("\"t").append(i).append("\":\"v\"");
    }
    EventDecoder decoder = decoder(Input.FEATURES);
    Event.Features features =
        (Event.Features)
            AvroEventsTest.good(
                decoder.decode(TestingEvents.raw(with(FEATURES, "\"tags\": {" + tags + "}"))));
    assertThat(features.tags()).hasSize(32).containsKeys("t10", "t41").doesNotContainKey("t42");
    assertThat(decoder.counts().droppedFields()).isEqualTo(Map.of("tags", 8L));
  }

  @Test
  void features_ofAllKinds_keepTheirKind() {
    Event.Features features =
        (Event.Features)
            good(
                Input.FEATURES,
                FEATURES.replace(
                    "\"x\": 1",
                    "\"a\": null, \"b\": true, \"c\": 9223372036854775807, \"d\": 1.0,"
                        + " \"e\": \"text\", \"f\": [1, \"NaN\"], \"g\": {}, \"h\": [1, \"x\"],"
                        + " \"i\": \"Infinity\", \"j\": 9223372036854775808, \"k\": NaN"));
    Kind[] kinds = new Kind[features.features().size()];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = features.features().kind(i);
    }
    assertThat(kinds)
        .containsExactly(
            Kind.MISSING,
            Kind.BOOLEAN,
            Kind.LONG,
            Kind.DOUBLE,
            Kind.TEXT,
            Kind.VECTOR,
            Kind.WRONG_TYPE,
            Kind.WRONG_TYPE,
            Kind.DOUBLE,
            Kind.DOUBLE,
            Kind.DOUBLE);
    assertThat(features.features().category(2)).isEqualTo("9223372036854775807");
    assertThat(features.features().category(3)).isEqualTo("1");
    assertThat(features.features().number(8)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1.0", "\"1\""})
  void label_class_isPlainText(String written) {
    Event.Label label = (Event.Label) good(Input.LABELS, LABEL.replace("\"1\"", written));
    assertThat(label.labelClass()).isEqualTo("1");
  }

  @Test
  void label_retraction_needsNoValue() {
    Event.Label label =
        (Event.Label)
            good(
                Input.LABELS,
                LABEL.replace("\"label_class\": \"1\"", "\"operation\": \"RETRACT\""));
    assertThat(label.operation()).isEqualTo(Event.Operation.RETRACT);
    assertThat(label.labelClass()).isNull();
  }

  // ---- formats

  @Test
  void heartbeat_isNoEvent() {
    EventDecoder decoder = decoder(Input.FEATURES);
    assertThat(decoder.decode(heartbeat("2001-03-30T10:00:00Z")))
        .isEqualTo(new Decoded.Heartbeat(985_946_400_000L));
    assertThat(bad(decoder.decode(heartbeat("now"))).reason()).isEqualTo(Reason.INVALID_TIME);
    assertThat(bad(decoder.decode(heartbeat("2099-01-01T00:00:00Z"))).reason())
        .isEqualTo(Reason.TIME_IN_FUTURE);
  }

  private static RawRecord heartbeat(String time) {
    return new KeptRecord(
        "t",
        0,
        0,
        TestingEvents.DAY + 86_400_000L * 30,
        null,
        null,
        Map.of("weir-heartbeat", utf8(time)));
  }

  @Test
  void cloudEvent_inBinaryMode_fillsWhatIsMissing() {
    Map<String, byte[]> headers =
        Map.of(
            "ce_id", utf8("from-header"),
            "ce_time", utf8("2001-03-30T00:00:00Z"),
            "ce_subject", utf8("header-model"));
    Event filled =
        AvroEventsTest.good(
            decoder(Input.FEATURES).decode(TestingEvents.raw(utf8("{\"features\": {}}"), headers)));
    assertThat(filled.predictionId()).isEqualTo("from-header");
    assertThat(filled.modelId()).isEqualTo("header-model");
    assertThat(filled.time()).isEqualTo(985_910_400_000L);
    Event own =
        AvroEventsTest.good(
            decoder(Input.FEATURES).decode(TestingEvents.raw(utf8(FEATURES), headers)));
    assertThat(own.predictionId()).isEqualTo("p");
  }

  @Test
  void cloudEvent_inStructuredMode_isUnwrapped() {
    Map<String, byte[]> headers =
        Map.of("content-type", utf8("application/cloudevents+json; charset=UTF-8"));
    String json =
        "{\"specversion\": \"1.0\", \"id\": \"outer\", \"time\": "
            + TIME
            + ", \"subject\": \"m\", \"data\": {\"features\": {\"x\": 2}}}";
    Event.Features event =
        (Event.Features)
            AvroEventsTest.good(
                decoder(Input.FEATURES).decode(TestingEvents.raw(utf8(json), headers)));
    assertThat(event.predictionId()).isEqualTo("outer");
    assertThat(event.features().integer(0)).isEqualTo(2);
    byte[] avro = EventEncoder.avro(event);
    String encoded =
        "{\"id\": \"x\", \"data_base64\": \"" + Base64.getEncoder().encodeToString(avro) + "\"}";
    Event inner =
        AvroEventsTest.good(
            decoder(Input.FEATURES).decode(TestingEvents.raw(utf8(encoded), headers)));
    assertThat(inner.predictionId()).isEqualTo("outer");
    String empty = "{\"id\": \"x\", \"data\": 5}";
    assertThat(
            bad(decoder(Input.FEATURES).decode(TestingEvents.raw(utf8(empty), headers))).reason())
        .isEqualTo(Reason.UNDECODABLE);
  }

  @Test
  void flatJson_isReadByTheRolesOfTheColumns() {
    ColumnRoles roles =
        new ColumnRoles(
            Map.of("prediction_id", "id", "event_time", "at"),
            Map.of(),
            List.of("region"),
            Set.of("note"),
            Map.of(),
            null);
    DecoderSettings settings =
        new DecoderSettings(
            DecoderSettings.DEFAULT.times(), true, new DecoderSettings.FlatJson("m", roles));
    EventDecoder decoder = new EventDecoder(Input.FEATURES, settings, SchemaSource.NONE);
    Event.Features event =
        (Event.Features)
            AvroEventsTest.good(
                decoder.decode(
                    TestingEvents.raw(
                        "{\"id\": 7, \"at\": "
                            + TIME
                            + ", \"region\": \"EU\", \"note\": \"n\", \"x\": 1.5}")));
    assertThat(event.predictionId()).isEqualTo("7");
    assertThat(event.tags()).isEqualTo(Map.of("region", "EU"));
    assertThat(event.features().size()).isEqualTo(1);
    assertThat(event.features().name(0)).isEqualTo("x");
    DeadLetter letter = bad(decoder.decode(TestingEvents.raw("{\"id\": 7}")));
    assertThat(letter.reason()).isEqualTo(Reason.MISSING_FIELD);
    assertThat(letter.topic()).isEqualTo("weir.test");
    assertThat(letter.offset()).isEqualTo(42);
  }

  private static final Schema OTHER =
      new Schema.Parser()
          .parse(
              "{\"type\": \"record\", \"name\": \"Scored\", \"namespace\": \"com.example\","
                  + " \"java-class\": \"java.lang.Runtime\", \"fields\": ["
                  + "{\"name\": \"extra\", \"type\": {\"type\": \"array\", \"items\": \"null\"}},"
                  + "{\"name\": \"prediction_time\", \"type\": \"long\"},"
                  + "{\"name\": \"score\", \"type\": \"float\"},"
                  + "{\"name\": \"model_version\", \"type\": \"string\"},"
                  + "{\"name\": \"model_id\", \"type\": \"string\"},"
                  + "{\"name\": \"prediction_id\", \"type\": \"string\"},"
                  + "{\"name\": \"features\", \"type\": {\"type\": \"map\","
                  + " \"values\": [\"int\", \"string\"]}}]}");

  private static byte[] other() throws IOException {
    GenericRecord record = new GenericData.Record(OTHER);
    record.put("extra", Arrays.asList(null, null));
    record.put("prediction_time", TestingEvents.DAY);
    record.put("score", 0.25f);
    record.put("model_version", "1");
    record.put("model_id", "m");
    record.put("prediction_id", "p");
    record.put("features", Map.of("x", 7));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(OTHER).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static void isOther(Decoded decoded) {
    Event.Prediction prediction = (Event.Prediction) AvroEventsTest.good(decoded);
    assertThat(prediction.predictionId()).isEqualTo("p");
    assertThat(prediction.score()).isEqualTo(0.25);
    assertThat(prediction.samplingRate()).isEqualTo(1);
    assertThat(prediction.role()).isEqualTo(Event.Role.UNKNOWN);
    assertThat(prediction.features().kind(0)).isEqualTo(Kind.LONG);
    assertThat(prediction.features().integer(0)).isEqualTo(7);
  }

  @Test
  void otherWriterSchema_isResolved_howeverItIsNamed() throws IOException {
    UUID guid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    String fingerprint = Schemas.hex(Schemas.fingerprint(OTHER));
    Map<String, String> known =
        Map.of(
            "258",
            OTHER.toString(),
            guid.toString(),
            OTHER.toString(),
            fingerprint,
            OTHER.toString());
    EventDecoder decoder = decoder(Input.PREDICTIONS, known::get);
    isOther(decoder.decode(TestingEvents.raw(join(new byte[] {0, 0, 0, 1, 2}, other()))));
    isOther(decoder.decode(TestingEvents.raw(join(Schemas.frame(OTHER), other()))));
    ByteBuffer header = ByteBuffer.allocate(17).put((byte) 1);
    header.putLong(guid.getMostSignificantBits()).putLong(guid.getLeastSignificantBits());
    isOther(
        decoder.decode(TestingEvents.raw(other(), Map.of("__value_schema_id", header.array()))));
    DeadLetter unknown =
        bad(decoder.decode(TestingEvents.raw(join(new byte[] {0, 0, 0, 1, 3}, other()))));
    assertThat(unknown.reason()).isEqualTo(Reason.UNKNOWN_SCHEMA);
    assertThat(unknown.schemaId()).isEqualTo("259");
    DeadLetter leftOver =
        bad(
            decoder.decode(
                TestingEvents.raw(
                    join(join(new byte[] {0, 0, 0, 1, 2}, other()), new byte[] {0}))));
    assertThat(leftOver.reason()).isEqualTo(Reason.UNDECODABLE);
  }

  @Test
  void ownSchema_behindARegistryNumber_isReadByHand() {
    Event event = new TestingEvents(5).next(Input.LABELS);
    byte[] framed = EventEncoder.avro(event);
    byte[] body = Arrays.copyOfRange(framed, Schemas.FRAME_BYTES, framed.length);
    EventDecoder decoder = decoder(Input.LABELS, id -> Schemas.LABELS.toString());
    assertThat(
            AvroEventsTest.describe(
                decoder.decode(TestingEvents.raw(join(new byte[] {0, 0, 0, 0, 9}, body)))))
        .isEqualTo(TestingEvents.describe(event));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no schema",
        "{\"type\": \"record\", \"name\": \"X\", \"fields\": []}",
        "\"string\"",
        "[[[[[[[[[["
      })
  void writerSchema_thatCannotBeResolved_isUndecodable(String schema) {
    EventDecoder decoder = decoder(Input.LABELS, id -> schema);
    assertThat(bad(decoder.decode(TestingEvents.raw(new byte[] {0, 0, 0, 0, 1, 2}))).reason())
        .isEqualTo(Reason.UNDECODABLE);
  }

  @Test
  void writerSchema_overTheLimit_isUndecodable() {
    String schema = "\"string\"" + " ".repeat(Limits.SCHEMA_BYTES);
    EventDecoder decoder = decoder(Input.LABELS, id -> schema);
    DeadLetter letter = bad(decoder.decode(TestingEvents.raw(new byte[] {0, 0, 0, 0, 1, 2})));
    assertThat(letter.reason()).isEqualTo(Reason.UNDECODABLE);
    assertThat(letter.detail()).contains("256 KiB");
  }

  @Test
  void registry_waitThatIsInterrupted_endsWithTheFlagSet() {
    SchemaSource silent =
        id -> {
          throw new InterruptedException();
        };
    EventDecoder decoder = decoder(Input.LABELS, silent);
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> decoder.decode(TestingEvents.raw(new byte[] {0, 0, 0, 0, 1, 2})))
        .isInstanceOf(java.io.UncheckedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
