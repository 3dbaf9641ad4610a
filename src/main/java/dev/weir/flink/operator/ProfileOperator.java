package dev.weir.flink.operator;

import dev.weir.baseline.ColumnSummary;
import dev.weir.baseline.EntityKey;
import dev.weir.baseline.GatedRows;
import dev.weir.baseline.ProfileSummary;
import dev.weir.event.DeadLetter;
import dev.weir.event.Event;
import dev.weir.event.Fate;
import dev.weir.event.PairInput;
import dev.weir.event.RawRecord;
import dev.weir.flink.metric.JobMetric;
import dev.weir.flink.state.Arrival;
import dev.weir.flink.state.ControlRelay;
import dev.weir.flink.state.CountChange;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.KnownModels;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.PartitionProgress;
import dev.weir.flink.state.RelayedOperatorFactory;
import dev.weir.flink.state.Tags;
import dev.weir.stats.summary.Summary;
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
import java.util.Objects;
import java.util.TreeMap;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventHandler;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Steps 1 and 2 for one input: decides whether events are known and on time, counts them into the
 * summaries of their pane, and sends on what pairing needs.
 *
 * <p>Guarantee: nothing is lost and nothing is held across a checkpoint: summaries leave at the end
 * of their pane, when there are too many, before every barrier and at the end of the input. Whether
 * a record is late follows from the records of its own partition alone.
 *
 * <p>It runs in the task of its source: what is decoded there is counted at once and never copied.
 * So that nothing stands between the two, control is no second input but is told by the {@link
 * ControlRelay}.
 */
