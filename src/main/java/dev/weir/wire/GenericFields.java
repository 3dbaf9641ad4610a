package dev.weir.wire;

import dev.weir.event.CanonicalJson;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Gives records of the Avro library the shape that the same record has in JSON. */
final class GenericFields {
  private GenericFields() {}

  static JsonFields of(GenericRecord record) {
    return new JsonFields(members(record));
  }

  private static Map<String, @Nullable Object> members(GenericRecord record) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    for (Schema.Field field : record.getSchema().getFields()) {
      members.put(field.name(), value(field.schema(), record.get(field.pos())));
    }
    return members;
  }

  private static @Nullable Object value(Schema schema, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    return switch (schema.getType()) {
      case UNION -> value(ofValue(schema), value);
      case RECORD -> members((GenericRecord) value);
      case ARRAY -> items(schema.getElementType(), (List<?>) value);
      case MAP -> map(schema.getValueType(), (Map<?, ?>) value);
      case INT -> Long.valueOf((Integer) value);
      case LONG -> isTime(schema) ? (Object) CanonicalJson.time((Long) value) : value;
      case BYTES -> base64((ByteBuffer) value);
      case STRING, ENUM -> value.toString();
      default -> value;
    };
  }

  /** The one branch of our unions that is not null. */
  private static Schema ofValue(Schema union) {
    return union.getTypes().get(1);
  }

  private static boolean isTime(Schema schema) {
    return schema.getLogicalType() instanceof LogicalTypes.TimestampMillis;
  }

  private static String base64(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return Base64.getEncoder().encodeToString(copy);
  }

  private static List<@Nullable Object> items(Schema schema, List<?> values) {
    List<@Nullable Object> items = new ArrayList<>();
    values.forEach(item -> items.add(value(schema, item)));
    return items;
  }

  private static Map<String, @Nullable Object> map(Schema schema, Map<?, ?> values) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    values.forEach((key, item) -> map.put(String.valueOf(key), value(schema, item)));
    return map;
  }
}
