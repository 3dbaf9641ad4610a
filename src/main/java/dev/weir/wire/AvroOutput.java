package dev.weir.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Writes Avro's binary encoding in its single-object frame. Maps are written in the order of their
 * keys, so that equal records give equal bytes.
 */
final class AvroOutput {
  private byte[] bytes = new byte[256];
  private int size;

  /** Begins a record of this schema. */
  AvroOutput(Schema schema) {
    append(Schemas.frame(schema));
  }

  private void room(int count) {
    if (size + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + count, 2 * bytes.length));
    }
  }

  private void append(byte[] source) {
    room(source.length);
    System.arraycopy(source, 0, bytes, size, source.length);
    size += source.length;
  }

  AvroOutput integer(long value) {
    room(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  AvroOutput symbol(Enum<?> value) {
    return integer(value.ordinal());
  }

  AvroOutput flag(boolean value) {
    room(1);
    bytes[size++] = (byte) (value ? 1 : 0);
    return this;
  }

  AvroOutput number(double value) {
    littleEndian(Double.doubleToLongBits(value), Double.BYTES);
    return this;
  }

  AvroOutput shortNumber(float value) {
    littleEndian(Float.floatToIntBits(value), Float.BYTES);
    return this;
  }

  private void littleEndian(long bits, int count) {
    room(count);
    for (int i = 0; i < count; i++) {
      bytes[size++] = (byte) (bits >>> (8 * i));
    }
  }

  AvroOutput text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  AvroOutput bytes(byte[] value) {
    integer(value.length);
    append(value);
    return this;
  }

  AvroOutput optionalText(@Nullable String value) {
    return optional(value, this::text);
  }

  AvroOutput optionalBytes(byte @Nullable [] value) {
    return optional(value, this::bytes);
  }

  AvroOutput optionalInteger(@Nullable Long value) {
    return optional(value, this::integer);
  }

  AvroOutput optionalNumber(@Nullable Double value) {
    return optional(value, this::number);
  }

  AvroOutput optionalFlag(@Nullable Boolean value) {
    return optional(value, this::flag);
  }

  /** A union of null, which comes first, and the value. */
  <T> AvroOutput optional(@Nullable T value, Consumer<T> write) {
    integer(value == null ? 0 : 1);
    if (value != null) {
      write.accept(value);
    }
    return this;
  }

  <T> AvroOutput list(List<T> values, Consumer<T> write) {
    if (!values.isEmpty()) {
      integer(values.size());
      values.forEach(write);
    }
    return integer(0);
  }

  AvroOutput integers(long[] values) {
    if (values.length > 0) {
      integer(values.length);
      for (long value : values) {
        integer(value);
      }
    }
    return integer(0);
  }

  AvroOutput numbers(double[] values) {
    if (values.length > 0) {
      integer(values.length);
      for (double value : values) {
        number(value);
      }
    }
    return integer(0);
  }

  <T> AvroOutput map(Map<String, T> values, Consumer<T> write) {
    if (!values.isEmpty()) {
      integer(values.size());
      new TreeMap<>(values)
          .forEach(
              (key, value) -> {
                text(key);
                write.accept(value);
              });
    }
    return integer(0);
  }

  /** The framed record. */
  byte[] finish() {
    return Arrays.copyOf(bytes, size);
  }
}
