package dev.weir.flink.state;

import dev.weir.event.Control;
import dev.weir.spec.JobFiles;
import dev.weir.spec.JobSpec;
import dev.weir.wire.BaselineAvro;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * Which job file and baseline hold for a model at an event time.
 *
 * <p>Guarantee: the answer follows from the control records and the time asked about alone, so that
 * all tasks agree, whatever compaction left of the topics and whenever they were restarted. A later
 * record about the same model replaces an earlier one from its own effective time on; a job file
 * that is withdrawn ends the model from then on. Of each model and kind the last 8 records are
 * remembered; the first of them also holds for what was before it, unless it says since when. What
 * replaces another begins to hold with the first tumbling window of its own that starts at its
 * effective time or later, a withdrawal at its effective time.
 *
 * <p>What was known when the job was built comes with the operator; what changes later comes as
 * broadcast and is kept in state.
 */
public final class ModelBook {
  /**
   * What Flink wants to have of every broadcast stream; nothing is kept in it. Broadcast state is
   * written by every task, and this would be all job files and baselines once for each.
   */
  public static final MapStateDescriptor<String, byte[]> BROADCAST =
      new MapStateDescriptor<>(
          "control", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  /** Written by the first task, because all hear the same before a barrier; read by all. */
  private static final ListStateDescriptor<byte[]> STATE =
      new ListStateDescriptor<>(
          "control-records", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  /** So many records of a model and kind are remembered, for windows still open. */
  private static final int REMEMBERED = 8;

  private final Map<String, Timeline> timelines = new HashMap<>();
  private final List<ControlRecord> heard = new ArrayList<>();

  /** What came as broadcast, by model, kind and order. */
  private final TreeMap<String, ControlRecord> kept = new TreeMap<>();

  private @Nullable ListState<byte[]> state;
  private boolean writes;

  /** The book of these records. */
  ModelBook(List<ControlRecord> records) {
    records.forEach(this::note);
  }

  /**
   * The book of a task: what was known when the job was built, and what came since, kept in state.
   */
  public static ModelBook open(KnownModels known, OperatorStateStore store, RuntimeContext context)
      throws Exception {
    ModelBook book = new ModelBook(known.read(context.getDistributedCache()));
    book.restore(store, context.getTaskInfo());
    return book;
  }

  /** The job files in force at the end of these records, by model. */
  public static List<JobSpec> specs(List<ControlRecord> control) {
    ModelBook book =
        new ModelBook(control.stream().filter(record -> shapesModels(record.control())).toList());
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

  /**
   * Why a job file or baseline cannot be used, whatever else holds; null if it can. What cannot is
   * never to be heard: it would stop every operator.
   */
  public static @Nullable String defect(Control control) {
    try {
      if (control instanceof Control.JobFile file && file.resolved() != null) {
        JobFiles.fromResolved(file.resolved(), file.source());
      } else if (control instanceof Control.BaselineFile file && file.encoded() != null) {
        BaselineAvro.read(file.encoded());
      }
      return null;
    } catch (IOException | RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** All models that were ever heard of, by name. */
  public List<String> modelIds() {
    return timelines.keySet().stream().sorted().toList();
  }

  /** What holds for this model at this time; null if there is no job file. */
  public @Nullable Model at(String modelId, long time) {
    Timeline timeline = timelines.get(modelId);
    return timeline == null ? null : timeline.at(time);
  }

  /**
   * What holds for what this model was sent at this time: what {@link #at} says or, once the model
   * was withdrawn, the last that held before. Null if no job file of the model was ever heard of.
   */
  public @Nullable Model heldAt(String modelId, long time) {
    Timeline timeline = timelines.get(modelId);
    return timeline == null ? null : timeline.heldAt(time);
  }

  /**
   * Whether what holds for this model at {@code start}, or first after it, still does until {@code
   * end}.
   */
  public boolean holdsUntil(String modelId, long start, long end) {
    Timeline timeline = timelines.get(modelId);
    return timeline == null
        || timeline.editions.subMap(start + 1, end).keySet().stream()
            .allMatch(timeline.editions.firstKey()::equals);
  }

  /** Notes a record that arrived at once, and keeps it. */
  public void accept(ControlRecord record) {
    hear(record);
    takeUp();
  }

  /**
   * Keeps a record that arrived; it is noted by {@link #takeUp}.
   *
   * <p>An operator whose results others read by the same book takes up what it heard only with the
   * next checkpoint barrier: what others hear before that barrier they know when they read the
   * first result that follows it.
   */
  public void hear(ControlRecord record) {
    if (shapesModels(record.control())) {
      heard.add(record);
      String prefix = prefix(record);
      kept.put(key(record), record);
      SortedMap<String, ControlRecord> same = kept.subMap(prefix, prefix + Character.MAX_VALUE);
      while (same.size() > REMEMBERED) {
        same.remove(same.firstKey());
      }
    }
  }

  /** Notes what was heard. */
  public void takeUp() {
    heard.forEach(this::note);
    heard.clear();
  }

  private void restore(OperatorStateStore store, TaskInfo task) throws Exception {
    ListState<byte[]> list = store.getUnionListState(STATE);
    state = list;
    writes = task.getIndexOfThisSubtask() == 0;
    for (byte[] bytes : list.get()) {
      hear(ControlRecord.of(bytes));
    }
    takeUp();
  }

  /** Writes what is kept, with a checkpoint. */
  public void snapshot() throws Exception {
    ListState<byte[]> list =
        Objects.requireNonNull(state, "a book is restored before a checkpoint");
    list.update(writes ? kept.values().stream().map(ControlRecord::bytes).toList() : List.of());
  }

  private void note(ControlRecord record) {
    timelines.computeIfAbsent(record.control().modelId(), id -> new Timeline()).note(record);
  }

  /** Model, kind and order of a record: no two have all of them in common. */
  public static String key(ControlRecord record) {
    return prefix(record) + String.format("%020d", record.order());
  }

  private static String prefix(ControlRecord record) {
    return record.control().modelId()
        + '\u0000'
        + record.control().getClass().getSimpleName()
        + '\u0000';
  }

  /** The records about one model, and what follows from them. */
  private static final class Timeline {
    /** By order. */
    private final TreeMap<Long, ControlRecord> jobFiles = new TreeMap<>();

    private final TreeMap<Long, ControlRecord> baselines = new TreeMap<>();
    private final Map<Pair, Model> models = new HashMap<>();

    /** What holds, by the event time from which it does; empty: the model is withdrawn. */
    private final TreeMap<Long, Optional<Model>> editions = new TreeMap<>();

    /** The same side by side: every record asks, and a map would make an object for each answer. */
    private long[] since = {};

    private @Nullable Model[] held = {};

    private record Pair(long jobFile, @Nullable Long baseline) {}

    void note(ControlRecord record) {
      TreeMap<Long, ControlRecord> records =
          record.control() instanceof Control.JobFile ? jobFiles : baselines;
      if (records.putIfAbsent(record.order(), record) != null) {
        return;
      }
      if (records.size() > REMEMBERED) {
        records.pollFirstEntry();
      }
      editions.clear();
      changes().forEach(this::edit);
      since = editions.keySet().stream().mapToLong(Long::longValue).toArray();
      held = editions.values().stream().map(model -> model.orElse(null)).toArray(Model[]::new);
      models.values().retainAll(editions.values().stream().flatMap(Optional::stream).toList());
    }

    @Nullable Model at(long time) {
      int found = Arrays.binarySearch(since, time);
      int edition = found < 0 ? -found - 2 : found;
      return edition < 0 ? null : held[edition];
    }

    @Nullable Model heldAt(long time) {
      Model held = at(time);
      if (held != null) {
        return held;
      }
      for (Map.Entry<Long, Optional<Model>> edition : editions.entrySet()) {
        if (edition.getValue().isPresent() && (held == null || edition.getKey() <= time)) {
          held = edition.getValue().get();
        }
      }
      return held;
    }

    /** When something changes, as published. */
    private SortedSet<Long> changes() {
      SortedSet<Long> times = new TreeSet<>();
      for (TreeMap<Long, ControlRecord> records : List.of(jobFiles, baselines)) {
        records.values().forEach(record -> times.add(since(records, record)));
      }
      return times;
    }

    private void edit(long time) {
      ControlRecord jobFile = holding(jobFiles, time);
      if (jobFile == null) {
        return;
      }
      Model model = model(jobFile, holding(baselines, time));
      long from = model == null || editions.isEmpty() ? time : nextWindow(model, time);
      long last = editions.isEmpty() ? Long.MIN_VALUE : editions.lastKey();
      editions.put(Math.max(from, last), Optional.ofNullable(model));
    }

    /** A window is counted under one job file and baseline, so new ones wait for the next. */
    private static long nextWindow(Model model, long time) {
      long start = model.borders().windowStart(time);
      return start == time ? time : model.borders().windowEnd(start);
    }

    /** Of the records that are in force at a time, the one that came into force last. */
    private static @Nullable ControlRecord holding(
        TreeMap<Long, ControlRecord> records, long time) {
      ControlRecord holding = null;
      for (ControlRecord record : records.values()) {
        long since = since(records, record);
        if (since <= time && (holding == null || since >= since(records, holding))) {
          holding = record;
        }
      }
      return holding;
    }

    /** The first of its kind also holds for what happened before it was published. */
    private static long since(TreeMap<Long, ControlRecord> records, ControlRecord record) {
      boolean always =
          record.control().effectiveFrom() == null && records.firstKey() == record.order();
      return always ? Long.MIN_VALUE : record.effectiveFrom();
    }

    private @Nullable Model model(ControlRecord jobFile, @Nullable ControlRecord baseline) {
      JobSpec spec = jobFile.jobSpec();
      if (spec == null) {
        return null;
      }
      Pair pair = new Pair(jobFile.order(), baseline == null ? null : baseline.order());
      return models.computeIfAbsent(
          pair, any -> new Model(spec, baseline == null ? null : baseline.baseline()));
    }
  }
}
