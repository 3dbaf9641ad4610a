package dev.weir.decide;

import static dev.weir.decide.TestingModel.HOUR;
import static dev.weir.decide.TestingModel.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.decide.Output.Alert;
import dev.weir.event.Event.Input;
import dev.weir.monitor.Series;
import dev.weir.stats.inference.RateEvidence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of inputs that fall silent or cannot be used, and of segments beyond the limit. */
class InputWatchTest {
  private final TestingModel model = new TestingModel();

  private List<String> hour(int hour, Delivery... deliveries) {
    model.deliveries.addAll(List.of(deliveries));
    List<String> said = new ArrayList<>();
    for (Alert alert : TestingModel.alerts(model.decide(START + hour * HOUR))) {
      said.add(
          alert.labels().get("metric")
              + " "
              + alert.labels().get("feature")
              + " "
              + alert.status());
    }
    return said;
  }

  private static Delivery rows(Input input, long rows) {
    return new Delivery(input, rows, 0);
  }

  private static Delivery bad(Input input, long records) {
    return new Delivery(input, 0, records);
  }

  @Test
  void inputThatFallsSilentForADayWhileAnotherGoesOn_isSaidOnce_andOverWithItsNextRow() {
    for (int hour = 0; hour < 24; hour++) {
      assertThat(hour(hour, rows(Input.FEATURES, 10), rows(Input.PREDICTIONS, 10))).isEmpty();
    }
    for (int hour = 24; hour < 23 + 24; hour++) {
      assertThat(hour(hour, rows(Input.FEATURES, 0), rows(Input.PREDICTIONS, 10))).isEmpty();
    }
    assertThat(hour(47, rows(Input.FEATURES, 0), rows(Input.PREDICTIONS, 10)))
        .containsExactly("input_silent features FIRING");
    model.crash();
    assertThat(hour(48, rows(Input.FEATURES, 0), rows(Input.PREDICTIONS, 10))).isEmpty();
    assertThat(hour(49, rows(Input.FEATURES, 1), rows(Input.PREDICTIONS, 10)))
        .containsExactly("input_silent features RESOLVED");
  }

  @Test
  void longWindows_areThreeWithoutARow() {
    model.windowDays = 2;
    assertThat(hour(0, rows(Input.FEATURES, 10), rows(Input.PREDICTIONS, 10))).isEmpty();
    assertThat(hour(4 * 24, rows(Input.FEATURES, 0), rows(Input.PREDICTIONS, 10))).isEmpty();
    assertThat(hour(6 * 24, rows(Input.FEATURES, 0), rows(Input.PREDICTIONS, 10)))
        .containsExactly("input_silent features FIRING");
  }

  @Test
  void labelsOfFinalCohorts_areMissedToo() {
    assertThat(hour(0, rows(Input.LABELS, 7))).isEmpty();
    assertThat(hour(12, rows(Input.FEATURES, 5))).as("no cohort was final").isEmpty();
    assertThat(hour(30, rows(Input.LABELS, 0))).containsExactly("input_silent labels FIRING");
  }

  @Test
  void inputThatNeverCame_isNotMissed_norAModelThatRests() {
    assertThat(hour(0, rows(Input.FEATURES, 0), rows(Input.PREDICTIONS, 10))).isEmpty();
    assertThat(hour(30 * 24, rows(Input.FEATURES, 0), rows(Input.PREDICTIONS, 10))).isEmpty();
    assertThat(hour(60 * 24, rows(Input.LABELS, 3))).isEmpty();
  }

  @Test
  void floodOfDeadLetters_opensAtOnePercent_andStaysDownToHalfOfThat() {
    assertThat(hour(0, rows(Input.FEATURES, 10_000), bad(Input.FEATURES, 101)))
        .as("101 of 10,101 are below 1 %")
        .isEmpty();
    assertThat(
            hour(1, rows(Input.FEATURES, 9_900), bad(Input.FEATURES, 60), bad(Input.FEATURES, 40)))
        .containsExactly("dead_letters features FIRING");
    for (int hour = 2; hour < 80; hour++) {
      assertThat(hour(hour, rows(Input.FEATURES, 9_950), bad(Input.FEATURES, 50))).isEmpty();
    }
    for (int hour = 80; hour < 79 + 24; hour++) {
      assertThat(hour(hour, rows(Input.FEATURES, 9_951), bad(Input.FEATURES, 49))).isEmpty();
    }
    assertThat(hour(103, rows(Input.FEATURES, 9_951), bad(Input.FEATURES, 49)))
        .containsExactly("dead_letters features RESOLVED");
  }

  @Test
  void fewDeadLetters_areNoFlood_andNothingButDeadLettersIs() {
    assertThat(hour(0, rows(Input.LABELS, 5), bad(Input.LABELS, 9))).isEmpty();
    assertThat(hour(1, bad(Input.LABELS, 10))).containsExactly("dead_letters labels FIRING");
  }

  @Test
  void segmentsThatAreNotToldApart_areSaidWhereTheyAreMostRows() {
    assertThat(segments(500)).isEmpty();
    assertThat(segments(501)).containsExactly("limit_reached max_segments FIRING");
  }

  private List<String> segments(long beyond) {
    long tick = model.ledger.lastTick == Long.MIN_VALUE ? START : model.ledger.lastTick + HOUR;
    volume(null, 1_000, tick);
    volume("channel=web", 1_000 - beyond, tick);
    volume("channel=__other__", beyond, tick);
    return hour((int) ((tick - START) / HOUR)).stream()
        .filter(said -> said.startsWith("limit"))
        .toList();
  }

  private void volume(String segment, long rows, long tick) {
    Series series = new Series("flights", "v1", "quality", "volume", null, segment);
    model.findings.add(model.counted(series, tick, rows, RateEvidence.window(0, 0, rows, 0)));
  }
}
