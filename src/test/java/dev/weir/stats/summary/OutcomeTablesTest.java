package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Losses, delays, ordered outcomes, several classes, vectors: hand-made examples. */
class OutcomeTablesTest {

  @Test
  void losses_areSummedAndClipped() {
    LossSummary summary = new LossSummary();
    summary.add(0.25, 1);
    summary.add(0.5, 1);
    summary.add(7, 1);
    assertThat(summary.n()).isEqualTo(3);
    assertThat(summary.clipped()).isEqualTo(1);
    assertThat(summary.sum()).isEqualTo(1.75);
    assertThat(summary.sumOfSquares()).isEqualTo(1.3125);
    assertThat(summary.mean().orElseThrow().value()).isEqualTo(1.75 / 3, within(1e-15));
    assertThat(summary.variance().orElseThrow().value())
        .isEqualTo((1.3125 - 1.75 * 1.75 / 3) / 2, within(1e-12));
    assertThat(new LossSummary().mean()).isEmpty();
    assertThatThrownBy(() -> summary.add(-0.1, 1)).hasMessageContaining("at least 0");
  }

  @Test
  void delayQuantile_thatIsNotReached_isAbsent() {
    DelaySummary summary = new DelaySummary(2);
    for (int i = 0; i < 6; i++) {
      summary.add(0, 1000L << i, 1);
    }
    for (int i = 0; i < 4; i++) {
      summary.addUnlabelled(1);
    }
    Measured median = summary.quantile(0.5).orElseThrow();
    assertThat(median.value()).isEqualTo(16, within(median.errorBound()));
    assertThat(median.errorBound() / 16).isLessThan(0.091);
    assertThat(summary.quantile(0.95)).isEmpty();
    assertThat(summary.quantile(0, 0.95)).isPresent();
    assertThat(summary.quantile(1, 0.5)).isEmpty();
    assertThat(summary.labelled()).isEqualTo(6);
    assertThat(summary.labelled(1)).isZero();
    assertThat(summary.unlabelled()).isEqualTo(4);
  }

  /** "Within a" must count a label that came after exactly a. */
  @Test
  void delaysWithinAnEdge_areCountedExactly() {
    DelaySummary summary = new DelaySummary(1);
    summary.add(0, 8000, 1);
    summary.add(0, 8001, 1);
    summary.add(0, -3, 1);
    assertThat(DelaySummary.edgeAtLeast(7.9)).isEqualTo(8);
    assertThat(summary.within(8)).isEqualTo(2);
    assertThat(summary.within(DelaySummary.edgeAtLeast(8.1))).isEqualTo(3);
  }

  private static OrderedOutcomes.Outcome at(long time, long id, boolean missed) {
    return new OrderedOutcomes.Outcome(time, id, 0, missed, 0, 0);
  }

  @Test
  void outcomes_areVisitedByTimeThenId() {
    OrderedOutcomes outcomes = new OrderedOutcomes(10);
    outcomes.add(at(2, 5, false), 1);
    outcomes.add(at(1, -1, true), 1);
    outcomes.add(at(1, 7, false), 1);
    List<Long> ids = new ArrayList<>();
    outcomes.forEach(outcome -> ids.add(outcome.idHash()));
    assertThat(ids).as("ids are unsigned: -1 is the largest").containsExactly(7L, -1L, 5L);
    assertThat(outcomes.transitions()).isEqualTo(new OrderedOutcomes.Transitions(0, 1, 1, 0));
  }

  @Test
  void transitions_countPairsInOrder() {
    OrderedOutcomes outcomes = new OrderedOutcomes(100);
    String misses = "0011010001";
    for (int i = misses.length() - 1; i >= 0; i--) {
      outcomes.add(at(i, 0, misses.charAt(i) == '1'), 1);
    }
    // 00 01 11 10 01 10 00 00 01
    assertThat(outcomes.transitions()).isEqualTo(new OrderedOutcomes.Transitions(3, 3, 2, 1));
  }

  @Test
  void tooManyOutcomes_areLetGoAndSaidSo() {
    OrderedOutcomes left = new OrderedOutcomes(3);
    OrderedOutcomes right = new OrderedOutcomes(3);
    for (int i = 0; i < 2; i++) {
      left.add(at(i, 1, false), 1);
      right.add(at(i, 2, true), 1);
    }
    assertThat(left.overflowed()).isFalse();
    left.merge(right);
    assertThat(left.overflowed()).isTrue();
    assertThat(left.n()).isEqualTo(4);
    assertThat(left.transitions()).isEqualTo(new OrderedOutcomes.Transitions(0, 0, 0, 0));
    OrderedOutcomes fresh = left.empty();
    fresh.merge(left);
    assertThat(fresh).isEqualTo(left);
  }

