package dev.weir.flink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.flink.kafka.AnsweredIdleness.AnsweredClock;
import java.time.Duration;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

class AnsweredIdlenessTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long wall = 100 * SECOND;
  private long answers = 7;

  private final AnsweredClock clock =
      new AnsweredClock(
          new RelativeClock() {
            @Override
            public long relativeTimeMillis() {
              return wall / 1_000_000;
            }

            @Override
            public long relativeTimeNanos() {
              return wall;
            }
          },
          () -> answers);

  @Test
  void timeWithoutAnswers_doesNotCount() {
    long before = clock.relativeTimeNanos();
    for (int second = 0; second < 1_200; second++) {
      wall += SECOND;
      assertThat(clock.relativeTimeNanos()).isEqualTo(before);
    }
    answers++;
    assertThat(clock.relativeTimeNanos() - before).isEqualTo(AnsweredClock.LONGEST);
  }

  @Test
  void timeWithAnswers_counts() {
    long before = clock.relativeTimeNanos();
    for (int half = 1; half <= 600; half++) {
      wall += SECOND / 2;
      answers++;
      assertThat(clock.relativeTimeNanos() - before).isEqualTo(half * SECOND / 2);
    }
    assertThat(clock.relativeTimeMillis()).isEqualTo(clock.relativeTimeNanos() / 1_000_000);
  }

  /** A reader that was closed takes its count with it. */
  @Test
  void fewerAnswersThanBefore_areNoTimeTravel() {
    long before = clock.relativeTimeNanos();
    answers = 0;
    assertThat(clock.relativeTimeNanos()).isEqualTo(before);
    wall += SECOND;
    answers = 1;
    assertThat(clock.relativeTimeNanos()).isEqualTo(before + SECOND);
  }

  /** A process that was given no partition must not hold back time for ever. */
  @Test
  void timeInWhichNobodyAsks_counts() {
    answers = AnsweredFetches.NOBODY;
    long before = clock.relativeTimeNanos();
    for (int second = 1; second <= 600; second++) {
      wall += SECOND;
      assertThat(clock.relativeTimeNanos() - before).isEqualTo(second * SECOND);
    }
  }

  /** The timer of idleness takes 0 for never started. */
  @Test
  void beginning_isNotZero() {
    assertThat(clock.relativeTimeNanos()).isPositive();
  }
}
