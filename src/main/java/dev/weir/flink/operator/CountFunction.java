package dev.weir.flink.operator;

import dev.weir.event.Event;
import dev.weir.event.Fate;
import dev.weir.flink.state.CountChange;
import dev.weir.wire.OutputRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what became of the records of each input, in state, so that a restart loses no count; at
 * the end of a bounded run says the totals.
 *
 * <p>Gauge {@code weir.records}, by input and outcome: the totals, restored with the state.
 */
public final class CountFunction extends KeyedProcessFunction<String, CountChange, OutputRecord> {
  private static final long serialVersionUID = 1;

  /** Name of the count of records that were read. */
  public static final String READ = "in";

  private transient MapState<String, Long> totals;
  private transient Map<String, long[]> gauges;

  @Override
  public void open(OpenContext context) {
    totals =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("totals", Types.STRING, Types.LONG));
    gauges = new HashMap<>();
  }

  @Override
  public void processElement(CountChange change, Context context, Collector<OutputRecord> out)
      throws Exception {
    String outcome = outcome(change.fate());
    Long before = totals.get(outcome);
    long after = (before == null ? 0 : before) + change.change();
    totals.put(outcome, after);
    gauge(change.input(), outcome)[0] = after;
    context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
  }

  private static String outcome(@Nullable Fate fate) {
    return fate == null ? READ : fate.id();
  }

  private long[] gauge(Event.Input input, String outcome) {
    return gauges.computeIfAbsent(
        input.id() + "." + outcome,
        name -> {
          long[] value = new long[1];
          MetricGroup group = getRuntimeContext().getMetricGroup().addGroup("weir");
          group
              .addGroup("input", input.id())
              .addGroup("outcome", outcome)
              .gauge("records", () -> value[0]);
          return value;
        });
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<OutputRecord> out)
      throws Exception {
    for (Map.Entry<String, Long> total : totals.entries()) {
      String line = context.getCurrentKey() + " " + total.getKey() + " " + total.getValue();
      out.collect(
          new OutputRecord("counts", new byte[0], line.getBytes(StandardCharsets.UTF_8), Map.of()));
    }
  }
}
