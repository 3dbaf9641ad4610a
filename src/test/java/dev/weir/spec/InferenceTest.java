package dev.weir.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.baseline.FeaturePlan.Kind;
import dev.weir.testing.TestingReference;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the reference is taken to say, rule by rule. */
class InferenceTest {
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  private static ReferenceFacts facts(List<String> lines) throws IOException {
    return ReferenceScan.read(
        new TestingReference(lines, ","),
        Map.of(),
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        ZoneId.of("UTC"));
  }

  private static String time(Duration after) {
    return START.plus(after).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "Event-ID,PREDICTION_ID",
    "UUID,PREDICTION_ID",
    "ts,EVENT_TIME",
    "scoredAt,PREDICTION_TIME",
    "p_1,SCORE",
    "y_hat,VALUE",
    "pred_label,PREDICTED_CLASS",
    "y_lower95,LOWER",
    "hi,UPPER",
    "labelled_at,LABEL_TIME",
  })
  void role_isToldByName(String column, Role role) throws IOException {
    assertThat(facts(List.of(column + ",x")).roles()).containsEntry(role, column);
  }

  @Test
  void role_goesToTheNameThatComesFirst() throws IOException {
    assertThat(facts(List.of("uuid,request_id")).roles())
        .containsEntry(Role.PREDICTION_ID, "request_id");
  }

  @Test
  void target_isAClassWithFewValues_elseANumber() throws IOException {
    List<String> lines = new ArrayList<>(List.of("id,target"));
    for (int i = 0; i < 20; i++) {
      lines.add(i + "," + i);
    }
    assertThat(facts(lines).roles()).containsEntry(Role.LABEL_CLASS, "target");
    assertThat(facts(lines).roles()).doesNotContainKey(Role.LABEL_VALUE);

    lines.add("20,20");
    assertThat(facts(lines).roles()).containsEntry(Role.LABEL_VALUE, "target");
    assertThat(facts(lines).roles()).doesNotContainKey(Role.LABEL_CLASS);
  }

  @Test
  void kind_followsTheValues() {
    assertThat(guess(100, i -> String.valueOf(i / 2.0)).kind()).isEqualTo(Kind.NUMERIC);
    assertThat(guess(100, i -> String.valueOf(i % 20)).kind()).isEqualTo(Kind.CATEGORICAL);
    assertThat(guess(100, i -> i % 20 + ".0").kind()).isEqualTo(Kind.CATEGORICAL);
    assertThat(guess(100, i -> String.valueOf(i % 21)).kind()).isEqualTo(Kind.NUMERIC);
    assertThat(guess(100, i -> String.valueOf(i % 2 == 0)).kind()).isEqualTo(Kind.CATEGORICAL);
    assertThat(guess(100, i -> "c" + i % 95).kind()).isEqualTo(Kind.CATEGORICAL);
    assertThat(guess(100, i -> "c" + i % 96).kind()).isNull();
    assertThat(guess(100, i -> "[1, 2." + i + "]").kind()).isEqualTo(Kind.EMBEDDING);
    assertThat(guess(100, i -> i == 0 ? "[1]" : "[1, 2]").kind()).isNotEqualTo(Kind.EMBEDDING);
    assertThat(guess(0, i -> "").kind()).isNull();
  }

  @Test
  void kind_ofMoreValuesThanAreCounted_isGuessedFromAnEstimate() {
    assertThat(guess(50_000, i -> "id-" + i).kind()).isNull();
    assertThat(guess(50_000, i -> "kind-" + i % 25_000).kind()).isEqualTo(Kind.CATEGORICAL);
    assertThat(guess(50_000, i -> "kind-" + i % 25_000).reason()).startsWith("text, about 2");
  }

  private static ColumnFacts.Guess guess(int rows, IntFunction<String> cell) {
    ColumnFacts facts = new ColumnFacts(1000);
    for (int i = 0; i < rows; i++) {
      facts.add(cell.apply(i), Cells.number(cell.apply(i)));
    }
    return facts.guess();
  }

  @Test
  void calendar_isAFunctionOfTheClock() throws IOException {
    List<String> lines = new ArrayList<>(List.of("id,event_time,shift,hour,year,dice"));
    for (int i = 0; i < 14 * 24; i++) {
      String shift = i % 24 < 8 ? "night" : i % 24 < 16 ? "early" : "late";
      lines.add(
          String.join(
              ",",
              "e" + i,
              time(Duration.ofMinutes(60L * i + 30)),
              shift,
              i % 24 + ".5",
              "2026",
              String.valueOf(i * 7919 % 31 % 6)));
    }
    // 14 rows for each hour are too few to call anything else a function of it.
    assertThat(facts(lines).calendar("hour")).contains("equals the hour of event_time");
    assertThat(facts(lines).calendar("year")).contains("equals the year of event_time");
    assertThat(facts(lines).calendar("dice")).isEmpty();
    assertThat(facts(lines).calendar("shift")).isEmpty();

    List<String> twice = new ArrayList<>(lines);
    twice.addAll(lines.subList(1, lines.size()));
    assertThat(facts(twice).calendar("shift")).contains("a function of the hour of event_time");
    assertThat(facts(twice).calendar("dice")).isEmpty();
  }

  @Test
  void horizon_isThatOfTheSlowestClass() throws IOException {
    List<String> lines = new ArrayList<>(List.of("id,event_time,label_time,label_class"));
    for (int i = 0; i < 60 * 24 * 4; i++) {
      boolean positive = i % 200 == 0;
      Duration at = Duration.ofMinutes(15L * i);
      Duration delay = positive ? Duration.ofHours(119) : Duration.ofHours(20);
      lines.add("e" + i + "," + time(at) + "," + time(at.plus(delay)) + "," + (positive ? 1 : 0));
    }
    assertThat(facts(lines).horizon()).contains(Duration.ofDays(5));
  }

  @Test
  void horizon_ofAShortReference_isUnknown() throws IOException {
    List<String> lines = new ArrayList<>(List.of("id,event_time,label_time,label_class"));
    for (int i = 0; i < 100; i++) {
      Duration at = Duration.ofMinutes(i);
      lines.add("e" + i + "," + time(at) + "," + time(at.plusHours(i < 50 ? 1 : 20)) + ",0");
    }
    // Half the labels take 20 hours, and no prediction is older than twice that.
    assertThat(facts(lines).horizon()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"y_lower90,y_upper90,0.9", "lower95,upper95,0.95", "q05,q95,0.9"})
  void nominal_isToldByNames(String lower, String upper, double nominal) {
    assertThat(Inference.nominalByName(lower, upper)).contains(nominal);
  }

  @ParameterizedTest
  @CsvSource({"lower,upper", "y_lower90,y_upper", "q95,q05"})
  void nominal_isNotGuessedFromOtherNames(String lower, String upper) {
    assertThat(Inference.nominalByName(lower, upper)).isEmpty();
  }

  @Test
  void windows_atTheEdges_areLeftOut() throws IOException {
    List<String> lines = new ArrayList<>(List.of("id,event_time"));
    for (int minute : List.of(59, 61, 62, 190)) {
      lines.add("e" + minute + "," + time(Duration.ofMinutes(minute)));
    }
    assertThat(facts(lines).windowCounts(Duration.ofHours(1), ZoneId.of("UTC")))
        .containsExactly(2L, 0L);
  }
}
