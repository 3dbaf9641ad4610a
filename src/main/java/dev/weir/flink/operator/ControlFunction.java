package dev.weir.flink.operator;

import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.Judgement;
import java.util.List;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Step 6: brings what people, registries and orchestrators say before the decision. */
public final class ControlFunction extends ProcessFunction<ControlRecord, Judgement> {
  private static final long serialVersionUID = 1;

  @Override
  public void processElement(ControlRecord record, Context context, Collector<Judgement> out) {
    out.collect(
        new Judgement(
            record.control().modelId(),
            record.effectiveFrom(),
            "control-" + String.format("%020d", record.order()),
            List.of(),
            List.of(),
            List.of(record.control()),
            List.of()));
  }
}
