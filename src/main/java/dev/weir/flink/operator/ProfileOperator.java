package dev.weir.flink.operator;

import dev.weir.baseline.ColumnSummary;
import dev.weir.baseline.EntityKey;
import dev.weir.baseline.GatedRows;
import dev.weir.baseline.ProfileSummary;
import dev.weir.baseline.SegmentKeys;
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
  private transient Map<PaneKey, OpenPane> open;

  /** The pane that was counted into last: the next record mostly goes there too. */
  private transient @Nullable OpenPane recent;

  /** The pane that is looked up; it goes into the map if it is not there. */
  private transient PaneKey sought;

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

  /** Where records are counted. One that lies in a map is not changed any more. */
  private static final class PaneKey {
    private @Nullable Model model;
    private String version = "";
    private long start;

    void seek(Model in, String modelVersion, long paneStart) {
      model = in;
      version = modelVersion;
      start = paneStart;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the book gives the same model until it changes
    public boolean equals(@Nullable Object other) {
      return other instanceof PaneKey that
          && model == that.model
          && start == that.start
          && version.equals(that.version);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * System.identityHashCode(model) + version.hashCode()) + Long.hashCode(start);
    }
  }

  /** What is gathered of a pane, by segment; of all traffic under null. */
  private static final class OpenPane {
    private final Model model;
    private final String version;
    private final long start;
    private final long end;
    private final Map<@Nullable String, ProfileSummary> profiles = new HashMap<>();
    private final Map<@Nullable String, GatedRows> gated = new HashMap<>();

    OpenPane(Model model, String version, long start, long end) {
      this.model = model;
      this.version = version;
      this.start = start;
      this.end = end;
    }

    @SuppressWarnings("ReferenceEquality") // the book gives the same model until it changes
    boolean holds(Model other, String modelVersion, long time) {
      return model == other && start <= time && time < end && version.equals(modelVersion);
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
    open = new HashMap<>();
    sought = new PaneKey();
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
    if (bytes >= MOST_BYTES || gatedRows >= MOST_GATED) {
      flush(Long.MAX_VALUE);
      gatedRows = 0;
    }
    SegmentKeys segments = model.segments();
    if (event instanceof Event.Features features) {
      String version = features.modelVersion() == null ? "*" : features.modelVersion();
      OpenPane pane = pane(model, version, event.time());
      add(features, pane, null);
      for (int i = 0; i < segments.dimensions(); i++) {
        add(features, pane, segments.of(i, features.features(), features.tags()));
      }
    } else if (event instanceof Event.Prediction prediction) {
      OpenPane pane = pane(model, prediction.modelVersion(), event.time());
      add(prediction, pane, null);
      for (int i = 0; i < segments.dimensions() && model.tellsSegments(prediction); i++) {
        add(prediction, pane, segments.of(i, prediction.features(), prediction.tags()));
      }
    }
  }

  /** Counts inputs; where an entity counts once, the row that stands for it is kept as well. */
  private void add(Event.Features event, OpenPane pane, @Nullable String segment) {
    summary(pane, segment).addFeatures(event);
    EntityKey entity = pane.model.entity().orElse(null);
    if (entity != null) {
      rows(pane, segment).add(event, entity.of(event));
    }
  }

  private void add(Event.Prediction event, OpenPane pane, @Nullable String segment) {
    summary(pane, segment).addPrediction(event);
    EntityKey entity = pane.model.entity().orElse(null);
    if (entity != null) {
      rows(pane, segment).add(event, entity.of(event));
    }
  }

  private OpenPane pane(Model model, String version, long time) {
    OpenPane pane = recent;
    if (pane == null || !pane.holds(model, version, time)) {
      long start = model.borders().paneStart(time);
      sought.seek(model, version, start);
      pane = open.get(sought);
      if (pane == null) {
        pane = new OpenPane(model, version, start, model.borders().paneEnd(time));
        open.put(sought, pane);
        sought = new PaneKey();
      }
      recent = pane;
    }
    return pane;
  }

  private GatedRows rows(OpenPane pane, @Nullable String segment) {
    gatedRows++;
    return pane.gated.computeIfAbsent(segment, any -> pane.model.newGatedRows());
  }

  private ProfileSummary summary(OpenPane pane, @Nullable String segment) {
    ProfileSummary summary = pane.profiles.get(segment);
    if (summary == null) {
      summary = new ProfileSummary(pane.model.profileLayout());
      pane.profiles.put(segment, summary);
      bytes += (long) columns(summary) * COLUMN_BYTES;
    }
    if (rows(summary) < ColumnSummary.BATCH) {
      bytes += (long) columns(summary) * VALUE_BYTES;
    }
    return summary;
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
    for (Iterator<OpenPane> panes = open.values().iterator(); panes.hasNext(); ) {
      OpenPane pane = panes.next();
      if (pane.end - 1 <= time) {
        send(pane);
        panes.remove();
      }
    }
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

  private void send(OpenPane pane) throws IOException {
    for (Map.Entry<@Nullable String, ProfileSummary> profile : pane.profiles.entrySet()) {
      send(Part.Kind.PROFILE, pane, profile.getKey(), profile.getValue());
      bytes -= bytes(profile.getValue());
    }
    for (Map.Entry<@Nullable String, GatedRows> rows : pane.gated.entrySet()) {
      send(Part.Kind.GATED, pane, rows.getKey(), rows.getValue());
    }
  }

  private void send(Part.Kind kind, OpenPane pane, @Nullable String segment, Summary<?> summary)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    summary.encode(new DataOutputStream(bytes));
    output.collect(
        Tags.PARTS,
        new StreamRecord<>(
            new Part(
                kind,
                pane.model.spec().modelId(),
                pane.version,
                segment,
                pane.model.layoutId(),
                pane.start,
                pane.start,
                bytes.toByteArray()),
            pane.start));
  }
}
