package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.event.Control;
import dev.weir.event.DeadLetter;
import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.Event;
import dev.weir.event.KeptRecord;
import dev.weir.event.WeirId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ControlDecoderTest {
  private static final long TIME = TestingEvents.DAY;

  private static final Control.JobFile JOB_FILE =
      new Control.JobFile(
          "m",
          WeirId.sha256("{}".getBytes(StandardCharsets.UTF_8)).substring(0, 16),
          "weir: 1\n",
          "{}",
          1,
          TIME,
          "user:ada",
          "why");
  private static final Control.ModelVersion VERSION =
      new Control.ModelVersion(
          "m",
          "2",
          TIME,
          Event.Role.CHAMPION,
          "rt-1",
          TIME - 2,
          TIME - 1,
          null,
          List.of("a", "b"),
          "team",
          "user:ada");
  private static final Control.Feedback FEEDBACK =
      new Control.Feedback(
          "fb-1",
          "m",
          Control.Action.SILENCE,
          "*",
          TIME,
          "user:ada",
          "known",
          TIME + 1,
          Map.of("monitor", "drift"),
          true,
          "abc");
  private static final Control.RetrainingStatus STATUS =
      new Control.RetrainingStatus(
          "rt-1",
          "m",
          Control.RunState.SUCCEEDED,
          TIME,
          "https://example.com",
          "3",
          "service:airflow",
          "done");

  private static DecodedControl decode(ControlTopic topic, String key, byte[] value) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    return new ControlDecoder(topic, true)
        .decode(new KeptRecord(topic.id(), 0, 5, TIME, keyBytes, value, Map.of()));
  }

  private static Control good(DecodedControl decoded) {
    assertThat(decoded).isInstanceOf(DecodedControl.Good.class);
    return ((DecodedControl.Good) decoded).control();
  }

  private static DeadLetter bad(DecodedControl decoded) {
    assertThat(decoded).isInstanceOf(DecodedControl.Bad.class);
    return ((DecodedControl.Bad) decoded).deadLetter();
  }

  static Stream<Control> controls() {
    return Stream.of(JOB_FILE, VERSION, FEEDBACK, STATUS);
  }

  @ParameterizedTest
  @MethodSource("controls")
  void control_asJson_isReadBackEqual(Control control) {
    ControlEncoder.ControlMessage message = ControlEncoder.message(control);
    assertThat(good(decode(message.topic(), message.key(), message.value()))).isEqualTo(control);
  }

  @Test
  void keys_areThoseOfTheTopics() {
    assertThat(ControlEncoder.message(JOB_FILE).key()).isEqualTo("m");
    assertThat(ControlEncoder.message(VERSION).key()).isEqualTo("m|2");
    assertThat(ControlEncoder.message(FEEDBACK).key()).isEqualTo("m|*|SILENCE");
    assertThat(ControlEncoder.message(STATUS).key()).isEqualTo("rt-1");
  }

  @Test
  void control_asAvro_isReadEqual() throws IOException {
    Schema schema = ControlTopic.FEEDBACK.schema();
    GenericRecord record =
        new GenericRecordBuilder(schema)
            .set("feedback_id", "fb-1")
            .set("model_id", "m")
            .set("action", symbol(schema, "action", "SILENCE"))
            .set("object_id", "*")
            .set("event_time", TIME)
            .set("actor", "user:ada")
            .set("reason", "known")
            .set("silence_until", TIME + 1)
            .set("matchers", Map.of("monitor", "drift"))
            .set("useful", true)
            .set("config_hash", "abc")
            .build();
    assertThat(good(decode(ControlTopic.FEEDBACK, "k", library(record)))).isEqualTo(FEEDBACK);
  }

  @Test
  void baseline_keepsItsBytes() throws IOException {
    byte[] avro = library(baseline("0123456789abcdef"));
    Control.BaselineFile file =
        (Control.BaselineFile) good(decode(ControlTopic.BASELINES, "m", avro));
    assertThat(file.modelId()).isEqualTo("m");
    assertThat(file.baselineId()).isEqualTo("0123456789abcdef");
    assertThat(file.encoded()).isEqualTo(avro);
    assertThat(file.effectiveFrom()).isEqualTo(TIME);
    assertThat(bad(decode(ControlTopic.BASELINES, "m", library(baseline("x")))).reason())
        .isEqualTo(Reason.INVALID_CONTROL);
    assertThat(
            bad(decode(ControlTopic.BASELINES, "m", "{}".getBytes(StandardCharsets.UTF_8)))
                .reason())
        .isEqualTo(Reason.INVALID_CONTROL);
  }

  private static GenericRecord baseline(String id) {
    Schema schema = ControlTopic.BASELINES.schema();
    Schema summary = schema.getField("summaries").schema().getElementType();
    return new GenericRecordBuilder(schema)
        .set("model_id", "m")
        .set("baseline_id", id)
        .set("reference_rows", 1L)
        .set("reference_start", TIME)
        .set("reference_end", TIME)
        .set("reference_sha256", "")
        .set("effective_from", TIME)
        .set(
            "summaries",
            List.of(
                new GenericRecordBuilder(summary)
                    .set("name", "x")
                    .set("encoded", ByteBuffer.wrap(new byte[300_000]))
                    .build()))
        .build();
  }

  private static GenericData.EnumSymbol symbol(Schema schema, String field, String name) {
    return new GenericData.EnumSymbol(schema.getField(field).schema(), name);
  }

  private static byte[] library(GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Schemas.frame(record.getSchema()));
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  @Test
  void tombstone_endsOrWithdraws() {
    Control.JobFile file = (Control.JobFile) good(decode(ControlTopic.JOB_FILES, "m", null));
    assertThat(file.resolved()).isNull();
    assertThat(file.modelId()).isEqualTo("m");
    assertThat(ControlEncoder.message(file).value()).isNull();
    assertThat(((Control.BaselineFile) good(decode(ControlTopic.BASELINES, "m", null))).encoded())
        .isNull();
    assertThat(decode(ControlTopic.MODEL_VERSIONS, "m|2", null))
        .isEqualTo(new DecodedControl.Withdrawn(ControlTopic.MODEL_VERSIONS, "m|2"));
    assertThat(bad(decode(ControlTopic.FEEDBACK, null, null)).reason())
        .isEqualTo(Reason.INVALID_CONTROL);
  }

  static Stream<Object[]> invalid() {
    return Stream.of(
        row(JOB_FILE, "\"model_id\":\"m\"", "\"model_id\":\"M\"", "model_id"),
        row(JOB_FILE, "\"resolved\":\"{}\"", "\"resolved\":\"{ }\"", "config_hash"),
        row(JOB_FILE, "\"source\":\"weir: 1\\n\"", "\"source\":null", "source"),
        row(JOB_FILE, "\"format\":1", "\"format\":\"x\"", "format"),
        row(VERSION, "\"model_version\":\"2\"", "\"model_version\":\" \"", "model_version"),
        row(VERSION, "\"effective_from\":\"2001", "\"effective_from\":\"x2001", "effective_from"),
        row(FEEDBACK, "\"reason\":\"known\"", "\"reason\":\" \"", "reason"),
        row(FEEDBACK, "\"action\":\"SILENCE\"", "\"action\":\"SHOUT\"", "action"),
        row(FEEDBACK, "\"actor\":\"user:ada\",", "", "actor"),
        row(
            FEEDBACK,
            "\"event_time\":\"2001-03-01T00:00:00.000Z\"",
            "\"event_time\":5",
            "event_time"),
        row(FEEDBACK, "\"silence_until\":\"2001-03-01T00:00:00.001Z\",", "", "silence_until"),
        row(
            FEEDBACK,
            "\"matchers\":{\"monitor\":\"drift\"}",
            "\"matchers\":{\"monitor\":1}",
            "monitor"),
        row(STATUS, "\"state\":\"SUCCEEDED\"", "\"state\":\"UNKNOWN\"", "state"),
        row(STATUS, "\"trigger_id\":\"rt-1\"", "\"trigger_id\":\"\"", "trigger_id"));
  }

  private static Object[] row(Control control, String from, String to, String field) {
    return new Object[] {control, from, to, field};
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void control_thatFailsACheck_isInvalid(Control control, String from, String to, String field) {
    ControlEncoder.ControlMessage message = ControlEncoder.message(control);
    String json = new String(message.value(), StandardCharsets.UTF_8);
    assertThat(json).contains(from);
    byte[] value = json.replace(from, to).getBytes(StandardCharsets.UTF_8);
    DeadLetter letter = bad(decode(message.topic(), message.key(), value));
    assertThat(letter.reason()).as(letter.detail()).isEqualTo(Reason.INVALID_CONTROL);
    assertThat(letter.field()).isEqualTo(field);
    assertThat(letter.offset()).isEqualTo(5);
  }

  @Test
  void silence_overThirtyDays_isCut() {
    String json =
        new String(ControlEncoder.message(FEEDBACK).value(), StandardCharsets.UTF_8)
            .replace("2001-03-01T00:00:00.001Z", "2002-03-01T00:00:00Z");
    Control.Feedback feedback =
        (Control.Feedback)
            good(decode(ControlTopic.FEEDBACK, "k", json.getBytes(StandardCharsets.UTF_8)));
    assertThat(feedback.silenceUntil()).isEqualTo(TIME + 30 * 86_400_000L);
  }

  @ParameterizedTest
  @EnumSource(ControlTopic.class)
  void bytes_thatAreNoRecord_areUndecodable(ControlTopic topic) {
    SplittableRandom random = new SplittableRandom(17);
    for (int i = 0; i < 3_000; i++) {
      byte[] value = new byte[random.nextInt(64)];
      random.nextBytes(value);
      byte[] frame = Schemas.frame(topic.schema());
      if (random.nextBoolean() && value.length >= frame.length) {
        System.arraycopy(frame, 0, value, 0, frame.length);
      }
      assertThat(bad(decode(topic, "k", value)).reason())
          .as("record %d of seed 17", i)
          .isIn(Reason.UNDECODABLE, Reason.INVALID_CONTROL, Reason.UNKNOWN_SCHEMA);
    }
    byte[] foreign = Schemas.frame(Schemas.METRICS);
    assertThat(bad(decode(topic, "k", foreign)).reason()).isEqualTo(Reason.UNKNOWN_SCHEMA);
    assertThat(bad(decode(topic, "k", new byte[topic.largestRecord() + 1])).reason())
        .isEqualTo(Reason.TOO_LARGE);
  }

  /** Two thousand columns take five megabytes, more where there are segments. */
  @Test
  void baselines_mayBeLargerThanWhatPeopleWrite() {
    assertThat(ControlTopic.BASELINES.largestRecord()).isEqualTo(32 << 20);
    for (ControlTopic topic : ControlTopic.values()) {
      if (topic != ControlTopic.BASELINES) {
        assertThat(topic.largestRecord()).as("%s", topic).isEqualTo(1 << 20);
      }
    }
  }

  @Test
  void file_holdsOneRecordALine(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("feedback.jsonl");
    byte[] lines = ControlEncoder.lines(List.of(FEEDBACK));
    Files.writeString(file, "\n" + new String(lines, StandardCharsets.UTF_8) + "nonsense\n");
    ControlFile read = ControlFile.read(file, ControlTopic.FEEDBACK, true);
    assertThat(read.controls()).containsExactly(FEEDBACK);
    assertThat(read.deadLetters()).hasSize(1);
    assertThat(read.deadLetters().get(0).offset()).isEqualTo(3);
    assertThat(read.deadLetters().get(0).topic()).isEqualTo("feedback");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ControlEncoder.lines(List.of(new Control.BaselineFile("m", "", null, null))));
  }
}
