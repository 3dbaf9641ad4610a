package dev.weir.event;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Short forms of numbers, texts and maps. */
final class Encoding {
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int LARGEST_MAP = 1 << 16;

  private Encoding() {}

  /** Writes a number that is small in absolute value in few bytes. */
  static void writeSigned(DataOutput out, long value) throws IOException {
    writeUnsigned(out, (value << 1) ^ (value >> 63));
  }

  static long readSigned(DataInput in) throws IOException {
    long value = readUnsigned(in);
    return (value >>> 1) ^ -(value & 1);
  }

  /** Writes a number, seven bits a byte, lowest first. */
  static void writeUnsigned(DataOutput out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long readUnsigned(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int bits = in.readUnsignedByte();
      value |= (bits & 0x7FL) << shift;
      if (bits < 0x80) {
        return value;
      }
    }
    throw new IOException("A number of more than ten bytes: bytes are damaged");
  }

  /** Reads a size, which must be between 0 and {@code largest}. */
  static int readSize(DataInput in, int largest) throws IOException {
    long size = readUnsigned(in);
    if (size < 0 || size > largest) {
      throw new IOException("A size of " + size + ", more than " + largest);
    }
    return (int) size;
  }

  static void writeText(DataOutput out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writeUnsigned(out, bytes.length);
    out.write(bytes);
  }

  static String readText(DataInput in) throws IOException {
    byte[] bytes = new byte[readSize(in, LONGEST_TEXT)];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static void writeOptionalText(DataOutput out, @Nullable String text) throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      writeText(out, text);
    }
  }

  static @Nullable String readOptionalText(DataInput in) throws IOException {
    return in.readBoolean() ? readText(in) : null;
  }

  static void writeOptionalNumber(DataOutput out, @Nullable Double number) throws IOException {
    out.writeBoolean(number != null);
    if (number != null) {
      out.writeDouble(number);
    }
  }

  static @Nullable Double readOptionalNumber(DataInput in) throws IOException {
    return in.readBoolean() ? in.readDouble() : null;
  }

  /** Writes texts by name, names sorted. */
  static void writeTexts(DataOutput out, Map<String, String> texts) throws IOException {
    writeUnsigned(out, texts.size());
    for (Map.Entry<String, String> entry : new TreeMap<>(texts).entrySet()) {
      writeText(out, entry.getKey());
      writeText(out, entry.getValue());
    }
  }

  static Map<String, String> readTexts(DataInput in) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = readSize(in, LARGEST_MAP); i > 0; i--) {
      texts.put(readText(in), readText(in));
    }
    return texts;
  }

  /** Writes numbers by name, names sorted. */
  static void writeNumbers(DataOutput out, Map<String, Double> numbers) throws IOException {
    writeUnsigned(out, numbers.size());
    for (Map.Entry<String, Double> entry : new TreeMap<>(numbers).entrySet()) {
      writeText(out, entry.getKey());
      out.writeDouble(entry.getValue());
    }
  }

  static Map<String, Double> readNumbers(DataInput in) throws IOException {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (int i = readSize(in, LARGEST_MAP); i > 0; i--) {
      numbers.put(readText(in), in.readDouble());
    }
    return numbers;
  }
}
