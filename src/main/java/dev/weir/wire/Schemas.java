package dev.weir.wire;

import dev.weir.event.Event.Input;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/** Weir's own schemas, and the frame of Avro's single-object encoding around them. */
final class Schemas {
  static final Schema FEATURES = load("features");
  static final Schema PREDICTIONS = load("predictions");
  static final Schema LABELS = load("labels");
  static final Schema METRICS = load("metrics");
  static final Schema AUDIT = load("audit");
  static final Schema DEAD_LETTERS = load("dead-letters");
  static final Schema JOB_FILES = load("job-files");
  static final Schema BASELINES = load("baselines");
  static final Schema MODEL_VERSIONS = load("model-versions");
  static final Schema FEEDBACK = load("feedback");
  static final Schema RETRAINING_STATUS = load("retraining-status");

  /** Bytes before the body: two marks and the fingerprint. */
  static final int FRAME_BYTES = 10;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Schemas() {}

  /** The schema in {@code schemas/<name>.avsc}. */
  static Schema load(String name) {
    String path = "/schemas/" + name + ".avsc";
    try (InputStream input = Schemas.class.getResourceAsStream(path)) {
      if (input == null) {
        throw new IllegalStateException("the schema " + path + " is not in the jar");
      }
      return new Schema.Parser().parse(input);
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  /** Schema of an event stream. */
  static Schema of(Input input) {
    return switch (input) {
      case FEATURES -> FEATURES;
      case PREDICTIONS -> PREDICTIONS;
      case LABELS -> LABELS;
    };
  }

  /** CRC-64-AVRO of the schema's parsing canonical form. */
  static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  /** A fingerprint as 16 hex digits. */
  static String hex(long fingerprint) {
    return HexFormat.of().toHexDigits(fingerprint);
  }

  /** The bytes before the body of a record with this schema. */
  static byte[] frame(Schema schema) {
    return ByteBuffer.allocate(FRAME_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0xC3)
        .put((byte) 0x01)
        .putLong(fingerprint(schema))
        .array();
  }

  /** Whether bytes begin as a single object does. */
  static boolean isFramed(byte[] bytes) {
    return bytes.length >= FRAME_BYTES && bytes[0] == (byte) 0xC3 && bytes[1] == 0x01;
  }

  /** The fingerprint of framed bytes. */
  static long fingerprint(byte[] framed) {
    return (long) LONG.get(framed, 2);
  }
}
