package dev.weir.flink.operator;

import dev.weir.event.Control;
import dev.weir.flink.state.ControlArrival;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.ControlRelay;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.KnownModels;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.RelayedOperatorFactory;
import dev.weir.flink.state.Tags;
import dev.weir.wire.OutputRecord;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Step 1 for control: passes on what people, registries and orchestrators say, tells it those that
 * profile ({@link ControlRelay}), and brings it before the decision as well; what cannot be used is
 * a dead letter.
 */
@SuppressWarnings("NullAway.Init") // Flink opens an operator before it uses it.
public final class ControlOperator extends AbstractStreamOperator<ControlRecord>
    implements OneInputStreamOperator<ControlArrival, ControlRecord> {
  private static final long serialVersionUID = 1;

  private final transient OperatorEventGateway relay;
  private final transient KnownModels models;
  private transient Set<String> known;

  private ControlOperator(StreamOperatorParameters<ControlRecord> parameters, KnownModels models) {
    super(parameters);
    this.models = models;
    relay = parameters.getOperatorEventDispatcher().getOperatorEventGateway(getOperatorID());
  }

  /**
   * Makes the operator, which runs in one task.
   *
   * @param models what those that profile know from the start, and need not be told
   */
  public static OneInputStreamOperatorFactory<ControlArrival, ControlRecord> factory(
      KnownModels models) {
    return new RelayedOperatorFactory<>(
        ControlOperator.class,
        parameters -> new ControlOperator(parameters, models),
        ControlRelay::telling);
  }

  @Override
  public void open() throws Exception {
    super.open();
    known = models.keys(getRuntimeContext().getDistributedCache());
  }

  @Override
  public void processElement(StreamRecord<ControlArrival> element) {
    ControlRecord record = element.getValue().record();
    OutputRecord deadLetter = element.getValue().deadLetter();
    if (record != null) {
      // Down the stream first: nobody may hear it earlier than those who read what others made of
      // it.
      output.collect(element.replace(record));
      if (ModelBook.shapesModels(record.control()) && !known.contains(ModelBook.key(record))) {
        relay.sendEventToCoordinator(new ControlRelay.Told(record));
      }
      // Job files and baselines are told by what was judged under them, in event time; after a
      // withdrawal nothing may be.
      if (!ModelBook.shapesModels(record.control()) || withdraws(record.control())) {
        output.collect(Tags.JUDGEMENTS, element.replace(judgement(record)));
      }
    } else if (deadLetter != null) {
      output.collect(Tags.OUTPUTS, element.replace(deadLetter));
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
        List.of(),
        null);
  }
}
