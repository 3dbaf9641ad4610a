package dev.weir.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.decide.Condition;
import dev.weir.decide.PolicyFacts;
import dev.weir.decide.PolicyFacts.MonitorFacts;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyLanguageTest {
  private static final PolicyLanguage LANGUAGE =
      new PolicyLanguage(List.of("performance", "calibration", "label_drift", "labels"));

  /** Performance alerts, label drift warns, calibration is quiet. */
  private static final PolicyFacts FACTS =
      new PolicyFacts(
          Map.of(
              "performance", new MonitorFacts(true, false, true, true, 3, 0.25, 12.5),
              "label_drift", new MonitorFacts(false, false, true, true, 0, 0, 0)),
          0.97,
          20_000,
          "v2",
          200.5,
          36);

  private static Condition condition(String expression) {
    PolicyLanguage.Checked checked = LANGUAGE.check(expression);
    assertThat(checked.faults()).isEmpty();
    return Objects.requireNonNull(checked.condition());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "performance.alert || (calibration.alert && label_drift.alert)",
        "performance.alerts >= 3 && performance.share > 0.2 && performance.since_hours < 13.0",
        "!label_drift.alert && label_drift.warning && !calibration.judged",
        "model.age_days > 180.0 && model.version == \"v2\"",
        "labels.completeness > 0.9 && labels.rows >= 20000 && !labels.alert",
        "incident.age_hours > 24.0",
      })
  void expression_holds(String expression) {
    assertThat(condition(expression).holds(FACTS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "calibration.alert",
        "performance.rule_alert",
        "model.age_days < 180.0",
        "labels.rows / calibration.alerts > 1",
      })
  void expression_doesNotHold(String expression) {
    assertThat(condition(expression).holds(FACTS)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      textBlock =
          """
          drift.alert # monitor 'drift' is off, so a policy cannot name it
          performance.alrt # unknown name 'performance.alrt'
          nothing # unknown name 'nothing'
          performance.alerts > 0.5 # '>' cannot be applied to int, double
          """)
  void expression_wrong_isRefused(String expression, String message) {
    PolicyLanguage.Checked checked = LANGUAGE.check(expression);

    assertThat(checked.condition()).isNull();
    assertThat(checked.faults())
        .singleElement()
        .extracting(PolicyLanguage.Fault::message)
        .isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"performance.share", "1 +", "performance.alert &&", "\"text\""})
  void expression_thatIsNoCondition_isRefused(String expression) {
    assertThat(LANGUAGE.check(expression).faults()).isNotEmpty();
  }

  @Test
  void conditions_ofTheSameText_areEqual() {
    assertThat(condition("performance.alert"))
        .isEqualTo(condition("performance.alert"))
        .hasSameHashCodeAs(condition("performance.alert"))
        .isNotEqualTo(condition("calibration.alert"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          performance.alert && !performance.alert # true
          performance.share > 1.0 # true
          labels.completeness > 0.9 && labels.completeness < 0.9 # true
          calibration.rule_alert # true
          labels.rows < 0 # true
          performance.alert && model.age_days > 180.0 # false
          labels.completeness > 0.9 && labels.completeness < 0.95 # false
          model.version == "v7" # false
          labels.rule_alert # false
          """)
  void reach_isDecidedByTrying(String expression, boolean never) {
    Map<String, Object> judged = Map.of("evidence", true, "rules", List.of());
    Map<String, Object> monitors =
        Map.of(
            "performance", judged,
            "calibration", judged,
            "label_drift", judged,
            "labels", Map.of("evidence", true, "rules", List.of(), "expect_within", "8h"));

    boolean decided =
        PolicyReach.neverHolds(
            expression, (PolicyLanguage.Expression) condition(expression), LANGUAGE, monitors);

    assertThat(decided).isEqualTo(never);
  }
}
