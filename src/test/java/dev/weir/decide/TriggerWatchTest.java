package dev.weir.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.decide.TriggerWatch.Finding;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Decided at 1000, expires at 2000. */
class TriggerWatchTest {
  private static final long CLOCK = 5_000_000;
  private static final TriggerSighting SEEN =
      TriggerSighting.of("rt-1", "{}".getBytes(StandardCharsets.UTF_8), 1000, 2000);

  private static Finding judge(long eventTime) {
    return TriggerWatch.judge(null, SEEN, eventTime, CLOCK);
  }

  @Test
  void whatWasWritten_isOursByItsBytes_atAnyTime() {
    // printf '{}' | sha256sum
    String hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    for (long eventTime : new long[] {Long.MIN_VALUE, 500, 1500, 3000, Long.MAX_VALUE}) {
      assertThat(TriggerWatch.judge(hash, SEEN, eventTime, CLOCK)).isEqualTo(Finding.OURS);
      assertThat(TriggerWatch.judge("00", SEEN, eventTime, CLOCK)).isEqualTo(Finding.CONFLICT);
    }
  }

  @Test
  void whatWasNotWritten_isUnknownFromItsTimeOn_untilItHasExpired() {
    assertThat(judge(Long.MIN_VALUE)).isEqualTo(Finding.EARLY);
    assertThat(judge(999)).isEqualTo(Finding.EARLY);
    assertThat(judge(1000)).isEqualTo(Finding.UNKNOWN);
    assertThat(judge(2000)).isEqualTo(Finding.UNKNOWN);
    assertThat(judge(2001)).isEqualTo(Finding.STALE);
    assertThat(judge(Long.MAX_VALUE)).isEqualTo(Finding.STALE);
  }

  @Test
  void timeThatTheClockHasNotReached_isNotOurs() {
    long hour = 3_600_000;
    TriggerSighting soon = TriggerSighting.of("rt-1", new byte[0], CLOCK + hour, Long.MAX_VALUE);
    assertThat(TriggerWatch.judge(null, soon, 0, CLOCK)).isEqualTo(Finding.EARLY);
    assertThat(TriggerWatch.judge(null, soon, 0, CLOCK - 1)).isEqualTo(Finding.UNKNOWN);
  }

  @Test
  void whatIsNoTrigger_isUnknown() {
    assertThat(TriggerWatch.judge(null, TriggerSighting.UNREADABLE, 0, CLOCK))
        .isEqualTo(Finding.UNKNOWN);
  }
}
