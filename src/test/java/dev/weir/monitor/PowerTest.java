package dev.weir.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.Family;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** What an interval of 90 % with tolerance 0.02 can find, worked out by bisection elsewhere. */
class PowerTest {
  private static final double TOLERANCE = 0.02;

  private static Judged coverage() {
    EvidencePlan plan =
        RateEvidence.nominal(
            0.1,
            TOLERANCE,
            1,
            Dispersion.none(),
            EnumSet.allOf(Side.class),
            AbsentLabels.MISSING_AT_RANDOM);
    JudgedMetric metric =
        new JudgedMetric(
            "coverage", null, TOLERANCE, (delta, dispersion) -> plan, (made, season) -> 0.88);
    return new Judged(
        "coverage", metric, null, Family.COVERAGE, 0.5, 0.01, Dispersion.none(), "basis");
  }

  private static Power power(double rowsPerWindow) {
    return Power.of(coverage(), 0.9, 90, 1, rowsPerWindow);
  }

  @Test
  void price_ofAnAlarmIsThatOfOneVersion() {
    assertThat(power(100).weight()).isCloseTo(0.45, within(1e-12));
    // ln(90 days / (0.45 * 1 day)) = ln 200.
    assertThat(power(100).logThreshold()).isCloseTo(5.298317, within(1e-6));
  }

  @Test
  void smallestChange_solvesThePlanningFormula() {
    // (ln 200 + ln 16) / (100 KL(f, 0.12)) = 90 windows at f = 0.1339855.
    assertThat(power(100).smallestChange().orElseThrow()).isCloseTo(0.0339855, within(1e-6));
    assertThat(power(100).low()).isFalse();
  }

  @Test
  void lowPower_isMoreThanFiveTolerances() {
    assertThat(power(1).smallestChange().orElseThrow()).isCloseTo(0.1770366, within(1e-6));
    assertThat(power(1).low()).isTrue();
  }

  @Test
  void nothing_isFoundWithoutRows() {
    assertThat(power(0.001).smallestChange()).isEmpty();
    assertThat(power(0.001).low()).isTrue();
  }
}
