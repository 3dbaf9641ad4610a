package dev.weir.flink.state;

import dev.weir.event.RawRecord;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.jspecify.annotations.Nullable;

/**
 * The largest event time seen in each partition, kept in state.
 *
 * <p>Guarantee: whether a record is late follows from the records before it in its own partition,
 * so it is the same at every parallelism and after every restart. All tasks restore the progress of
 * all partitions, and of two values for one partition the larger holds, because partitions move
 * between tasks.
 */
public final class PartitionProgress {
  private static final ListStateDescriptor<Tuple2<String, Long>> STATE =
      new ListStateDescriptor<>("partition-progress", Types.TUPLE(Types.STRING, Types.LONG));

  private final Map<String, Map<Integer, long[]>> largest = new HashMap<>();
  private @Nullable ListState<Tuple2<String, Long>> state;

  /** The largest time of the partition that was asked for last, and which that is. */
  private long[] recent = {};

  private String recentTopic = "";
  private int recentPartition = -1;

  /** Reads the state back. */
  public void restore(OperatorStateStore store) throws Exception {
    ListState<Tuple2<String, Long>> list = store.getUnionListState(STATE);
    state = list;
    for (Tuple2<String, Long> entry : list.get()) {
      int separator = entry.f0.lastIndexOf('-');
      int partition = Integer.parseInt(entry.f0.substring(separator + 1));
      long[] slot = slot(entry.f0.substring(0, separator), partition);
      slot[0] = Math.max(slot[0], entry.f1);
    }
  }

  /** Writes the state. */
  public void snapshot() throws Exception {
    ListState<Tuple2<String, Long>> list = state;
    if (list == null) {
      throw new IllegalStateException("restore comes first");
    }
    list.clear();
    for (Map.Entry<String, Map<Integer, long[]>> topic : largest.entrySet()) {
      for (Map.Entry<Integer, long[]> partition : topic.getValue().entrySet()) {
        list.add(Tuple2.of(topic.getKey() + "-" + partition.getKey(), partition.getValue()[0]));
      }
    }
  }

  /** Whether a record of this time is older than the largest before it minus the lateness. */
  public boolean isLate(RawRecord record, long time, long latenessMillis) {
    long[] slot = slot(record.topic(), record.partition());
    boolean late = slot[0] != Long.MIN_VALUE && time < slot[0] - latenessMillis;
    slot[0] = Math.max(slot[0], time);
    return late;
  }

  /** A heartbeat: time has reached {@code time} in this partition. */
  public void advance(RawRecord record, long time) {
    long[] slot = slot(record.topic(), record.partition());
    slot[0] = Math.max(slot[0], time);
  }

  /** The largest time so far in the partition of a record; {@link Long#MIN_VALUE}: none yet. */
  public long time(RawRecord record) {
    return slot(record.topic(), record.partition())[0];
  }

  private long[] slot(String topic, int partition) {
    // Records of a partition come many at a time.
    if (partition != recentPartition || !topic.equals(recentTopic)) {
      recent =
          largest
              .computeIfAbsent(topic, name -> new HashMap<>())
              .computeIfAbsent(partition, number -> new long[] {Long.MIN_VALUE});
      recentTopic = topic;
      recentPartition = partition;
    }
    return recent;
  }
}
