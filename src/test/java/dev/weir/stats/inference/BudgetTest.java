package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.weir.stats.inference.Weights.SeriesCount;
import dev.weir.stats.inference.Weights.SeriesWeight;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Weights, the step-up rule and planning. */
class BudgetTest {
  @Test
  void familyShares_areTheWholeBudget() {
    double sum = 0;
    for (Family family : Family.values()) {
      sum += family.share();
    }
    assertThat(sum).isCloseTo(1, within(1e-15));
  }

  @Test
  void weights_ofTheWorkedExample() {
    // 100 features, every family present, no segments: .25 * .9 / 100 = .00225.
    Map<Family, SeriesCount> series = new EnumMap<>(Family.class);
    for (Family family : Family.values()) {
      series.put(family, new SeriesCount(1, 0));
    }
    series.put(Family.DRIFT, new SeriesCount(100, 0));
    double weight = Weights.of(series).get(Family.DRIFT).unsegmented() * Weights.ofFirstVersions(1);
    assertThat(weight).isCloseTo(0.00225, within(1e-15));
    // ln(90/(w Delta)) = 13.8 nats.
    assertThat(StepUp.logThreshold(90, weight, 1.0 / 24)).isCloseTo(13.77, within(0.01));
  }

  @Test
  void absentFamilies_areSharedOut_andSegmentsGetHalf() {
    Map<Family, SeriesWeight> weights =
        Weights.of(
            Map.of(
                Family.PERFORMANCE, new SeriesCount(1, 4),
                Family.DRIFT, new SeriesCount(2, 0),
                Family.QUALITY, new SeriesCount(0, 5)));
    double present = 0.30 + 0.25 + 0.10;
    assertThat(weights).containsOnlyKeys(Family.PERFORMANCE, Family.DRIFT, Family.QUALITY);
    assertThat(weights.get(Family.PERFORMANCE).unsegmented())
        .isCloseTo(0.15 / present, within(1e-15));
    assertThat(weights.get(Family.PERFORMANCE).segmented())
        .isCloseTo(0.15 / present / 4, within(1e-15));
    assertThat(weights.get(Family.DRIFT).unsegmented()).isCloseTo(0.125 / present, within(1e-15));
    assertThat(weights.get(Family.QUALITY).segmented()).isCloseTo(0.02 / present, within(1e-15));
  }

  @Test
  void versions_neverSpendMoreThanTheBudget() {
    double sum = 3 * Weights.ofFirstVersions(3);
    for (int later = 1; later <= 60; later++) {
      sum += Weights.ofLaterVersion(later);
    }
    assertThat(sum).isLessThanOrEqualTo(1);
    assertThat(Weights.ofLaterVersion(1)).isCloseTo(0.05, within(1e-15));
    assertThatIllegalArgumentException().isThrownBy(() -> Weights.ofLaterVersion(0));
  }

  @Test
  void stepUp_takesTheEarlierOnATie() {
    // B/1 = 90 for one alone; three at 30 days each alarm together, the fourth does not.
    double thirty = Math.log(30.000001);
    assertThat(StepUp.alarms(new double[] {thirty, 0, thirty, thirty}, 90))
        .containsExactly(0, 2, 3);
    assertThat(StepUp.alarms(new double[] {thirty, 0, thirty}, 90)).isEmpty();
    assertThat(StepUp.alarms(new double[] {Math.log(90.001)}, 90)).containsExactly(0);
  }

  @Test
  void planning_ofTheWorkedExample() {
    // f = .6, u = .5455: .00605 nats per record; 20.7 nats need 3400 records.
    assertThat(WindowsToAlarm.divergence(0.6, 0.5455)).isCloseTo(0.00605, within(2e-5));
    WindowsToAlarm planning = new WindowsToAlarm(0.00225, 1.0 / 24, 1008, 1000, 90);
    assertThat(planning.windows(0.6, 0.5455)).isCloseTo(3.42, within(0.02));
  }

  @Test
  void detectableRise_isTheSmallestFoundInTime() {
    WindowsToAlarm planning = new WindowsToAlarm(0.00225, 1.0 / 24, 1008, 10, 90);
    double upper = 0.5455;
    double rise = planning.detectableRise(0.5, upper).orElseThrow();
    double patience = 90 * 24;
    assertThat(planning.windows(0.5 + rise, upper)).isCloseTo(patience, within(1e-6 * patience));
    assertThat(planning.detectableFall(0.5, 1 - upper).orElseThrow())
        .isCloseTo(rise, within(1e-12));
  }

  @Test
  void detectableRise_isNeverUnderTheSmallestTilt() {
    WindowsToAlarm planning = new WindowsToAlarm(0.5, 1, 8, 1e12, 90);
    assertThat(planning.detectableRise(0.5, 0.52).orElseThrow())
        .isCloseTo(0.02 + 0.0125 * 0.52 * 0.48, within(1e-12));
  }

  @Test
  void detectableRise_ofAVacuousBoundOrNoTraffic_isAbsent() {
    assertThat(new WindowsToAlarm(0.01, 1, 8, 1000, 90).detectableRise(0.99, 1)).isEmpty();
    assertThat(new WindowsToAlarm(0.01, 1, 8, 0, 90).detectableRise(0.5, 0.6)).isEmpty();
    assertThat(new WindowsToAlarm(0.01, 1, 8, 1e-3, 90).detectableRise(0.5, 0.6)).isEmpty();
  }
}
