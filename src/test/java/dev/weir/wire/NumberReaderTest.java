package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.wire.NumberReader.Result;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberReaderTest {
  private final NumberReader reader = new NumberReader();

  private Result read(String text) {
    byte[] bytes = (" " + text + "9").getBytes(StandardCharsets.UTF_8);
    return reader.read(bytes, 1, bytes.length - 1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "+7, 7",
    "007, 7",
    "-12, -12",
    "9223372036854775799, 9223372036854775799"
  })
  void read_digits_areAnInteger(String text, long expected) {
    assertThat(read(text)).isEqualTo(Result.LONG);
    assertThat(reader.integer()).isEqualTo(expected);
    assertThat(reader.number()).isEqualTo((double) expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0",
        "-0.0",
        ".5",
        "5.",
        "1e3",
        "1E+3",
        "1e-3",
        "0.1",
        "123456789.123456789",
        "1e400",
        "-1e400",
        "1e-400",
        "4.9e-324",
        "2.2250738585072011e-308",
        "9007199254740993",
        "9007199254740993.0",
        "99999999999999999999",
        "1.7976931348623157e308",
        "8.5e22",
        "1e23",
        "0.000000000000000000000000000000000000001"
      })
  void read_anyOtherNumber_isTheClosestDouble(String text) {
    Result result = read(text);
    assertThat(result).isNotEqualTo(Result.NONE);
    assertThat(reader.number()).isEqualTo(Double.parseDouble(text));
  }

  @Test
  void read_randomDecimals_areTheClosestDoubles() {
    SplittableRandom random = new SplittableRandom(22);
    for (int i = 0; i < 50_000; i++) {
      BigDecimal decimal =
          BigDecimal.valueOf(random.nextLong() >> random.nextInt(60), random.nextInt(-25, 330));
      String text = random.nextBoolean() ? decimal.toString() : decimal.toPlainString();
      assertThat(read(text)).as(text).isNotEqualTo(Result.NONE);
      assertThat(reader.number()).as("%s, seed 22", text).isEqualTo(Double.parseDouble(text));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, NaN",
    "nan, NaN",
    "NAN, NaN",
    "Inf, Infinity",
    "-inf, -Infinity",
    "Infinity, Infinity",
    "-Infinity, -Infinity",
    "+Inf, Infinity"
  })
  void read_wordsThatAreNumbers_areDoubles(String text, Double expected) {
    assertThat(read(text)).isEqualTo(Result.DOUBLE);
    assertThat(reader.number()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-", "+", ".", "-.", "e5", "1e", "1e+", "1.2.3", "1,5", "0x1F", "1d", "1f", "abc", "1 ",
        " 1", "--1", "Infinit", "NaN1", "1_000", "\u0661"
      })
  void read_anythingElse_isNoNumber(String text) {
    assertThat(read(text)).isEqualTo(Result.NONE);
    assertThat(reader.number()).isNaN();
    assertThat(reader.integer()).isZero();
  }
}
