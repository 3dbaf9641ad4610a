package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.baseline.NamedSummary;
import dev.weir.decide.AuditChain;
import dev.weir.decide.Output;
import dev.weir.event.CanonicalJson;
import dev.weir.event.Control;
import dev.weir.event.DeadLetter;
import dev.weir.event.Event;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Severity;
import dev.weir.monitor.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas against the code, and the examples against both. */
class SchemasTest {
  private static final Path FOLDER = Path.of("schemas");
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".avsc"))
          .map(file -> file.substring(0, file.length() - ".avsc".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void schema_everyFieldAndType_saysWhatItIs(String name) throws IOException {
    Schema schema = parse(name);
    assertThat(schema.getNamespace()).isEqualTo("dev.weir.v1");
    checkDocs(schema, name, new ArrayList<>());
  }

  private static void checkDocs(Schema schema, String path, List<Schema> seen) {
    switch (schema.getType()) {
      case RECORD -> {
        if (seen.contains(schema)) {
          return;
        }
        seen.add(schema);
        assertThat(schema.getDoc()).as("doc of %s", path).isNotBlank();
        for (Schema.Field field : schema.getFields()) {
          String place = path + "." + field.name();
          assertThat(field.doc()).as("doc of %s", place).isNotBlank();
          checkDocs(field.schema(), place, seen);
        }
      }
      case ENUM -> {
        assertThat(schema.getDoc()).as("doc of %s", path).isNotBlank();
        assertThat(schema.getEnumSymbols().get(0)).as(path).isEqualTo("UNKNOWN");
        assertThat(schema.getEnumDefault()).as("default of %s", path).isEqualTo("UNKNOWN");
      }
      case UNION -> schema.getTypes().forEach(type -> checkDocs(type, path, seen));
      case ARRAY -> checkDocs(schema.getElementType(), path, seen);
      case MAP -> checkDocs(schema.getValueType(), path, seen);
      default -> {}
    }
  }

  /** An old reader meets a new field with its default; so fields that may be absent have one. */
  @ParameterizedTest
  @MethodSource("names")
  void schema_optionalFields_haveTheDefaultNull(String name) throws IOException {
    for (Schema.Field field : parse(name).getFields()) {
      if (field.schema().getType() == Schema.Type.UNION) {
        assertThat(field.schema().getTypes().get(0).getType()).isEqualTo(Schema.Type.NULL);
        assertThat(field.hasDefaultValue()).as("%s.%s", name, field.name()).isTrue();
      }
    }
  }

  static Stream<Object[]> enums() {
    return Stream.of(
        new Object[] {"predictions", "role", Event.Role.values()},
        new Object[] {"model-versions", "role", Event.Role.values()},
        new Object[] {"metrics", "verdict", Verdict.values()},
        new Object[] {"metrics", "rule", Rule.values()},
        new Object[] {"alerts", "rule", Rule.values()},
        new Object[] {"alerts", "status", Output.Status.values()},
        new Object[] {"alerts", "severity", Severity.values()},
        new Object[] {"alerts", "antipattern", Output.Antipattern.values()},
        new Object[] {"retraining-triggers", "reason", Output.Reason.values()},
        new Object[] {"audit", "action", Output.AuditAction.values()},
        new Object[] {"dead-letters", "reason", DeadLetter.Reason.values()},
        new Object[] {"feedback", "action", Control.Action.values()},
        new Object[] {"retraining-status", "state", Control.RunState.values()});
  }

  @ParameterizedTest
  @MethodSource("enums")
  void enum_symbols_areThoseOfTheCodeInTheirOrder(String name, String field, Enum<?>[] values)
      throws IOException {
    assertThat(parse(name).getField(field).schema().getEnumSymbols())
        .isEqualTo(Arrays.stream(values).map(Enum::name).toList());
  }

  @Test
  void enum_ofOperations_beginsWithUnknownWhichNoLabelHas() throws IOException {
    List<String> symbols = new ArrayList<>(List.of("UNKNOWN"));
    Arrays.stream(Event.Operation.values()).map(Enum::name).forEach(symbols::add);
    assertThat(parse("labels").getField("operation").schema().getEnumSymbols()).isEqualTo(symbols);
  }

  @Test
  void enum_ofSummaryKinds_isThatOfTheCode() throws IOException {
    Schema summary = parse("baselines").getField("summaries").schema().getElementType();
    assertThat(summary.getField("kind").schema().getEnumSymbols())
        .isEqualTo(Arrays.stream(NamedSummary.Kind.values()).map(Enum::name).toList());
  }

  /** The fingerprints stand in stored bytes: a change here breaks every reader. */
  @Test
  void fingerprints_areFrozen() throws IOException {
    List<String> frozen =
        Files.readAllLines(Path.of("src/test/resources/wire/fingerprints.txt")).stream()
            .filter(line -> !line.startsWith("#"))
            .toList();
    List<String> now = new ArrayList<>();
    for (String name : names().toList()) {
      now.add(name + " " + Schemas.hex(Schemas.fingerprint(parse(name))));
    }
    assertThat(now).isEqualTo(frozen);
  }

  @ParameterizedTest
  @MethodSource("names")
  void example_hasEveryFieldInOrderAndOfItsType(String name) throws IOException {
    checkRecord(parse(name), JSON.readTree(example(name)), name);
  }

  private static void checkRecord(Schema schema, JsonNode node, String path) {
    List<String> fields = new ArrayList<>();
    node.fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .as(path)
        .isEqualTo(schema.getFields().stream().map(Schema.Field::name).toList());
    for (Schema.Field field : schema.getFields()) {
      assertThat(fits(field.schema(), node.get(field.name()), path + "." + field.name()))
          .as("%s.%s is %s", path, field.name(), node.get(field.name()))
          .isTrue();
    }
  }

  private static boolean fits(Schema schema, JsonNode node, String path) {
    return switch (schema.getType()) {
      case NULL -> node.isNull();
      case BOOLEAN -> node.isBoolean();
      case INT -> node.isInt();
      case LONG ->
          schema.getLogicalType() == null
              ? node.isIntegralNumber()
              : node.isTextual() && isTime(node.textValue());
      case FLOAT, DOUBLE -> node.isNumber();
      case STRING -> node.isTextual();
      case BYTES -> node.isTextual() && Base64.getDecoder().decode(node.textValue()) != null;
      case ENUM -> schema.hasEnumSymbol(node.textValue()) && !node.textValue().equals("UNKNOWN");
      case UNION -> schema.getTypes().stream().anyMatch(type -> fits(type, node, path));
      case ARRAY -> node.isArray() && all(node, item -> fits(schema.getElementType(), item, path));
      case MAP -> node.isObject() && all(node, item -> fits(schema.getValueType(), item, path));
      case RECORD -> {
        if (node.isObject()) {
          checkRecord(schema, node, path);
        }
        yield node.isObject();
      }
      default -> false;
    };
  }

  private static boolean all(JsonNode node, java.util.function.Predicate<JsonNode> condition) {
    for (JsonNode item : node) {
      if (!condition.test(item)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTime(String text) {
    long time = TimeText.parse(text);
    return time != TimeText.INVALID && CanonicalJson.time(time).equals(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"features", "predictions", "labels"})
  void example_ofAnEvent_isDecodedAndWrittenAsItStands(String name) throws IOException {
    Event.Input input = Event.Input.valueOf(name.toUpperCase(java.util.Locale.ROOT));
    DecoderSettings settings = new DecoderSettings(TimeBounds.OF_FILES, true, null);
    EventDecoder decoder = new EventDecoder(input, settings, SchemaSource.NONE);
    Event event = AvroEventsTest.good(decoder.decode(TestingEvents.raw(example(name))));
    assertThat(decoder.counts().unknownFields()).isZero();
    assertThat(decoder.counts().droppedFields()).isEmpty();
    JsonNode expected = JSON.readTree(example(name));
    JsonNode written = JSON.readTree(EventEncoder.json(event));
    written
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!field.equals("features")) {
                assertThat(written.get(field)).as(field).isEqualTo(expected.get(field));
              }
            });
  }

  @Test
  void example_ofAnOutput_isReadAndWrittenAsItStands() throws IOException {
    same("metrics", OutputJson.bytes(OutputReader.metric(bytes("metrics"))));
    same("alerts", OutputJson.bytes(OutputReader.alert(bytes("alerts"))));
    same(
        "retraining-triggers",
        OutputJson.bytes(OutputReader.trigger(bytes("retraining-triggers"))));
    same("audit", OutputJson.bytes(OutputReader.audit(bytes("audit"))));
    same("dead-letters", OutputJson.bytes(OutputReader.deadLetter(bytes("dead-letters"))));
  }

  private static void same(String name, byte[] written) throws IOException {
    String compact = JSON.writeValueAsString(JSON.readTree(example(name)));
    assertThat(new String(written, StandardCharsets.UTF_8)).isEqualTo(compact);
  }

  @Test
  void example_ofTheAudit_isWhole() throws IOException {
    assertThat(
            AuditChain.follows(AuditChain.FIRST_PREVIOUS_HASH, OutputReader.audit(bytes("audit"))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"job-files", "model-versions", "feedback", "retraining-status"})
  void example_ofAControlRecord_isValid(String name) throws IOException {
    ControlTopic topic =
        Arrays.stream(ControlTopic.values()).filter(t -> t.id().equals(name)).findAny().get();
    RawRecord record =
        new KeptRecord(name, 0, 0, RawRecord.NO_TIMESTAMP, null, bytes(name), Map.of());
    assertThat(new ControlDecoder(topic, true).decode(record))
        .isInstanceOf(DecodedControl.Good.class);
  }

  private static Schema parse(String name) throws IOException {
    return new Schema.Parser().parse(Files.readString(FOLDER.resolve(name + ".avsc")));
  }

  private static String example(String name) throws IOException {
    return Files.readString(FOLDER.resolve(name + ".example.json"));
  }

  private static byte[] bytes(String name) throws IOException {
    return example(name).getBytes(StandardCharsets.UTF_8);
  }
}
