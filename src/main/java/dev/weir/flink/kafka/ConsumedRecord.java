package dev.weir.flink.kafka;

import dev.weir.event.RawRecord;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Kafka's records in our words: one after the other, without an object for each. */
final class ConsumedRecord implements RawRecord {
  private ConsumerRecord<byte[], byte[]> record;
  private Map<String, byte[]> headers;

  ConsumedRecord(ConsumerRecord<byte[], byte[]> record) {
    this.record = record;
    this.headers = headers(record);
  }

  /** Goes on to the next record. */
  void over(ConsumerRecord<byte[], byte[]> next) {
    record = next;
    headers = headers(next);
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

  @Override
  public String topic() {
    return record.topic();
  }

  @Override
  public int partition() {
    return record.partition();
  }

  @Override
  public long offset() {
    return record.offset();
  }

  @Override
  public long timestamp() {
    return record.timestamp();
  }

  @Override
  public byte @Nullable [] key() {
    return record.key();
  }

  @Override
  public byte @Nullable [] value() {
    return record.value();
  }

  @Override
  public Map<String, byte[]> headers() {
    return headers;
  }
}
