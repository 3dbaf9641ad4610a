package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.wire.EventEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Records of which every one must end as a dead letter, drawn with a seed: noise, cut and overlong
 * Avro, declared gigabytes, unknown schemas, numbers that are none, endless text, impossible times,
 * nothing at all.
 */
final class HostileRecords {
  private static final int KINDS = 16;

  private final Random random;
  private final Input input;

  HostileRecords(long seed, Input input) {
    this.random = new Random(seed);
    this.input = input;
  }

  /**
   * A record.
   *
   * @param reason why it must be set aside; null: any reason
   */
  record Hostile(
      byte @Nullable [] key,
      byte @Nullable [] value,
      Map<String, byte[]> headers,
      @Nullable Reason reason) {
    static Hostile of(byte @Nullable [] value, @Nullable Reason reason) {
      return new Hostile(null, value, Map.of(), reason);
    }
  }

  /** The next one, among records of this time. */
  Hostile next(long now) {
    byte[] good = EventEncoder.avro(event(now));
    return switch (random.nextInt(KINDS)) {
      case 0 -> noise();
      case 1 -> Hostile.of(Arrays.copyOf(good, random.nextInt(good.length)), null);
      case 2 -> Hostile.of(Arrays.copyOf(good, good.length + 1 + random.nextInt(9)), null);
      case 3 -> declared(good);
      case 4 -> Hostile.of(bytes(0, 5), Reason.UNKNOWN_SCHEMA);
      case 5 -> {
        byte[] other = bytes(0xC3, 10 + random.nextInt(50));
        other[1] = 1;
        yield Hostile.of(other, Reason.UNKNOWN_SCHEMA);
      }
      case 6 -> json(now, "\"NaN\"", Reason.OUT_OF_RANGE, "small");
      case 7 -> json(now, "\"-Infinity\"", Reason.OUT_OF_RANGE, "small");
      case 8 -> Hostile.of(null, Reason.UNDECODABLE);
      case 9 -> new Hostile(bytes(0, 8), null, Map.of(), Reason.UNDECODABLE);
      case 10 -> json(random.nextBoolean() ? 0 : -now, "0.5", Reason.INVALID_TIME, "small");
      case 11 -> json(year9999(), "0.5", Reason.TIME_IN_FUTURE, "small");
      case 12 -> json(now * 1000, "0.5", Reason.TIME_IN_FUTURE, "small");
      case 13 -> json(now - Duration.ofDays(91).toMillis(), "0.5", Reason.TOO_OLD, "small");
      case 14 -> json(now, "0.5", Reason.UNKNOWN_MODEL, "nobody");
      default -> text();
    };
  }

  /** One of ten megabytes, which topics let through here and a job refuses to look into. */
  Hostile tenMegabytes() {
    byte[] text = new byte[10 << 20];
    Arrays.fill(text, (byte) 'x');
    byte[] head = "{\"prediction_id\":\"".getBytes(UTF_8);
    System.arraycopy(head, 0, text, 0, head.length);
    return Hostile.of(text, Reason.TOO_LARGE);
  }

  private Hostile noise() {
    byte[] noise = bytes(random.nextInt(256), 1 + random.nextInt(300));
    byte first = noise[0];
    if (first == 0 || first == '{' || first == ' ' || first == (byte) 0xC3) {
      noise[0] = 'x';
    }
    Map<String, byte[]> headers =
        random.nextInt(10) == 0 ? Map.of("h".repeat(70_000), bytes(1, 3)) : Map.of();
    boolean space = noise[0] == '\t' || noise[0] == '\n' || noise[0] == '\r';
    return new Hostile(null, noise, headers, space ? null : Reason.UNDECODABLE);
  }

  /** Our own frame, then a text that claims up to half a gigabyte. */
  private Hostile declared(byte[] good) {
    ByteBuffer bytes = ByteBuffer.allocate(15).put(good, 0, 10);
    bytes.put(new byte[] {-128, -108, -21, (byte) (-128 + random.nextInt(100)), 3});
    return Hostile.of(bytes.array(), Reason.UNDECODABLE);
  }

  private Hostile json(long time, String number, Reason reason, String model) {
    boolean needsNumber = reason == Reason.OUT_OF_RANGE;
    String rest =
        switch (input) {
          // A feature that is no number is counted and the record used, so the id is spoilt.
          case FEATURES -> "\"event_time\": %d, \"features\": {\"x\": 1}";
          case PREDICTIONS ->
              "\"prediction_time\": %d, \"model_version\": \"v1\", \"score\": " + number;
          case LABELS ->
              "\"label_time\": %d, "
                  + (needsNumber ? "\"label_value\": " + number : "\"label_class\": \"1\"");
        };
    String id = needsNumber && input == Input.FEATURES ? "x".repeat(129) : "hostile";
    String all = "{\"prediction_id\": \"%s\", \"model_id\": \"%s\", " + rest + "}";
    return Hostile.of(all.formatted(id, model, time).getBytes(UTF_8), reason);
  }

  /** Text that is no record: cut, with a key twice, too deep, or with an endless id. */
  private Hostile text() {
    String text =
        switch (random.nextInt(4)) {
          case 0 -> "{\"prediction_id\": \"a";
          case 1 -> "{\"prediction_id\": \"a\", \"prediction_id\": \"a\"}";
          case 2 -> "{\"a\":".repeat(2_000);
          default -> "{\"prediction_id\": \"" + "x".repeat(50_000) + "\"}";
        };
    return Hostile.of(text.getBytes(UTF_8), null);
  }

  private byte[] bytes(int first, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    bytes[0] = (byte) first;
    return bytes;
  }

  private static long year9999() {
    return Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();
  }

  private Event event(long now) {
    return switch (input) {
      case FEATURES -> SmallTraffic.features("hostile", now, 1, "web");
      case PREDICTIONS -> SmallTraffic.prediction("hostile", now, 0.5);
      case LABELS -> SmallTraffic.label("hostile", now, "1", 0, false);
    };
  }
}
