package dev.weir.wire;

import java.util.Map;

/**
 * One record as it is written.
 *
 * @param topicSuffix topic without its prefix: {@code metrics}, {@code alerts}, ...
 * @param key record key
 * @param value record value
 * @param headers headers in the order in which they are written
 */
public record OutputRecord(
    String topicSuffix, byte[] key, byte[] value, Map<String, byte[]> headers) {}
