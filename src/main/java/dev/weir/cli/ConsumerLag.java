package dev.weir.cli;

import dev.weir.event.Event;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How far the job's readers are behind the ends of the input topics, as of its last checkpoint. */
final class ConsumerLag {
  private final KafkaSettings kafka;

  ConsumerLag(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /** Whether a checkpoint has committed the end of every partition of every input. */
  boolean isZero() throws ExecutionException, InterruptedException {
    for (Event.Input input : Event.Input.values()) {
      if (!isZero(input)) {
        return false;
      }
    }
    return true;
  }

  private boolean isZero(Event.Input input) {
    Properties properties = kafka.properties();
    properties.setProperty("group.id", kafka.group(input.id()));
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Map<TopicPartition, Long> ends = new HashMap<>();
      for (String topic : kafka.names(Topic.of(input.id()))) {
        ends.putAll(
            consumer.endOffsets(
                consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList()));
      }
      Map<TopicPartition, OffsetAndMetadata> read = consumer.committed(ends.keySet());
      return ends.entrySet().stream()
          .allMatch(
              end -> {
                OffsetAndMetadata offset = read.get(end.getKey());
                return end.getValue() == 0 || (offset != null && offset.offset() >= end.getValue());
              });
    }
  }
}
