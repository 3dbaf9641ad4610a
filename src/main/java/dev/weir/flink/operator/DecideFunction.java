package dev.weir.flink.operator;

import dev.weir.decide.DecisionSettings;
import dev.weir.decide.Delivery;
import dev.weir.decide.LabelCount;
import dev.weir.decide.ModelDecision;
import dev.weir.decide.ModelLedger;
import dev.weir.decide.Output;
import dev.weir.decide.SeriesStore;
import dev.weir.decide.SystemNotice;
import dev.weir.decide.Tick;
import dev.weir.decide.TriggerSighting;
import dev.weir.decide.TriggerWatch;
import dev.weir.event.Control;
import dev.weir.flink.metric.JobMetric;
import dev.weir.flink.metric.MetricSeries;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.Judgement;
import dev.weir.flink.state.KnownModels;
import dev.weir.flink.state.Model;
import dev.weir.flink.state.ModelBook;
import dev.weir.flink.state.OpenAlerts;
import dev.weir.flink.state.Tags;
import dev.weir.flink.state.WatchedTriggers;
import dev.weir.monitor.Finding;
import dev.weir.monitor.Verdict;
import dev.weir.wire.OutputRecord;
import dev.weir.wire.OutputRecords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step 6: one decision per model and event time, in the order of event time.
 *
 * <p>Guarantee: what is decided at a time follows from everything that was known by then, and from
 * nothing else. What comes too late for its own time is decided with the next. What lies on the
 * trigger topic changes nothing unless it is not as this function wrote it.
 */
