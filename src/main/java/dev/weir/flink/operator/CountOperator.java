package dev.weir.flink.operator;

import dev.weir.event.DeadLetter;
import dev.weir.event.Event;
import dev.weir.event.Fate;
import dev.weir.flink.metric.JobMetric;
import dev.weir.flink.metric.MetricSeries;
import dev.weir.flink.state.CountChange;
import dev.weir.wire.OutputRecord;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Adds up what became of the records of each input, in state, so that a restart loses no count; at
 * the end of a bounded run says the totals.
 *
 * <p>Gauges {@link JobMetric#RECORDS} and {@link JobMetric#DEAD_LETTERS}, from the first moment
 * with the totals in state. Runs in one task.
 */
@SuppressWarnings("NullAway.Init") // Flink opens an operator before it uses it.
public final class CountOperator extends AbstractStreamOperator<OutputRecord>
    implements OneInputStreamOperator<CountChange, OutputRecord> {
  private static final long serialVersionUID = 1;

  /** Name of the count of records that were read. */
  public static final String READ = "in";

  /** Name of the count of records of which nothing is known yet; only a metric. */
  private static final String WAITING = "waiting";

  private transient MapState<String, Long> totals;
  private transient MapState<String, Long> reasons;
  private transient MetricSeries records;
  private transient MetricSeries deadLetters;

  @Override
  public void open() throws Exception {
    super.open();
    totals = getRuntimeContext().getMapState(countsByName("totals"));
    reasons = getRuntimeContext().getMapState(countsByName("reasons"));
    records = new MetricSeries(JobMetric.RECORDS, getMetricGroup());
    deadLetters = new MetricSeries(JobMetric.DEAD_LETTERS, getMetricGroup());
    for (Event.Input input : Event.Input.values()) {
      setCurrentKey(input.id());
      show(input);
      for (DeadLetter.Reason reason : DeadLetter.Reason.values()) {
        deadLetters.set(count(reasons, reason.name()), input.id(), reason.name());
      }
    }
  }

  private static MapStateDescriptor<String, Long> countsByName(String name) {
    return new MapStateDescriptor<>(name, Types.STRING, Types.LONG);
  }

  @Override
  public void processElement(StreamRecord<CountChange> element) throws Exception {
    CountChange change = element.getValue();
    Fate fate = change.fate();
    add(totals, fate == null ? READ : fate.id(), change.change());
    DeadLetter.Reason reason = change.reason();
    if (reason != null) {
      long all = add(reasons, reason.name(), change.change());
      deadLetters.set(all, change.input().id(), reason.name());
    }
    show(change.input());
  }

  private static long add(MapState<String, Long> counts, String name, long change)
      throws Exception {
    long after = count(counts, name) + change;
    counts.put(name, after);
    return after;
  }

  private static long count(MapState<String, Long> counts, String name) throws Exception {
    Long count = counts.get(name);
    return count == null ? 0 : count;
  }

  /** Sets the gauges of the current key. */
  private void show(Event.Input input) throws Exception {
    long read = count(totals, READ);
    long waiting = read;
    for (Fate fate : Fate.values()) {
      long count = count(totals, fate.id());
      records.set(count, input.id(), fate.id());
      waiting -= count;
    }
    records.set(read, input.id(), READ);
    records.set(waiting, input.id(), WAITING);
  }

  @Override
  public void finish() throws Exception {
    for (Event.Input input : Event.Input.values()) {
      setCurrentKey(input.id());
      for (Map.Entry<String, Long> total : totals.entries()) {
        String line = input.id() + " " + total.getKey() + " " + total.getValue();
        output.collect(
            new StreamRecord<>(
                new OutputRecord(
                    "counts", new byte[0], line.getBytes(StandardCharsets.UTF_8), Map.of())));
      }
    }
    super.finish();
  }
}
