package dev.weir.flink.kafka;

import dev.weir.flink.state.Arrival;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.eventtime.WatermarksWithIdleness;
import org.apache.flink.util.clock.RelativeClock;

/**
 * A partition no longer holds back time after it brought nothing for {@code idleness}, counted only
 * while brokers answer.
 *
 * <p>By the clock on the wall every partition would be idle after a long outage, and whichever is
 * read first would close windows before the others' records are read.
 *
 * @param strategy event time of a partition that brings records
 * @param group consumer group that reads it
 * @param idleness how long it may bring nothing
 */
record AnsweredIdleness(WatermarkStrategy<Arrival> strategy, String group, Duration idleness)
    implements WatermarkStrategy<Arrival> {
  private static final long serialVersionUID = 1;

  @Override
  public WatermarkGenerator<Arrival> createWatermarkGenerator(
      WatermarkGeneratorSupplier.Context context) {
    return new WatermarksWithIdleness<>(
        strategy.createWatermarkGenerator(context),
        idleness,
        new AnsweredClock(context.getInputActivityClock(), () -> AnsweredFetches.of(group)));
  }

  @Override
  public TimestampAssigner<Arrival> createTimestampAssigner(
      TimestampAssignerSupplier.Context context) {
    return strategy.createTimestampAssigner(context);
  }

  /**
   * Goes from answer to answer, and stands still where there is none. Where nobody asks it goes as
   * always: a task without partitions holds back time until it counts as idle.
   */
  static final class AnsweredClock implements RelativeClock {
    /**
     * The most that passes from one answer to the next, in nanoseconds. Longer than a broker makes
     * readers wait where nothing is new; what is longer is an outage, or a process that slept.
     */
    static final long LONGEST = Duration.ofSeconds(2).toNanos();

    private final RelativeClock clock;
    private final LongSupplier answers;
    private long answered;
    private long answeredAt;

    /** 0 would mean to the timer that it was never started. */
    private long now = 1;

    AnsweredClock(RelativeClock clock, LongSupplier answers) {
      this.clock = clock;
      this.answers = answers;
      this.answered = answers.getAsLong();
      this.answeredAt = clock.relativeTimeNanos();
    }

    @Override
    public long relativeTimeMillis() {
      return relativeTimeNanos() / 1_000_000;
    }

    @Override
    public long relativeTimeNanos() {
      long seen = answers.getAsLong();
      if (seen != answered || seen == AnsweredFetches.NOBODY) {
        long at = clock.relativeTimeNanos();
        now += Math.min(LONGEST, at - answeredAt);
        answered = seen;
        answeredAt = at;
      }
      return now;
    }
  }
}