@SuppressWarnings("NullAway.Init") // Flink opens an operator before it uses it.
public final class ProfileOperator extends AbstractStreamOperator<PairInput>
    implements OneInputStreamOperator<Arrival, PairInput>, OperatorEventHandler, BoundedOneInput {
  private static final long serialVersionUID = 1;

  /** Accumulator of the earliest event time; the input's name follows. */
  public static final String FIRST_TIME = "first_event_time.";

  /** Accumulator of the latest event time; the input's name follows. */
  public static final String LAST_TIME = "last_event_time.";

  /** Most rows of entities that are gathered before they are sent on; one takes about 200 bytes. */
  private static final int MOST_GATED = 100_000;

  /** Most bytes in summaries that are gathered before they are sent on. */
  private static final long MOST_BYTES = 64L << 20;

  /** About what a column takes before it has a value. */
  private static final int COLUMN_BYTES = 150;

  /** What each of the first values of a column adds at most, its bins included. */
  private static final int VALUE_BYTES = 40;

  private final Event.Input input;
  private final KnownModels models;
  private final String deployment;
  private final boolean keepPayloads;
  private transient ModelBook book;
  private transient Map<PaneKey, ProfileSummary> gathered;

  /** The pane of all traffic that was counted into last: the next record mostly goes there too. */
  private transient @Nullable PaneKey recentKey;

  private transient @Nullable ProfileSummary recent;
  private transient Map<PaneKey, GatedRows> gated;
  private transient int gatedRows;
  private transient PartitionProgress progress;
  private transient LongMinimum firstTime;
  private transient LongMaximum lastTime;
  private transient long bytes;
  private transient long read;
  private transient long[] deadLettered;
  private transient TreeMap<String, TreeMap<Long, Long>> blamed;
  private transient boolean lagShown;
  private transient volatile long eventTime;

  /** Records that end here, because nothing is paired with them. */
  private transient long used;

  private transient long lateAndDone;

  private ProfileOperator(
      StreamOperatorParameters<PairInput> parameters,
      Event.Input input,
      KnownModels models,
      String deployment,
      boolean keepPayloads) {
    super(parameters);
    this.input = input;
    this.models = models;
    this.deployment = deployment;
    this.keepPayloads = keepPayloads;
    parameters.getOperatorEventDispatcher().registerEventHandler(getOperatorID(), this);
  }

  /**
   * Makes the operator, which runs as wide as the source of its input, so that partitions stay in
   * order.
   *
   * @param models known from the start
   * @param keepPayloads whether dead letters carry the first bytes of a record
   */
  public static OneInputStreamOperatorFactory<Arrival, PairInput> factory(
      Event.Input input, KnownModels models, String deployment, boolean keepPayloads) {
    return new RelayedOperatorFactory<>(
        ProfileOperator.class,
        parameters -> new ProfileOperator(parameters, input, models, deployment, keepPayloads),
        ControlRelay::listening);
  }

  private record PaneKey(
      Model model, String modelVersion, @Nullable String segment, long pane, long paneEnd) {
    @SuppressWarnings("ReferenceEquality") // the book gives the same model until it changes
    boolean holds(Model other, String version, @Nullable String slice, long time) {
      return model == other
          && pane <= time
          && time < paneEnd
          && modelVersion.equals(version)
          && Objects.equals(segment, slice);
    }
  }

  @Override
  public void processElement(StreamRecord<Arrival> element) throws Exception {
    accept(element.getValue(), element.getTimestamp());
  }

  @Override
  public void handleOperatorEvent(OperatorEvent event) {
    book.hear(((ControlRelay.Told) event).control());
  }

  @Override
  public void open() throws Exception {
    super.open();
    firstTime = new LongMinimum();
    lastTime = new LongMaximum();
    getRuntimeContext().addAccumulator(FIRST_TIME + input.id(), firstTime);
    getRuntimeContext().addAccumulator(LAST_TIME + input.id(), lastTime);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    gathered = new HashMap<>();
    gated = new HashMap<>();
    blamed = new TreeMap<>();
    deadLettered = new long[DeadLetter.Reason.values().length];
    progress = new PartitionProgress();
    progress.restore(context.getOperatorStateStore());
    book = ModelBook.open(models, context.getOperatorStateStore(), getRuntimeContext());
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    book.snapshot();
    progress.snapshot();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    flush(Long.MAX_VALUE);
    book.takeUp();
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    flush(mark.getTimestamp());
    if (mark.getTimestamp() != Long.MAX_VALUE) {
      eventTime = mark.getTimestamp();
      if (!lagShown) {
        lagShown = true;
        JobMetric.EVENT_TIME_LAG_SECONDS.show(getMetricGroup(), this::lagSeconds, input.id());
      }
    }
    super.processWatermark(mark);
  }

  private long lagSeconds() {
    return (getProcessingTimeService().getCurrentProcessingTime() - eventTime) / 1000;
  }

  @Override
  public void endInput() throws Exception {
    flush(Long.MAX_VALUE);
  }

  private void accept(Arrival arrival, long timestamp) throws Exception {
    if (arrival.decoded() instanceof Decoded.Heartbeat heartbeat) {
      progress.advance(arrival.raw(), heartbeat.time());
      return;
    }
    read++;
    if (arrival.decoded() instanceof Decoded.Bad bad) {
      setAside(bad.deadLetter());
      blame(arrival.raw(), bad.deadLetter().modelId());
      return;
    }
    Event event = ((Decoded.Good) arrival.decoded()).event();
    Model model = book.at(event.modelId(), event.time());
    DeadLetter unusable =
        model == null ? unknownModel(arrival.raw(), event) : unusable(model, arrival.raw(), event);
    if (model == null || unusable != null) {
      // The watermark has seen its time, so what is late must not depend on the models known.
      progress.advance(arrival.raw(), event.time());
      setAside(Objects.requireNonNull(unusable));
      blame(arrival.raw(), event.modelId());
      return;
    }
    firstTime.add(event.time());
    lastTime.add(event.time());
    boolean late = progress.isLate(arrival.raw(), event.time(), model.latenessMillis(input));
    if (!late) {
      profile(model, event);
      if (model.entity().isPresent()) {
        gate(model, event, model.entity().get());
      }
    }
    if (input == Event.Input.FEATURES && !model.keepsFeatures()) {
      used += late ? 0 : 1;
      lateAndDone += late ? 1 : 0;
      return;
    }
    output.collect(new StreamRecord<>(model.pairInput(event, arrival.raw(), late), timestamp));
  }

  private DeadLetter unknownModel(RawRecord raw, Event event) {
    Problem problem =
        new Problem(
            DeadLetter.Reason.UNKNOWN_MODEL,
            "model_id",
            "no job file for the model '"
                + event.modelId()
                + "'; weir run publishes those of its folder");
    return DeadLetters.of(raw, problem, keepPayloads, event.modelId(), event.predictionId(), null);
  }

  /** Why a model that is known cannot use the event; null if it can. */
  private @Nullable DeadLetter unusable(Model model, RawRecord raw, Event event) {
    String field = model.lacking(event);
    DeadLetter.Reason doubt = model.doubt(event.time(), raw.timestamp());
    if (field == null && doubt == null) {
      return null;
    }
    Problem problem =
        doubt != null
            ? new Problem(doubt, timeField(), "outside limits.future or limits.past")
            : new Problem(
                DeadLetter.Reason.MISSING_FIELD, field, field + " is missing; the task needs it");
    return DeadLetters.of(raw, problem, keepPayloads, event.modelId(), event.predictionId(), null);
  }

  private String timeField() {
    return switch (input) {
      case FEATURES -> "event_time";
      case PREDICTIONS -> "prediction_time";
      case LABELS -> "label_time";
    };
  }

  private void setAside(DeadLetter letter) {
    deadLettered[letter.reason().ordinal()]++;
    output.collect(Tags.OUTPUTS, new StreamRecord<>(OutputRecords.of(letter, deployment)));
  }

  /**
   * Notes for the models concerned that a record could not be used, in the windows of the time that
   * its partition has come to, none of which has ended. What does not say its model concerns all of
   * them; what comes before the first event of a partition has no time, and is only counted.
   *
   * <p>The time that most of these records claim is not to be believed, or cannot be read. That of
   * their partition follows from the records before them, as lateness does.
   */
  private void blame(RawRecord raw, @Nullable String named) {
    long time = progress.time(raw);
    if (time == Long.MIN_VALUE) {
      return;
    }
    for (String modelId : named == null || named.isEmpty() ? book.modelIds() : List.of(named)) {
      Model model = book.at(modelId, time);
      if (model != null) {
        TreeMap<Long, Long> byEnd = blamed.computeIfAbsent(modelId, any -> new TreeMap<>());
        for (long start : model.borders().windows(time)) {
          byEnd.merge(model.borders().windowEnd(start), 1L, Long::sum);
        }
      }
    }
  }

  private void flushBlame() {
    blamed.forEach(
        (modelId, byEnd) ->
            byEnd.forEach(
                (end, records) ->
                    output.collect(
                        Tags.JUDGEMENTS,
                        new StreamRecord<>(Judgement.setAside(modelId, end, input, records)))));
    blamed.clear();
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

  /** Keeps the row that stands for its entity so far, apart from what is shown. */
  private void gate(Model model, Event event, EntityKey entity) throws IOException {
    if (event instanceof Event.Features features) {
      String version = features.modelVersion() == null ? "*" : features.modelVersion();
      rows(model, version, null, event.time()).add(features, entity.of(features));
      for (String segment : model.segments().of(features.features(), features.tags())) {
        rows(model, version, segment, event.time()).add(features, entity.of(features));
      }
    } else if (event instanceof Event.Prediction prediction) {
      String version = prediction.modelVersion();
      rows(model, version, null, event.time()).add(prediction, entity.of(prediction));
      for (String segment : model.segmentsOf(prediction)) {
        rows(model, version, segment, event.time()).add(prediction, entity.of(prediction));
      }
    }
  }

  private GatedRows rows(Model model, String version, @Nullable String segment, long time)
      throws IOException {
    PaneKey key = paneKey(model, version, segment, time);
    if (gatedRows++ >= MOST_GATED) {
      flush(Long.MAX_VALUE);
      gatedRows = 0;
    }
    return gated.computeIfAbsent(key, any -> model.newGatedRows());
  }

  private ProfileSummary summary(Model model, String version, @Nullable String segment, long time)
      throws IOException {
    if (bytes >= MOST_BYTES) {
      flush(Long.MAX_VALUE);
    }
    PaneKey key = recentKey;
    ProfileSummary summary = recent;
    if (summary == null || key == null || !key.holds(model, version, segment, time)) {
      key = paneKey(model, version, segment, time);
      summary = gathered.get(key);
      if (summary == null) {
        summary = new ProfileSummary(model.profileLayout());
        gathered.put(key, summary);
        bytes += (long) columns(summary) * COLUMN_BYTES;
      }
      if (segment == null) {
        recentKey = key;
        recent = summary;
      }
    }
    if (rows(summary) < ColumnSummary.BATCH) {
      bytes += (long) columns(summary) * VALUE_BYTES;
    }
    return summary;
  }

  private static PaneKey paneKey(Model model, String version, @Nullable String segment, long time) {
    long pane = model.borders().paneStart(time);
    return new PaneKey(model, version, segment, pane, model.borders().paneEnd(time));
  }

  private static int columns(ProfileSummary summary) {
    return summary.layout().columns().size();
  }

  private static long rows(ProfileSummary summary) {
    return summary.featureRows() + summary.predictionRows();
  }

  private static long bytes(ProfileSummary summary) {
    long first = Math.min(ColumnSummary.BATCH, rows(summary));
    return columns(summary) * (COLUMN_BYTES + first * VALUE_BYTES);
  }

  /** Sends on the summaries of all panes that end at or before {@code time}, and the counts. */
  private void flush(long time) throws IOException {
    recent = null;
    for (Iterator<Map.Entry<PaneKey, ProfileSummary>> entries = gathered.entrySet().iterator();
        entries.hasNext(); ) {
      Map.Entry<PaneKey, ProfileSummary> entry = entries.next();
      if (entry.getKey().paneEnd() - 1 <= time) {
        send(Part.Kind.PROFILE, entry.getKey(), entry.getValue());
        bytes -= bytes(entry.getValue());
        entries.remove();
      }
    }
    flushGated(time);
    flushBlame();
    count(new CountChange(input, null, null, read));
    count(new CountChange(input, Fate.USED, null, used));
    count(new CountChange(input, Fate.LATE, null, lateAndDone));
    read = 0;
    used = 0;
    lateAndDone = 0;
    for (DeadLetter.Reason reason : DeadLetter.Reason.values()) {
      count(CountChange.deadLetters(input, reason, deadLettered[reason.ordinal()]));
      deadLettered[reason.ordinal()] = 0;
    }
  }

  private void count(CountChange change) {
    if (change.change() != 0) {
      output.collect(Tags.COUNTS, new StreamRecord<>(change));
    }
  }

  private void flushGated(long time) throws IOException {
    for (Iterator<Map.Entry<PaneKey, GatedRows>> entries = gated.entrySet().iterator();
        entries.hasNext(); ) {
      Map.Entry<PaneKey, GatedRows> entry = entries.next();
      if (entry.getKey().paneEnd() - 1 <= time) {
        send(Part.Kind.GATED, entry.getKey(), entry.getValue());
        entries.remove();
      }
    }
  }

  private void send(Part.Kind kind, PaneKey key, Summary<?> summary) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    summary.encode(new DataOutputStream(bytes));
    output.collect(
        Tags.PARTS,
        new StreamRecord<>(
            new Part(
                kind,
                key.model().spec().modelId(),
                key.modelVersion(),
                key.segment(),
                key.model().layoutId(),
                key.pane(),
                key.pane(),
                bytes.toByteArray()),
            key.pane()));
  }
}
