package dev.weir.flink.kafka;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;

/**
 * How often brokers answered the readers of a consumer group in this process, by the consumers' own
 * count: also with nothing new, at least every {@code fetch.max.wait.ms}. It stands still while no
 * broker answers and while nobody asks.
 *
 * <p>Kafka makes one for each client that has this class among its {@code metric.reporters}.
 */
public final class AnsweredFetches implements MetricsReporter {
  /** No count: nobody asks. */
  static final long NOBODY = -1;

  private static final String GROUP = "consumer-fetch-manager-metrics";
  private static final String NAME = "fetch-total";
  private static final Map<String, Set<KafkaMetric>> READERS = new ConcurrentHashMap<>();

  private String reader = "";
  private @Nullable KafkaMetric fetches;

  /**
   * Answers to the readers of a consumer group that are open in this process, all together; {@link
   * #NOBODY} where there is none, because no partition was given to this process.
   */
  static long of(String consumerGroup) {
    Set<KafkaMetric> readers = READERS.getOrDefault(consumerGroup, Set.of());
    if (readers.isEmpty()) {
      return NOBODY;
    }
    double answers = 0;
    for (KafkaMetric metric : readers) {
      answers += ((Number) metric.metricValue()).doubleValue();
    }
    return (long) answers;
  }

  @Override
  public void configure(Map<String, ?> settings) {
    Object group = settings.get(ConsumerConfig.GROUP_ID_CONFIG);
    reader = group == null ? "" : group.toString();
  }

  @Override
  public void init(List<KafkaMetric> metrics) {
    metrics.forEach(this::metricChange);
  }

  @Override
  public void metricChange(KafkaMetric metric) {
    if (metric.metricName().group().equals(GROUP) && metric.metricName().name().equals(NAME)) {
      fetches = metric;
      READERS.computeIfAbsent(reader, any -> ConcurrentHashMap.newKeySet()).add(metric);
    }
  }

  @Override
  public void metricRemoval(KafkaMetric metric) {
    if (metric.equals(fetches)) {
      close();
    }
  }

  @Override
  public void close() {
    KafkaMetric mine = fetches;
    if (mine != null) {
      READERS.computeIfPresent(
          reader,
          (any, metrics) -> {
            metrics.remove(mine);
            return metrics.isEmpty() ? null : metrics;
          });
    }
  }
}
