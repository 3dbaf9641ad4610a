package dev.weir.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
  /** RFC 8785, appendix B: IEEE 754 bits and the JSON number. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0",
    "8000000000000000, 0",
    "0000000000000001, 5e-324",
    "8000000000000001, -5e-324",
    "7fefffffffffffff, 1.7976931348623157e+308",
    "ffefffffffffffff, -1.7976931348623157e+308",
    "4340000000000000, 9007199254740992",
    "c340000000000000, -9007199254740992",
    "4430000000000000, 295147905179352830000",
    "44b52d02c7e14af5, 9.999999999999997e+22",
    "44b52d02c7e14af6, 1e+23",
    "44b52d02c7e14af7, 1.0000000000000001e+23",
    "444b1ae4d6e2ef4e, 999999999999999700000",
    "444b1ae4d6e2ef4f, 999999999999999900000",
    "444b1ae4d6e2ef50, 1e+21",
    "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d, 0.000001",
    "41b3de4355555553, 333333333.3333332",
    "41b3de4355555554, 333333333.33333325",
    "41b3de4355555555, 333333333.3333333",
    "41b3de4355555556, 333333333.3333334",
    "41b3de4355555557, 333333333.33333343",
    "becbf647612f3696, -0.0000033333333333333333",
    "43143ff3c1cb0959, 1424953923781206.2"
  })
  void number_ofTheStandard_isWrittenAsInTheStandard(String bits, String expected) {
    double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
    assertThat(CanonicalJson.number(value)).isEqualTo(expected);
  }

  /** Double.toString of Java 17 writes these with one digit too many (JDK-4511638). */
  @ParameterizedTest
  @CsvSource({
    "2e23, 2e+23",
    "2.0E-3, 0.002",
    "8.41E21, 8.41e+21",
    "2.2250738585072014E-308, 2.2250738585072014e-308"
  })
  void number_onWhichJavaVersionsDiffer_isShortest(double value, String expected) {
    assertThat(CanonicalJson.number(value)).isEqualTo(expected);
  }

  @Test
  void number_anyDouble_readsBackAndNoShorterOneDoes() {
    SplittableRandom random = new SplittableRandom(85);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        continue;
      }
      String text = CanonicalJson.number(value);
      assertThat(Double.parseDouble(text)).as("seed 85, %s", text).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void number_thatJsonLacks_isRefused(double value) {
    assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.number(value));
  }

  /** RFC 8785, section 3.2.2 and 3.2.3, without the comments. */
  @Test
  void write_sampleOfTheStandard_isItsCanonicalForm() {
    Map<String, Object> sample = new LinkedHashMap<>();
    sample.put(
        "numbers", List.of(333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001));
    sample.put("string", "\u20ac$" + (char) 15 + "\nA'B\"\\\\\"/");
    sample.put("literals", Arrays.asList(null, true, false));
    assertThat(CanonicalJson.write(sample))
        .isEqualTo(
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  @Test
  void write_keys_areSortedByCodeUnits() {
    Map<String, Object> map = new LinkedHashMap<>();
    for (String key : List.of("\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6")) {
      map.put(key, 1);
    }
    assertThat(CanonicalJson.write(map))
        .isEqualTo(
            "{\"\\r"
                + "\":1,\"1\":1,\"\u0080\":1,\"\u00f6\":1,\"\u20ac\":1,\"\ud83d\ude00\":1,\"\ufb33\":1}");
  }

  @Test
  void time_always_hasMilliseconds() {
    assertThat(CanonicalJson.time(983_405_580_085L)).isEqualTo("2001-03-01T00:13:00.085Z");
    assertThat(CanonicalJson.write(Instant.ofEpochMilli(0)))
        .isEqualTo("\"1970-01-01T00:00:00.000Z\"");
  }

  @Test
  void time_isThatOfTheFormatterOfThePlatform() {
    DateTimeFormatter platform =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    SplittableRandom random = new SplittableRandom(85);
    for (int i = 0; i < 2_000; i++) {
      long time =
          switch (i % 4) {
            case 0 -> random.nextLong(2_000_000_000_000L);
            case 1 -> random.nextLong(-70_000_000_000_000L, 0);
            case 2 -> random.nextLong(253_402_300_799_000L, 253_402_300_801_000L);
            default -> random.nextLong(-62_167_219_201_000L, -62_167_219_199_000L);
          };
      assertThat(CanonicalJson.time(time))
          .as("%d of seed 85", time)
          .isEqualTo(platform.format(Instant.ofEpochMilli(time)));
    }
  }

  @Test
  void write_loneSurrogate_isReplaced() {
    assertThat(CanonicalJson.write("a\ud83db")).isEqualTo("\"a\ufffdb\"");
    assertThat(CanonicalJson.write("\ude00")).isEqualTo("\"\ufffd\"");
  }

  @Test
  void write_largeWholeNumber_isTheDoubleThatReadersSee() {
    assertThat(CanonicalJson.write(9007199254740993L)).isEqualTo("9007199254740992");
    assertThat(CanonicalJson.write(Long.MIN_VALUE)).isEqualTo("-9223372036854776000");
    assertThat(CanonicalJson.write(42)).isEqualTo("42");
  }

  @Test
  void write_otherObject_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.write(new Object()));
  }
}
