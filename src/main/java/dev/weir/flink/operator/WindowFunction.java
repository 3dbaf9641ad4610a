package dev.weir.flink.operator;

import dev.weir.baseline.WindowBorders;
import dev.weir.decide.SystemNotice;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.Report;
import dev.weir.flink.state.Tags;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Step 2, second half: merges the parts of one model, version and segment into panes, and panes
 * into windows.
 *
 * <p>Guarantee: a window is reported once, when event time reaches its end, with everything that
 * was on time; a pane is dropped when its last window is over.
 */
public final class WindowFunction
    extends KeyedBroadcastProcessFunction<String, Part, ControlRecord, Report> {
  private static final long serialVersionUID = 1;

  private final ModelBook.Snapshot models;
  private transient ModelBook book;
  private transient MapState<Long, byte[]> profiles;
  private transient MapState<Long, byte[]> earlyLosses;

  /** Windows of the models in {@code models}, and of those that control brings. */
  public WindowFunction(ModelBook.Snapshot models) {
    this.models = models;
  }

  @Override
  public void open(OpenContext context) {
    book = new ModelBook(models);
    profiles = getRuntimeContext().getMapState(panes("profiles"));
    earlyLosses = getRuntimeContext().getMapState(panes("early-losses"));
  }

  private static MapStateDescriptor<Long, byte[]> panes(String name) {
    return new MapStateDescriptor<>(
        name, Types.LONG, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  }

  @Override
  public void processElement(Part part, ReadOnlyContext context, Collector<Report> out)
      throws Exception {
    Model model = book.restored(context).at(part.modelId(), part.pane());
    if (model == null || !model.layoutId().equals(part.layoutId())) {
      context.output(Tags.JUDGEMENTS, otherLayout(part));
      return;
    }
    MapState<Long, byte[]> panes = panes(part.kind());
    byte[] known = panes.get(part.pane());
    panes.put(
        part.pane(),
        known == null ? part.payload() : model.merge(part.kind(), known, part.payload()));
    for (long start : model.borders().windows(part.pane())) {
      context.timerService().registerEventTimeTimer(model.borders().windowEnd(start) - 1);
    }
  }

  @Override
  public void processBroadcastElement(ControlRecord control, Context context, Collector<Report> out)
      throws Exception {
    book.restored(context).accept(control, context.getBroadcastState(ModelBook.STATE));
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Report> out) throws Exception {
    String[] key = context.getCurrentKey().split(Part.SEPARATOR, 3);
    Model model = book.restored(context).at(key[0], time);
    if (model == null) {
      profiles.clear();
      earlyLosses.clear();
      return;
    }
    long start = windowEndingAt(model.borders(), time + 1);
    report(Part.Kind.PROFILE, key, model, start, time + 1, out);
    report(Part.Kind.EARLY_LOSS, key, model, start, time + 1, out);
  }

  private static long windowEndingAt(WindowBorders borders, long end) {
    for (long start : borders.windows(end - 1)) {
      if (borders.windowEnd(start) == end) {
        return start;
      }
    }
    throw new IllegalStateException("no window ends at " + end);
  }

  private static Judgement otherLayout(Part part) {
    SystemNotice notice =
        new SystemNotice(
            SystemNotice.Kind.LIMIT_REACHED,
            "layout",
            true,
            "rows were counted under another job file or baseline than holds for their window");
    return new Judgement(
        part.modelId(), part.pane(), "layout", List.of(), List.of(), List.of(), List.of(notice));
  }

  private void report(
      Part.Kind kind, String[] key, Model model, long start, long end, Collector<Report> out)
      throws Exception {
    MapState<Long, byte[]> panes = panes(kind);
    byte[] window = null;
    for (long pane : model.borders().panes(start)) {
      byte[] bytes = panes.get(pane);
      if (bytes != null) {
        window = window == null ? bytes : model.merge(kind, window, bytes);
      }
    }
    panes.remove(start);
    // What was counted and withdrawn again leaves a sum of nothing, which depends on the order.
    if (window == null || model.isEmpty(kind, window)) {
      return;
    }
    boolean tumbling = model.borders().tumbling(start);
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
            true,
            tumbling,
            window));
  }

  private MapState<Long, byte[]> panes(Part.Kind kind) {
    return kind == Part.Kind.EARLY_LOSS ? earlyLosses : profiles;
  }
}
