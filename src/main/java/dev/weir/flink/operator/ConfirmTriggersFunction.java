package dev.weir.flink.operator;

import dev.weir.decide.TriggerOutbox;
import dev.weir.decide.TriggerWatch;
import dev.weir.flink.metric.JobMetric;
import dev.weir.flink.state.OutputType;
import dev.weir.wire.OutputRecord;
import dev.weir.wire.OutputRecords;
import dev.weir.wire.TriggerIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step 7 for triggers: keeps each until it was read back from its topic, committed; sends the same
 * bytes again if it was not after some checkpoints.
 *
 * <p>This does not rely on transactions being right: one that expired or was fenced is noticed
 * here, logged as an error and marked by a header; the metrics of triggers say so too. What lies on
 * the topic and should not, and what never came to lie there, is told by the decision.
 */
public final class ConfirmTriggersFunction
    extends KeyedCoProcessFunction<String, OutputRecord, OutputRecord, OutputRecord>
    implements CheckpointListener {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(ConfirmTriggersFunction.class);

  /** How often it is looked whether a checkpoint was completed. */
  private static final long LOOK_MILLIS = 1_000;

  private transient ValueState<byte[]> outbox;
  private transient MapState<String, byte[]> records;
  private transient Map<String, Long> counted;
  private transient long completed;
  private transient MapState<String, Long> sentAt;
  private transient Waiting waiting;
  private transient Counter issued;
  private transient Counter reemitted;

  @Override
  public void open(OpenContext context) {
    outbox =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    "outbox", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    records =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "records",
                    Types.STRING,
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    sentAt =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("sent-at", Types.STRING, Types.LONG));
    counted = new HashMap<>();
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    waiting = new Waiting(metrics);
    issued = JobMetric.TRIGGERS_ISSUED.register(metrics, List.of());
    reemitted = JobMetric.TRIGGERS_REEMITTED.register(metrics, List.of());
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    completed++;
  }

  @Override
  public void processElement1(OutputRecord trigger, Context context, Collector<OutputRecord> out)
      throws Exception {
    TriggerIdentity identity = identity(trigger);
    TriggerOutbox box = box();
    // Checkpoints since the last look belong to what was waiting then, not to this trigger.
    sendAgain(box, context.getCurrentKey(), out);
    if (box.issue(identity.triggerId(), trigger.value(), identity.expiresAt())) {
      records.put(identity.triggerId(), OutputType.bytes(trigger));
      sentAt.put(identity.triggerId(), context.timerService().currentProcessingTime());
      issued.inc();
      out.collect(trigger);
    }
    save(box);
    show(context);
    context.timerService().registerEventTimeTimer(identity.expiresAt() + 1);
    look(context);
  }

  @Override
  public void processElement2(OutputRecord seen, Context context, Collector<OutputRecord> out)
      throws Exception {
    TriggerIdentity identity = TriggerIdentity.of(seen.value());
    if (identity == null) {
      return;
    }
    TriggerOutbox box = box();
    if (box.visible(identity.triggerId(), seen.value())) {
      forget(identity.triggerId());
      save(box);
      show(context);
    }
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<OutputRecord> out)
      throws Exception {
    TriggerOutbox box = box();
    if (context.timeDomain() == org.apache.flink.streaming.api.TimeDomain.EVENT_TIME) {
      for (String expired : box.expire(time)) {
        // Nobody may act on it any more, so it does not go out again.
        forget(expired);
      }
    } else {
      sendAgain(box, context.getCurrentKey(), out);
      if (box.waiting() > 0) {
        look(context);
      }
    }
    save(box);
    show(context);
  }

  private void forget(String triggerId) throws Exception {
    records.remove(triggerId);
    sentAt.remove(triggerId);
  }

  /** What the metrics say of the current key; the timer of each second keeps it fresh. */
  private void show(Context context) throws Exception {
    long now = context.timerService().currentProcessingTime();
    int triggers = 0;
    long oldest = now;
    for (long sent : sentAt.values()) {
      triggers++;
      oldest = Math.min(oldest, sent);
    }
    waiting.set(context.getCurrentKey(), triggers, (now - oldest) / 1000);
  }

  /** What waits, by model, summed up for the gauges of this task. */
  private static final class Waiting {
    private final Map<String, Integer> triggers = new HashMap<>();
    private final Map<String, Long> seconds = new HashMap<>();
    private final Counter all;
    private final Counter longest;

    Waiting(MetricGroup metrics) {
      all = JobMetric.TRIGGERS_WAITING.register(metrics, List.of());
      longest = JobMetric.TRIGGER_WAIT_SECONDS.register(metrics, List.of());
    }

    void set(String modelId, int waiting, long waitSeconds) {
      triggers.put(modelId, waiting);
      seconds.put(modelId, waitSeconds);
      set(all, triggers.values().stream().mapToLong(Integer::longValue).sum());
      set(longest, seconds.values().stream().mapToLong(Long::longValue).max().orElse(0));
    }

    private static void set(Counter gauge, long value) {
      gauge.inc(value - gauge.getCount());
    }
  }

  /**
   * Counts the checkpoints completed since the last look, and sends what was waited for too long.
   */
  private void sendAgain(TriggerOutbox box, String modelId, Collector<OutputRecord> out)
      throws Exception {
    long before = counted.getOrDefault(modelId, completed);
    for (long checkpoint = before; checkpoint < completed; checkpoint++) {
      for (TriggerOutbox.Letter letter : box.checkpointCompleted()) {
        reemitted.inc();
        LOG.error(
            "The trigger {} was not read back from its topic after {} checkpoints and goes out"
                + " again: the transaction that carried it was lost",
            letter.triggerId(),
            TriggerWatch.PATIENCE);
        out.collect(OutputRecords.again(OutputType.of(records.get(letter.triggerId()))));
      }
    }
    counted.put(modelId, completed);
  }

  private void look(Context context) {
    long now = context.timerService().currentProcessingTime();
    // One timer a second at most, whatever the number of triggers.
    context.timerService().registerProcessingTimeTimer((now / LOOK_MILLIS + 1) * LOOK_MILLIS);
  }

  private static TriggerIdentity identity(OutputRecord trigger) {
    TriggerIdentity identity = TriggerIdentity.of(trigger.value());
    if (identity == null) {
      throw new IllegalStateException("a decision wrote a trigger that nobody can read");
    }
    return identity;
  }

  private TriggerOutbox box() throws IOException {
    byte[] bytes = outbox.value();
    return bytes == null
        ? new TriggerOutbox(TriggerWatch.PATIENCE)
        : TriggerOutbox.decode(
            new DataInputStream(new ByteArrayInputStream(bytes)), TriggerWatch.PATIENCE);
  }

  private void save(TriggerOutbox box) throws IOException {
    if (box.isEmpty()) {
      outbox.clear();
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    box.encode(new DataOutputStream(bytes));
    outbox.update(bytes.toByteArray());
  }
}
