package dev.weir.flink.kafka;

import dev.weir.event.RawRecord;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Kafka's records in our words. */
final class RawRecords {
  private RawRecords() {}

  static RawRecord of(ConsumerRecord<byte[], byte[]> record) {
    return new RawRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        headers(record));
  }

  private static Map<String, byte[]> headers(ConsumerRecord<byte[], byte[]> record) {
    Header[] headers = record.headers().toArray();
    if (headers.length == 0) {
      return Map.of();
    }
    Map<String, byte[]> map = new HashMap<>();
    for (Header header : headers) {
      map.put(header.key(), header.value() == null ? new byte[0] : header.value());
    }
    return map;
  }
}
