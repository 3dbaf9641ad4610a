package dev.weir.wire;

import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.RawRecord;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which event times are believed.
 *
 * <p>A time must lie in [{@code notBefore}, {@code notAfter}] and, where the record has an append
 * time and the durations are given, in [append time - past, append time + future]. The wall clock
 * plays no part.
 *
 * @param future how far ahead of the append time an event may be; null: not compared
 * @param past how far behind the append time an event may be; null: not compared
 * @param notBefore earliest time, epoch milliseconds
 * @param notAfter latest time, epoch milliseconds
 */
public record TimeBounds(
    @Nullable Duration future, @Nullable Duration past, long notBefore, long notAfter)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Start of 1970-01-02: anything earlier is seconds, or no time at all. */
  public static final long EARLIEST = Instant.parse("1970-01-02T00:00:00Z").toEpochMilli();

  /** Start of 2100: anything later is microseconds, or no time at all. */
  public static final long LATEST = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

  /** Bounds for files, which have no append time: 1970-01-02 to 2100-01-01. */
  public static final TimeBounds OF_FILES = fixed(EARLIEST, LATEST);

  /** The same bounds for every record, both inclusive. */
  public static TimeBounds fixed(long notBefore, long notAfter) {
    return new TimeBounds(null, null, notBefore, notAfter);
  }

  /** Bounds that move with the append time of the record. */
  public static TimeBounds aroundAppendTime(Duration future, Duration past) {
    return new TimeBounds(future, past, EARLIEST, LATEST);
  }

  /**
   * Why a time is not believed; null if it is.
   *
   * @param appendTime {@link RawRecord#NO_TIMESTAMP}: there is none
   */
  public @Nullable Reason check(long time, long appendTime) {
    if (time <= 0) {
      return Reason.INVALID_TIME;
    }
    if (time > notAfter || isAfter(time, appendTime)) {
      return Reason.TIME_IN_FUTURE;
    }
    return time < notBefore || isBefore(time, appendTime) ? Reason.TOO_OLD : null;
  }

  private boolean isAfter(long time, long appendTime) {
    return appendTime != RawRecord.NO_TIMESTAMP
        && future != null
        && time - future.toMillis() > appendTime;
  }

  private boolean isBefore(long time, long appendTime) {
    return appendTime != RawRecord.NO_TIMESTAMP
        && past != null
        && time + past.toMillis() < appendTime;
  }
}
