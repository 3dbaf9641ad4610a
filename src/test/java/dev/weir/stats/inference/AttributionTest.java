package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.stats.inference.InverseProbabilityWeighting.Cell;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Splits, early estimates, comparisons, dispersion and back tests. */
class AttributionTest {
  @Test
  void mixAndRate_sumToTheWholeChange_alsoWithEmptyCells() {
    double[] reference = {50, 50, 0};
    double[] referenceLoss = {5, 10, 0};
    double[] current = {0, 30, 10};
    double[] currentLoss = {0, 9, 5};
    MixRateSplit split = MixRateSplit.of(reference, referenceLoss, current, currentLoss);
    assertThat(split.total()).isCloseTo(14.0 / 40 - 15.0 / 100, within(1e-15));
    assertThat(split.borrowed()).isEqualTo(2);
    // Only the middle cell has a rate on both sides: (.5 + .75)/2 * (.3 - .2).
    assertThat(split.rate()).isCloseTo(0.0625, within(1e-15));
  }

  @Test
  void earlyEstimate_leavesOutYoungAgesInEveryCell() {
    // At age 1 one class is labelled with probability .01 only; its twin of that age goes too.
    List<Cell> cells =
        List.of(
            new Cell(1, 0.01, 100, 3, 3, 3),
            new Cell(1, 0.9, 100, 50, 0, 0),
            new Cell(2, 0.5, 100, 10, 2, 2));
    InverseProbabilityWeighting.Estimate estimate =
        InverseProbabilityWeighting.estimate(cells, 0.05).orElseThrow();
    assertThat(estimate.value()).isCloseTo(0.2, within(1e-15));
    assertThat(estimate.effectiveN()).isCloseTo(10, within(1e-12));
    assertThat(InverseProbabilityWeighting.estimate(cells, 0.6)).isEmpty();
  }

  @Test
  void comparison_hasAVerdictForEachSide() {
    assertThat(PairedComparison.ofSigns(100, 20).verdict(0.05))
        .isEqualTo(PairedComparison.Verdict.PROMOTE);
    assertThat(PairedComparison.ofSigns(20, 100).verdict(0.05))
        .isEqualTo(PairedComparison.Verdict.KEEP);
    assertThat(PairedComparison.ofSigns(55, 50).verdict(0.05))
        .isEqualTo(PairedComparison.Verdict.UNDECIDED);
    assertThat(PairedComparison.ofSums(-80, 120).verdict(0.05))
        .isEqualTo(PairedComparison.Verdict.KEEP);
  }

  @Test
  void comparisonInterval_isWiderThanAFixedTimeOne() {
    Interval interval = PairedComparison.interval(0.03, 2000, 0.05, 2000);
    assertThat((interval.low() + interval.high()) / 2).isCloseTo(0.03, within(1e-15));
    double fixedTime = 1.96 / Math.sqrt(2000);
    assertThat((interval.high() - interval.low()) / 2).isBetween(fixedTime, 2 * fixedTime);
  }

  @Test
  void dispersion_ofNothingToMeasure_isOne() {
    assertThat(Dispersion.measured(new long[] {5}, new long[] {10})).isEqualTo(1);
    assertThat(Dispersion.measured(new long[] {0, 0, 0}, new long[] {10, 10, 10})).isEqualTo(1);
  }

  @Test
  void dispersion_withinSeasons_ignoresTheDifferenceBetweenThem() {
    long[][] hits = {{100, 100, 100}, {900, 900, 900}};
    long[][] totals = {{1000, 1000, 1000}, {1000, 1000, 1000}};
    assertThat(Dispersion.pearson(hits, totals)).isZero();
    assertThat(Dispersion.pearson(new long[][] {{100, 900}}, new long[][] {{1000, 1000}}))
        .as("one season: 2 * 400^2 / 250")
        .isCloseTo(1280, within(1e-9));
  }

  @Test
  void backTests_withoutRecords_areAbsent() {
    assertThat(CoverageBacktest.kupiec(0, 0, 0.1)).isEmpty();
    assertThat(CoverageBacktest.independence(0, 0, 0, 0)).isEmpty();
    assertThat(CoverageBacktest.independence(99, 0, 0, 0)).as("no miss at all").isEmpty();
  }

  @Test
  void kupiec_isZeroAtThePromisedRate() {
    assertThat(CoverageBacktest.kupiec(10, 100, 0.1).orElseThrow()).isCloseTo(0, within(1e-12));
    // No miss: -2 * 100 ln(.9).
    assertThat(CoverageBacktest.kupiec(0, 100, 0.1).orElseThrow())
        .isCloseTo(-200 * Math.log(0.9), within(1e-10));
  }
}
