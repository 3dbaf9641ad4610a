package dev.weir.flink.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The type of an immutable element that writes and reads itself.
 *
 * <p>Elements of these types only travel; what is kept in state is bytes with a format version. No
 * reflection, no Kryo. Elements are never copied: whoever receives one does not change it.
 *
 * @param <T> the element
 */
public final class CodecType<T> extends TypeInformation<T> {
  private static final long serialVersionUID = 1;

  private final Class<T> elementClass;
  private final Writer<T> writer;
  private final Reader<T> reader;

  /** The type of {@code elementClass}, written by {@code writer} and read by {@code reader}. */
  public CodecType(Class<T> elementClass, Writer<T> writer, Reader<T> reader) {
    this.elementClass = elementClass;
    this.writer = writer;
    this.reader = reader;
  }

  /** Writes an element. */
  @FunctionalInterface
  public interface Writer<T> extends Serializable {
    /** Writes {@code element}. */
    void write(T element, DataOutput out) throws IOException;
  }

  /** Reads an element. */
  @FunctionalInterface
  public interface Reader<T> extends Serializable {
    /** Reads what {@link Writer#write} wrote. */
    T read(DataInput in) throws IOException;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<T> getTypeClass() {
    return elementClass;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return new Serializer<>(this);
  }

  @Override
  public String toString() {
    return "CodecType<" + elementClass.getSimpleName() + ">";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodecType<?> type && type.elementClass == elementClass;
  }

  @Override
  public int hashCode() {
    return elementClass.hashCode();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof CodecType;
  }

  private static final class Serializer<T> extends TypeSerializer<T> {
    private static final long serialVersionUID = 1;

    private final CodecType<T> type;

    Serializer(CodecType<T> type) {
      this.type = type;
    }

    @Override
    public boolean isImmutableType() {
      return true;
    }

    @Override
    public TypeSerializer<T> duplicate() {
      return this;
    }

    @Override
    @SuppressWarnings("NullAway") // Flink never asks for an instance of an immutable type.
    public T createInstance() {
      return null;
    }

    @Override
    public T copy(T from) {
      return from;
    }

    @Override
    public T copy(T from, T reuse) {
      return from;
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(T element, DataOutputView target) throws IOException {
      type.writer.write(element, target);
    }

    @Override
    public T deserialize(DataInputView source) throws IOException {
      return type.reader.read(source);
    }

    @Override
    public T deserialize(T reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      serialize(deserialize(source), target);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Serializer<?> serializer && serializer.type.equals(type);
    }

    @Override
    public int hashCode() {
      return type.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<T> snapshotConfiguration() {
      throw new UnsupportedOperationException(
          type + " only travels between operators; keep bytes in state instead");
    }
  }
}
