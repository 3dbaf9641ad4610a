package dev.weir.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeasonTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long DAY = 24 * HOUR;
  private static final long MONDAY = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();

  private static SeasonCalendar calendar(Season by, String zone) {
    return new SeasonCalendar(by, ZoneId.of(zone));
  }

  /** Expected cells: Python's zoneinfo, with the clock changes of Berlin. */
  @ParameterizedTest
  @CsvSource({
    "1774744200000, 145, 25, 1, 6",
    "1774747800000, 147, 27, 3, 6",
    "1774738799000, 143, 47, 23, 5",
    "1767567600000, 0, 0, 0, 0",
    "1792888200000, 146, 26, 2, 6",
    "1792891800000, 146, 26, 2, 6",
    "946683000000, 120, 24, 0, 5"
  })
  void cell_isTheOneOfTheClocksOfTheZone(long time, int week, int weekend, int hour, int day) {
    assertThat(calendar(Season.HOUR_OF_WEEK, "Europe/Berlin").cell(time)).isEqualTo(week);
    assertThat(calendar(Season.HOUR_WEEKEND, "Europe/Berlin").cell(time)).isEqualTo(weekend);
    assertThat(calendar(Season.HOUR_OF_DAY, "Europe/Berlin").cell(time)).isEqualTo(hour);
    assertThat(calendar(Season.DAY_OF_WEEK, "Europe/Berlin").cell(time)).isEqualTo(day);
    assertThat(SeasonCalendar.NONE.cell(time)).isZero();
  }

  @Test
  void name_isThatOfTheSchemas() {
    assertThat(calendar(Season.HOUR_OF_WEEK, "UTC").name(37)).isEqualTo("hour_of_week=37");
    assertThat(calendar(Season.HOUR_OF_WEEK, "UTC").number("hour_of_week=37")).hasValue(37);
    assertThat(calendar(Season.HOUR_OF_WEEK, "UTC").number("day_of_week=3")).isEmpty();
  }

  @Test
  void coarserSeasons_endWithTheWholeReference() {
    assertThat(Season.HOUR_OF_WEEK.coarser()).contains(Season.HOUR_WEEKEND);
    assertThat(Season.HOUR_WEEKEND.coarser()).contains(Season.HOUR_OF_DAY);
    assertThat(Season.HOUR_OF_DAY.coarser()).contains(Season.NONE);
    assertThat(Season.DAY_OF_WEEK.coarser()).contains(Season.NONE);
    assertThat(Season.NONE.coarser()).isEqualTo(Optional.empty());
  }

  private static WindowBorders borders(Duration size, Duration offset, String zone) {
    return new WindowBorders(
        new WindowSettings(size, size, offset, ZoneId.of(zone), Duration.ZERO, 1));
  }

  @Test
  void windowsOfOneZone_crossCellsOfAnother_whereTheirHoursDiffer() {
    SeasonCalendar berlin = calendar(Season.HOUR_OF_DAY, "Europe/Berlin");
    WindowBorders hours = borders(Duration.ofHours(1), Duration.ZERO, "UTC");
    assertThat(berlin.crossing(hours, MONDAY, MONDAY + 365 * DAY)).isEmpty();
    SeasonCalendar kolkata = calendar(Season.HOUR_OF_DAY, "Asia/Kolkata");
    assertThat(kolkata.crossing(hours, MONDAY, MONDAY + DAY)).hasValue(MONDAY - HOUR * 9 / 2);
    assertThat(
            kolkata.crossing(
                borders(Duration.ofMinutes(30), Duration.ZERO, "UTC"), MONDAY, MONDAY + DAY))
        .isEmpty();
    WindowBorders shifted = borders(Duration.ofHours(1), Duration.ofMinutes(15), "UTC");
    assertThat(berlin.crossing(shifted, MONDAY, MONDAY + DAY)).isPresent();
  }

  @Test
  void days_ofOneZone_crossDaysOfAnother() {
    SeasonCalendar newYork = calendar(Season.DAY_OF_WEEK, "America/New_York");
    assertThat(
            newYork.crossing(
                borders(Duration.ofDays(1), Duration.ZERO, "America/New_York"),
                MONDAY,
                MONDAY + 365 * DAY))
        .isEmpty();
    assertThat(
            newYork.crossing(
                borders(Duration.ofDays(1), Duration.ZERO, "UTC"), MONDAY, MONDAY + 365 * DAY))
        .hasValue(MONDAY + 5 * HOUR);
  }

  private static SeasonSurvey survey(int days, int perHour, int hoursOpen) {
    SeasonSurvey survey = new SeasonSurvey(calendar(Season.HOUR_OF_WEEK, "UTC"));
    for (int day = 0; day < days; day++) {
      for (int hour = 0; hour < hoursOpen; hour++) {
        for (int row = 0; row < perHour; row++) {
          survey.add(MONDAY + day * DAY + hour * HOUR + row);
        }
      }
    }
    return survey;
  }

  @Test
  void theFinestSeasonWithEnoughRowsAndDates_isUsed() {
    // Four weeks: each hour of the week on four dates.
    assertThat(survey(28, 250, 24).choice().calendar().by()).isEqualTo(Season.HOUR_OF_WEEK);
    // One row fewer in each.
    SeasonSurvey.Choice fewer = survey(28, 249, 24).choice();
    assertThat(fewer.calendar().by()).isEqualTo(Season.HOUR_WEEKEND);
    assertThat(fewer.tooFine())
        .containsExactly(new SeasonSurvey.TooFine(Season.HOUR_OF_WEEK, 168, 168, 0, 996, 4));
    assertThat(fewer.fewestRows()).isEqualTo(8 * 249);
    // Three weeks: rows enough, but three dates.
    assertThat(survey(21, 1000, 24).choice().calendar().by()).isEqualTo(Season.HOUR_WEEKEND);
    // Five days without a weekend: only hours are seen on four dates.
    SeasonSurvey.Choice week = survey(5, 200, 24).choice();
    assertThat(week.calendar().by()).isEqualTo(Season.HOUR_WEEKEND);
    assertThat(week.unused()).as("hours of the weekend").isEqualTo(24);
    // Three days.
    SeasonSurvey.Choice none = survey(3, 1000, 24).choice();
    assertThat(none.calendar()).isEqualTo(SeasonCalendar.NONE);
    assertThat(none.tooFine()).hasSize(3);
  }

  @Test
  void hoursWithoutRows_makeNoSeasonTooFine() {
    SeasonSurvey.Choice shop = survey(28, 250, 10).choice();
    assertThat(shop.calendar().by()).isEqualTo(Season.HOUR_OF_WEEK);
    assertThat(shop.unused()).isEqualTo(168 - 70);
  }
}
