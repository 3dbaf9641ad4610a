package dev.weir.event;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A raw record that stays what it is. */
public record KeptRecord(
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value,
    Map<String, byte[]> headers)
    implements RawRecord {}
