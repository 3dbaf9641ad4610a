package dev.weir.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What text means: numbers, times, durations, misspellings. */
class CellsTest {
  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "+1.5", ".5", "5.", "1e9", "-2.5E-3", "007"})
  void number_isTold(String text) {
    assertThat(Cells.isNumber(text)).isTrue();
    assertThat(Cells.number(text)).isEqualTo(Double.parseDouble(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "-", "1e", "1e+", "1.2.3", "0x1", "1 ", "NaN", "1f", "e5"})
  void otherText_isNoNumber(String text) {
    assertThat(Cells.isNumber(text)).isFalse();
    assertThat(Cells.number(text)).isNaN();
  }

  @ParameterizedTest
  @CsvSource({"1.0,1", "1,1", "0.0,0", "-0,0", "100,100", "1.50,1.5", "TRUE,true", "late,late"})
  void label_isWithoutDecoration(String text, String label) {
    assertThat(Cells.label(text)).isEqualTo(label);
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-02T00:00:00Z,86400000",
    "2001-03-01T00:13:00.085Z,983405580085",
    "2001-03-01T01:13:00+01:00,983405580000",
    "2001-03-01T00:13:00.0851Z,983405580085",
    "2001-03-01T00:13Z,983405580000",
    "1969-12-31T23:59:59.999Z,-1",
    "2000-02-29T00:00:00Z,951782400000",
    "983405580085,983405580085",
  })
  void time_needsAZone(String text, double millis) {
    assertThat(Cells.time(text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2001-03-01T00:13:00",
        "983405580",
        "yesterday",
        "2001-02-29T00:00:00Z",
        "2001-13-01T00:00:00Z",
        "2001-03-00T00:00:00.000Z",
        "2001-03-01T24:00:00Z",
        "2001-03-01T00:00:60Z"
      })
  void time_withoutAZoneOrInSeconds_isNone(String text) {
    assertThat(Cells.time(text)).isNaN();
  }

  @ParameterizedTest
  @CsvSource({"0s,0", "10m,600000", "7d,604800000", "4w,2419200000", "250ms,250", "90s,90000"})
  void duration_isRead(String text, long millis) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0s",
    "600000,10m",
    "604800000,7d",
    "6644000,6644s",
    "250,250ms",
    // Seven digits do not fit: up to the next second.
    "1000001,1001s",
  })
  void duration_isWrittenInTheLargestUnitThatFits(long millis, String text) {
    assertThat(Durations.write(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "tolerence,tolerance,1",
    "tolreance,tolerance,1",
    "abc,abc,0",
    "kitten,sitting,3",
    "ca,abc,3",
    "'',ab,2",
  })
  void distance_isThatOfOptimalAlignment(String left, String right, int distance) {
    assertThat(Spelling.distance(left, right)).isEqualTo(distance);
    assertThat(Spelling.distance(right, left)).isEqualTo(distance);
  }

  @ParameterizedTest
  @CsvSource({"psii,psi", "kss,ks"})
  void closest_isAtMostTwoAway(String word, String expected) {
    assertThat(Spelling.closest(word, List.of("psi", "ks", "wasserstein"))).contains(expected);
    assertThat(Spelling.closest("volume", List.of("psi", "ks"))).isEmpty();
  }
}
