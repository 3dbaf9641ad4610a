package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.event.FeatureValues;
import dev.weir.testing.KeptFeatures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The hand-written reader and writer against the Avro library. */
class AvroEventsTest {
  private static final long SEED = 20_260_101;

  @ParameterizedTest
  @EnumSource(Input.class)
  void events_writtenByTheLibrary_areReadBack(Input input) throws IOException {
    TestingEvents events = new TestingEvents(SEED);
    EventDecoder decoder = new EventDecoder(input, DecoderSettings.DEFAULT, SchemaSource.NONE);
    for (int i = 0; i < 2_000; i++) {
      Event event = events.next(input);
      byte[] bytes = library(TestingEvents.record(event), i % 2 == 0);
      assertThat(describe(decoder.decode(TestingEvents.raw(bytes))))
          .as("event %d of seed %d", i, SEED)
          .isEqualTo(TestingEvents.describe(event));
    }
  }

  /** Names are compared with those of the record before, eight bytes at a time. */
  @Test
  void namesThatDifferInOneByteFromThoseBefore_areToldApart() throws IOException {
    EventDecoder decoder =
        new EventDecoder(Input.FEATURES, DecoderSettings.DEFAULT, SchemaSource.NONE);
    for (int length = 0; length <= 70; length++) {
      for (int differing = -1; differing <= length; differing++) {
        StringBuilder name = new StringBuilder("n".repeat(length));
        if (differing >= 0 && differing < length) {
          name.setCharAt(differing, 'm');
        } else if (differing == length) {
          name.append('n');
        }
        FeatureValues values = new FeatureValues();
        values.addDouble(name.toString(), 0.5);
        values.addMissing("last");
        Event.Features event =
            new KeptFeatures(
                "p", "m", 985_996_800_000L, values, null, Map.of(), null, Map.of(), null);
        assertThat(decoder.decode(TestingEvents.raw(EventEncoder.avro(event))))
            .isInstanceOfSatisfying(
                Decoded.Good.class,
                good -> {
                  FeatureValues read = ((Event.Features) good.event()).features();
                  assertThat(read.name(0)).isEqualTo(name.toString());
                  assertThat(read.name(1)).isEqualTo("last");
                  assertThat(read.kind(1)).isEqualTo(FeatureValues.Kind.MISSING);
                });
      }
    }
  }

