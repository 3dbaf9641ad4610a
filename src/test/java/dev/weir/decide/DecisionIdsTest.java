package dev.weir.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;
import org.junit.jupiter.api.Test;

/** Frozen: computed with hashlib and struct of Python 3 from the recipes in the Javadoc. */
class DecisionIdsTest {
  private static final long MAY_14 = 989_798_400_000L;

  private static final String FINGERPRINT =
      DecisionIds.fingerprint(
          new Series("flights-delay", "lgbm-2001-01", "drift", "total_variation", "distance", null),
          Rule.EVIDENCE);

  @Test
  void fingerprint_isFrozen() {
    assertThat(FINGERPRINT).isEqualTo("f-b4554cda6a5336dba6fe");
  }

  @Test
  void alert_isFrozen() {
    assertThat(DecisionIds.alert(FINGERPRINT, MAY_14, 3)).isEqualTo("a-9fd915ff4002e2cade55");
  }

  @Test
  void incident_isFrozen() {
    assertThat(DecisionIds.incident("flights-delay", MAY_14, FINGERPRINT))
        .isEqualTo("i-8e8a9a5ef903c464ef93");
  }

  @Test
  void trigger_isFrozenAndLegalAsAKubernetesName() {
    String trigger =
        DecisionIds.trigger(
            "flights-delay", "lgbm-2001-01", "retrain", "i-8e8a9a5ef903c464ef93", 1);
    assertThat(trigger).isEqualTo("rt-83d8112d4e66c837ab21").hasSize(23).matches("[a-z][a-z0-9-]*");
  }
}
