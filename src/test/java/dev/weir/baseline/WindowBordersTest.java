package dev.weir.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowBordersTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static WindowBorders borders(String size, String slide, String offset, ZoneId zone) {
    return new WindowBorders(
        new WindowSettings(
            Duration.parse(size),
            Duration.parse(slide),
            Duration.parse(offset),
            zone,
            Duration.ofMinutes(10),
            200));
  }

  private static WindowBorders tumbling(String size, ZoneId zone) {
    return borders(size, size, "PT0S", zone);
  }

  private static long at(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }

  @Test
  void anHourIsExactAndClosedOnTheLeft() {
    WindowBorders hours = tumbling("PT1H", ZoneId.of("UTC"));
    assertThat(hours.windowStart(at("2001-03-01T00:00:00Z"))).isEqualTo(at("2001-03-01T00:00:00Z"));
    assertThat(hours.windowStart(at("2001-03-01T00:59:59.999Z")))
        .isEqualTo(at("2001-03-01T00:00:00Z"));
    assertThat(hours.windowEnd(at("2001-03-01T00:00:00Z"))).isEqualTo(at("2001-03-01T01:00:00Z"));
    assertThat(hours.days()).isEqualTo(1.0 / 24);
  }

  @Test
  void timesBefore1970AreNotDifferent() {
    WindowBorders days = tumbling("P1D", ZoneId.of("UTC"));
    assertThat(days.windowStart(at("1969-12-31T23:59:59Z"))).isEqualTo(at("1969-12-31T00:00:00Z"));
  }

  @Test
  void weeksBeginOnMonday() {
    WindowBorders weeks = tumbling("P7D", ZoneId.of("UTC"));
    // 2001-03-01 was a Thursday.
    assertThat(weeks.windowStart(at("2001-03-01T12:00:00Z"))).isEqualTo(at("2001-02-26T00:00:00Z"));
    assertThat(weeks.windowEnd(at("2001-02-26T00:00:00Z"))).isEqualTo(at("2001-03-05T00:00:00Z"));
    assertThat(weeks.days()).isEqualTo(7);
  }

  @Test
  void theDayOnWhichClocksGoForwardHas23Hours() {
    WindowBorders days = tumbling("P1D", BERLIN);
    long start = at("2026-03-28T23:00:00Z");
    assertThat(days.windowStart(at("2026-03-29T12:00:00Z"))).isEqualTo(start);
    assertThat(days.windowEnd(start)).isEqualTo(at("2026-03-29T22:00:00Z"));
    assertThat(days.windowStart(at("2026-03-29T21:59:59.999Z"))).isEqualTo(start);
    assertThat(days.windowStart(at("2026-03-29T22:00:00Z"))).isEqualTo(at("2026-03-29T22:00:00Z"));
  }

  @Test
  void theDayOnWhichClocksGoBackHas25Hours() {
    WindowBorders days = tumbling("P1D", BERLIN);
    long start = at("2026-10-24T22:00:00Z");
    assertThat(days.windowStart(at("2026-10-25T22:59:59Z"))).isEqualTo(start);
    assertThat(days.windowEnd(start)).isEqualTo(at("2026-10-25T23:00:00Z"));
  }

  @Test
  void hoursAreExactWhenClocksChange() {
    WindowBorders hours = tumbling("PT6H", BERLIN);
    // Winter time 00:00 is 23:00 UTC; six-hour steps go on from there in summer.
    assertThat(hours.windowStart(at("2026-07-01T00:00:00Z"))).isEqualTo(at("2026-06-30T23:00:00Z"));
  }

  @Test
  void anOffsetMovesAllBorders() {
    WindowBorders days = borders("P1D", "P1D", "PT6H", ZoneId.of("UTC"));
    assertThat(days.windowStart(at("2001-03-01T05:59:59Z"))).isEqualTo(at("2001-02-28T06:00:00Z"));
    assertThat(days.windowStart(at("2001-03-01T06:00:00Z"))).isEqualTo(at("2001-03-01T06:00:00Z"));
  }

  @Test
  void aSlidingWindowIsMadeOfSharedPanes() {
    WindowBorders sliding = borders("PT3H", "PT1H", "PT0S", ZoneId.of("UTC"));
    long nine = at("2001-03-01T09:00:00Z");
    long hour = 3_600_000;
    assertThat(sliding.panesPerWindow()).isEqualTo(3);
    assertThat(sliding.paneStart(nine + 5)).isEqualTo(nine);
    assertThat(sliding.paneEnd(nine + 5)).isEqualTo(nine + hour);
    assertThat(sliding.windows(nine + 5)).isEqualTo(List.of(nine - 2 * hour, nine - hour, nine));
    assertThat(sliding.panes(nine)).isEqualTo(List.of(nine, nine + hour, nine + 2 * hour));
    assertThat(sliding.windowEnd(nine)).isEqualTo(nine + 3 * hour);
    assertThat(sliding.tumbling(nine)).isTrue();
    assertThat(sliding.tumbling(nine + hour)).isFalse();
    assertThat(sliding.windowStart(nine + 2 * hour)).isEqualTo(nine);
  }

  @Test
  void aDayThatSlidesByHoursLosesOnePaneInSpringAndStretchesOneInAutumn() {
    WindowBorders sliding = borders("P1D", "PT1H", "PT0S", BERLIN);
    long spring = at("2026-03-28T23:00:00Z");
    assertThat(sliding.tumbling(spring)).isTrue();
    assertThat(sliding.panes(spring)).hasSize(23);
    assertThat(sliding.windowEnd(spring)).isEqualTo(at("2026-03-29T22:00:00Z"));
    assertThat(sliding.paneStart(at("2026-03-29T22:00:00Z"))).isEqualTo(at("2026-03-29T22:00:00Z"));
    long autumn = at("2026-10-24T22:00:00Z");
    assertThat(sliding.panes(autumn)).hasSize(24);
    assertThat(sliding.paneStart(at("2026-10-25T22:30:00Z"))).isEqualTo(at("2026-10-25T21:00:00Z"));
    assertThat(sliding.paneEnd(at("2026-10-25T22:30:00Z"))).isEqualTo(at("2026-10-25T23:00:00Z"));
  }

  @Test
  void panesCoverAYearWithoutGapInEveryMode() {
    for (WindowBorders borders :
        List.of(
            tumbling("P1D", BERLIN),
            borders("P7D", "P1D", "PT2H30M", BERLIN),
            borders("P1D", "PT1H", "PT0S", ZoneId.of("Australia/Lord_Howe")),
            borders("PT12H", "PT4H", "PT1H", BERLIN))) {
      long time = borders.paneStart(at("2026-01-01T00:00:00Z"));
      while (time < at("2027-01-01T00:00:00Z")) {
        long end = borders.paneEnd(time);
        assertThat(end).isGreaterThan(time);
        assertThat(borders.paneStart(end)).isEqualTo(end);
        assertThat(borders.paneStart(end - 1)).isEqualTo(time);
        for (long start : borders.windows(time)) {
          assertThat(borders.panes(start)).contains(time);
          assertThat(borders.windowEnd(start)).isGreaterThanOrEqualTo(end);
        }
        time = end;
      }
    }
  }

  @Test
  void aSlideThatDoesNotDivideIsRefused() {
    assertThatThrownBy(() -> borders("PT1H", "PT7M", "PT0S", BERLIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must divide");
  }
}
