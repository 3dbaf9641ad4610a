package dev.weir.flink.kafka;

import java.io.Serializable;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a Kafka tells of a deployment before a start, to be held against the state that the start is
 * given. Immutable.
 *
 * @param earlierRun signs that the deployment has run before; empty lets the job begin without
 *     state
 * @param topics ids of the topics that it reads, by name: one that is deleted and made anew has
 *     another; empty: not asked for
 * @param sameOffsets whether state of other topics is gone on from, because they were copied offset
 *     by offset
 */
public record KafkaHistory(
    List<String> earlierRun, SortedMap<String, String> topics, boolean sameOffsets)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Nothing was asked, and nothing is refused. */
  public static final KafkaHistory UNKNOWN = new KafkaHistory(List.of(), new TreeMap<>(), false);

  /** Copies what it is given. */
  public KafkaHistory {
    earlierRun = List.copyOf(earlierRun);
    topics = new TreeMap<>(topics);
  }
}
