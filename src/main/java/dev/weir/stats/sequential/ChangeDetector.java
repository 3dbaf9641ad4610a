package dev.weir.stats.sequential;

import java.io.DataOutput;
import java.io.IOException;

/**
 * A detector that sees one value at a time and says when it thinks the stream has changed. A
 * heuristic without a false-alarm guarantee.
 */
public sealed interface ChangeDetector permits Adwin, DriftDetectionMethod, PageHinkley {
  /** What a detector says about a value. */
  enum Signal {
    /** Nothing. */
    NONE,
    /** A change may be under way. */
    WARNING,
    /** A change; the detector has restarted empty. */
    CHANGE
  }

  /** Takes in the next value. */
  Signal update(double value);

  /** Writes the state, format byte first. */
  void encode(DataOutput out) throws IOException;
}
