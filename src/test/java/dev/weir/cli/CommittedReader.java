package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.WeirId;
import dev.weir.flink.kafka.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Somebody who reads the committed outputs of a deployment while everything around breaks, and
 * never looks back.
 */
final class CommittedReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions = new ArrayList<>();
  private final Map<TopicPartition, List<String>> seen = new HashMap<>();
  private final CompletableFuture<Void> reading;
  private volatile boolean ending;

  /** Begins to read. */
  CommittedReader(KafkaRig rig) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            rig.kafka().bootstrapServers(),
            "isolation.level",
            "read_committed");
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    for (Topic topic : Topic.values()) {
      if (topic.kind() == Topic.Kind.OUTPUT) {
        for (int partition = 0; partition < KafkaRig.PARTITIONS; partition++) {
          partitions.add(new TopicPartition(rig.kafka().name(topic), partition));
        }
      }
    }
    partitions.forEach(partition -> seen.put(partition, new ArrayList<>()));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    reading = CompletableFuture.runAsync(this::read);
  }

  private void read() {
    boolean atEnd = false;
    while (!atEnd) {
      boolean last = ending;
      Map<TopicPartition, Long> ends = last ? consumer.endOffsets(partitions) : Map.of();
      consumer.poll(POLL).forEach(this::note);
      atEnd =
          last
              && ends.entrySet().stream()
                  .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
  }

  private void note(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    List<String> records = seen.get(partition);
    assertThat(records).as("%s was asked for", partition).isNotNull();
    records.add(line(record));
  }

  /** A record: where it lies and what it is. */
  private static String line(ConsumerRecord<byte[], byte[]> record) {
    return record.offset() + " " + WeirId.sha256(record.value());
  }

  /** Reads what is left, and compares with what a reader sees who begins now. */
  void assertSameAsAReaderAfterwards(KafkaRig rig) throws Exception {
    ending = true;
    reading.get(120, TimeUnit.SECONDS);
    Map<TopicPartition, List<String>> now = new HashMap<>();
    partitions.forEach(partition -> now.put(partition, new ArrayList<>()));
    for (Topic topic : Topic.values()) {
      if (topic.kind() == Topic.Kind.OUTPUT) {
        for (ConsumerRecord<byte[], byte[]> record : rig.records(topic)) {
          now.computeIfAbsent(
                  new TopicPartition(record.topic(), record.partition()), any -> new ArrayList<>())
              .add(line(record));
        }
      }
    }
    assertThat(seen).as("what was read during the faults").isEqualTo(now);
  }

  @Override
  public void close() throws Exception {
    ending = true;
    try {
      reading.get(60, TimeUnit.SECONDS);
    } finally {
      consumer.wakeup();
    }
  }
}
