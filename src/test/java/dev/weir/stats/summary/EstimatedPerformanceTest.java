package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimatedPerformanceTest {
  private static final ScoreLayout LAYOUT = ScoreLayout.ofEdges(new double[0]);

  private static BinaryOutcomeSummary reference() {
    return new BinaryOutcomeSummary(LAYOUT);
  }

  private static void add(BinaryOutcomeSummary summary, double score, int positives, int n) {
    for (int i = 0; i < n; i++) {
      summary.add(score, i < positives, false, 1);
    }
  }

  // By hand: rates 1/4, 3/4, 2/4, 4/4; the middle two violate the order and pool to 5/8.
  @Test
  void reliability_poolsAdjacentViolators() {
    BinaryOutcomeSummary reference = reference();
    add(reference, 0.2, 1, 4);
    add(reference, 0.4, 3, 4);
    add(reference, 0.6, 2, 4);
    add(reference, 0.8, 4, 4);
    EstimatedPerformance estimate = EstimatedPerformance.of(reference).orElseThrow();
    assertThat(estimate.rate(ScoreLayout.logitBin(0.2))).isEqualTo(0.25);
    assertThat(estimate.rate(ScoreLayout.logitBin(0.4))).isEqualTo(0.625);
    assertThat(estimate.rate(ScoreLayout.logitBin(0.6))).isEqualTo(0.625);
    assertThat(estimate.rate(ScoreLayout.logitBin(0.8))).isEqualTo(1);
    assertThat(estimate.rate(ScoreLayout.logitBin(0.5))).as("empty bin inside").isEqualTo(0.625);
    assertThat(estimate.rate(0)).as("below all").isEqualTo(0.25);
    assertThat(estimate.rate(1023)).as("above all").isEqualTo(1);
  }

  // Two predictions: .2 decided negative (right with 3/4), .8 decided negative (right with 0).
  @Test
  void accuracyAndAuc_byHand() {
    BinaryOutcomeSummary reference = reference();
    add(reference, 0.2, 1, 4);
    add(reference, 0.8, 4, 4);
    EstimatedPerformance estimate = EstimatedPerformance.of(reference).orElseThrow();
    ScoreDecisions window = new ScoreDecisions();
    window.add(0.2, false, 1);
    window.add(0.8, false, 1);
    assertThat(estimate.accuracy(window)).contains(Measured.exact(0.375));
    // positives 1/4 and 1, negatives 3/4 and 0: (1/4 * 3/4 + 1 * 2 * 3/4)/(2 * 5/4 * 3/4)
    Measured auc = estimate.rocAuc(window).orElseThrow();
    assertThat(auc.value()).isEqualTo(0.9, within(1e-15));
    assertThat(auc.errorBound()).isEqualTo(0.1, within(1e-15));
  }

  /** Without a change of concept the estimate meets the truth within sampling error. */
  @Test
  void estimate_withoutChangeOfConcept_isNearTheTruth() {
    SplittableRandom random = new SplittableRandom(141);
    BinaryOutcomeSummary reference = reference();
    BinaryOutcomeSummary truth = reference();
    ScoreDecisions window = new ScoreDecisions();
    for (int i = 0; i < 40_000; i++) {
      double score = random.nextDouble();
      boolean positive = random.nextDouble() < score * score;
      if (i % 2 == 0) {
        reference.add(score, positive, score > 0.5, 1);
      } else {
        truth.add(score, positive, score > 0.5, 1);
        window.add(score, score > 0.5, 1);
      }
    }
    EstimatedPerformance estimate = EstimatedPerformance.of(reference).orElseThrow();
    assertThat(estimate.accuracy(window).orElseThrow().value())
        .isEqualTo(truth.confusion().accuracy().orElseThrow(), within(0.015));
    assertThat(estimate.rocAuc(window).orElseThrow().value())
        .isEqualTo(truth.ranking().rocAuc().orElseThrow().value(), within(0.015));
  }

  @Test
  void withoutData_nothingIsEstimated() {
    assertThat(EstimatedPerformance.of(reference())).isEmpty();
    BinaryOutcomeSummary one = reference();
    add(one, 0.5, 1, 1);
    EstimatedPerformance estimate = EstimatedPerformance.of(one).orElseThrow();
    assertThat(estimate.accuracy(new ScoreDecisions())).isEmpty();
    assertThat(estimate.rocAuc(new ScoreDecisions())).isEmpty();
  }
}
