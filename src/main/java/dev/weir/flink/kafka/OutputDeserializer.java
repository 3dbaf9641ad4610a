package dev.weir.flink.kafka;

import dev.weir.flink.state.OutputType;
import dev.weir.wire.OutputRecord;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads one output topic back. */
final class OutputDeserializer implements KafkaRecordDeserializationSchema<OutputRecord> {
  private static final long serialVersionUID = 1;

  private final Topic topic;

  OutputDeserializer(Topic topic) {
    this.topic = topic;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<OutputRecord> out) {
    // What has no key or no value is none of ours, and goes on all the same: it is to be told.
    out.collect(
        new OutputRecord(
            topic.suffix(), orNothing(record.key()), orNothing(record.value()), Map.of()));
  }

  private static byte[] orNothing(byte @Nullable [] bytes) {
    return bytes == null ? new byte[0] : bytes;
  }

  @Override
  public TypeInformation<OutputRecord> getProducedType() {
    return OutputType.TYPE;
  }
}
