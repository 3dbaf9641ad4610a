package dev.weir.event;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record as it was read, before anything is known about it.
 *
 * <p>That of a topic may belong to its reader until the next record: who keeps something of it,
 * takes it out. Keys, values and headers themselves are never written over.
 */
public interface RawRecord {
  /** The {@link #timestamp} of a record that has none. */
  long NO_TIMESTAMP = -1;

  /** Topic, or in files the name of the input. */
  String topic();

  /** Partition; 0 in files. */
  int partition();

  /** Offset; in files the line number, the first line being 1. */
  long offset();

  /** Broker's time in milliseconds; {@link #NO_TIMESTAMP} in files. */
  long timestamp();

  /** The same; null where there is none. */
  default @Nullable Long timestampOrNull() {
    return timestamp() == NO_TIMESTAMP ? null : (Long) timestamp();
  }

  /** Key, or null. */
  byte @Nullable [] key();

  /** Value, or null. */
  byte @Nullable [] value();

  /** Headers by name, the last of equal names. */
  Map<String, byte[]> headers();
}
