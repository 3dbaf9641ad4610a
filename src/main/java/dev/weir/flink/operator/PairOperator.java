package dev.weir.flink.operator;

import dev.weir.decide.SystemNotice;
import dev.weir.event.DeadLetter;
import dev.weir.event.Event;
import dev.weir.event.Fate;
import dev.weir.event.PairInput;
import dev.weir.event.Pairing;
import dev.weir.event.PairingChange;
import dev.weir.flink.metric.JobMetric;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.CountChange;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.KnownModels;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.OutcomeGatherer;
import dev.weir.flink.state.Part;
import dev.weir.flink.state.PendingQuota;
import dev.weir.flink.state.Tags;
import dev.weir.wire.OutputRecords;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Step 3: pairs each prediction with its features and labels, and gathers the outcomes.
 *
 * <p>Guarantee: sums of what leaves do not depend on the order of arrival or the parallelism; of
 * each id one value and one timer are kept, until horizon and corrections are over; nothing that
 * was gathered is held across a checkpoint. Parts of cohorts leave on the main output, early losses
 * and duplicates as {@link Tags#PARTS}, fates as {@link Tags#COUNTS}, dead letters as {@link
 * Tags#OUTPUTS}. When as many ids of a model wait as its job file allows, what is more is counted
 * as left out and said as a notice ({@link Tags#JUDGEMENTS}).
 *
 * <p>The second input is control, which never holds back time.
 */
@SuppressWarnings("NullAway.Init") // Flink opens an operator before it uses it.
public final class PairOperator extends AbstractStreamOperator<Part>
    implements TwoInputStreamOperator<PairInput, ControlRecord, Part>,
        Triggerable<String, VoidNamespace> {
  private static final long serialVersionUID = 1;

  /** Most records that wait until they are paired. */
  private static final int MOST_ARRIVALS = 20_000;

  private final KnownModels models;
  private final String deployment;
  private transient ModelBook book;
  private transient ValueState<byte[]> pending;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient OutcomeGatherer gatherer;
  private transient Map<String, List<PairInput>> arrived;
  private transient int arrivals;
  private transient PendingQuota quota;
  private transient Map<String, Judgement> notices;
  private transient long[][] counts;

  /** An operator that knows {@code models} from the start. */
  public PairOperator(KnownModels models, String deployment) {
    this.models = models;
    this.deployment = deployment;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    TaskInfo task = getRuntimeContext().getTaskInfo();
    book = ModelBook.open(models, context.getOperatorStateStore(), getRuntimeContext());
    int groups = task.getMaxNumberOfParallelSubtasks();
    quota = new PendingQuota(groups);
    quota.restore(
        context.getOperatorStateStore(),
        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
            groups, task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask()));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    book.snapshot();
    quota.snapshot();
  }

  @Override
  public void open() throws Exception {
    super.open();
    pending =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    "pending", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    timers = getInternalTimerService("wake-up", VoidNamespaceSerializer.INSTANCE, this);
    gatherer = new OutcomeGatherer(this::send);
    arrived = new LinkedHashMap<>();
    counts = new long[Event.Input.values().length][Fate.values().length];
    notices = new TreeMap<>();
    JobMetric.PENDING_PREDICTIONS.show(getMetricGroup(), quota::total);
  }

  @Override
  public void processElement1(StreamRecord<PairInput> element) throws Exception {
    PairInput record = element.getValue();
    if (record.late()) {
      apply(Pairing.accept(null, record), true);
      return;
    }
    String key = (String) getCurrentKey();
    arrived.computeIfAbsent(key, any -> new ArrayList<>(2)).add(record);
    if (++arrivals >= MOST_ARRIVALS) {
      pair();
    }
  }

  /**
   * Pairs what has arrived since the last time. Parts of one prediction mostly come together: then
   * its state is read and written once for all of them.
   */
  private void pair() throws Exception {
    for (Map.Entry<String, List<PairInput>> entry : arrived.entrySet()) {
      setCurrentKey(entry.getKey());
      pair(entry.getKey(), entry.getValue());
    }
    arrived.clear();
    arrivals = 0;
  }

  private void pair(String key, List<PairInput> records) throws Exception {
    byte[] state = pending.value();
    PairInput first = records.get(0);
    long most = known(first.modelId(), first.time()).spec().limits().maxPending();
    if (state == null && !quota.admits(first.modelId(), key, most)) {
      records.forEach(this::leaveOut);
      return;
    }
    Pairing.Step step = Pairing.accept(state, records);
    if (state == null && step.state() != null) {
      quota.change(first.modelId(), key, 1);
    }
    apply(step, false);
  }

  private Model known(String modelId, long time) {
    // What waits when a model is withdrawn is counted to its end.
    return Objects.requireNonNull(
        book.heldAt(modelId, time), "records of a model come after its job file");
  }

  /** Too many ids wait: this one is counted, and what it would be paired with is not known. */
  private void leaveOut(PairInput record) {
    Model model = known(record.modelId(), record.time());
    Fate fate = record.input() == Event.Input.FEATURES ? Fate.USED : Fate.EXPIRED;
    counts[record.input().ordinal()][fate.ordinal()]++;
    if (record.input() == Event.Input.PREDICTIONS && record.settings().labelsExpected()) {
      gatherer.leaveOut(record, model);
    }
    long end = model.borders().paneEnd(record.time());
    notices.computeIfAbsent(
        record.modelId() + " " + end,
        any ->
            Judgement.notice(
                record.modelId(),
                end,
                new SystemNotice(
                    SystemNotice.Kind.LIMIT_REACHED,
                    "max_pending",
                    true,
                    model.spec().limits().maxPending()
                        + " records may wait to be paired: more of them are left out, and their"
                        + " cohorts give no evidence")));
  }

  @Override
  public void processElement2(StreamRecord<ControlRecord> element) throws Exception {
    book.hear(element.getValue());
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    byte[] state = pending.value();
    if (state != null) {
      String model = PairInput.modelOf(timer.getKey());
      String prediction = PairInput.predictionOf(timer.getKey());
      Pairing.Step step = Pairing.advance(state, model, prediction, timer.getTimestamp());
      if (step.state() == null) {
        quota.change(model, timer.getKey(), -1);
      }
      apply(step, false);
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("nothing here depends on the clock");
  }

  private void apply(Pairing.Step step, boolean late) throws Exception {
    for (Pairing.Tally tally : step.tallies()) {
      counts[tally.input().ordinal()][tally.fate().ordinal()] += tally.records();
    }
    if (late) {
      return;
    }
    pending.update(step.state());
    if (step.lastWakeUp() != step.wakeUp()) {
      if (step.lastWakeUp() != Pairing.NEVER) {
        timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, step.lastWakeUp());
      }
      if (step.wakeUp() != Pairing.NEVER) {
        timers.registerEventTimeTimer(VoidNamespace.INSTANCE, step.wakeUp());
      }
    }
    for (PairingChange change : step.changes()) {
      gatherer.add(change, known(change.modelId(), change.time()));
    }
    step.deadLetters().forEach(this::setAside);
  }

  private void setAside(PairInput record) {
    PairInput.Label label = Objects.requireNonNull(record.label(), "only labels come too early");
    DeadLetter letter =
        new DeadLetter(
            label.topic(),
            label.partition(),
            label.offset(),
            label.recordTime(),
            DeadLetter.Reason.LABEL_BEFORE_PREDICTION,
            "label_time",
            "the label was known before the prediction was made",
            record.modelId(),
            record.predictionId(),
            null,
            null,
            null,
            label.valueSize(),
            label.sha256(),
            Map.of());
    output.collect(Tags.OUTPUTS, new StreamRecord<>(OutputRecords.of(letter, deployment)));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    pair();
    flush(Long.MAX_VALUE);
    book.takeUp();
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    pair();
    // Timers first, so that what they settle leaves before the watermark does.
    timeServiceManager.advanceWatermark(mark);
    flush(mark.getTimestamp());
    super.processWatermark(mark);
  }

  @Override
  public void finish() throws Exception {
    pair();
    flush(Long.MAX_VALUE);
    super.finish();
  }

  private void flush(long time) {
    gatherer.flush(time);
    for (Judgement notice : notices.values()) {
      output.collect(Tags.JUDGEMENTS, new StreamRecord<>(notice));
    }
    notices.clear();
    for (Event.Input input : Event.Input.values()) {
      for (Fate fate : Fate.values()) {
        long change = counts[input.ordinal()][fate.ordinal()];
        if (change != 0) {
          CountChange count =
              fate == Fate.DEAD_LETTERED
                  ? CountChange.deadLetters(
                      input, DeadLetter.Reason.LABEL_BEFORE_PREDICTION, change)
                  : new CountChange(input, fate, null, change);
          output.collect(Tags.COUNTS, new StreamRecord<>(count));
          counts[input.ordinal()][fate.ordinal()] = 0;
        }
      }
    }
  }

  private void send(Part part) {
    if (part.kind() == Part.Kind.COHORT) {
      output.collect(new StreamRecord<>(part, part.pane()));
    } else {
      output.collect(Tags.PARTS, new StreamRecord<>(part, part.pane()));
    }
  }
}
