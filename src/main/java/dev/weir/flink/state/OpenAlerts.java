package dev.weir.flink.state;

import dev.weir.decide.Output;
import dev.weir.flink.metric.MetricSeries;
import dev.weir.monitor.Severity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts fire, for gauges only; decisions do not read it.
 *
 * <p>Guarantee: the gauges say after a restart what they said before, at any parallelism. All tasks
 * restore the alerts of all models and keep those of the models whose key is theirs.
 */
public final class OpenAlerts {
  private static final ListStateDescriptor<Tuple3<String, String, String>> STATE =
      new ListStateDescriptor<>(
          "open-alerts", Types.TUPLE(Types.STRING, Types.STRING, Types.STRING));

  private record Group(String modelId, Severity severity) {}

  private final Map<Group, Set<String>> fingerprints = new HashMap<>();
  private @Nullable ListState<Tuple3<String, String, String>> state;

  /** Reads back what belongs to this task. */
  public void restore(OperatorStateStore store, RuntimeContext context) throws Exception {
    ListState<Tuple3<String, String, String>> list = store.getUnionListState(STATE);
    state = list;
    int most = context.getTaskInfo().getMaxNumberOfParallelSubtasks();
    int tasks = context.getTaskInfo().getNumberOfParallelSubtasks();
    int mine = context.getTaskInfo().getIndexOfThisSubtask();
    for (Tuple3<String, String, String> alert : list.get()) {
      if (KeyGroupRangeAssignment.assignKeyToParallelOperator(alert.f0, most, tasks) == mine) {
        of(alert.f0, Severity.valueOf(alert.f2)).add(alert.f1);
      }
    }
  }

  /** Writes the state. */
  public void snapshot() throws Exception {
    ListState<Tuple3<String, String, String>> list = state;
    if (list == null) {
      throw new IllegalStateException("restore comes first");
    }
    list.clear();
    for (Map.Entry<Group, Set<String>> entry : fingerprints.entrySet()) {
      Group group = entry.getKey();
      for (String fingerprint : entry.getValue()) {
        list.add(Tuple3.of(group.modelId(), fingerprint, group.severity().name()));
      }
    }
  }

  /** Sets the gauges of all models. */
  public void show(MetricSeries gauges) {
    for (Group group : fingerprints.keySet()) {
      show(group, gauges);
    }
  }

  /** Notes a change of an alert. */
  public void note(Output.Alert alert, MetricSeries gauges) {
    // Its severity may have changed since it opened.
    for (Severity severity : Severity.values()) {
      Group group = new Group(alert.modelId(), severity);
      Set<String> open = fingerprints.get(group);
      if (open != null && open.remove(alert.fingerprint())) {
        show(group, gauges);
      }
    }
    if (alert.status() == Output.Status.FIRING) {
      of(alert.modelId(), alert.severity()).add(alert.fingerprint());
      show(new Group(alert.modelId(), alert.severity()), gauges);
    }
  }

  private Set<String> of(String modelId, Severity severity) {
    return fingerprints.computeIfAbsent(new Group(modelId, severity), group -> new HashSet<>());
  }

  private void show(Group group, MetricSeries gauges) {
    int open = of(group.modelId(), group.severity()).size();
    gauges.set(open, group.modelId(), group.severity().name());
  }
}
