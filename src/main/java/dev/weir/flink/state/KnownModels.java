package dev.weir.flink.state;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.cache.DistributedCache;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The job files and baselines that are known when a job is built.
 *
 * <p>Few of them go with each operator. Those of hundreds of models would make the description of
 * the job as large as all of them once for each operator, so they go with the job as one file,
 * which each TaskManager fetches once ({@link #sentWith}).
 */
public final class KnownModels implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String FILE = "weir-known-models";

  /** Most bytes that go with an operator. */
  private static final int MOST_BYTES = 1 << 20;

  private final @Nullable ArrayList<byte[]> records;

  private KnownModels(@Nullable ArrayList<byte[]> records) {
    this.records = records;
  }

  /** Those among these records. */
  public static KnownModels of(List<ControlRecord> control) {
    return new KnownModels(
        control.stream()
            .filter(record -> ModelBook.shapesModels(record.control()))
            .map(ControlRecord::bytes)
            .collect(Collectors.toCollection(ArrayList::new)));
  }

  /** The same for operators of a job in {@code env}; what is large becomes a file of that job. */
  public KnownModels sentWith(StreamExecutionEnvironment env) {
    if (records == null || records.stream().mapToLong(record -> record.length).sum() < MOST_BYTES) {
      return this;
    }
    try {
      Path file = Files.createTempFile(FILE, ".bin");
      // Flink takes it along when the job is submitted, which is after this.
      file.toFile().deleteOnExit();
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
        out.writeInt(records.size());
        for (byte[] record : records) {
          out.writeInt(record.length);
          out.write(record);
        }
      }
      env.registerCachedFile(file.toUri().toString(), FILE);
      return new KnownModels(null);
    } catch (IOException e) {
      throw new UncheckedIOException("the models cannot be written to a temporary file", e);
    }
  }

  /** The records, as an operator of the job reads them. */
  List<ControlRecord> read(DistributedCache files) {
    return bytes(files).stream().map(ControlRecord::of).toList();
  }

  /** The keys of all records ({@link ModelBook#key}). */
  public Set<String> keys(DistributedCache files) {
    return read(files).stream().map(ModelBook::key).collect(Collectors.toSet());
  }

  private List<byte[]> bytes(DistributedCache files) {
    if (records != null) {
      return records;
    }
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(Files.newInputStream(files.getFile(FILE).toPath())))) {
      List<byte[]> all = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        all.add(in.readNBytes(in.readInt()));
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException("the file of models that came with the job is damaged", e);
    }
  }
}
