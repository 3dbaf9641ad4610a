package dev.weir.flink.operator;

import dev.weir.event.Control;
import dev.weir.flink.state.ControlArrival;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.Tags;
import dev.weir.wire.OutputRecord;
import java.util.List;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Step 1 for control: passes on what people, registries and orchestrators say, and brings it before
 * the decision as well; what cannot be used is a dead letter.
 */
public final class ControlFunction extends ProcessFunction<ControlArrival, ControlRecord> {
  private static final long serialVersionUID = 1;

  @Override
  public void processElement(
      ControlArrival arrival, Context context, Collector<ControlRecord> out) {
    ControlRecord record = arrival.record();
    OutputRecord deadLetter = arrival.deadLetter();
    if (record != null) {
      out.collect(record);
      // Job files and baselines are told by what was judged under them, in event time; after a
      // withdrawal nothing may be.
      if (!ModelBook.shapesModels(record.control()) || withdraws(record.control())) {
        context.output(Tags.JUDGEMENTS, judgement(record));
      }
    } else if (deadLetter != null) {
      context.output(Tags.OUTPUTS, deadLetter);
    }
  }

  private static boolean withdraws(Control control) {
    return control instanceof Control.JobFile file && file.resolved() == null;
  }

  private static Judgement judgement(ControlRecord record) {
    return new Judgement(
        record.control().modelId(),
        record.effectiveFrom(),
        "control-"
            + record.control().getClass().getSimpleName()
            + String.format("-%020d", record.order()),
        List.of(),
        List.of(),
        List.of(record.control()),
        List.of(),
        null);
  }
}
