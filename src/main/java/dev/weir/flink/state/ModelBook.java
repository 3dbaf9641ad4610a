package dev.weir.flink.state;

import dev.weir.baseline.Baseline;
import dev.weir.event.Control;
import dev.weir.spec.JobFiles;
import dev.weir.spec.JobSpec;
import dev.weir.wire.BaselineAvro;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which job file and baseline hold for a model at an event time.
 *
 * <p>Guarantee: the answer follows from the control records and the time asked about alone, so that
 * all tasks agree. A later record about the same model replaces an earlier one from its own
 * effective time on; a job file that is withdrawn ends the model from then on.
 *
 * <p>What was known when the job was built comes with the operator; what changes later comes as
 * broadcast and is kept in broadcast state.
 */
public final class ModelBook {
  /** Control records by model, kind and order. */
  public static final MapStateDescriptor<String, byte[]> STATE =
      new MapStateDescriptor<>(
          "control", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  /** So many replaced records of a model and kind are remembered, for windows still open. */
  private static final int REMEMBERED = 8;

  private final Map<String, Timeline> timelines = new HashMap<>();
  private boolean restored;

  /** The book with these models. */
  public ModelBook(Snapshot snapshot) {
    for (byte[] record : snapshot.records) {
      note(ControlRecord.of(record));
    }
  }

  /** What was known when the job was built. */
  public static final class Snapshot implements Serializable {
    private static final long serialVersionUID = 1;

    private final ArrayList<byte[]> records = new ArrayList<>();

    /** The job files and baselines among these records. */
    public Snapshot(List<ControlRecord> control) {
      for (ControlRecord record : control) {
        if (shapesModels(record.control())) {
          records.add(record.bytes());
        }
      }
    }
  }

  /** The job files in force at the end of these records, by model. */
  public static List<JobSpec> specs(List<ControlRecord> control) {
    ModelBook book = new ModelBook(new Snapshot(control));
    return book.timelines.keySet().stream()
        .sorted()
        .map(id -> book.at(id, Long.MAX_VALUE))
        .filter(Objects::nonNull)
        .map(Model::spec)
        .toList();
  }

  /** Whether a control record is about what holds for a model, and not only to be decided on. */
  public static boolean shapesModels(Control control) {
    return control instanceof Control.JobFile || control instanceof Control.BaselineFile;
  }

  /** What holds for this model at this time; null if there is no job file. */
  public @Nullable Model at(String modelId, long time) {
    Timeline timeline = timelines.get(modelId);
    return timeline == null ? null : timeline.at(time);
  }

  /** Notes a record that arrived, and keeps it in {@code state}. */
  public void accept(ControlRecord record, BroadcastState<String, byte[]> state) throws Exception {
    if (!shapesModels(record.control())) {
      return;
    }
    note(record);
    state.put(key(record), record.bytes());
    prune(record, state);
  }

  private static void prune(ControlRecord record, BroadcastState<String, byte[]> state)
      throws Exception {
    List<String> same = new ArrayList<>();
    String prefix = prefix(record);
    for (Map.Entry<String, byte[]> entry : state.immutableEntries()) {
      if (entry.getKey().startsWith(prefix)) {
        same.add(entry.getKey());
      }
    }
    same.sort(null);
    for (int i = 0; i < same.size() - REMEMBERED; i++) {
      state.remove(same.get(i));
    }
  }

  /** Takes over what was kept in {@code state}, once. */
  public ModelBook restore(ReadOnlyBroadcastState<String, byte[]> state) throws Exception {
    if (!restored) {
      restored = true;
      TreeMap<String, byte[]> inOrder = new TreeMap<>();
      for (Map.Entry<String, byte[]> entry : state.immutableEntries()) {
        inOrder.put(entry.getKey(), entry.getValue());
      }
      inOrder.values().forEach(bytes -> note(ControlRecord.of(bytes)));
    }
    return this;
  }

  /** Takes over what the function's broadcast state holds, once. */
  public ModelBook restored(KeyedBroadcastProcessFunction<?, ?, ?, ?>.ReadOnlyContext context)
      throws Exception {
    return restored ? this : restore(context.getBroadcastState(STATE));
  }

  /** Takes over what the function's broadcast state holds, once. */
  public ModelBook restored(KeyedBroadcastProcessFunction<?, ?, ?, ?>.Context context)
      throws Exception {
    return restored ? this : restore(context.getBroadcastState(STATE));
  }

  private void note(ControlRecord record) {
    timelines.computeIfAbsent(record.control().modelId(), id -> new Timeline()).note(record);
  }

  private static String prefix(ControlRecord record) {
    return record.control().modelId()
        + '\u0000'
        + record.control().getClass().getSimpleName()
        + '\u0000';
  }

  private static String key(ControlRecord record) {
    return prefix(record) + String.format("%020d", record.order());
  }

  /** The records about one model, by effective time and order. */
  private static final class Timeline {
    private final TreeMap<Since, ControlRecord> jobFiles = new TreeMap<>();
    private final TreeMap<Since, ControlRecord> baselines = new TreeMap<>();
    private final Map<Pair, Optional<Model>> models = new HashMap<>();

    private record Since(long time, long order) implements Comparable<Since> {
      @Override
      public int compareTo(Since other) {
        int byTime = Long.compare(time, other.time);
        return byTime != 0 ? byTime : Long.compare(order, other.order);
      }
    }

    private record Pair(Since jobFile, @Nullable Since baseline) {}

    void note(ControlRecord record) {
      TreeMap<Since, ControlRecord> records =
          record.control() instanceof Control.JobFile ? jobFiles : baselines;
      if (records.values().stream().anyMatch(known -> known.order() == record.order())) {
        return;
      }
      // The first of its kind also holds for what happened before it was published.
      boolean always = record.control().effectiveFrom() == null && records.isEmpty();
      records.put(
          new Since(always ? Long.MIN_VALUE : record.effectiveFrom(), record.order()), record);
      models.clear();
    }

    @Nullable Model at(long time) {
      Since now = new Since(time, Long.MAX_VALUE);
      Since jobFile = jobFiles.floorKey(now);
      if (jobFile == null) {
        return null;
      }
      Pair pair = new Pair(jobFile, baselines.floorKey(now));
      return models.computeIfAbsent(pair, this::model).orElse(null);
    }

    private Optional<Model> model(Pair pair) {
      Control.JobFile file = (Control.JobFile) get(jobFiles, pair.jobFile()).control();
      if (file.resolved() == null) {
        return Optional.empty();
      }
      JobSpec spec = JobFiles.fromResolved(file.resolved(), file.source());
      Since since = pair.baseline();
      return Optional.of(new Model(spec, since == null ? null : baseline(get(baselines, since))));
    }

    private static @Nullable Baseline baseline(ControlRecord record) {
      byte[] encoded = ((Control.BaselineFile) record.control()).encoded();
      try {
        return encoded == null ? null : BaselineAvro.read(encoded);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static ControlRecord get(TreeMap<Since, ControlRecord> records, Since since) {
      ControlRecord record = records.get(since);
      if (record == null) {
        throw new IllegalStateException("no record since " + since);
      }
      return record;
    }
  }
}
