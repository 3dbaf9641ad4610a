package dev.weir.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/** Lets Avro's own readers read through {@link AvroInput}, and so within its limits. */
final class BoundedAvroDecoder extends Decoder {
  private final AvroInput input;

  BoundedAvroDecoder(AvroInput input) {
    this.input = input;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    return input.readBoolean();
  }

  @Override
  public int readInt() throws IOException {
    return input.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return input.readLong();
  }

  @Override
  public float readFloat() throws IOException {
    return input.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return input.readDouble();
  }

  @Override
  public Utf8 readString(@Nullable Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  @Override
  public String readString() throws IOException {
    return input.readText();
  }

  @Override
  public void skipString() throws IOException {
    input.skipText();
  }

  @Override
  public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
    return ByteBuffer.wrap(input.readBytes());
  }

  @Override
  public void skipBytes() throws IOException {
    input.skipBytes();
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    System.arraycopy(input.readFixed(length), 0, bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    input.skip(length);
  }

  @Override
  public int readEnum() throws IOException {
    return input.readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return input.readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    return block();
  }

  @Override
  public long arrayNext() throws IOException {
    return block();
  }

  /** Every item is read one by one, so that none escapes the limits. */
  @Override
  public long skipArray() throws IOException {
    return block();
  }

  @Override
  public long readMapStart() throws IOException {
    return block();
  }

  @Override
  public long mapNext() throws IOException {
    return block();
  }

  @Override
  public long skipMap() throws IOException {
    return block();
  }

  /** Blocks of nested collections come mixed; the items of the whole record are bounded. */
  private long block() throws IOException {
    return input.readBlock(0, 0);
  }
}
