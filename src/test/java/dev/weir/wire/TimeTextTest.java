package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.CanonicalJson;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
  @ParameterizedTest
  @CsvSource({
    "2001-03-01T00:13:00.085Z, 983405580085",
    "2001-03-01T00:13:00Z, 983405580000",
    "2001-03-01T00:13Z, 983405580000",
    "2001-03-01t00:13:00.0859999z, 983405580085",
    "2001-03-01 00:13:00.1Z, 983405580100",
    "2001-03-01T02:13:00+02:00, 983405580000",
    "2001-02-28T20:43:00-0330, 983405580000",
    "2001-03-01T05:43:00.000+05:30, 983405580000",
    "2001-03-01T01:13:00+01, 983405580000",
    "1970-01-01T00:00:00Z, 0",
    "1969-12-31T23:59:59.999Z, -1",
    "2000-02-29T00:00:00Z, 951782400000",
    "9999-12-31T23:59:59.999Z, 253402300799999"
  })
  void parse_timeWithZone_isItsMilliseconds(String text, long millis) {
    assertThat(TimeText.parse(text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2001-03-01",
        "2001-03-01T00:13:00",
        "2001-03-01T00:13:00.085",
        "2001-03-01T00:13:00.Z",
        "2001-03-01T00:13:00.1234567890Z",
        "2001-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2001-13-01T00:00:00Z",
        "2001-00-01T00:00:00Z",
        "2001-04-31T00:00:00Z",
        "2001-03-01T24:00:00Z",
        "2001-03-01T00:60:00Z",
        "2001-03-01T00:00:60Z",
        "2001-03-01T00:13:00ZZ",
        "2001-03-01T00:13:00+2:00",
        "2001-03-01T00:13:00+19:00",
        "2001-03-01T00:13:00+02:60",
        "2001/03/01T00:13:00Z",
        "\u0662001-03-01T00:13:00Z",
        "983405580085",
        "+2001-03-01T00:13:00Z"
      })
  void parse_anythingElse_isInvalid(String text) {
    assertThat(TimeText.parse(text)).isEqualTo(TimeText.INVALID);
  }

  @Test
  void parse_whatThePlatformWrites_isTheSameInstant() {
    SplittableRandom random = new SplittableRandom(8601);
    for (int i = 0; i < 20_000; i++) {
      long millis = random.nextLong(-62_135_596_800_000L, 253_402_300_799_999L - 86_400_000L);
      ZoneOffset zone = ZoneOffset.ofTotalSeconds(60 * random.nextInt(-18 * 60, 18 * 60 + 1));
      OffsetDateTime time = java.time.Instant.ofEpochMilli(millis + 86_400_000L).atOffset(zone);
      String text = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
      if (time.getYear() >= 0 && time.getYear() <= 9999) {
        assertThat(TimeText.parse(text)).as("%s, seed 8601", text).isEqualTo(millis + 86_400_000L);
      }
    }
    assertThat(TimeText.parse(CanonicalJson.time(983_405_580_085L))).isEqualTo(983_405_580_085L);
  }
}
