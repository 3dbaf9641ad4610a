package dev.weir.stats.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.stats.summary.CategoricalLayout;
import dev.weir.stats.summary.CategoricalSummary;
import dev.weir.stats.summary.Measured;
import dev.weir.stats.summary.NumericLayout;
import dev.weir.stats.summary.NumericSummary;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Corner cases, and small examples worked by hand. */
class DivergenceCornersTest {
  private static final Divergence PSI = new PopulationStability(0.5);

  private static Comparison counts(double[] reference, double[] current) {
    return Comparison.ofCounts(reference, current);
  }

  private static double value(Divergence divergence, Comparison comparison) {
    return divergence.between(comparison).orElseThrow().value();
  }

  // p = (1.5, 3.5)/5, q = (3.5, 1.5)/5: psi = .4 ln(7/3) * 2, kl = .4 ln(7/3).
  @Test
  void psiAndKl_addHalfToEveryCell() {
    Comparison comparison = counts(new double[] {1, 3}, new double[] {3, 1});
    double logRatio = 0.8472978603872037;
    assertThat(value(PSI, comparison)).isEqualTo(0.8 * logRatio, within(1e-15));
    assertThat(value(new KullbackLeibler(0.5), comparison))
        .isEqualTo(0.4 * logRatio, within(1e-15));
    assertThat(value(new PopulationStabilityExcess(), comparison))
        .isEqualTo(0.8 * logRatio - 0.5, within(1e-15));
  }

  /** A value never seen in the reference must not make the distance infinite. */
  @Test
  void psi_ofAnEmptyReferenceCell_isFinite() {
    assertThat(value(PSI, counts(new double[] {10, 0}, new double[] {0, 10}))).isBetween(4.0, 6.0);
    assertThat(new KullbackLeibler(0).between(counts(new double[] {10, 0}, new double[] {5, 5})))
        .as("without smoothing it is infinite, so absent")
        .isEmpty();
  }

  @Test
  void oneCell_hasNoDistance() {
    Comparison one = counts(new double[] {10}, new double[] {20});
    assertThat(value(PSI, one)).isZero();
    assertThat(value(new PopulationStabilityExcess(), one)).isZero();
    assertThat(new ChiSquare().between(one)).isEmpty();
    Comparison line =
        Comparison.ofLine(
            new Comparison.Line(new double[0], new double[] {10}, new double[] {20}, 0, 1, 1));
    assertThat(new KolmogorovSmirnov().between(line)).contains(new Measured(0, 1));
  }

  @Test
  void disjointSides_areAtTheGreatestDistance() {
    Comparison apart = counts(new double[] {5, 0}, new double[] {0, 9});
    assertThat(value(new TotalVariation(), apart)).isEqualTo(1);
    assertThat(value(new Hellinger(), apart)).isEqualTo(1);
    assertThat(value(new JensenShannon(), apart)).isEqualTo(1);
  }

  // Pearson's sum over both rows, columns 30, 40, 40 of 110; the empty column has no term.
  @Test
  void chiSquare_leavesEmptyColumnsOut() {
    Comparison table = counts(new double[] {10, 20, 0, 30}, new double[] {20, 20, 0, 10});
    double byHand = 0;
    double[][] rows = {{10, 20, 30}, {20, 20, 10}};
    double[] columns = {30, 40, 40};
    double[] totals = {60, 50};
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 3; column++) {
        double expected = totals[row] * columns[column] / 110;
        byHand += Math.pow(rows[row][column] - expected, 2) / expected;
      }
    }
    assertThat(value(new ChiSquare(), table)).isEqualTo(byHand, within(1e-12));
    assertThat(ChiSquare.degreesOfFreedom(table)).isEqualTo(2);
  }

  @Test
  void categories_haveNoDistanceOnALine() {
    Comparison categories = counts(new double[] {1, 2}, new double[] {2, 1});
    assertThat(new KolmogorovSmirnov().between(categories)).isEmpty();
    assertThat(new Wasserstein().between(categories)).isEmpty();
  }

  @Test
  void wasserstein_withoutReferenceDeviation_isAbsent() {
    Comparison.Line line =
        new Comparison.Line(new double[] {1}, new double[] {5, 5}, new double[] {1, 9}, 0, 2, 0);
    assertThat(new Wasserstein().between(Comparison.ofLine(line))).isEmpty();
  }

  // scipy.stats.chi2.ppf(.95, [1, 9]) = [3.841458820694124, 16.918977604620448]
  @Test
  void noise95_isTheChiSquareQuantileOverTheSampleSizes() {
    double[] ten = new double[10];
    Arrays.fill(ten, 100);
    assertThat(PopulationStabilityExcess.noise95(counts(ten, ten)).orElseThrow())
        .isEqualTo(16.918977604620448 * 2 / 1000, within(1e-12));
    double[] two = {500, 500};
    assertThat(PopulationStabilityExcess.noise95(counts(two, two)).orElseThrow())
        .isEqualTo(3.841458820694124 * 2 / 1000, within(1e-12));
  }

  @Test
  void noise95_makesNoClaimForSmallExpectedCounts() {
    double[] reference = {990, 10};
    assertThat(PopulationStabilityExcess.noise95(counts(reference, new double[] {499, 1})))
        .as("5 expected")
        .isPresent();
    assertThat(PopulationStabilityExcess.noise95(counts(reference, new double[] {489, 10})))
        .as("4.99 expected")
        .isEmpty();
  }

  @Test
  void categoricalSummaries_areComparedCellByCell() {
    CategoricalLayout layout = CategoricalLayout.of(Map.of("a", 3L, "b", 1L));
    CategoricalSummary reference = new CategoricalSummary(layout);
    CategoricalSummary current = new CategoricalSummary(layout);
    List.of("a", "a", "a", "b").forEach(reference::add);
    List.of("a", "new", "new", "new").forEach(current::add);
    assertThat(value(new TotalVariation(), Comparison.of(reference, current))).isEqualTo(0.75);
  }

  @Test
  void summariesOfDifferentLayouts_areRefused() {
    NumericSummary one = new NumericSummary(NumericLayout.of(new double[] {1, 2, 3}));
    NumericSummary other = new NumericSummary(NumericLayout.of(new double[] {1, 2, 4}));
    assertThatThrownBy(() -> Comparison.of(one, other)).hasMessageContaining("one layout");
    assertThatThrownBy(() -> counts(new double[1], new double[2])).hasMessageContaining("1 and 2");
    assertThatThrownBy(() -> counts(new double[] {-1}, new double[] {2}))
        .hasMessageContaining("at least 0");
  }
}
