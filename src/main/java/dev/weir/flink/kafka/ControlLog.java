package dev.weir.flink.kafka;

import dev.weir.event.Control;
import dev.weir.flink.state.ControlArrival;
import dev.weir.flink.state.ControlRecord;
import dev.weir.wire.ControlEncoder;
import dev.weir.wire.ControlEncoder.ControlMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The control topics as a log: read to its end, or added to. */
public final class ControlLog {
  private final KafkaSettings kafka;

  /** The control topics of this Kafka. */
  public ControlLog(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /** Everything that is there now, topic by topic, each in its order; bad records are left out. */
  public List<ControlRecord> read() {
    List<TopicPartition> partitions =
        Stream.of(Topic.values())
            .filter(topic -> topic.kind() == Topic.Kind.CONTROL)
            .map(topic -> new TopicPartition(kafka.name(topic), 0))
            .toList();
    Properties properties = kafka.properties();
    properties.setProperty("isolation.level", "read_committed");
    List<ControlRecord> records = new ArrayList<>();
    ControlDeserializer decoder = new ControlDeserializer(kafka, false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          ControlArrival arrival = decoder.decode(new ConsumedRecord(record));
          ControlRecord control = arrival == null ? null : arrival.record();
          if (control != null) {
            records.add(control);
          }
        }
      }
    }
    return records;
  }

  /** Adds records, one after the other; they are there when this returns. */
  public void publish(List<? extends Control> controls)
      throws ExecutionException, InterruptedException {
    Properties properties = kafka.properties();
    properties.setProperty("acks", "all");
    properties.setProperty("max.request.size", String.valueOf(Topic.BASELINES.largestRecord()));
    properties.setProperty("buffer.memory", String.valueOf(2 * Topic.BASELINES.largestRecord()));
    // The bins of a baseline are mostly zeros.
    properties.setProperty("compression.type", "gzip");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (Control control : controls) {
        ControlMessage message = ControlEncoder.message(control);
        String topic = kafka.name(Topic.of(message.topic().id()));
        producer.send(new ProducerRecord<>(topic, message.keyBytes(), message.value())).get();
      }
    }
  }
}
