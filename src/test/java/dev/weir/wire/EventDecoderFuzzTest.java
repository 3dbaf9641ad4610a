package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.event.FeatureValues;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import dev.weir.testing.KeptFeatures;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hostile bytes: every record ends as event or dead letter, and costs no more than its size. */
class EventDecoderFuzzTest {
  private static final long SEED = 5_000_000_000L;

  /** Bytes that a record may cost beside its size: exceptions, digests, the dead letter. */
  private static final long FIXED_COST = 600_000;

  /** Bytes that each byte of a record may cost: one name or value object each. */
  private static final long COST_PER_BYTE = 400;

  /** After every event of the generator, so that mutations alone make records bad. */
  private static final long APPENDED = TestingEvents.DAY + 30 * 86_400_000L;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  @ParameterizedTest
  @EnumSource(Input.class)
  void mutatedRecords_neverThrow_andCostWhatTheirSizeAllows(Input input) {
    SplittableRandom random = new SplittableRandom(SEED + input.ordinal());
    TestingEvents events = new TestingEvents(SEED + input.ordinal());
    String schema = Schemas.of(input).toString();
    EventDecoder decoder =
        new EventDecoder(input, DecoderSettings.DEFAULT, id -> id.equals("7") ? schema : null);
    int good = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] value = mutate(bytes(events.next(input), random), random);
      RawRecord record = new KeptRecord("t", 0, i, APPENDED, null, value, Map.of());
      long before = allocated();
      Decoded decoded = decoder.decode(record);
      long cost = allocated() - before;
      assertThat(cost)
          .as("bytes allocated for record %d of seed %d, %d bytes", i, SEED, value.length)
          .isLessThan(FIXED_COST + COST_PER_BYTE * value.length);
      if (decoded instanceof Decoded.Good) {
        good++;
      } else {
        Reason reason = ((Decoded.Bad) decoded).deadLetter().reason();
        assertThat(reason).isNotIn(Reason.UNKNOWN, Reason.INVALID_CONTROL);
      }
    }
    assertThat(good).as("mutations that leave a record valid").isGreaterThan(1_000);
  }

  private static byte[] bytes(Event event, SplittableRandom random) {
    byte[] avro = EventEncoder.avro(event);
    return switch (random.nextInt(4)) {
      case 0 -> EventEncoder.json(event);
      case 1 -> {
        byte[] confluent = Arrays.copyOfRange(avro, Schemas.FRAME_BYTES - 5, avro.length);
        System.arraycopy(new byte[] {0, 0, 0, 0, 7}, 0, confluent, 0, 5);
        yield confluent;
      }
      default -> avro;
    };
  }

  private static byte[] mutate(byte[] source, SplittableRandom random) {
    byte[] bytes = source.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(20));
        case 4 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 5), (byte) 0xFF);
        default -> bytes[at] = (byte) "{}[]\",:0eN".charAt(random.nextInt(10));
      }
    }
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(Input.class)
  void randomBytes_neverThrow(Input input) {
    SplittableRandom random = new SplittableRandom(SEED + 9);
    EventDecoder decoder = new EventDecoder(input, DecoderSettings.DEFAULT, SchemaSource.NONE);
    byte[] frame = Schemas.frame(Schemas.of(input));
    for (int i = 0; i < 10_000; i++) {
      byte[] value = new byte[random.nextInt(200)];
      random.nextBytes(value);
      if (random.nextBoolean() && value.length >= frame.length) {
        System.arraycopy(frame, 0, value, 0, frame.length);
      }
      assertThat(decoder.decode(TestingEvents.raw(value)))
          .as("record %d of seed %d", i, SEED + 9)
          .isInstanceOf(Decoded.Bad.class);
    }
  }

  /** A length of 1e9 in five bytes, where a text, a map and a block of either is expected. */
  @Test
  void fiveBytesThatAskForAGigabyte_costNothing() {
    byte[] billion = {(byte) 0x80, (byte) 0xA8, (byte) 0xD6, (byte) 0xB9, 0x07};
    EventDecoder decoder =
        new EventDecoder(Input.FEATURES, DecoderSettings.DEFAULT, SchemaSource.NONE);
    FeatureValues values = new FeatureValues();
    byte[] good =
        EventEncoder.avro(
            new KeptFeatures(
                "p", "m", TestingEvents.DAY, values, null, Map.of(), null, Map.of(), null));
    decoder.decode(TestingEvents.raw(good));
    for (int at = Schemas.FRAME_BYTES; at < good.length; at++) {
      byte[] value = Arrays.copyOf(good, at + billion.length);
      System.arraycopy(billion, 0, value, at, billion.length);
      long before = allocated();
      Decoded decoded = decoder.decode(TestingEvents.raw(value));
      assertThat(allocated() - before).as("bytes for a length at %d", at).isLessThan(300_000);
      assertThat(decoded).isInstanceOf(Decoded.Bad.class);
    }
  }

  /** Lists of nulls take no bytes: only the count bounds them. */
  @Test
  void blocksOfNothing_areBounded() throws Exception {
    String schema =
        "{\"type\": \"record\", \"name\": \"L\", \"fields\": [{\"name\": \"n\", \"type\":"
            + " {\"type\": \"array\", \"items\": \"null\"}}]}";
    EventDecoder decoder = new EventDecoder(Input.LABELS, DecoderSettings.DEFAULT, id -> schema);
    byte[] value = new byte[5 + 100 * 3];
    value[4] = 1;
    for (int i = 0; i < 100; i++) {
      // A block of 9,000 items, again and again: zigzag 18,000.
      value[5 + 3 * i] = (byte) 0xD0;
      value[6 + 3 * i] = (byte) 0x8C;
      value[7 + 3 * i] = 0x01;
    }
    assertThat(AvroEventsTest.reason(decoder.decode(TestingEvents.raw(value))))
        .isEqualTo(Reason.UNDECODABLE);
  }
}
