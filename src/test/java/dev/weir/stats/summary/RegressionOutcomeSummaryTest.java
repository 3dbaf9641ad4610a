package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RegressionOutcomeSummaryTest {
  private static final RegressionLayout LAYOUT = new RegressionLayout(10, 3, 0.8);

  // By hand: errors 1, -2, 0, 3; labels 9, 12, 10, 7; intervals value +- 1.5.
  private static RegressionOutcomeSummary four() {
    RegressionOutcomeSummary summary = new RegressionOutcomeSummary(LAYOUT);
    for (int label : new int[] {9, 12, 10, 7}) {
      summary.add(10, label, 1);
      summary.addInterval(8.5, 11.5, label, 1);
    }
    return summary;
  }

  private static void near(Measured measured, double expected) {
    assertThat(measured.value()).isEqualTo(expected, within(measured.errorBound() + 1e-14));
    assertThat(measured.errorBound()).isLessThan(1e-4);
  }

  @Test
  void fourOutcomes_byHand() {
    RegressionOutcomeSummary summary = four();
    near(summary.meanAbsoluteError().orElseThrow(), 1.5);
    near(summary.bias().orElseThrow(), 0.5);
    near(summary.rootMeanSquaredError().orElseThrow(), Math.sqrt(3.5));
    // labels: mean 9.5, squared deviations .25 + 6.25 + .25 + 6.25 = 13
    near(summary.r2().orElseThrow(), 1 - 14 / 13.0);
    assertThat(summary.coverage()).hasValue(0.5);
    assertThat(summary.missesBelow()).isEqualTo(1);
    assertThat(summary.missesAbove()).isEqualTo(1);
    near(summary.meanWidth().orElseThrow(), 3);
    // two misses of .5 and 1.5 at 2/alpha = 10
    near(summary.winkler().orElseThrow(), 3 + 10 * (0.5 + 1.5) / 4);
    // Winkler = (2/alpha) * (sum of both pinball losses), so pinball = alpha/4 * Winkler
    near(summary.pinball().orElseThrow(), 0.2 / 4 * 8);
  }

  @Test
  void intervalEnds_areInside() {
    RegressionOutcomeSummary summary = new RegressionOutcomeSummary(LAYOUT);
    summary.addInterval(9, 11, 9, 1);
    summary.addInterval(9, 11, 11, 1);
    assertThat(summary.coverage()).hasValue(1);
    assertThat(summary.meanAbsoluteError()).as("without values").isEmpty();
  }

  @Test
  void withoutIntervals_theirNumbersAreAbsent() {
    RegressionOutcomeSummary summary = new RegressionOutcomeSummary(LAYOUT);
    assertThat(summary.meanAbsoluteError()).isEmpty();
    summary.add(10, 9, 1);
    assertThat(summary.meanAbsoluteError()).isPresent();
    assertThat(summary.coverage()).isEmpty();
    assertThat(summary.meanWidth()).isEmpty();
    assertThat(summary.winkler()).isEmpty();
    assertThat(summary.pinball()).isEmpty();
    assertThat(summary.r2()).isEmpty();
  }

  @Test
  void r2_ofAConstantLabel_isAbsent() {
    RegressionOutcomeSummary summary = new RegressionOutcomeSummary(LAYOUT);
    summary.add(1, 5, 1);
    summary.add(2, 5, 1);
    assertThat(summary.r2()).isEmpty();
  }

  @Test
  void farValues_areClippedAndCounted() {
    RegressionOutcomeSummary summary = new RegressionOutcomeSummary(LAYOUT);
    summary.add(1e300, 10, 1);
    assertThat(summary.clipped()).isEqualTo(1);
    assertThat(summary.meanAbsoluteError().orElseThrow().value()).isEqualTo(0x1p26);
  }

  @Test
  void badInputs_areRefused() {
    RegressionOutcomeSummary summary = new RegressionOutcomeSummary(LAYOUT);
    assertThatThrownBy(() -> summary.addInterval(3, 2, 1, 1)).hasMessageContaining("3.0 > 2.0");
    assertThatThrownBy(() -> summary.add(Double.NaN, 1, 1)).hasMessageContaining("finite");
    assertThat(summary.isEmpty()).isTrue();
    assertThatThrownBy(() -> new RegressionLayout(0, 0, 1)).hasMessageContaining("(0,1)");
  }
}
