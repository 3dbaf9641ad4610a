package dev.weir.flink.state;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.jspecify.annotations.Nullable;

/**
 * How many ids of each model wait to be paired, counted per group of keys.
 *
 * <p>Guarantee: the quota of a model is shared equally by all groups of keys, of which there are as
 * many at every parallelism, so that what it turns away does not depend on the parallelism. As keys
 * spread unevenly the whole quota is never used up: a group with a share of n is full at about n
 * less two square roots of n on average over all groups.
 */
public final class PendingQuota {
  private static final ListStateDescriptor<Tuple3<String, Integer, Long>> STATE =
      new ListStateDescriptor<>("pending-counts", Types.TUPLE(Types.STRING, Types.INT, Types.LONG));

  private final int groups;
  private final Map<String, Map<Integer, Long>> waiting = new HashMap<>();
  private long total;
  private @Nullable ListState<Tuple3<String, Integer, Long>> state;

  /** A quota over so many groups of keys: the largest parallelism there can be. */
  public PendingQuota(int groups) {
    this.groups = groups;
  }

  /** Reads back what waits in the groups of this task. */
  public void restore(OperatorStateStore store, KeyGroupRange own) throws Exception {
    ListState<Tuple3<String, Integer, Long>> list = store.getUnionListState(STATE);
    state = list;
    for (Tuple3<String, Integer, Long> entry : list.get()) {
      if (own.contains(entry.f1)) {
        count(entry.f0, entry.f1, entry.f2);
      }
    }
  }

  /** Writes the state. */
  public void snapshot() throws Exception {
    ListState<Tuple3<String, Integer, Long>> list = state;
    if (list == null) {
      throw new IllegalStateException("restore comes first");
    }
    list.clear();
    for (Map.Entry<String, Map<Integer, Long>> model : waiting.entrySet()) {
      for (Map.Entry<Integer, Long> group : model.getValue().entrySet()) {
        list.add(Tuple3.of(model.getKey(), group.getKey(), group.getValue()));
      }
    }
  }

  /** Whether one more id of this model may wait, of {@code most} in all groups. */
  public boolean admits(String modelId, String key, long most) {
    long share = Math.max(1, (most + groups - 1) / groups);
    return waiting.getOrDefault(modelId, Map.of()).getOrDefault(group(key), 0L) < share;
  }

  /** An id of this model begins to wait (1) or ends (-1). */
  public void change(String modelId, String key, int change) {
    count(modelId, group(key), change);
  }

  /** Ids that wait in the groups of this task. */
  public long total() {
    return total;
  }

  private int group(String key) {
    return KeyGroupRangeAssignment.assignToKeyGroup(key, groups);
  }

  private void count(String modelId, int group, long change) {
    Map<Integer, Long> model = waiting.computeIfAbsent(modelId, id -> new HashMap<>());
    total += change;
    long after = model.getOrDefault(group, 0L) + change;
    if (after == 0) {
      model.remove(group);
    } else {
      model.put(group, after);
    }
    if (model.isEmpty()) {
      waiting.remove(modelId);
    }
  }
}
