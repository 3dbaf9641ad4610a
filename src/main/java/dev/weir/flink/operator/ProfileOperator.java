package dev.weir.flink.operator;

import dev.weir.baseline.ProfileSummary;
import dev.weir.event.DeadLetter;
import dev.weir.event.Event;
import dev.weir.event.Fate;
import dev.weir.event.PairInput;
import dev.weir.event.RawRecord;
import dev.weir.flink.state.Arrival;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.CountChange;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.PartitionProgress;
import dev.weir.flink.state.Tags;
import dev.weir.wire.DeadLetters;
import dev.weir.wire.Decoded;
import dev.weir.wire.OutputRecords;
import dev.weir.wire.Problem;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractInput;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorV2;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.Input;
import org.apache.flink.streaming.api.operators.MultipleInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Steps 1 and 2 for one input, chained to its source: decides whether a record is known and on
 * time, counts it into the summaries of its pane, and sends on what pairing needs.
 *
 * <p>Guarantee: nothing is lost and nothing is held across a checkpoint: summaries leave at the end
 * of their pane, when there are too many, before every barrier and at the end of the input. Whether
 * a record is late follows from the records of its own partition alone.
 *
 * <p>The second input is control, which never holds back time.
 */
public final class ProfileOperator extends AbstractStreamOperatorV2<PairInput>
    implements MultipleInputStreamOperator<PairInput>, BoundedMultiInput {

  /** Accumulator of the earliest event time; the input's name follows. */
  public static final String FIRST_TIME = "first_event_time.";

  /** Accumulator of the latest event time; the input's name follows. */
  public static final String LAST_TIME = "last_event_time.";

  /** Most summaries that are gathered before they are sent on. */
  private static final int MOST_SUMMARIES = 20_000;

  private final Event.Input input;
  private final ModelBook book;
  private final String deployment;
  private final Map<PaneKey, ProfileSummary> gathered = new HashMap<>();
  private long read;
  private long setAside;
  private final PartitionProgress progress = new PartitionProgress();
  private final LongMinimum firstTime = new LongMinimum();
  private final LongMaximum lastTime = new LongMaximum();

  private record PaneKey(
      Model model, String modelVersion, @Nullable String segment, long pane, long paneEnd) {}

  private ProfileOperator(
      StreamOperatorParameters<PairInput> parameters,
      Event.Input input,
      ModelBook book,
      String deployment) {
    super(parameters, 2);
    this.input = input;
    this.book = book;
    this.deployment = deployment;
  }

  @Override
  @SuppressWarnings("rawtypes") // The interface of Flink is raw.
  public List<Input> getInputs() {
    return List.of(new Arrivals(), new Controls());
  }

  @SuppressWarnings("unchecked") // A default method of Flink, which is not called here.
  private final class Arrivals extends AbstractInput<Arrival, PairInput> {
    Arrivals() {
      super(ProfileOperator.this, 1);
    }

    @Override
    public void processElement(StreamRecord<Arrival> element) throws Exception {
      accept(element.getValue(), element);
    }
  }

  @SuppressWarnings("unchecked") // A default method of Flink, which is not called here.
  private final class Controls extends AbstractInput<ControlRecord, PairInput> {
    Controls() {
      super(ProfileOperator.this, 2);
    }

    @Override
    public void processElement(StreamRecord<ControlRecord> element) throws Exception {
      flush(Long.MAX_VALUE);
      book.accept(element.getValue(), broadcastState());
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    getRuntimeContext().addAccumulator(FIRST_TIME + input.id(), firstTime);
    getRuntimeContext().addAccumulator(LAST_TIME + input.id(), lastTime);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    progress.restore(context.getOperatorStateStore());
    book.restore(broadcastState());
  }

  private org.apache.flink.api.common.state.BroadcastState<String, byte[]> broadcastState()
      throws Exception {
    return getOperatorStateBackend().getBroadcastState(ModelBook.STATE);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    progress.snapshot();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    flush(Long.MAX_VALUE);
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    flush(mark.getTimestamp());
    super.processWatermark(mark);
  }

  @Override
  public void endInput(int inputId) throws Exception {
    flush(Long.MAX_VALUE);
  }

  private void accept(Arrival arrival, StreamRecord<?> element) throws Exception {
    Decoded decoded = arrival.decoded();
    if (decoded instanceof Decoded.Heartbeat heartbeat) {
      progress.advance(arrival.raw(), heartbeat.time());
      return;
    }
    read++;
    if (decoded instanceof Decoded.Bad bad) {
      setAside(bad.deadLetter());
      return;
    }
    Event event = ((Decoded.Good) decoded).event();
    Model model = book.at(event.modelId(), event.time());
    if (model == null) {
      setAside(unknownModel(arrival.raw(), event));
      return;
    }
    firstTime.add(event.time());
    lastTime.add(event.time());
    boolean late = progress.isLate(arrival.raw(), event.time(), model.latenessMillis(input));
    if (!late) {
      profile(model, event);
    }
    output.collect(
        new StreamRecord<>(model.pairInput(event, arrival.raw(), late), element.getTimestamp()));
  }

  private static DeadLetter unknownModel(RawRecord raw, Event event) {
    Problem problem =
        new Problem(
            DeadLetter.Reason.UNKNOWN_MODEL,
            "model_id",
            "no job file for the model '" + event.modelId() + "'; weir apply publishes one");
    return DeadLetters.of(raw, problem, true, event.modelId(), event.predictionId(), null);
  }

  private void setAside(DeadLetter deadLetter) {
    setAside++;
    output.collect(Tags.OUTPUTS, new StreamRecord<>(OutputRecords.of(deadLetter, deployment)));
  }

  private void profile(Model model, Event event) throws IOException {
    if (event instanceof Event.Features features) {
      String version = features.modelVersion() == null ? "*" : features.modelVersion();
      summary(model, version, null, event.time()).addFeatures(features);
      for (String segment : model.segments().of(features.features(), features.tags())) {
        summary(model, version, segment, event.time()).addFeatures(features);
      }
    } else if (event instanceof Event.Prediction prediction) {
      String version = prediction.modelVersion();
      summary(model, version, null, event.time()).addPrediction(prediction);
      for (String segment : model.segmentsOf(prediction)) {
        summary(model, version, segment, event.time()).addPrediction(prediction);
      }
    }
  }

  private ProfileSummary summary(Model model, String version, @Nullable String segment, long time)
      throws IOException {
    long pane = model.borders().paneStart(time);
    PaneKey key = new PaneKey(model, version, segment, pane, model.borders().paneEnd(time));
    ProfileSummary summary = gathered.get(key);
    if (summary == null) {
      if (gathered.size() >= MOST_SUMMARIES) {
        flush(Long.MAX_VALUE);
      }
      summary = new ProfileSummary(model.profileLayout());
      gathered.put(key, summary);
    }
    return summary;
  }

  /** Sends on the summaries of all panes that end at or before {@code time}, and the counts. */
  private void flush(long time) throws IOException {
    for (Iterator<Map.Entry<PaneKey, ProfileSummary>> entries = gathered.entrySet().iterator();
        entries.hasNext(); ) {
      Map.Entry<PaneKey, ProfileSummary> entry = entries.next();
      if (entry.getKey().paneEnd() - 1 <= time) {
        send(entry.getKey(), entry.getValue());
        entries.remove();
      }
    }
    count(null, read);
    count(Fate.DEAD_LETTERED, setAside);
    read = 0;
    setAside = 0;
  }

  private void count(@Nullable Fate fate, long change) {
    if (change != 0) {
      output.collect(Tags.COUNTS, new StreamRecord<>(new CountChange(input, fate, change)));
    }
  }

  private void send(PaneKey key, ProfileSummary summary) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    summary.encode(new DataOutputStream(bytes));
    output.collect(
        Tags.PARTS,
        new StreamRecord<>(
            new Part(
                Part.Kind.PROFILE,
                key.model().spec().modelId(),
                key.modelVersion(),
                key.segment(),
                key.model().layoutId(),
                key.pane(),
                key.pane(),
                bytes.toByteArray()),
            key.pane()));
  }

  /** Makes the operator of one input. */
  public static final class Factory extends AbstractStreamOperatorFactory<PairInput> {
    private static final long serialVersionUID = 1;

    private final Event.Input input;
    private final ModelBook.Snapshot models;
    private final String deployment;

    /** A factory of operators that know {@code models} from the start. */
    public Factory(Event.Input input, ModelBook.Snapshot models, String deployment) {
      this.input = input;
      this.models = models;
      this.deployment = deployment;
    }

    @Override
    // Flink asks for the operator it was told about.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T extends StreamOperator<PairInput>> T createStreamOperator(
        StreamOperatorParameters<PairInput> parameters) {
      return (T) new ProfileOperator(parameters, input, new ModelBook(models), deployment);
    }

    @Override
    @SuppressWarnings("rawtypes") // The interface of Flink is raw.
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
      return ProfileOperator.class;
    }
  }
}
