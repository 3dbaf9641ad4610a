package dev.weir.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Holds back inputs until the whole job runs: it meets them as it would a burst, and what is
 * measured is no start. Kafka's clients take it as an interceptor; producers have the same
 * settings, so it is theirs too, and does nothing there.
 */
public final class StartingGate
    implements ConsumerInterceptor<byte[], byte[]>, ProducerInterceptor<byte[], byte[]> {
  private static volatile CountDownLatch gate = new CountDownLatch(0);

  /** Holds back topics whose names end so; others pass. */
  private static final List<String> HELD = List.of("features", "predictions", "labels");

  /** Holds back what is read from now on. */
  static void shut() {
    gate = new CountDownLatch(1);
  }

  /** Lets everything pass. */
  static void open() {
    gate.countDown();
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    if (records.partitions().stream().map(TopicPartition::topic).anyMatch(StartingGate::isHeld)) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        // The job ends: its reader looks at the mark.
        Thread.currentThread().interrupt();
      }
    }
    return records;
  }

  private static boolean isHeld(String topic) {
    return HELD.stream().anyMatch(topic::endsWith);
  }

  @Override
  public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
    return record;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void onAcknowledgement(RecordMetadata metadata, Exception exception) {}

  @Override
  public void close() {}

  @Override
  public void configure(Map<String, ?> settings) {}
}