  // By hand: decisions x x y z against labels x y y outside.
  @Test
  void severalClasses_byHand() {
    MulticlassOutcomeSummary summary =
        new MulticlassOutcomeSummary(new MulticlassLayout(List.of("x", "y", "z")));
    summary.add(new double[] {0.5, 0.25, 0.25}, 0, 0, 1);
    summary.add(new double[] {0.5, 0.5, 0}, 0, 1, 1);
    summary.add(1, 1, 1);
    summary.add(2, MulticlassOutcomeSummary.OUTSIDE, 1);
    assertThat(summary.n()).isEqualTo(4);
    assertThat(summary.scored()).isEqualTo(2);
    assertThat(summary.accuracy()).hasValue(0.5);
    assertThat(summary.confusion(0)).isEqualTo(new Confusion(1, 1, 0, 2));
    assertThat(summary.confusion(2)).isEqualTo(new Confusion(0, 1, 0, 3));
    assertThat(summary.recall()).as("no label is z").isEmpty();
    assertThat(summary.precision().orElseThrow()).isEqualTo(0.5);
    // (.25 + .0625 + .0625 + .25 + .25)/2
    assertThat(summary.brier().orElseThrow().value()).isEqualTo(0.4375, within(1e-9));
    assertThat(summary.logLoss().orElseThrow().value()).isEqualTo(0.6931471805599453, within(1e-9));
    assertThat(summary.labelled(MulticlassOutcomeSummary.OUTSIDE)).isEqualTo(1);
  }

  @Test
  void manyClasses_haveCoarserHistograms() {
    List<String> nine = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i");
    assertThat(new MulticlassLayout(nine).scoreBins()).isEqualTo(128);
    assertThat(new MulticlassLayout(nine).scoreBin(1)).isEqualTo(127);
    assertThat(new MulticlassLayout(nine.subList(0, 8)).scoreBins()).isEqualTo(1024);
    assertThatThrownBy(() -> new MulticlassLayout(List.of("a", "a"))).hasMessageContaining("twice");
  }

  private static EmbeddingSummary normals(EmbeddingLayout layout, long seed, double shift) {
    SplitMix random = new SplitMix(seed);
    EmbeddingSummary summary = new EmbeddingSummary(layout);
    for (int i = 0; i < 2000; i++) {
      double radius = Math.sqrt(-2 * Math.log(random.nextOpen()));
      double angle = 2 * Math.PI * random.nextOpen();
      summary.add(new double[] {radius * Math.cos(angle) + shift, radius * Math.sin(angle)});
    }
    return summary;
  }

  /**
   * Kernel exp(-|x-y|^2/(2 sigma^2)), sigma 1, between N(0,I) and N(d e_1,I) in the plane: MMD^2 =
   * 2 (1/3) (1 - exp(-d^2/6)), by the Gaussian integral with s^2 = sigma^2 + 2 = 3.
   */
  @Test
  void maximumMeanDiscrepancy_ofAShift_isTheGaussianIntegral() {
    EmbeddingLayout layout = new EmbeddingLayout(new double[2], new double[] {1, 1}, 1, 4096, 7);
    double expected = Math.sqrt(2 / 3.0 * (1 - Math.exp(-1 / 6.0)));
    Measured shifted =
        normals(layout, 1, 1).maximumMeanDiscrepancy(normals(layout, 2, 0)).orElseThrow();
    assertThat(shifted.value()).isEqualTo(expected, within(0.03));
    Measured same =
        normals(layout, 3, 0).maximumMeanDiscrepancy(normals(layout, 4, 0)).orElseThrow();
    assertThat(same.value()).isLessThan(0.05);
  }

  @Test
  void vectorsOfAnotherLength_areTypeErrors() {
    EmbeddingLayout layout = new EmbeddingLayout(new double[2], new double[] {1, 1}, 1, 8, 7);
    EmbeddingSummary summary = new EmbeddingSummary(layout);
    summary.add(new double[3]);
    summary.add(new double[] {1, Double.NaN});
    summary.addMissing();
    assertThat(summary.typeErrors()).isEqualTo(2);
    assertThat(summary.n()).isZero();
    assertThat(summary.records()).isEqualTo(3);
    assertThat(summary.maximumMeanDiscrepancy(summary.copy())).isEmpty();
  }
}