@SuppressWarnings("NullAway.Init") // Flink restores a function before it opens it.
public final class DecideFunction
    extends KeyedBroadcastProcessFunction<String, Judgement, ControlRecord, OutputRecord>
    implements CheckpointedFunction, CheckpointListener {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(DecideFunction.class);

  /** How often it is looked whether checkpoints were completed, while a trigger is missed. */
  private static final long LOOK_MILLIS = 1_000;

  /** So many versions are shown for each that may be judged. */
  private static final int SHOWN_FOR_ONE_JUDGED = 10;

  private final KnownModels models;
  private final String deployment;
  private final boolean readBack;
  private transient ModelBook book;
  private transient MapState<String, byte[]> pending;
  private transient MapState<String, byte[]> series;
  private transient ValueState<byte[]> ledger;
  private transient ValueState<Long> decided;
  private transient OpenAlerts openAlerts;
  private transient MetricSeries alerts;
  private transient MetricSeries verdicts;
  private transient MetricSeries notices;
  private transient WatchedTriggers watched;
  private transient MetricSeries sighted;
  private transient Counter conflicts;
  private transient Counter lost;
  private transient long completed;

  /**
   * Decisions for the models in {@code models}, and those that control brings.
   *
   * @param readBack whether triggers come back as judgements, once they are readable
   */
  public DecideFunction(KnownModels models, String deployment, boolean readBack) {
    this.models = models;
    this.deployment = deployment;
    this.readBack = readBack;
  }

  @Override
  public void open(OpenContext context) {
    pending = getRuntimeContext().getMapState(bytesByName("pending"));
    series = getRuntimeContext().getMapState(bytesByName("series"));
    ledger =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    "ledger", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    decided = getRuntimeContext().getState(new ValueStateDescriptor<>("decided", Types.LONG));
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    alerts = new MetricSeries(JobMetric.ALERTS_OPEN, metrics);
    verdicts = new MetricSeries(JobMetric.VERDICTS, metrics);
    notices = new MetricSeries(JobMetric.NOTICES, metrics);
    watched = new WatchedTriggers(getRuntimeContext());
    sighted = new MetricSeries(JobMetric.TRIGGERS_SIGHTED, metrics);
    conflicts = JobMetric.TRIGGER_CONFLICTS.register(metrics, List.of());
    lost = JobMetric.TRIGGERS_LOST.register(metrics, List.of());
    openAlerts.show(alerts);
    // Rates need a series before its first event.
    for (Verdict verdict : Verdict.values()) {
      verdicts.add(0, verdict.name());
    }
    for (SystemNotice.Kind kind : SystemNotice.Kind.values()) {
      notices.add(0, kind.id());
    }
    for (TriggerWatch.Finding finding : TriggerWatch.Finding.values()) {
      sighted.add(0, finding.name());
    }
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    book = ModelBook.open(models, context.getOperatorStateStore(), getRuntimeContext());
    openAlerts = new OpenAlerts();
    openAlerts.restore(context.getOperatorStateStore(), getRuntimeContext());
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    book.snapshot();
    openAlerts.snapshot();
  }

  private static MapStateDescriptor<String, byte[]> bytesByName(String name) {
    return new MapStateDescriptor<>(
        name, Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    completed++;
  }

  @Override
  public void processElement(
      Judgement judgement, ReadOnlyContext context, Collector<OutputRecord> out) throws Exception {
    TriggerSighting sighting = judgement.sighting();
    if (sighting == null) {
      await(judgement, context.timerService());
      return;
    }
    TimerService timers = context.timerService();
    TriggerWatch.Finding finding = sight(sighting, timers.currentWatermark(), context);
    sighted.add(1, finding.name());
  }

  /** Keeps a judgement until event time has come to its tick. */
  private void await(Judgement judgement, TimerService timers) throws Exception {
    Long last = decided.value();
    long tick = last == null ? judgement.tick() : Math.max(judgement.tick(), last + 1);
    String name = String.format("%020d|%s", tick, judgement.id());
    byte[] before = judgement.addsUp() ? pending.get(name) : null;
    Judgement sum = before == null ? judgement : read(before).plus(judgement);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sum.write(new DataOutputStream(bytes));
    pending.put(name, bytes.toByteArray());
    timers.registerEventTimeTimer(tick);
  }

  private TriggerWatch.Finding sight(
      TriggerSighting sighting, long eventTime, ReadOnlyContext context) throws Exception {
    TimerService timers = context.timerService();
    TriggerWatch.Finding finding =
        watched.sight(sighting, eventTime, timers.currentProcessingTime());
    switch (finding) {
      case CONFLICT -> {
        conflicts.inc();
        say(TriggerWatch.conflict(sighting.triggerId()), context);
      }
      case UNKNOWN -> say(TriggerWatch.unknown(sighting.triggerId()), context);
      case EARLY -> {
        long now = timers.currentWatermark();
        timers.registerEventTimeTimer(
            Math.min(now + 1, Math.max(sighting.decidedAt(), eventTime + 1)));
      }
      case OURS, STALE -> {
        // As it should be, or nothing that a consumer acts on.
      }
    }
    return finding;
  }

  /** Decides about a notice as soon as can be: it has no event time of its own. */
  private void say(SystemNotice notice, ReadOnlyContext context) throws Exception {
    long now = context.timerService().currentWatermark();
    boolean drained = now == Long.MAX_VALUE;
    await(
        Judgement.notice(context.getCurrentKey(), drained ? 0 : Math.max(0, now), notice),
        context.timerService());
  }

  @Override
  public void processBroadcastElement(
      ControlRecord control, Context context, Collector<OutputRecord> out) throws Exception {
    book.accept(control);
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<OutputRecord> out)
      throws Exception {
    if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
      giveUp(context);
      return;
    }
    decide(time, context, out);
    if (!readBack) {
      return;
    }
    boolean drained = context.currentWatermark() == Long.MAX_VALUE;
    for (TriggerSighting sighting : watched.takeEarly()) {
      sight(sighting, drained ? Long.MAX_VALUE : time, context);
    }
    if (watched.expire(time)) {
      look(context.timerService());
    }
  }

  /** What was missed for long enough is lost; what was missed since is looked at again. */
  private void giveUp(OnTimerContext context) throws Exception {
    long eventTime = context.currentWatermark();
    for (String triggerId : watched.giveUp(context.getCurrentKey(), eventTime, completed)) {
      lost.inc();
      LOG.error("The trigger {} expired and was never readable on its topic", triggerId);
      say(TriggerWatch.lost(triggerId), context);
    }
    if (watched.expire(eventTime)) {
      look(context.timerService());
    }
  }

  private static void look(TimerService timers) {
    long now = timers.currentProcessingTime();
    // One timer a second at most, whatever the number of triggers.
    timers.registerProcessingTimeTimer((now / LOOK_MILLIS + 1) * LOOK_MILLIS);
  }

  private void decide(long time, OnTimerContext context, Collector<OutputRecord> out)
      throws Exception {
    Model model = book.heldAt(context.getCurrentKey(), time);
    boolean ended = book.at(context.getCurrentKey(), time) == null;
    int most = model == null ? 1 : SHOWN_FOR_ONE_JUDGED * model.spec().limits().maxVersions();
    Tick tick = take(time, ended, most);
    if (tick == null) {
      return;
    }
    tick.notices().stream()
        .filter(SystemNotice::active)
        .forEach(notice -> notices.add(1, notice.kind().id()));
    if (model == null) {
      // Nobody can have been told anything: no window was ever judged.
      return;
    }
    decided.update(time);
    DecisionSettings settings = model.spec().decision();
    ModelLedger memory = memory(context.getCurrentKey());
    for (Output output : ModelDecision.decide(tick, settings, model.evidenceBook(), memory)) {
      if (saysNothing(output)) {
        continue;
      }
      meter(output);
      OutputRecord record = OutputRecords.of(output, deployment);
      if (output instanceof Output.RetrainingTrigger trigger) {
        context.output(Tags.TRIGGERS, record);
        watch(trigger, record.value(), context.timerService());
      } else {
        out.collect(record);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    memory.encode(new DataOutputStream(bytes));
    ledger.update(bytes.toByteArray());
  }

  private void watch(Output.RetrainingTrigger trigger, byte[] payload, TimerService timers)
      throws Exception {
    if (readBack) {
      watched.write(
          TriggerSighting.of(
              trigger.triggerId(), payload, trigger.decidedAt(), trigger.expiresAt()));
      timers.registerEventTimeTimer(trigger.expiresAt() + 1);
    }
  }

  private void meter(Output output) {
    if (output instanceof Output.Metric metric) {
      verdicts.add(1, metric.verdict().name());
    } else if (output instanceof Output.Alert alert) {
      openAlerts.note(alert, alerts);
    }
  }

  /** A column's metric in a segment with too few rows: its evidence goes on, unwritten. */
  private static boolean saysNothing(Output output) {
    return output instanceof Output.Metric metric
        && metric.verdict() == Verdict.NOT_ENOUGH_DATA
        && metric.finding().series().segment() != null
        && metric.finding().series().feature() != null;
  }

  /** The version that what waits under this name is about; empty: none. */
  private static String versionOf(String name) {
    String[] parts = name.split("\\|", 4);
    return parts.length < 4 ? "" : parts[2];
  }

  /** The versions of which findings are taken: the first by name, if there are too many. */
  private static Set<String> toldApart(Set<String> names, int most) {
    TreeSet<String> versions = new TreeSet<>();
    names.forEach(name -> versions.add(versionOf(name)));
    return versions.stream().limit(most + 1L).collect(Collectors.toSet());
  }

  /** Everything that waited for this time, in one order; null if nothing did. */
  private @Nullable Tick take(long time, boolean ended, int most) throws Exception {
    TreeSet<String> due = new TreeSet<>();
    String last = String.format("%020d|\uffff", time);
    for (String name : pending.keys()) {
      if (name.compareTo(last) <= 0) {
        due.add(name);
      }
    }
    if (due.isEmpty()) {
      return null;
    }
    Set<String> told = toldApart(due, most);
    List<Finding> findings = new ArrayList<>();
    List<LabelCount> labels = new ArrayList<>();
    List<Control> controls = new ArrayList<>();
    List<SystemNotice> notices = new ArrayList<>();
    List<Delivery> deliveries = new ArrayList<>();
    int more = 0;
    for (String name : due) {
      byte[] bytes = pending.get(name);
      pending.remove(name);
      if (!told.contains(versionOf(name))) {
        more++;
        continue;
      }
      Judgement judgement = read(bytes);
      findings.addAll(judgement.findings());
      labels.addAll(judgement.labels());
      controls.addAll(judgement.controls());
      notices.addAll(judgement.notices());
      deliveries.addAll(judgement.deliveries());
    }
    if (more > 0) {
      notices.add(
          new SystemNotice(
              SystemNotice.Kind.LIMIT_REACHED,
              "max_versions",
              true,
              "more than " + most + " versions at one time: the others are not shown"));
    }
    return new Tick(time, ended, findings, labels, controls, notices, deliveries);
  }

  private static Judgement read(byte[] bytes) throws IOException {
    return Judgement.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  private ModelLedger memory(String modelId) throws IOException {
    SeriesStore store = new StateStore(series);
    byte[] bytes = ledger.value();
    return bytes == null
        ? new ModelLedger(modelId, store)
        : ModelLedger.decode(new DataInputStream(new ByteArrayInputStream(bytes)), store);
  }

  /** What belongs to a series, in Flink's state. */
  private record StateStore(MapState<String, byte[]> state) implements SeriesStore {
    @Override
    public byte @Nullable [] get(String key) {
      return attempt(() -> state.get(key));
    }

    @Override
    public void put(String key, byte[] bytes) {
      attempt(
          () -> {
            state.put(key, bytes);
            return key;
          });
    }

    @Override
    public void remove(String key) {
      attempt(
          () -> {
            state.remove(key);
            return key;
          });
    }

    @Override
    public List<String> keys() {
      return attempt(
          () -> {
            List<String> keys = new ArrayList<>();
            state.keys().forEach(keys::add);
            return keys;
          });
    }

    private interface Access<T extends @Nullable Object> {
      T run() throws Exception;
    }

    private static <T extends @Nullable Object> T attempt(Access<T> access) {
      try {
        return access.run();
      } catch (Exception e) {
        throw new IllegalStateException("the state of a model cannot be accessed", e);
      }
    }
  }
}
