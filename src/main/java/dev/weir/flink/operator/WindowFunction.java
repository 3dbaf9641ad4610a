package dev.weir.flink.operator;

import dev.weir.baseline.Against;
import dev.weir.baseline.WindowBorders;
import dev.weir.decide.SystemNotice;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.KnownModels;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.Report;
import dev.weir.flink.state.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Step 2, second half: merges the parts of one model, version and segment into panes, and panes
 * into windows.
 *
 * <p>Guarantee: a window is reported once, when event time reaches its end, with everything that
 * was on time; a pane is dropped when its last window is over. A window is that of the job file in
 * force at its start. If another one or a withdrawal cuts it short, it is not complete; if its
 * panes were counted in different ways it cannot be reported, and a tumbling one says so. What
 * comes after its windows were reported is said as well.
 */
public final class WindowFunction
    extends KeyedBroadcastProcessFunction<String, Part, ControlRecord, Report>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  /** Of a pane of which parts were counted in different ways: no layout reads it. */
  private static final byte[] SPOILT = {};

  private final KnownModels models;
  private transient ModelBook book;
  private transient MapState<Long, byte[]> profiles;
  private transient MapState<Long, byte[]> earlyLosses;
  private transient MapState<Long, byte[]> gated;

  /** Tumbling windows that are over and that a later one is compared with. */
  private transient MapState<Long, byte[]> earlier;

  /** Windows of the models in {@code models}, and of those that control brings. */
  public WindowFunction(KnownModels models) {
    this.models = models;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    book = ModelBook.open(models, context.getOperatorStateStore(), getRuntimeContext());
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    book.takeUp();
    book.snapshot();
  }

  @Override
  public void open(OpenContext context) {
    profiles = getRuntimeContext().getMapState(panes("profiles"));
    earlyLosses = getRuntimeContext().getMapState(panes("early-losses"));
    gated = getRuntimeContext().getMapState(panes("gated"));
    earlier = getRuntimeContext().getMapState(panes("earlier"));
  }

  private static MapStateDescriptor<Long, byte[]> panes(String name) {
    return new MapStateDescriptor<>(
        name, Types.LONG, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  }

  @Override
  public void processElement(Part part, ReadOnlyContext context, Collector<Report> out)
      throws Exception {
    Model model = book.heldAt(part.modelId(), part.pane());
    if (model == null) {
      context.output(Tags.JUDGEMENTS, Judgement.countedOtherwise(part.modelId(), part.pane()));
      return;
    }
    List<Long> open =
        model.borders().windows(part.pane()).stream()
            .map(start -> model.borders().windowEnd(start) - 1)
            .filter(last -> last > context.currentWatermark())
            .toList();
    if (open.isEmpty()) {
      context.output(Tags.JUDGEMENTS, afterItsWindows(part));
      return;
    }
    MapState<Long, byte[]> panes = panes(part.kind());
    byte[] known = panes.get(part.pane());
    boolean fits =
        model.reads(part.kind(), part.payload())
            && (known == null || model.reads(part.kind(), known));
    byte[] sum = SPOILT;
    if (fits) {
      sum =
          known == null ? part.payload() : model.merge(part.kind(), List.of(known, part.payload()));
    }
    panes.put(part.pane(), sum);
    open.forEach(context.timerService()::registerEventTimeTimer);
  }

  /** Only a partition that had been silent for long can bring what is too late for its windows. */
  private static Judgement afterItsWindows(Part part) {
    return Judgement.notice(
        part.modelId(),
        part.pane(),
        new SystemNotice(
            SystemNotice.Kind.INPUT_SILENT,
            "resumed",
            true,
            "a partition that had been silent brought rows of windows that were reported without"
                + " them"));
  }

  @Override
  public void processBroadcastElement(ControlRecord control, Context context, Collector<Report> out)
      throws Exception {
    book.hear(control);
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Report> out) throws Exception {
    String[] key = context.getCurrentKey().split(Part.SEPARATOR, 3);
    for (Part.Kind kind : List.of(Part.Kind.PROFILE, Part.Kind.EARLY_LOSS)) {
      new Close(kind, key, time + 1, context, out).run();
    }
    forgetEarlier(key[0], time + 1);
  }

  /** Drops the windows that no later one is compared with from {@code time} on. */
  private void forgetEarlier(String modelId, long time) throws Exception {
    List<Long> kept = new ArrayList<>();
    earlier.keys().forEach(kept::add);
    for (long start : kept) {
      Model model = book.heldAt(modelId, start);
      Against against = model == null ? Against.BASELINE : model.spec().reference().against();
      if (model == null
          || !against.moves()
          || against.forgottenAt(start, model.borders()) <= time) {
        earlier.remove(start);
      }
    }
  }

  private MapState<Long, byte[]> panes(Part.Kind kind) {
    return switch (kind) {
      case EARLY_LOSS -> earlyLosses;
      case GATED -> gated;
      case PROFILE, COHORT -> profiles;
    };
  }

  /** The end of all windows of a key and kind that end at one event time. */
  private final class Close {
    private final Part.Kind kind;
    private final String[] key;
    private final long end;
    private final OnTimerContext context;
    private final Collector<Report> out;
    private final TreeMap<Long, byte[]> held = new TreeMap<>();

    Close(Part.Kind kind, String[] key, long end, OnTimerContext context, Collector<Report> out) {
      this.kind = kind;
      this.key = key;
      this.end = end;
      this.context = context;
      this.out = out;
    }

    void run() throws Exception {
      panes(kind).entries().forEach(entry -> held.put(entry.getKey(), entry.getValue()));
      // By start: where the grid changes, windows of two job files may end together.
      TreeMap<Long, Model> ending = new TreeMap<>();
      List<Long> over = new ArrayList<>();
      long needed = Long.MIN_VALUE;
      for (long pane : held.keySet()) {
        Model model = modelAt(pane);
        long last = Long.MIN_VALUE;
        for (long start : model.borders().windows(pane)) {
          last = Math.max(last, model.borders().windowEnd(start));
          if (model.borders().windowEnd(start) == end) {
            ending.put(start, model);
          }
        }
        if (last <= end) {
          over.add(pane);
        }
        needed = Math.max(needed, last);
      }
      if (needed > end) {
        // A job file that came late may want a pane for longer than was known when it came.
        context.timerService().registerEventTimeTimer(needed - 1);
      }
      for (long start : ending.keySet()) {
        report(start, modelAt(start));
      }
      for (long pane : over) {
        panes(kind).remove(pane);
        if (kind == Part.Kind.PROFILE) {
          gated.remove(pane);
        }
      }
    }

    /** The rows of entities of a window; nothing where they are not gated. */
    private byte[] gatedRows(long start, Model model) throws Exception {
      List<byte[]> rows = new ArrayList<>();
      for (long pane : model.borders().panes(start)) {
        byte[] bytes = gated.get(pane);
        if (bytes != null && model.reads(Part.Kind.GATED, bytes)) {
          rows.add(bytes);
        }
      }
      return rows.isEmpty() ? Report.NONE : model.merge(Part.Kind.GATED, rows);
    }

    /** The window that this one is compared with, where the job file names one; keeps this one. */
    private byte[] comparedWith(long start, Model model, byte[] window) throws Exception {
      Against against = model.spec().reference().against();
      if (!against.moves()) {
        return Report.NONE;
      }
      WindowBorders borders = model.borders();
      earlier.put(start, window);
      context.timerService().registerEventTimeTimer(against.forgottenAt(start, borders) - 1);
      byte[] before =
          earlier.get(against.earlier(start, borders, model.spec().profile().window().zone()));
      return before == null || !model.reads(Part.Kind.PROFILE, before) ? Report.NONE : before;
    }

    /** Whether a pane was counted on a grid on which it ends later than on that of its window. */
    private boolean reachesFurther(long pane, Model model) {
      return modelAt(pane).borders().paneEnd(pane) > model.borders().paneEnd(pane);
    }

    private Model modelAt(long time) {
      return Objects.requireNonNull(book.heldAt(key[0], time), "a model that has panes is known");
    }

    private void report(long start, Model model) throws Exception {
      if (model.borders().windowEnd(start) != end) {
        return;
      }
      List<byte[]> counted = new ArrayList<>();
      Set<Long> grid = Set.copyOf(model.borders().panes(start));
      for (Map.Entry<Long, byte[]> pane : held.subMap(start, end).entrySet()) {
        byte[] bytes = pane.getValue();
        if (!grid.contains(pane.getKey())
            || !model.reads(kind, bytes)
            || reachesFurther(pane.getKey(), model)) {
          if (model.borders().tumbling(start)) {
            context.output(Tags.JUDGEMENTS, Judgement.countedOtherwise(key[0], end));
          }
          return;
        }
        counted.add(bytes);
      }
      if (counted.isEmpty()) {
        return;
      }
      byte[] window = model.merge(kind, counted);
      // What was counted and withdrawn again leaves a sum of nothing, which depends on the order.
      if (model.isEmpty(kind, window)) {
        return;
      }
      boolean tumbling = model.borders().tumbling(start);
      boolean profile = kind == Part.Kind.PROFILE && tumbling;
      out.collect(
          new Report(
              kind,
              key[0],
              key[1],
              key[2].isEmpty() ? null : key[2],
              model.layoutId(),
              start,
              end,
              end,
              0,
              book.holdsUntil(key[0], start, end),
              tumbling,
              window,
              profile ? gatedRows(start, model) : Report.NONE,
              profile ? comparedWith(start, model, window) : Report.NONE));
    }
  }
}
