package dev.weir.flink.kafka;

import dev.weir.wire.OutputRecord;
import java.util.Map;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends each output to the topic it names. */
final class OutputSerializer implements KafkaRecordSerializationSchema<OutputRecord> {
  private static final long serialVersionUID = 1;

  private final KafkaSettings kafka;

  OutputSerializer(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      OutputRecord output, KafkaSinkContext context, Long timestamp) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            kafka.name(Topic.of(output.topicSuffix())), output.key(), output.value());
    for (Map.Entry<String, byte[]> header : output.headers().entrySet()) {
      record.headers().add(header.getKey(), header.getValue());
    }
    return record;
  }
}