  /** Names and kinds are compared with those of the record before at once. */
  @Test
  void kindsThatDifferFromThoseBefore_areToldApart() throws IOException {
    EventDecoder decoder =
        new EventDecoder(Input.FEATURES, DecoderSettings.DEFAULT, SchemaSource.NONE);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int record = 0; record < 20_000; record++) {
      FeatureValues values = new FeatureValues();
      for (int feature = 0; feature < 8; feature++) {
        // Heads of 2 to 23 bytes, most of the kind of the record before.
        String name = "n".repeat(3 * feature) + (random.nextInt(9) == 0 ? "m" : "");
        switch (random.nextInt(3) == 0 ? random.nextInt(5) : feature % 5) {
          case 0 -> values.addMissing(name);
          case 1 -> values.addBoolean(name, record % 2 == 0);
          case 2 -> values.addLong(name, record);
          case 3 -> values.addDouble(name, record / 8.0);
          default -> values.addText(name, "t" + random.nextInt(4));
        }
      }
      Event.Features event =
          new KeptFeatures(
              "p", "m", 985_996_800_000L, values, null, Map.of(), null, Map.of(), null);
      assertThat(describe(decoder.decode(TestingEvents.raw(EventEncoder.avro(event)))))
          .as("record %d of seed %d", record, SEED)
          .isEqualTo(TestingEvents.describe(event));
    }
  }

  @ParameterizedTest
  @EnumSource(Input.class)
  void events_writtenByUs_areReadByTheLibrary(Input input) throws IOException {
    TestingEvents events = new TestingEvents(SEED + 1);
    Schema schema = Schemas.of(input);
    GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(schema);
    for (int i = 0; i < 1_000; i++) {
      Event event = events.next(input);
      byte[] bytes = EventEncoder.avro(event);
      GenericRecord read =
          reader.read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(bytes, Schemas.FRAME_BYTES, bytes.length - 10, null));
      GenericRecord expected = TestingEvents.record(event);
      byte[] again = library(expected, false);
      GenericRecord expectedAsRead =
          reader.read(null, DecoderFactory.get().binaryDecoder(again, 10, again.length - 10, null));
      assertThat(read.toString())
          .as("event %d of seed %d", i, SEED + 1)
          .isEqualTo(expectedAsRead.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(Input.class)
  void events_writtenByUs_areReadBackFromAvroAndFromJson(Input input) {
    TestingEvents events = new TestingEvents(SEED + 2);
    EventDecoder decoder = new EventDecoder(input, DecoderSettings.DEFAULT, SchemaSource.NONE);
    for (int i = 0; i < 2_000; i++) {
      Event event = events.next(input);
      String expected = TestingEvents.describe(event);
      assertThat(describe(decoder.decode(TestingEvents.raw(EventEncoder.avro(event)))))
          .as("Avro, event %d of seed %d", i, SEED + 2)
          .isEqualTo(expected);
      assertThat(describe(decoder.decode(TestingEvents.raw(EventEncoder.json(event)))))
          .as("JSON, event %d of seed %d", i, SEED + 2)
          .isEqualTo(expected);
    }
  }

  /** Bytes laid out by hand from the Avro specification. */
  @Test
  void label_goldenBytes_areThoseOfTheSpecification() {
    Event.Label label =
        new Event.Label(
            "p1",
            "m",
            1_000_000_000_000L,
            "1",
            null,
            2,
            Event.Operation.UPSERT,
            null,
            null,
            java.util.Map.of("r", "EU"),
            null);
    String body =
        "047031" // "p1"
            + "026d" // "m"
            + "80c0a8ca9a3a" // 1e12, zigzag 2e12, seven bits at a time
            + "020231" // branch 1, "1"
            + "00" // null
            + "04" // 2
            + "02" // symbol 1
            + "00" // null
            + "00" // null
            + "02"
            + "0272"
            + "044555"
            + "00" // one entry, "r" to "EU", end
            + "00"; // null
    byte[] bytes = EventEncoder.avro(label);
    assertThat(HexFormat.of().formatHex(bytes, 0, 2)).isEqualTo("c301");
    assertThat(HexFormat.of().formatHex(bytes, 10, bytes.length)).isEqualTo(body);
  }

  @Test
  void names_ofTheSamePositions_areTheSameInstances() {
    EventDecoder decoder =
        new EventDecoder(Input.FEATURES, DecoderSettings.DEFAULT, SchemaSource.NONE);
    byte[] bytes = EventEncoder.avro(withFeature("speed"));
    Event.Features first = (Event.Features) good(decoder.decode(TestingEvents.raw(bytes)));
    String name = first.features().name(0);
    Event.Features second = (Event.Features) good(decoder.decode(TestingEvents.raw(bytes)));
    assertThat(second.features().name(0)).isSameAs(name);
    assertThat(second.modelId()).isSameAs(first.modelId());
  }

  @Test
  void feature_twiceInOneRecord_isADeadLetter() throws IOException {
    Event.Features features = withFeature("speed");
    features.features().addLong("height", 1);
    features.features().addLong("speed", 2);
    EventDecoder decoder =
        new EventDecoder(Input.FEATURES, DecoderSettings.DEFAULT, SchemaSource.NONE);
    byte[] twice = EventEncoder.avro(features);
    byte[] once = EventEncoder.avro(withFeature("speed"));
    for (int i = 0; i < 2; i++) {
      assertThat(reason(decoder.decode(TestingEvents.raw(twice)))).isEqualTo(Reason.WRONG_TYPE);
      assertThat(good(decoder.decode(TestingEvents.raw(once)))).isNotNull();
    }
  }

  private static Event.Features withFeature(String name) {
    dev.weir.event.FeatureValues values = new dev.weir.event.FeatureValues();
    values.addDouble(name, 1.5);
    return new KeptFeatures(
        "p",
        "m",
        TestingEvents.DAY,
        values,
        null,
        java.util.Map.of(),
        null,
        java.util.Map.of(),
        null);
  }

  static byte[] library(GenericRecord record, boolean inBlocks) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Schemas.frame(record.getSchema()));
    EncoderFactory factory = new EncoderFactory().configureBlockSize(64);
    BinaryEncoder encoder =
        inBlocks ? factory.blockingBinaryEncoder(out, null) : factory.binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  static Event good(Decoded decoded) {
    assertThat(decoded).isInstanceOf(Decoded.Good.class);
    return ((Decoded.Good) decoded).event();
  }

  static Reason reason(Decoded decoded) {
    assertThat(decoded).isInstanceOf(Decoded.Bad.class);
    return ((Decoded.Bad) decoded).deadLetter().reason();
  }

  static String describe(Decoded decoded) {
    return decoded instanceof Decoded.Good good
        ? TestingEvents.describe(good.event())
        : decoded.toString() + Arrays.toString(((Decoded.Bad) decoded).deadLetter().head());
  }
}
