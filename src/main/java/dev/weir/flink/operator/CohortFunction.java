package dev.weir.flink.operator;

import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.LabelSettings;
import dev.weir.flink.state.CohortPane;
import dev.weir.flink.state.CohortSchedule;
import dev.weir.flink.state.CohortWindow;
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
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Step 4 for outcomes: merges the parts of one model, version and segment into cohorts and reports
 * them as their labels come.
 *
 * <p>Guarantee: a report made at event time T holds exactly what was known before T. A cohort is
 * reported at ages of 1, 2, 4, ... slides while it is provisional, once when it is final, and after
 * corrections; a report that says nothing new is left out. Cohorts become final in the order of
 * their windows: at the horizon, or at a border of panes at which enough of their labels are there.
 * Everything is dropped when corrections are over. What cannot be merged, because it was counted
 * under another job file or baseline than holds for it, is said as a notice.
 */
@SuppressWarnings("NullAway.Init") // Flink opens a function before it uses it.
public final class CohortFunction
    extends KeyedBroadcastProcessFunction<String, Part, ControlRecord, Report>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  /** Of a pane of which parts were counted in different ways: no layout reads it. */
  private static final byte[] SPOILT = {};

  private final KnownModels models;
  private transient ModelBook book;

  /** Parts that no report has seen, by pane and by when they became known. */
  private transient MapState<Tuple2<Long, Long>, byte[]> recent;

  /** What reports have seen, by pane. */
  private transient MapState<Long, byte[]> panes;

  /** What was reported, by window. */
  private transient MapState<Long, byte[]> windows;

  /** Start of the last window that is final. */
  private transient ValueState<Long> lastFinal;

  /** Cohorts of the models in {@code models}, and of those that control brings. */
  public CohortFunction(KnownModels models) {
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
    recent =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "recent",
                    Types.TUPLE(Types.LONG, Types.LONG),
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    panes = getRuntimeContext().getMapState(bytesByTime("panes"));
    windows = getRuntimeContext().getMapState(bytesByTime("windows"));
    lastFinal = getRuntimeContext().getState(new ValueStateDescriptor<>("last-final", Types.LONG));
  }

  private static MapStateDescriptor<Long, byte[]> bytesByTime(String name) {
    return new MapStateDescriptor<>(
        name, Types.LONG, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  }

  @Override
  public void processElement(Part part, ReadOnlyContext context, Collector<Report> out)
      throws Exception {
    Model model = book.heldAt(part.modelId(), part.pane());
    Tuple2<Long, Long> place = Tuple2.of(part.pane(), part.known());
    byte[] held = recent.get(place);
    if (model == null) {
      context.output(Tags.JUDGEMENTS, Judgement.countedOtherwise(part.modelId(), part.known()));
      return;
    }
    boolean fits =
        model.reads(Part.Kind.COHORT, part.payload())
            && (held == null || model.reads(Part.Kind.COHORT, held));
    byte[] sum = SPOILT;
    if (fits) {
      sum =
          held == null
              ? part.payload()
              : model.merge(Part.Kind.COHORT, List.of(held, part.payload()));
    }
    recent.put(place, sum);
    wakeUp(model.cohorts().nextBorder(part.known()), context);
  }

  @Override
  public void processBroadcastElement(ControlRecord control, Context context, Collector<Report> out)
      throws Exception {
    book.hear(control);
  }

  /** All that is known before {@code time} is known once event time has passed the last before. */
  private static void wakeUp(
      long time,
      KeyedBroadcastProcessFunction<String, Part, ControlRecord, Report>.ReadOnlyContext context) {
    context.timerService().registerEventTimeTimer(time - 1);
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Report> out) throws Exception {
    new Look(context.getCurrentKey().split("\u0000", 3), time + 1, context, out).run();
  }

  /** One look at all cohorts of a key at one event time. */
  private final class Look {
    private final String[] key;
    private final long now;
    private final OnTimerContext context;
    private final Collector<Report> out;
    private final Map<Long, CohortPane> seen = new TreeMap<>();

    Look(String[] key, long now, OnTimerContext context, Collector<Report> out) {
      this.key = key;
      this.now = now;
      this.context = context;
      this.out = out;
    }

    void run() throws Exception {
      Set<Long> changed = settle();
      boolean earlierOpen = false;
      for (Map.Entry<Long, CohortWindow> entry : openWindows(changed).entrySet()) {
        long start = entry.getKey();
        Model model = modelAt(start);
        long end = model.borders().windowEnd(start);
        if (end > now) {
          windows.put(start, entry.getValue().encoded());
          wakeUp(end, context);
          continue;
        }
        CohortWindow window = look(start, end, entry.getValue(), model, changed, earlierOpen);
        earlierOpen |= !window.closed();
        keep(start, window, model);
      }
      forgetPanes();
    }

    private Model modelAt(long time) {
      return Objects.requireNonNull(book.heldAt(key[0], time), "a model that has panes is known");
    }

    private void sayCountedOtherwise() {
      context.output(Tags.JUDGEMENTS, Judgement.countedOtherwise(key[0], now));
    }

    /** Takes in the parts that became known before now; answers whose panes they belong to. */
    private Set<Long> settle() throws Exception {
      List<Tuple2<Long, Long>> places = new ArrayList<>();
      for (Tuple2<Long, Long> place : recent.keys()) {
        if (place.f1 < now) {
          places.add(place);
        }
      }
      Map<Long, CohortSummary> sums = new TreeMap<>();
      Set<Long> spoilt = new TreeSet<>();
      for (Tuple2<Long, Long> place : places) {
        Model model = modelAt(place.f0);
        byte[] part = recent.get(place);
        CohortPane pane = pane(place.f0);
        recent.remove(place);
        if (!model.reads(Part.Kind.COHORT, part)
            || pane != null && !model.reads(Part.Kind.COHORT, pane.payload())) {
          keepPane(place.f0, new CohortPane(0, 0, SPOILT));
          spoilt.add(place.f0);
          continue;
        }
        CohortSummary more = CohortPane.summary(part, model.cohortLayout());
        CohortSummary sum = sums.computeIfAbsent(place.f0, any -> more.empty());
        sum.merge(more);
      }
      sums.keySet().removeAll(spoilt);
      for (Map.Entry<Long, CohortSummary> entry : sums.entrySet()) {
        CohortPane pane = pane(entry.getKey());
        CohortSummary sum = entry.getValue();
        if (pane != null) {
          sum.merge(pane.summary(sum.layout()));
        }
        keepPane(entry.getKey(), CohortPane.of(sum));
      }
      Set<Long> changed = new TreeSet<>(sums.keySet());
      changed.addAll(spoilt);
      return changed;
    }

    private void keepPane(long place, CohortPane pane) throws Exception {
      seen.put(place, pane);
      panes.put(place, pane.encoded());
    }

    /** The windows there are, in order, with those that changed panes open. */
    private TreeMap<Long, CohortWindow> openWindows(Set<Long> changed) throws Exception {
      TreeMap<Long, CohortWindow> all = new TreeMap<>();
      for (Map.Entry<Long, byte[]> entry : windows.entries()) {
        all.put(entry.getKey(), CohortWindow.decode(entry.getValue()));
      }
      Long last = lastFinal.value();
      for (long pane : changed) {
        Model model = modelAt(pane);
        for (long start : model.borders().windows(pane)) {
          if (!all.containsKey(start) && model.cohorts().end(start) > now) {
            boolean closed = last != null && start <= last;
            long end = model.borders().windowEnd(start);
            all.put(start, CohortWindow.fresh(closed, end, model.cohorts()));
          }
        }
      }
      return all;
    }

    private CohortWindow look(
        long start,
        long end,
        CohortWindow window,
        Model model,
        Set<Long> changed,
        boolean earlierOpen)
        throws Exception {
      CohortSchedule schedule = model.cohorts();
      if (window.closed()) {
        boolean touched = model.borders().panes(start).stream().anyMatch(changed::contains);
        return touched ? report(start, end, window, model, false) : window;
      }
      if (!earlierOpen && (now >= schedule.horizon(start) || complete(start, model))) {
        lastFinal.update(start);
        return report(start, end, window.close(), model, true);
      }
      return now < window.age()
          ? window
          : report(start, end, window.older(now, schedule), model, false);
    }

    /** Whether enough labels are there; only looked at on borders, never if none means a class. */
    private boolean complete(long start, Model model) throws Exception {
      LabelSettings labels = model.spec().profile().labels();
      boolean absentIsClass =
          labels.absent() == LabelSettings.Absent.NEGATIVE
              || labels.absent() == LabelSettings.Absent.POSITIVE;
      if (absentIsClass || !model.cohorts().isBorder(now)) {
        return false;
      }
      long issued = 0;
      long labelled = 0;
      for (long place : model.borders().panes(start)) {
        CohortPane pane = pane(place);
        issued += pane == null ? 0 : pane.issued();
        labelled += pane == null ? 0 : pane.labelled();
      }
      return issued > 0 && (double) labelled / issued >= labels.completeAt();
    }

    /** Reports a cohort, if there is something to say. */
    private CohortWindow report(
        long start, long end, CohortWindow window, Model model, boolean becameFinal)
        throws Exception {
      if (!countedAsItAsks(start, model)) {
        if (becameFinal && model.borders().tumbling(start)) {
          sayCountedOtherwise();
        }
        return window;
      }
      byte[] payload = payload(start, model, window.revision() > 0);
      if (payload == null || !becameFinal && !window.differs(payload)) {
        return window;
      }
      boolean whole = book.holdsUntil(key[0], start, end);
      boolean evidence = becameFinal && whole && model.borders().tumbling(start);
      out.collect(
          new Report(
              Part.Kind.COHORT,
              key[0],
              key[1],
              key[2].isEmpty() ? null : key[2],
              model.layoutId(),
              start,
              end,
              now,
              window.revision(),
              window.closed() && whole,
              evidence,
              payload,
              Report.NONE,
              Report.NONE));
      return window.reported(payload);
    }

    /** Whether the panes of a window were all counted on its grid and with its layouts. */
    private boolean countedAsItAsks(long start, Model model) throws Exception {
      List<Long> grid = model.borders().panes(start);
      long end = model.borders().windowEnd(start);
      for (long place : panes.keys()) {
        if (place >= start && place < end && !grid.contains(place)) {
          return false;
        }
      }
      for (long place : grid) {
        CohortPane pane = pane(place);
        if (pane != null
            && (!model.reads(Part.Kind.COHORT, pane.payload())
                || modelAt(place).borders().paneEnd(place) > model.borders().paneEnd(place))) {
          return false;
        }
      }
      return true;
    }

    /**
     * The cohort as bytes; null if nobody predicted anything, unless something else was said
     * before.
     */
    private byte @Nullable [] payload(long start, Model model, boolean reported) throws Exception {
      CohortSummary sum = null;
      for (long place : model.borders().panes(start)) {
        CohortPane pane = pane(place);
        if (pane == null) {
          continue;
        }
        CohortSummary more = pane.summary(model.cohortLayout());
        if (sum == null) {
          sum = more;
        } else {
          sum.merge(more);
        }
      }
      return sum == null || sum.issued() == 0 && !reported ? null : CohortPane.bytes(sum);
    }

    private @Nullable CohortPane pane(long place) throws Exception {
      CohortPane pane = seen.get(place);
      if (pane == null) {
        byte[] bytes = panes.get(place);
        if (bytes != null) {
          pane = CohortPane.decode(bytes);
          seen.put(place, pane);
        }
      }
      return pane;
    }

    private void keep(long start, CohortWindow window, Model model) throws Exception {
      CohortSchedule schedule = model.cohorts();
      long end = schedule.end(start);
      if (now >= end) {
        windows.remove(start);
        return;
      }
      windows.put(start, window.encoded());
      wakeUp(end, context);
      if (!window.closed()) {
        wakeUp(Math.min(window.age(), schedule.horizon(start)), context);
      }
    }

    /** Drops panes that no window needs any more. */
    private void forgetPanes() throws Exception {
      List<Long> unneeded = new ArrayList<>();
      for (long place : panes.keys()) {
        if (needless(place, modelAt(place))) {
          unneeded.add(place);
        }
      }
      for (long place : unneeded) {
        panes.remove(place);
      }
      if (windows.isEmpty()) {
        lastFinal.clear();
      }
    }

    private boolean needless(long place, Model model) throws Exception {
      for (long start : model.borders().windows(place)) {
        if (windows.contains(start)) {
          return false;
        }
      }
      return true;
    }
  }
}
