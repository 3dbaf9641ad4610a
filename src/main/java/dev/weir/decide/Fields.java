package dev.weir.decide;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How the ledger writes texts, numbers that may be absent, and maps. */
final class Fields {
  /** No single text in a ledger is longer, in bytes. */
  private static final int LONGEST_TEXT = 1 << 20;

  private static final int LONGEST_LIST = 1 << 20;

  private Fields() {}

  static void writeText(DataOutput out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeInt(-1);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static @Nullable String readTextOrNull(DataInput in) throws IOException {
    int length = in.readInt();
    if (length == -1) {
      return null;
    }
    if (length < 0 || length > LONGEST_TEXT) {
      throw new IOException("a text of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static String readText(DataInput in) throws IOException {
    String text = readTextOrNull(in);
    if (text == null) {
      throw new IOException("a text is missing");
    }
    return text;
  }

  static void writeLong(DataOutput out, @Nullable Long value) throws IOException {
    out.writeBoolean(value != null);
    if (value != null) {
      out.writeLong(value);
    }
  }

  static @Nullable Long readLong(DataInput in) throws IOException {
    return in.readBoolean() ? in.readLong() : null;
  }

  static void writeDouble(DataOutput out, @Nullable Double value) throws IOException {
    out.writeBoolean(value != null);
    if (value != null) {
      out.writeDouble(value);
    }
  }

  static @Nullable Double readDouble(DataInput in) throws IOException {
    return in.readBoolean() ? in.readDouble() : null;
  }

  static void writeTexts(DataOutput out, Map<String, String> texts) throws IOException {
    out.writeInt(texts.size());
    for (Map.Entry<String, String> entry : new TreeMap<>(texts).entrySet()) {
      writeText(out, entry.getKey());
      writeText(out, entry.getValue());
    }
  }

  static TreeMap<String, String> readTexts(DataInput in) throws IOException {
    TreeMap<String, String> texts = new TreeMap<>();
    int size = readSize(in);
    for (int i = 0; i < size; i++) {
      String key = readText(in);
      texts.put(key, readText(in));
    }
    return texts;
  }

  /** Reads how many items follow, so that no length is believed before it is checked. */
  static int readSize(DataInput in) throws IOException {
    int size = in.readInt();
    if (size < 0 || size > LONGEST_LIST) {
      throw new IOException("a list of " + size + " items");
    }
    return size;
  }

  static <E extends Enum<E>> E readSymbol(DataInput in, E[] symbols) throws IOException {
    int ordinal = in.readUnsignedByte();
    if (ordinal >= symbols.length) {
      throw new IOException("symbol " + ordinal + " of " + symbols.length);
    }
    return symbols[ordinal];
  }

  static void requireFormat(String what, byte found, byte known) throws IOException {
    if (found != known) {
      throw new IOException(
          what + ": format " + found + " is unknown, this version reads " + known);
    }
  }
}
