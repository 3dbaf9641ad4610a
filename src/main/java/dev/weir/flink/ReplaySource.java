package dev.weir.flink;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded source that reads one thing from its beginning to its end, in order, in one task.
 *
 * <p>Its only split is the whole input and remembers how many elements were read; after a failure
 * the input is opened again and as many elements are skipped. Elements are handed over one by one
 * in the task's own thread, so that a reader may reuse what it returns.
 *
 * @param <T> the element
 */
public final class ReplaySource<T> implements Source<T, ReplaySource.WholeInput, Boolean> {
  private static final long serialVersionUID = 1;

  private final Opener<T> opener;

  /** A source of what {@code opener} opens. */
  public ReplaySource(Opener<T> opener) {
    this.opener = opener;
  }

  /** Opens an input. */
  @FunctionalInterface
  public interface Opener<T> extends Serializable {
    /** Opens it at its beginning. */
    Elements<T> open() throws IOException;
  }

  /** An open input. */
  public interface Elements<T> extends AutoCloseable {
    /** The next element; null at the end. It is valid until the next call. */
    @Nullable T next() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** The only split: everything, of which {@code read} elements have been read. */
  public record WholeInput(long read) implements SourceSplit {
    @Override
    public String splitId() {
      return "whole";
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<T, WholeInput> createReader(SourceReaderContext context) {
    return new Reader<>(opener, context);
  }

  @Override
  public SplitEnumerator<WholeInput, Boolean> createEnumerator(
      SplitEnumeratorContext<WholeInput> context) {
    return new Enumerator(context, false);
  }

  @Override
  public SplitEnumerator<WholeInput, Boolean> restoreEnumerator(
      SplitEnumeratorContext<WholeInput> context, Boolean assigned) {
    return new Enumerator(context, assigned);
  }

  @Override
  public SimpleVersionedSerializer<WholeInput> getSplitSerializer() {
    return new SplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<Boolean> getEnumeratorCheckpointSerializer() {
    return new AssignedSerializer();
  }

  private static final class Enumerator implements SplitEnumerator<WholeInput, Boolean> {
    private final SplitEnumeratorContext<WholeInput> context;
    private boolean assigned;
    private @Nullable WholeInput returned;

    Enumerator(SplitEnumeratorContext<WholeInput> context, boolean assigned) {
      this.context = context;
      this.assigned = assigned;
    }

    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int subtask, @Nullable String host) {
      if (assigned) {
        context.signalNoMoreSplits(subtask);
        return;
      }
      assigned = true;
      context.assignSplit(returned == null ? new WholeInput(0) : returned, subtask);
      context.signalNoMoreSplits(subtask);
    }

    @Override
    public void addSplitsBack(List<WholeInput> splits, int subtask) {
      for (WholeInput split : splits) {
        returned = split;
        assigned = false;
      }
    }

    @Override
    public void addReader(int subtask) {}

    @Override
    public Boolean snapshotState(long checkpointId) {
      return assigned;
    }

    @Override
    public void close() {}
  }

  private static final class Reader<T> implements SourceReader<T, WholeInput> {
    private final Opener<T> opener;
    private final SourceReaderContext context;
    private CompletableFuture<Void> available = new CompletableFuture<>();
    private @Nullable Elements<T> elements;
    private long read;
    private boolean noMoreSplits;

    Reader(Opener<T> opener, SourceReaderContext context) {
      this.opener = opener;
      this.context = context;
    }

    @Override
    public void start() {
      context.sendSplitRequest();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws IOException {
      Elements<T> open = elements;
      T next = open == null ? null : open.next();
      if (next == null) {
        close();
        if (noMoreSplits) {
          return InputStatus.END_OF_INPUT;
        }
        // The word that there is no more is on its way, and fails the job if the task is gone.
        available = new CompletableFuture<>();
        return InputStatus.NOTHING_AVAILABLE;
      }
      read++;
      output.collect(next);
      return InputStatus.MORE_AVAILABLE;
    }

    @Override
    public List<WholeInput> snapshotState(long checkpointId) {
      return elements == null ? List.of() : List.of(new WholeInput(read));
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return available;
    }

    @Override
    public void addSplits(List<WholeInput> splits) {
      for (WholeInput split : splits) {
        try {
          elements = opener.open();
          for (read = 0; read < split.read(); read++) {
            if (elements.next() == null) {
              throw new IOException("the input ended before element " + split.read());
            }
          }
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
      available.complete(null);
    }

    @Override
    public void notifyNoMoreSplits() {
      noMoreSplits = true;
      available.complete(null);
    }

    @Override
    public void close() throws IOException {
      Elements<T> open = elements;
      elements = null;
      if (open != null) {
        open.close();
      }
    }
  }

  private static final class SplitSerializer implements SimpleVersionedSerializer<WholeInput> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(WholeInput split) {
      return ByteBuffer.allocate(Long.BYTES).putLong(split.read()).array();
    }

    @Override
    public WholeInput deserialize(int version, byte[] bytes) {
      return new WholeInput(ByteBuffer.wrap(bytes).getLong());
    }
  }

  private static final class AssignedSerializer implements SimpleVersionedSerializer<Boolean> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(Boolean assigned) {
      return new byte[] {(byte) (assigned ? 1 : 0)};
    }

    @Override
    public Boolean deserialize(int version, byte[] bytes) {
      return bytes[0] == 1;
    }
  }
}
