package dev.weir.wire;

import dev.weir.event.Control;
import dev.weir.event.DeadLetter;

/** What became of a record of a control topic. */
public sealed interface DecodedControl {
  /** A valid control record; the end of a model or a baseline is one too. */
  record Good(Control control) implements DecodedControl {}

  /** A record set aside, with the reason. */
  record Bad(DeadLetter deadLetter) implements DecodedControl {}

  /** A tombstone: the entry with this key is withdrawn. */
  record Withdrawn(ControlTopic topic, String key) implements DecodedControl {}
}
