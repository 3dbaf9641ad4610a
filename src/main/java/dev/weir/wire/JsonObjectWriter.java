package dev.weir.wire;

import dev.weir.event.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object field by field, in the order of the calls and without white space. Numbers
 * that are not finite become null; map keys are sorted.
 */
final class JsonObjectWriter {
  private final StringBuilder out;
  private boolean first = true;

  JsonObjectWriter() {
    this(new StringBuilder(512));
  }

  private JsonObjectWriter(StringBuilder out) {
    this.out = out;
    out.append('{');
  }

  private StringBuilder name(String name) {
    if (!first) {
      out.append(',');
    }
    first = false;
    return out.append('"').append(name).append("\":");
  }

  JsonObjectWriter text(String name, @Nullable String value) {
    name(name).append(value == null ? "null" : CanonicalJson.string(value));
    return this;
  }

  JsonObjectWriter symbol(String name, Enum<?> value) {
    name(name).append('"').append(value.name()).append('"');
    return this;
  }

  JsonObjectWriter number(String name, @Nullable Double value) {
    name(name).append(number(value));
    return this;
  }

  private static String number(@Nullable Double value) {
    return value == null || !Double.isFinite(value) ? "null" : CanonicalJson.number(value);
  }

  JsonObjectWriter integer(String name, long value) {
    name(name).append(value);
    return this;
  }

  JsonObjectWriter optionalInteger(String name, @Nullable Long value) {
    name(name).append(value == null ? "null" : Long.toString(value));
    return this;
  }

  JsonObjectWriter flag(String name, @Nullable Boolean value) {
    name(name).append(value == null ? "null" : value.toString());
    return this;
  }

  JsonObjectWriter time(String name, @Nullable Long value) {
    name(name);
    if (value == null) {
      out.append("null");
    } else {
      out.append('"').append(CanonicalJson.time(value)).append('"');
    }
    return this;
  }

  JsonObjectWriter bytes(String name, byte @Nullable [] value) {
    name(name);
    if (value == null) {
      out.append("null");
    } else {
      appendBytes(value);
    }
    return this;
  }

  private void appendBytes(byte[] value) {
    out.append('"').append(Base64.getEncoder().encodeToString(value)).append('"');
  }

  JsonObjectWriter texts(String name, List<String> values) {
    return list(name, values, value -> out.append(CanonicalJson.string(value)));
  }

  JsonObjectWriter integers(String name, long[] values) {
    return list(name, values.length, index -> out.append(values[index]));
  }

  JsonObjectWriter numbers(String name, double[] values) {
    return list(name, values.length, index -> out.append(number(values[index])));
  }

  private <T> JsonObjectWriter list(String name, List<T> values, Consumer<T> append) {
    return list(name, values.size(), index -> append.accept(values.get(index)));
  }

  private JsonObjectWriter list(String name, int size, IntConsumer append) {
    name(name).append('[');
    for (int i = 0; i < size; i++) {
      if (i > 0) {
        out.append(',');
      }
      append.accept(i);
    }
    out.append(']');
    return this;
  }

  JsonObjectWriter textMap(String name, Map<String, String> values) {
    return map(name, values, value -> out.append(CanonicalJson.string(value)));
  }

  JsonObjectWriter numberMap(String name, Map<String, Double> values) {
    return map(name, values, value -> out.append(number(value)));
  }

  JsonObjectWriter timeMap(String name, Map<String, Long> values) {
    return map(
        name, values, value -> out.append('"').append(CanonicalJson.time(value)).append('"'));
  }

  JsonObjectWriter byteMap(String name, Map<String, byte[]> values) {
    return map(name, values, this::appendBytes);
  }

  private <T> JsonObjectWriter map(String name, Map<String, T> values, Consumer<T> append) {
    name(name).append('{');
    boolean firstKey = true;
    for (Map.Entry<String, T> entry : new TreeMap<>(values).entrySet()) {
      if (!firstKey) {
        out.append(',');
      }
      firstKey = false;
      out.append(CanonicalJson.string(entry.getKey())).append(':');
      append.accept(entry.getValue());
    }
    out.append('}');
    return this;
  }

  /** A list of objects, each written by {@code fields}. */
  <T> JsonObjectWriter objects(
      String name, List<T> values, BiConsumer<JsonObjectWriter, T> fields) {
    return list(
        name,
        values,
        value -> {
          JsonObjectWriter object = new JsonObjectWriter(out);
          fields.accept(object, value);
          object.out.append('}');
        });
  }

  /** An object written by {@code fields}, or null. */
  <T> JsonObjectWriter object(
      String name, @Nullable T value, BiConsumer<JsonObjectWriter, T> fields) {
    name(name);
    if (value == null) {
      out.append("null");
      return this;
    }
    JsonObjectWriter object = new JsonObjectWriter(out);
    fields.accept(object, value);
    out.append('}');
    return this;
  }

  /** A value that {@code append} writes. */
  JsonObjectWriter raw(String name, Consumer<StringBuilder> append) {
    append.accept(name(name));
    return this;
  }

  /** The finished object. */
  byte[] bytes() {
    return out.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }
}
