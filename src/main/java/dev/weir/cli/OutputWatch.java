package dev.weir.cli;

import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the output topics as anybody would: what is committed, from the beginning on. */
final class OutputWatch implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Map<String, Topic> topics;

  /** A watch on the output topics of this Kafka. */
  OutputWatch(KafkaSettings kafka) {
    Properties properties = kafka.properties();
    properties.setProperty("isolation.level", "read_committed");
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    topics = new HashMap<>();
    Stream.of(Topic.values())
        .filter(topic -> topic.kind() == Topic.Kind.OUTPUT)
        .forEach(topic -> topics.put(kafka.name(topic), topic));
    partitions =
        topics.keySet().stream()
            .flatMap(name -> consumer.partitionsFor(name).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Hands over what has come since the last call, waiting up to {@code wait} for something. */
  void poll(Duration wait, BiConsumer<Topic, byte[]> output) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      Topic topic = topics.get(record.topic());
      if (topic != null && record.value() != null) {
        output.accept(topic, record.value());
      }
    }
  }

  /** Hands over everything up to what is committed now. */
  void drain(BiConsumer<Topic, byte[]> output) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      poll(Duration.ofMillis(200), output);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
