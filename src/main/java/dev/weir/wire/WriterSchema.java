package dev.weir.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.event.DeadLetter.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * How records of one writer schema are read. The schema comes from strangers: it may name fields
 * and types, it can neither name classes nor be large.
 */
final class WriterSchema {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Properties by which a schema could choose Java classes. */
  private static final List<String> CLASS_PROPERTIES =
      List.of("java-class", "java-key-class", "java-element-class", "avro.java.string");

  private static final WriterSchema OURS = new WriterSchema(true, null, null);

  private final boolean own;
  private final @Nullable GenericDatumReader<GenericRecord> reader;
  private final @Nullable Problem problem;

  private WriterSchema(
      boolean own, @Nullable GenericDatumReader<GenericRecord> reader, @Nullable Problem problem) {
    this.own = own;
    this.reader = reader;
    this.problem = problem;
  }

  /** Records exactly as our schema says. */
  static WriterSchema ours() {
    return OURS;
  }

  /** Records that cannot be read, and why. */
  static WriterSchema unusable(Reason reason, String detail) {
    return new WriterSchema(false, null, new Problem(reason, null, detail));
  }

  /** Records of the schema in this JSON text, to be read as {@code readerSchema}. */
  static WriterSchema compile(String text, Schema readerSchema) {
    try {
      Schema writer = parse(text);
      if (SchemaNormalization.toParsingForm(writer)
          .equals(SchemaNormalization.toParsingForm(readerSchema))) {
        return ours();
      }
      GenericData data = new GenericData();
      data.setFastReaderEnabled(false);
      return new WriterSchema(false, new GenericDatumReader<>(writer, readerSchema, data), null);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return unusable(Reason.UNDECODABLE, "the writer schema cannot be used: " + e.getMessage());
    }
  }

  /** Parses a schema that is not trusted. */
  static Schema parse(String text) throws IOException {
    if (text.getBytes(StandardCharsets.UTF_8).length > Limits.SCHEMA_BYTES) {
      throw new MalformedException("it is larger than 256 KiB");
    }
    JsonNode tree = MAPPER.readTree(text);
    stripClasses(tree);
    return new Schema.Parser().parse(write(tree));
  }

  private static String write(JsonNode tree) throws JsonProcessingException {
    return MAPPER.writeValueAsString(tree);
  }

  private static void stripClasses(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(CLASS_PROPERTIES);
    }
    node.forEach(WriterSchema::stripClasses);
  }

  /** Why no record of this schema can be used; null if they can. */
  @Nullable Problem problem() {
    return problem;
  }

  /** Whether records are exactly as our schema says. */
  boolean isOurs() {
    return own;
  }

  /** The next record, resolved to our schema. */
  GenericRecord read(AvroInput input) throws IOException {
    if (reader == null) {
      throw new IllegalStateException("records of this schema are read by hand, or not at all");
    }
    try {
      GenericRecord record = reader.read(null, new BoundedAvroDecoder(input));
      input.expectEnd();
      return record;
    } catch (AvroRuntimeException | ClassCastException | IndexOutOfBoundsException e) {
      throw new MalformedException("the record does not fit its schema: " + e.getMessage());
    }
  }
}
