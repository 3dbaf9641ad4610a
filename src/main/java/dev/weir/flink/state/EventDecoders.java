package dev.weir.flink.state;

import dev.weir.event.Event;
import dev.weir.wire.EventDecoder;
import java.io.Serializable;

/** Opens the decoder of an input, in every task that needs one. */
@FunctionalInterface
public interface EventDecoders extends Serializable {
  /** A new decoder of this input. */
  EventDecoder open(Event.Input input);
}
