package dev.weir.flink.kafka;

import dev.weir.flink.state.OutputType;
import dev.weir.wire.OutputRecord;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads one output topic back. */
final class OutputDeserializer implements KafkaRecordDeserializationSchema<OutputRecord> {
  private static final long serialVersionUID = 1;

  private final Topic topic;

  OutputDeserializer(Topic topic) {
    this.topic = topic;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<OutputRecord> out) {
    // Whatever others write there, only what has a key and a value can be one of ours.
    if (record.key() != null && record.value() != null) {
      out.collect(new OutputRecord(topic.suffix(), record.key(), record.value(), Map.of()));
    }
  }

  @Override
  public TypeInformation<OutputRecord> getProducedType() {
    return OutputType.TYPE;
  }
}
