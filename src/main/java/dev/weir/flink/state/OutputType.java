package dev.weir.flink.state;

import dev.weir.wire.OutputRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** How output records travel. */
public final class OutputType {
  /** The type. */
  public static final CodecType<OutputRecord> TYPE =
      new CodecType<>(OutputRecord.class, OutputType::write, OutputType::read);

  private OutputType() {}

  /** An output as bytes. */
  public static byte[] bytes(OutputRecord output) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(output, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** The output of these bytes. */
  public static OutputRecord of(byte[] bytes) throws IOException {
    return read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  private static void write(OutputRecord output, DataOutput out) throws IOException {
    out.writeUTF(output.topicSuffix());
    writeBytes(out, output.key());
    writeBytes(out, output.value());
    out.writeInt(output.headers().size());
    for (Map.Entry<String, byte[]> header : output.headers().entrySet()) {
      out.writeUTF(header.getKey());
      writeBytes(out, header.getValue());
    }
  }

  private static OutputRecord read(DataInput in) throws IOException {
    String topic = in.readUTF();
    byte[] key = readBytes(in);
    byte[] value = readBytes(in);
    Map<String, byte[]> headers = new LinkedHashMap<>();
    for (int i = in.readInt(); i > 0; i--) {
      headers.put(in.readUTF(), readBytes(in));
    }
    return new OutputRecord(topic, key, value, headers);
  }

  private static void writeBytes(DataOutput out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }
}
