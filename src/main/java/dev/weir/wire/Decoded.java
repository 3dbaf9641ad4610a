package dev.weir.wire;

import dev.weir.event.DeadLetter;
import dev.weir.event.Event;

/** What became of one record: every record is exactly one of these. */
public sealed interface Decoded {
  /** A valid event. What of it belongs to the decoder until its next record, its type says. */
  record Good(Event event) implements Decoded {}

  /** A record set aside, with the reason. */
  record Bad(DeadLetter deadLetter) implements Decoded {}

  /** No event: event time of a quiet partition has reached {@code time} (epoch milliseconds). */
  record Heartbeat(long time) implements Decoded {}
}
