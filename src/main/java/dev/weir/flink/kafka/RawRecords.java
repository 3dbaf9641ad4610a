package dev.weir.flink.kafka;

import dev.weir.event.RawRecord;
import java.util.HashMap;
import java.util.Iterator;
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
    Iterator<Header> headers = record.headers().iterator();
    if (!headers.hasNext()) {
      return Map.of();
    }
    Map<String, byte[]> map = new HashMap<>();
    while (headers.hasNext()) {
      Header header = headers.next();
      map.put(header.key(), header.value() == null ? new byte[0] : header.value());
    }
    return map;
  }
}
