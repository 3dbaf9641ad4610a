package dev.weir.wire;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads Avro's binary encoding from bytes. Nothing is allocated before its length has been compared
 * with the bytes that remain, so that five bytes cannot ask for a gigabyte.
 */
final class AvroInput {
  /** Items of all lists and maps of one record, those that take no bytes included. */
  private static final int MOST_ITEMS = 200_000;

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  /** The highest bit of each of eight bytes. */
  private static final long NOT_ASCII = 0x8080808080808080L;

  private final int mostText;
  private final int mostBytes;
  private byte[] bytes = {};
  private int at;
  private int end;
  private int itemsLeft;

  /** Reads within the limits of events. */
  AvroInput() {
    this(Limits.STRING_BYTES, Limits.FIELD_BYTES);
  }

  private AvroInput(int mostText, int mostBytes) {
    this.mostText = mostText;
    this.mostBytes = mostBytes;
  }

  /** Reads records that hold whole files. */
  static AvroInput ofFiles() {
    return new AvroInput(Limits.VALUE_BYTES, Limits.VALUE_BYTES);
  }

  /** Starts over. */
  void over(byte[] source, int from, int to) {
    bytes = source;
    at = from;
    end = to;
    itemsLeft = MOST_ITEMS;
  }

  int remaining() {
    return end - at;
  }

  /** Fails unless everything has been read. */
  void expectEnd() throws IOException {
    if (at != end) {
      throw new MalformedException((end - at) + " bytes are left over behind the Avro record");
    }
  }

  private void need(int count) throws IOException {
    if (count > end - at) {
      throw new MalformedException("the Avro record ends too early");
    }
  }

  long readLong() throws IOException {
    if (at < end && bytes[at] >= 0) {
      // Branches, lengths and small numbers, which most are, take one byte.
      long small = bytes[at++];
      return (small >>> 1) ^ -(small & 1);
    }
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      need(1);
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new MalformedException("an Avro number is too long");
  }

  int readInt() throws IOException {
    long value = readLong();
    if (value != (int) value) {
      throw new MalformedException("an Avro int is out of its range");
    }
    return (int) value;
  }

  boolean readBoolean() throws IOException {
    need(1);
    byte value = bytes[at++];
    if (value != 0 && value != 1) {
      throw new MalformedException("an Avro boolean is neither 0 nor 1");
    }
    return value == 1;
  }

  float readFloat() throws IOException {
    need(Float.BYTES);
    float value = (float) FLOAT.get(bytes, at);
    at += Float.BYTES;
    return value;
  }

  double readDouble() throws IOException {
    need(Double.BYTES);
    double value = (double) DOUBLE.get(bytes, at);
    at += Double.BYTES;
    return value;
  }

  /** Branch of a union, or symbol of an enumeration. */
  int readIndex(int count) throws IOException {
    if (at < end) {
      // Nearly always one byte that is twice the index.
      int twice = bytes[at];
      if ((twice & 1) == 0 && twice >= 0 && twice < 2 * count) {
        at++;
        return twice >> 1;
      }
    }
    long index = readLong();
    if (index < 0 || index >= count) {
      throw new MalformedException("an Avro union or enum has no branch " + index);
    }
    return (int) index;
  }

  /** Length of a text or byte field, which is there in full. */
  private int readLength(int most) throws IOException {
    long length = readLong();
    if (length < 0 || length > most) {
      throw new MalformedException("a text or byte field declares " + length + " bytes");
    }
    need((int) length);
    return (int) length;
  }

  String readText() throws IOException {
    int length = readLength(mostText);
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  /** The next text, from the cache if it is there. */
  String readText(TextCache known) throws IOException {
    int length = readLength(mostText);
    String text = known.of(bytes, at, at + length);
    at += length;
    return text;
  }

  /**
   * Steps over bytes if they come next. May say no where fewer than eight bytes are left.
   *
   * @param head the first eight of them as a number, the first one lowest
   * @param mask the bytes of the head that are there
   * @param length so many of the expected bytes count
   */
  boolean skipIf(long head, long mask, byte[] expected, int length) {
    if (end - at < Math.max(length, Long.BYTES) || ((eight(bytes, at) ^ head) & mask) != 0) {
      return false;
    }
    // The last eight may overlap those before.
    int last = length - Long.BYTES;
    for (int next = Long.BYTES; next < last; next += Long.BYTES) {
      if (eight(bytes, at + next) != eight(expected, next)) {
        return false;
      }
    }
    if (last > 0 && eight(bytes, at + last) != eight(expected, last)) {
      return false;
    }
    at += length;
    return true;
  }

  private static long eight(byte[] from, int index) {
    return (long) LONG.get(from, index);
  }

  /** The bytes read last. */
  byte[] last(int length) {
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  byte[] readBytes() throws IOException {
    return readFixed(readLength(mostBytes));
  }

  byte[] readFixed(int length) throws IOException {
    skip(length);
    return last(length);
  }

  /** Steps over a text; its bytes. */
  int skipText() throws IOException {
    int length = readLength(mostText);
    at += length;
    return length;
  }

  /** Whether each of the bytes read last is a character of ASCII. */
  boolean lastIsAscii(int length) {
    int next = at - length;
    for (; next <= at - Long.BYTES; next += Long.BYTES) {
      if ((eight(bytes, next) & NOT_ASCII) != 0) {
        return false;
      }
    }
    int signs = 0;
    for (; next < at; next++) {
      signs |= bytes[next];
    }
    return signs >= 0;
  }

  /** What is being read; {@link #position} is the first byte that has not been. */
  byte[] source() {
    return bytes;
  }

  int position() {
    return at;
  }

  void skipBytes() throws IOException {
    skip(readLength(mostBytes));
  }

  void skip(int length) throws IOException {
    need(length);
    at += length;
  }

  /**
   * Number of items in the next block of a list or map; 0 at its end.
   *
   * @param already items before this block
   * @param leastBytes fewest bytes of an item
   */
  int readBlock(int already, int leastBytes) throws IOException {
    long count = readLong();
    if (count < 0) {
      long size = readLong();
      if (count == Long.MIN_VALUE || size < 0 || size > remaining()) {
        throw new MalformedException("an Avro block declares a wrong size");
      }
      count = -count;
    }
    if (count > Limits.COLLECTION_ITEMS - already || count > itemsLeft) {
      throw new MalformedException("a list or map declares more items than are read");
    }
    if (count * leastBytes > remaining()) {
      throw new MalformedException("the Avro record ends too early");
    }
    itemsLeft -= (int) count;
    return (int) count;
  }
}
