package dev.weir.flink.metric;

import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/**
 * Every metric that the job registers with Flink, for those who run it. What models do is not here:
 * that is on the topics. Constants are only ever added, because rules and dashboards name them.
 *
 * <p>Counters start at 0 at every start of a task. Gauges do not: those that count are kept in
 * state.
 */
public enum JobMetric {
  RECORDS(
      Kind.GAUGE,
      Unit.RECORDS,
      7,
      "what became of the records of an input, kept in state: in = used + duplicate + late +"
          + " expired + dead_lettered + waiting",
      "input",
      "outcome"),
  DEAD_LETTERS(
      Kind.GAUGE,
      Unit.RECORDS,
      7,
      "records set aside, by reason, kept in state",
      "input",
      "reason"),
  EVENT_TIME_LAG_SECONDS(
      Kind.GAUGE,
      Unit.SECONDS,
      2,
      "clock minus event time that an input has reached; absent before its first record",
      "input"),
  WINDOWS_JUDGED(
      Kind.COUNTER,
      Unit.WINDOWS,
      5,
      "windows and cohorts judged, each revision and segment apart",
      "kind"),
  ROWS_JUDGED(
      Kind.COUNTER,
      Unit.RECORDS,
      5,
      "rows in those windows: over windows_judged, the rows per window",
      "kind"),
  VERDICTS(Kind.COUNTER, Unit.FINDINGS, 6, "findings written, by verdict", "verdict"),
  NOTICES(
      Kind.COUNTER,
      Unit.NOTICES,
      6,
      "what Weir had to say of its own input and limits (limit_reached and the like), by kind",
      "kind"),
  ALERTS_OPEN(
      Kind.GAUGE,
      Unit.ALERTS,
      6,
      "alerts that fire, kept in state; of models beyond the first hundred in a task the sum, as"
          + " __other__",
      "model",
      "severity"),
  TRIGGERS_ISSUED(Kind.COUNTER, Unit.TRIGGERS, 7, "triggers sent for the first time"),
  TRIGGERS_REEMITTED(
      Kind.COUNTER,
      Unit.TRIGGERS,
      7,
      "triggers sent again because they could not be read back: a transaction was lost"),
  TRIGGER_CONFLICTS(
      Kind.COUNTER,
      Unit.TRIGGERS,
      6,
      "records on the trigger topic with an id of ours and other bytes: divergence or forgery"),
  TRIGGERS_WAITING(Kind.GAUGE, Unit.TRIGGERS, 7, "triggers sent and not read back yet"),
  TRIGGER_WAIT_SECONDS(
      Kind.GAUGE,
      Unit.SECONDS,
      7,
      "how long the oldest of them has waited, by the clock, across restarts; 0: none waits"),
  PENDING_PREDICTIONS(
      Kind.GAUGE,
      Unit.RECORDS,
      3,
      "ids that wait for their label or for corrections, over all models, kept in state"),
  TRIGGERS_SIGHTED(
      Kind.COUNTER,
      Unit.TRIGGERS,
      6,
      "records on the trigger topic: OURS; CONFLICT: other bytes under an id of ours; UNKNOWN: not"
          + " written by this job, or not readable; EARLY: of a time still to come, ours after a"
          + " start from older state; STALE: not known and expired",
      "finding"),
  TRIGGERS_LOST(
      Kind.COUNTER,
      Unit.TRIGGERS,
      6,
      "triggers that expired without ever being readable on their topic");

  /** The group that all of them are in. */
  public static final String GROUP = "weir";

  private final Kind kind;
  private final Unit unit;
  private final int step;
  private final String help;
  private final List<String> labels;

  JobMetric(Kind kind, Unit unit, int step, String help, String... labels) {
    this.kind = kind;
    this.unit = unit;
    this.step = step;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** How a metric moves. */
  public enum Kind {
    /** Only up, from 0 at each start of a task. */
    COUNTER,
    /** Up and down. */
    GAUGE
  }

  /** What a metric counts. */
  public enum Unit {
    RECORDS,
    SECONDS,
    WINDOWS,
    FINDINGS,
    NOTICES,
    ALERTS,
    TRIGGERS;

    /** The unit as people write it. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Name within the group: the constant's name in lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How it moves. */
  public Kind kind() {
    return kind;
  }

  /** What it counts. */
  public Unit unit() {
    return unit;
  }

  /** The step of the dataflow that registers it. */
  public int step() {
    return step;
  }

  /** One sentence for people. */
  public String help() {
    return help;
  }

  /** Names of its labels, in the order of the values that {@link MetricSeries} takes. */
  public List<String> labels() {
    return labels;
  }

  /** The name that Flink's Prometheus reporter gives it: labels are part of the scope. */
  public String prometheusName() {
    String scope = labels.stream().map(label -> label + "_").collect(Collectors.joining());
    return "flink_taskmanager_job_task_operator_" + GROUP + "_" + scope + id();
  }

  /** Registers one series in the group of an operator; its value is the counter's. */
  public Counter register(MetricGroup operator, List<String> labelValues) {
    Counter value = new ThreadSafeSimpleCounter();
    if (kind == Kind.COUNTER) {
      return group(operator, labelValues).counter(id(), value);
    }
    show(operator, value::getCount, labelValues.toArray(String[]::new));
    return value;
  }

  /** Registers one gauge whose value is asked for; other threads ask. */
  public void show(MetricGroup operator, LongSupplier value, String... labelValues) {
    group(operator, List.of(labelValues)).gauge(id(), value::getAsLong);
  }

  private MetricGroup group(MetricGroup operator, List<String> labelValues) {
    if (labelValues.size() != labels.size()) {
      throw new IllegalArgumentException(id() + " has the labels " + labels);
    }
    MetricGroup group = operator.addGroup(GROUP);
    for (int i = 0; i < labels.size(); i++) {
      group = group.addGroup(labels.get(i), labelValues.get(i));
    }
    return group;
  }
}
