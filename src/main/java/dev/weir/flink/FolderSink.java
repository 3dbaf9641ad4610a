package dev.weir.flink;

import dev.weir.wire.OutputRecord;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Writes the value of each output as a line of {@code FOLDER/TOPIC.SUBTASK.unsorted}.
 *
 * <p>For a bounded run without restarts: the lines of one file are in the order in which they came,
 * and who started the run sorts them.
 */
public final class FolderSink implements Sink<OutputRecord> {
  private static final long serialVersionUID = 1;

  /** How the names of its files end. */
  public static final String SUFFIX = ".unsorted";

  private final String folder;

  /** A sink into this folder, which exists. */
  public FolderSink(Path folder) {
    this.folder = folder.toAbsolutePath().toString();
  }

  @Override
  public SinkWriter<OutputRecord> createWriter(WriterInitContext context) {
    return new Writer(Path.of(folder), context.getTaskInfo().getIndexOfThisSubtask());
  }

  private static final class Writer implements SinkWriter<OutputRecord> {
    private final Path folder;
    private final int subtask;
    private final Map<String, OutputStream> files = new HashMap<>();

    Writer(Path folder, int subtask) {
      this.folder = folder;
      this.subtask = subtask;
    }

    @Override
    public void write(OutputRecord output, Context context) throws IOException {
      OutputStream file = files.get(output.topicSuffix());
      if (file == null) {
        Path path = folder.resolve(output.topicSuffix() + "." + subtask + SUFFIX);
        file = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
        files.put(output.topicSuffix(), file);
      }
      file.write(output.value());
      file.write('\n');
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
      for (OutputStream file : files.values()) {
        file.flush();
      }
    }

    @Override
    public void close() throws IOException {
      for (OutputStream file : files.values()) {
        file.close();
      }
    }
  }
}
