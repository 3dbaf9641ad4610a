package dev.weir.monitor;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * When the outcomes came that a detector counts: turns "so many outcomes ago" into an event time.
 *
 * <p>Guarantee: exact for outcomes of the newest cohort, the start of its window for those of the
 * {@value #MOST_COHORTS} cohorts before. Mutable.
 */
final class RegimeClock {
  private static final int MOST_COHORTS = 500;

  /** Number of outcomes before a cohort, by the cohort; and when its window began. */
  private final TreeMap<Long, Long> cohorts = new TreeMap<>();

  private long outcomes;

  /** A cohort of so many outcomes, in the order of windows. */
  void add(long windowStart, long size) {
    if (size > 0) {
      cohorts.put(outcomes, windowStart);
      outcomes += size;
      if (cohorts.size() > MOST_COHORTS) {
        cohorts.pollFirstEntry();
      }
    }
  }

  /** Whether as many outcomes are all there were, so that nothing changed since the first. */
  boolean reachesTheFirst(long last) {
    return last >= outcomes;
  }

  /** When the window began in which the first of the last so many outcomes lies, if known. */
  OptionalLong began(long last) {
    Map.Entry<Long, Long> cohort = cohorts.floorEntry(outcomes - last);
    return cohort == null ? OptionalLong.empty() : OptionalLong.of(cohort.getValue());
  }

  void encode(DataOutput out) throws IOException {
    out.writeLong(outcomes);
    out.writeInt(cohorts.size());
    for (Map.Entry<Long, Long> entry : cohorts.entrySet()) {
      out.writeLong(entry.getKey());
      out.writeLong(entry.getValue());
    }
  }

  static RegimeClock decode(DataInput in) throws IOException {
    RegimeClock clock = new RegimeClock();
    clock.outcomes = in.readLong();
    int size = in.readInt();
    if (size < 0 || size > MOST_COHORTS) {
      throw new IOException("So many cohorts are not kept: " + size);
    }
    for (int i = 0; i < size; i++) {
      clock.cohorts.put(in.readLong(), in.readLong());
    }
    return clock;
  }
}
