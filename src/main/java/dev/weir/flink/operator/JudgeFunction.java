package dev.weir.flink.operator;

import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.Report;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;

/** Step 5: judges each window and cohort against the baseline in force at its start. */
public final class JudgeFunction
    extends BroadcastProcessFunction<Report, ControlRecord, Judgement> {
  private static final long serialVersionUID = 1;

  private final ModelBook.Snapshot models;
  private transient ModelBook book;

  /** Judges the models in {@code models}, and those that control brings. */
  public JudgeFunction(ModelBook.Snapshot models) {
    this.models = models;
  }

  @Override
  public void open(OpenContext context) {
    book = new ModelBook(models);
  }

  @Override
  public void processElement(Report report, ReadOnlyContext context, Collector<Judgement> out)
      throws Exception {
    Model model =
        book.restore(context.getBroadcastState(ModelBook.STATE))
            .at(report.modelId(), report.windowStart());
    if (model != null && model.layoutId().equals(report.layoutId())) {
      out.collect(model.judge(report));
    }
  }

  @Override
  public void processBroadcastElement(
      ControlRecord control, Context context, Collector<Judgement> out) throws Exception {
    book.restore(context.getBroadcastState(ModelBook.STATE))
        .accept(control, context.getBroadcastState(ModelBook.STATE));
  }
}
