package dev.weir.decide;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Holds what lies on the trigger topic against what this job wrote there. Whoever can write to that
 * topic can start work, so nothing on it goes unexplained.
 *
 * <p>Guarantee: a record under an id of ours with other bytes is a conflict, whenever it is seen. A
 * record under an id that was never ours is unknown as soon as event time has passed the time at
 * which it says it was decided, and at once if it says a time that the clock has not reached. A job
 * that started from an older state meets its own later triggers: until event time gets there they
 * are early, and so is everything before event time has begun. What has expired starts nothing, so
 * it is only counted.
 */
public final class TriggerWatch {
  /** Completed checkpoints after which what was not read back counts as lost. */
  public static final int PATIENCE = 4;

  /** Event times may be ahead of the clock by {@code limits.future}, and clocks differ. */
  private static final Duration AHEAD = Duration.ofHours(1);

  private TriggerWatch() {}

  /** What a record on the topic is. */
  public enum Finding {
    /** One of ours, byte for byte. */
    OURS,
    /** Other bytes under an id of ours. */
    CONFLICT,
    /** Of nobody that this job knows of. */
    UNKNOWN,
    /** Of a time that this job has not come to yet. */
    EARLY,
    /** Not of ours, or forgotten; consumers do not act on it any more. */
    STALE
  }

  /**
   * What a sighting means.
   *
   * @param writtenHash SHA-256 of what this job wrote under that id; null: nothing, or long ago
   * @param eventTime up to which everything is decided, epoch milliseconds
   * @param clock now, epoch milliseconds
   */
  public static Finding judge(
      @Nullable String writtenHash, TriggerSighting sighting, long eventTime, long clock) {
    if (writtenHash != null) {
      return writtenHash.equals(sighting.payloadHash()) ? Finding.OURS : Finding.CONFLICT;
    }
    if (sighting.triggerId().isEmpty()) {
      return Finding.UNKNOWN;
    }
    if (eventTime == Long.MIN_VALUE) {
      return Finding.EARLY;
    }
    if (sighting.decidedAt() > clock + AHEAD.toMillis()) {
      return Finding.UNKNOWN;
    }
    if (sighting.expiresAt() < eventTime) {
      return Finding.STALE;
    }
    return sighting.decidedAt() > eventTime ? Finding.EARLY : Finding.UNKNOWN;
  }

  /** That other bytes stand under an id of ours. */
  public static SystemNotice conflict(String triggerId) {
    return new SystemNotice(
        SystemNotice.Kind.TRIGGER_CONFLICT,
        triggerId,
        true,
        "the trigger topic holds other bytes under the id " + triggerId + ": forged, or diverged");
  }

  /** That somebody else writes triggers of this model. All of them are one alert. */
  public static SystemNotice unknown(String triggerId) {
    return new SystemNotice(
        SystemNotice.Kind.TRIGGER_UNKNOWN,
        "",
        true,
        "the trigger topic holds triggers that this job did not write, among them " + triggerId);
  }

  /** That a trigger expired and was never seen on its topic. */
  public static SystemNotice lost(String triggerId) {
    return new SystemNotice(
        SystemNotice.Kind.TRIGGER_LOST,
        triggerId,
        true,
        "the trigger " + triggerId + " expired and was never readable on its topic");
  }
}
