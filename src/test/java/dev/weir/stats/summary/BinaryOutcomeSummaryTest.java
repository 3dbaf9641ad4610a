package dev.weir.stats.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryOutcomeSummaryTest {
  private static final ScoreLayout LAYOUT =
      ScoreLayout.of(new double[] {0.05, 0.2, 0.3, 0.5, 0.7, 0.9});

  private static BinaryOutcomeSummary empty() {
    return new BinaryOutcomeSummary(LAYOUT);
  }

  // Four outcomes by hand: (.2, 0) (.4, 1) (.8, 1) (.9, 0).
  private static BinaryOutcomeSummary four() {
    BinaryOutcomeSummary summary = empty();
    summary.add(0.2, false, false, 1);
    summary.add(0.4, true, false, 1);
    summary.add(0.8, true, true, 1);
    summary.add(0.9, false, true, 1);
    return summary;
  }

  @Test
  void fourOutcomes_byHand() {
    BinaryOutcomeSummary summary = four();
    assertThat(summary.n()).isEqualTo(4);
    assertThat(summary.positives()).isEqualTo(2);
    // (.04 + .36 + .04 + .81)/4
    assertThat(summary.brier().orElseThrow().value()).isEqualTo(0.3125, within(1e-9));
    // -(ln .8 + ln .4 + ln .8 + ln .1)/4
    assertThat(summary.logLoss().orElseThrow().value())
        .isEqualTo(
            0.9162907318741551 / 4 + 2.302585092994046 / 4 + 0.4462871026284195 / 4, within(1e-9));
    // gaps .2, .6, .2, .9 in four bins of one
    assertThat(summary.calibration().expectedError().orElseThrow().value())
        .isEqualTo(1.9 / 4, within(1e-9));
    assertThat(summary.calibration().maximumError().orElseThrow().value())
        .isEqualTo(0.9, within(1e-9));
    // pairs: .4>.2, .8>.2 won, .4<.9, .8<.9 lost
    assertThat(summary.ranking().rocAuc().orElseThrow()).isEqualTo(Measured.exact(0.5));
    // ranks 2 and 3 from the top: (1/2 + 2/3)/2
    assertThat(summary.ranking().averagePrecision().orElseThrow().value())
        .isEqualTo(7 / 12.0, within(1e-12));
    assertThat(summary.confusion()).isEqualTo(new Confusion(1, 1, 1, 1));
    // sum (1-2p)^2 p(1-p): .36*.16 + .04*.24 + .36*.16 + .64*.09 = .1824; numerator
    // 2 - 2.3 - 2*1.2 + 2*1.65 = .6
    assertThat(summary.spiegelhalterZ().orElseThrow().value())
        .isEqualTo(0.6 / Math.sqrt(0.1824), within(1e-7));
  }

  @Test
  void withoutOutcomes_everyNumberIsAbsent() {
    BinaryOutcomeSummary summary = empty();
    assertThat(summary.brier()).isEmpty();
    assertThat(summary.logLoss()).isEmpty();
    assertThat(summary.spiegelhalterZ()).isEmpty();
    assertThat(summary.recalibration()).isEmpty();
    assertThat(summary.ranking().rocAuc()).isEmpty();
    assertThat(summary.ranking().averagePrecision()).isEmpty();
    assertThat(summary.calibration().expectedError()).isEmpty();
    assertThat(summary.calibration().maximumError()).isEmpty();
    assertThat(summary.calibration().debiasedError()).isEmpty();
    assertThat(summary.calibration().murphy()).isEmpty();
    assertThat(summary.confusion().accuracy()).isEmpty();
  }

  /** Scores of exactly 0, 1/2 and 1 give V = 0: z is 0/0 or infinite, so absent. */
  @Test
  void spiegelhalterZ_withoutVariance_isAbsent() {
    BinaryOutcomeSummary summary = empty();
    summary.add(0.5, true, true, 1);
    summary.add(1, true, true, 1);
    assertThat(summary.spiegelhalterZ()).isEmpty();
  }

  @Test
  void oneClass_hasNoRanking() {
    BinaryOutcomeSummary summary = empty();
    summary.add(0.5, true, true, 1);
    assertThat(summary.ranking().rocAuc()).isEmpty();
    assertThat(summary.confusion().recall()).hasValue(1);
    assertThat(summary.confusion().matthewsCorrelation()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.0999999, 0", "0.1, 0", "0.1000001, 1", "0.5, 5", "0.999, 9", "1, 9"})
  void widthBins_areThoseOfTheQuantisedScore(double score, int bin) {
    // 0.1 is 107374182.4 units, which rounds down into the first bin: part of the definition.
    assertThat(ScoreLayout.widthBin(FixedPoint.probability(score))).isEqualTo(bin);
  }

  @Test
  void logitBins_areEqualInLogit() {
    assertThat(ScoreLayout.logitBin(0.5)).isEqualTo(512);
    assertThat(ScoreLayout.logitBin(Math.nextDown(0.5))).isEqualTo(511);
    assertThat(ScoreLayout.logitBin(0)).isZero();
    assertThat(ScoreLayout.logitBin(1)).isEqualTo(1023);
    assertThat(ScoreLayout.logitBinCentre(512)).isEqualTo(0.5 / 64);
    // python3: 1/(1+math.exp(8-1/64))
    assertThat(ScoreLayout.logitBinHigh(0)).isEqualTo(0.0003406293277334101, within(1e-18));
    assertThat(ScoreLayout.logitBinLow(0)).isZero();
    assertThat(ScoreLayout.logitBinHigh(1023)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void murphysParts_addUpToTheBrierScore(long seed) {
    BinaryOutcomeSummary summary = random(seed, 3000);
    for (Calibration view : List.of(summary.calibration(), summary.equalMassCalibration())) {
      Murphy parts = view.murphy().orElseThrow();
      double total =
          parts.reliability().value()
              - parts.resolution().value()
              + parts.uncertainty().value()
              + parts.withinBinVariance().value()
              - parts.withinBinCovariance().value();
      assertThat(total)
          .as("seed %d", seed)
          .isEqualTo(summary.brier().orElseThrow().value(), within(1e-12));
    }
  }

  /** Pairwise counting over the raw scores must lie inside the bounds of the histogram. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void rankingBounds_holdTheExactValues(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<double[]> rows = new ArrayList<>();
    BinaryOutcomeSummary summary = empty();
    for (int i = 0; i < 800; i++) {
      double score = 0.4 + 0.05 * random.nextDouble();
      boolean positive = random.nextDouble() < 0.1 + 10 * (score - 0.4);
      rows.add(new double[] {score, positive ? 1 : 0});
      summary.add(score, positive, score >= 0.5, 1);
    }
    Measured auc = summary.ranking().rocAuc().orElseThrow();
    assertThat(auc.value()).as("seed %d", seed).isEqualTo(exactAuc(rows), within(auc.errorBound()));
    Measured precision = summary.ranking().averagePrecision().orElseThrow();
    assertThat(precision.value())
        .as("seed %d", seed)
        .isEqualTo(exactAveragePrecision(rows), within(precision.errorBound() + 1e-12));
    assertThat(precision.errorBound()).isPositive();
  }

  private static double exactAuc(List<double[]> rows) {
    double won = 0;
    double pairs = 0;
    for (double[] positive : rows) {
      for (double[] negative : rows) {
        if (positive[1] == 1 && negative[1] == 0) {
          pairs++;
          won += positive[0] > negative[0] ? 1 : positive[0] == negative[0] ? 0.5 : 0;
        }
      }
    }
    return won / pairs;
  }

  private static double exactAveragePrecision(List<double[]> rows) {
    List<double[]> descending = new ArrayList<>(rows);
    descending.sort((a, b) -> Double.compare(b[0], a[0]));
    double total = 0;
    double positives = 0;
    for (int i = 0; i < descending.size(); i++) {
      if (descending.get(i)[1] == 1) {
        positives++;
        total += positives / (i + 1);
      }
    }
    return total / positives;
  }

  /** Calibrated by construction, so slope 1 and intercept 0 within four standard errors. */
  @Test
  void recalibration_ofCalibratedScores_isNearTheIdentity() {
    LogisticRecalibration fit = random(17, 40_000).recalibration().orElseThrow();
    assertThat(fit.slope()).isEqualTo(1, within(0.06));
    assertThat(fit.intercept()).isEqualTo(0, within(0.06));
  }

  /** Labels drawn from logit 1/2 + 2 logit(p): the fit must find both numbers again. */
  @Test
  void recalibration_findsSlopeAndIntercept() {
    SplittableRandom random = new SplittableRandom(3);
    BinaryOutcomeSummary summary = empty();
    for (int i = 0; i < 60_000; i++) {
      double score = 0.05 + 0.9 * random.nextDouble();
      double logit = 0.5 + 2 * Math.log(score / (1 - score));
      summary.add(score, random.nextDouble() < 1 / (1 + Math.exp(-logit)), true, 1);
    }
    LogisticRecalibration fit = summary.recalibration().orElseThrow();
    assertThat(fit.slope()).isEqualTo(2, within(0.08));
    assertThat(fit.intercept()).isEqualTo(0.5, within(0.06));
  }

  @Test
  void recalibration_ofSeparatedClasses_isAbsent() {
    BinaryOutcomeSummary summary = empty();
    summary.add(0.2, false, false, 1);
    summary.add(0.3, false, false, 1);
    summary.add(0.8, true, true, 1);
    assertThat(summary.recalibration()).isEmpty();
  }

  @Test
  void scoresOutsideTheUnitInterval_areRefused() {
    assertThatThrownBy(() -> empty().add(1.5, true, true, 1)).hasMessageContaining("[0,1]");
  }

  /** A long run of positives uses the closed form: it must agree with the plain sum. */
  @Test
  void harmonicSum_equalsTermByTerm() {
    for (long start : new long[] {1, 7, 1000}) {
      double plain = 0;
      for (int i = 1; i <= 5000; i++) {
        plain += 1.0 / (start + i);
      }
      assertThat(Harmonic.between(start, 5000)).isEqualTo(plain, within(1e-12));
    }
  }

  private static BinaryOutcomeSummary random(long seed, int outcomes) {
    SplittableRandom random = new SplittableRandom(seed);
    BinaryOutcomeSummary summary = empty();
    for (int i = 0; i < outcomes; i++) {
      double score = random.nextDouble();
      summary.add(score, random.nextDouble() < score, score >= 0.5, 1);
    }
    return summary;
  }
}
