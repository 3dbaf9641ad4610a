package dev.weir.wire;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.NamedSummary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * A baseline as bytes: its Avro record in single-object encoding. Equal data gives equal bytes.
 *
 * <p>{@link #read} refuses bytes whose summaries do not have the id they claim.
 */
public final class BaselineAvro {
  private static final Schema SCHEMA = schema();
  private static final byte[] PREAMBLE = preamble();

  private BaselineAvro() {}

  private static Schema schema() {
    try (InputStream in = BaselineAvro.class.getResourceAsStream("/schemas/baselines.avsc")) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] preamble() {
    long fingerprint = SchemaNormalization.parsingFingerprint64(SCHEMA);
    ByteBuffer bytes = ByteBuffer.allocate(10).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    return bytes.put((byte) 0xC3).put((byte) 0x01).putLong(fingerprint).array();
  }

  /** Whether these bytes begin as a baseline does. */
  public static boolean looksLike(byte[] bytes) {
    return bytes.length >= PREAMBLE.length
        && Arrays.equals(bytes, 0, PREAMBLE.length, PREAMBLE, 0, PREAMBLE.length);
  }

  /** The bytes of a baseline. */
  public static byte[] write(Baseline baseline) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(PREAMBLE);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<GenericRecord>(SCHEMA).write(record(baseline), encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static GenericRecord record(Baseline baseline) {
    Baseline.Header header = baseline.header();
    GenericRecord record = new GenericData.Record(SCHEMA);
    record.put("model_id", header.modelId());
    record.put("baseline_id", baseline.id());
    record.put("reference_rows", header.rows());
    record.put("reference_start", header.start());
    record.put("reference_end", header.end());
    record.put("reference_sha256", header.sha256());
    record.put("model_version", header.modelVersion());
    record.put("reference_uri", header.uri());
    record.put("config_hash", header.configHash());
    record.put("effective_from", header.effectiveFrom());
    record.put("summaries", baseline.summaries().stream().map(BaselineAvro::record).toList());
    return record;
  }

  private static GenericRecord record(NamedSummary summary) {
    Schema schema = SCHEMA.getField("summaries").schema().getElementType();
    GenericRecord record = new GenericData.Record(schema);
    record.put("name", summary.name());
    record.put(
        "kind",
        new GenericData.EnumSymbol(schema.getField("kind").schema(), summary.kind().name()));
    record.put("segment", summary.segment());
    record.put("season", summary.season());
    record.put("gated", summary.gated());
    record.put("rows", summary.rows());
    record.put("encoded", ByteBuffer.wrap(summary.encoded()));
    return record;
  }

  /**
   * The baseline of these bytes.
   *
   * @throws IOException if they are not one, or if the recomputed id is another
   */
  public static Baseline read(byte[] bytes) throws IOException {
    if (!looksLike(bytes)) {
      throw new IOException("not a baseline of this version: it begins with other bytes");
    }
    BinaryDecoder decoder =
        DecoderFactory.get()
            .binaryDecoder(bytes, PREAMBLE.length, bytes.length - PREAMBLE.length, null);
    try {
      GenericRecord record = new GenericDatumReader<GenericRecord>(SCHEMA).read(null, decoder);
      Baseline baseline = Baseline.of(header(record), summaries(record));
      if (!baseline.id().contentEquals((CharSequence) record.get("baseline_id"))) {
        throw new IOException(
            "the summaries have the id " + baseline.id() + ", not " + record.get("baseline_id"));
      }
      return baseline;
    } catch (AvroRuntimeException e) {
      throw new IOException("not a baseline: " + e.getMessage(), e);
    }
  }

  private static Baseline.Header header(GenericRecord record) {
    return new Baseline.Header(
        record.get("model_id").toString(),
        text(record, "model_version"),
        (long) record.get("reference_rows"),
        (long) record.get("reference_start"),
        (long) record.get("reference_end"),
        record.get("reference_sha256").toString(),
        text(record, "reference_uri"),
        record.get("config_hash").toString(),
        (Long) record.get("effective_from"));
  }

  private static @Nullable String text(GenericRecord record, String field) {
    Object value = record.get(field);
    return value == null ? null : value.toString();
  }

  private static List<NamedSummary> summaries(GenericRecord record) {
    List<NamedSummary> summaries = new ArrayList<>();
    for (Object element : (List<?>) record.get("summaries")) {
      GenericRecord summary = (GenericRecord) element;
      ByteBuffer encoded = (ByteBuffer) summary.get("encoded");
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      summaries.add(
          new NamedSummary(
              summary.get("name").toString(),
              NamedSummary.Kind.valueOf(summary.get("kind").toString()),
              text(summary, "segment"),
              text(summary, "season"),
              (boolean) summary.get("gated"),
              (long) summary.get("rows"),
              bytes));
    }
    return summaries;
  }
}
