package dev.weir.event;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record as it was read, before anything is known about it.
 *
 * @param topic topic, or in files the name of the input
 * @param partition partition; 0 in files
 * @param offset offset; in files the line number, the first line being 1
 * @param timestamp broker's time in milliseconds, or null in files
 * @param key key, or null
 * @param value value, or null
 * @param headers headers by name, the last of equal names
 */
public record RawRecord(
    String topic,
    int partition,
    long offset,
    @Nullable Long timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value,
    Map<String, byte[]> headers) {
  /** The same place with this value. */
  public RawRecord withValue(byte[] bytes) {
    return new RawRecord(topic, partition, offset, timestamp, key, bytes, headers);
  }
}
