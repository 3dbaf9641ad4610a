package dev.weir.flink.operator;

import dev.weir.flink.metric.JobMetric;
import dev.weir.flink.metric.MetricSeries;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.KnownModels;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.Report;
import dev.weir.monitor.OrderedState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Locale;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Step 5: judges each window and cohort against the baseline in force at its start.
 *
 * <p>Guarantee: detectors that depend on order see each cohort of all traffic once, when it becomes
 * final, in the order of windows; a new job file or baseline starts them anew.
 */
public final class JudgeFunction
    extends KeyedBroadcastProcessFunction<String, Report, ControlRecord, Judgement>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  private final KnownModels models;
  private transient ModelBook book;
  private transient ValueState<byte[]> ordered;
  private transient MetricSeries windows;
  private transient MetricSeries rows;

  /** Judges the models in {@code models}, and those that control brings. */
  public JudgeFunction(KnownModels models) {
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
    ordered =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    "ordered", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    windows = new MetricSeries(JobMetric.WINDOWS_JUDGED, getRuntimeContext().getMetricGroup());
    rows = new MetricSeries(JobMetric.ROWS_JUDGED, getRuntimeContext().getMetricGroup());
    for (Part.Kind kind : Part.Kind.values()) {
      count(kind, 0, 0);
    }
  }

  @Override
  public void processElement(Report report, ReadOnlyContext context, Collector<Judgement> out)
      throws Exception {
    Model model = book.heldAt(report.modelId(), report.windowStart());
    if (model == null || !model.layoutId().equals(report.layoutId())) {
      out.collect(Judgement.countedOtherwise(report.modelId(), report.tick()));
      return;
    }
    if (report.kind() != Part.Kind.COHORT || report.segment() != null || !report.evidence()) {
      // What needs an order takes in each cohort once: a correction or an overlap would count
      // twice.
      send(report, model.judge(report, null), out);
      return;
    }
    OrderedState state = carried(model);
    send(report, model.judge(report, state), out);
    carry(model, state);
  }

  private void send(Report report, Judgement judgement, Collector<Judgement> out) {
    out.collect(judgement);
    count(report.kind(), 1, judgement.mostRows());
  }

  private void count(Part.Kind kind, long judged, long withRows) {
    String label = kind.name().toLowerCase(Locale.ROOT);
    windows.add(judged, label);
    rows.add(withRows, label);
  }

  private OrderedState carried(Model model) throws IOException {
    byte[] bytes = ordered.value();
    if (bytes != null) {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      if (in.readUTF().equals(basis(model))) {
        return OrderedState.decode(in);
      }
    }
    return model.newOrderedState();
  }

  private void carry(Model model, OrderedState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF(basis(model));
    state.encode(out);
    ordered.update(bytes.toByteArray());
  }

  private static String basis(Model model) {
    return model.layoutId() + model.spec().configHash();
  }

  @Override
  public void processBroadcastElement(
      ControlRecord control, Context context, Collector<Judgement> out) throws Exception {
    book.hear(control);
  }
}
