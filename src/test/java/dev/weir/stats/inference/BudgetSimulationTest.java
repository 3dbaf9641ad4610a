package dev.weir.stats.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The false-alarm budget over many series at once, on simulated traffic. */
@Tag("slow")
class BudgetSimulationTest {
  @Test
  void twoHundredSeries_findTheTwentyThatChange_andNoOther() {
    int series = 200;
    int changed = 20;
    int changeAt = 20;
    int found = 0;
    int falseAlarms = 0;
    int[] delays = new int[20 * changed];
    SplittableRandom seeds = new SplittableRandom(51);
    for (int run = 0; run < 20; run++) {
      SplittableRandom random = seeds.split();
      BinnedTraffic[] traffic = new BinnedTraffic[series];
      DriftEvidence[] plans = new DriftEvidence[series];
      CusumState[] states = new CusumState[series];
      for (int s = 0; s < series; s++) {
        traffic[s] = new BinnedTraffic(10_000, 32, random);
        plans[s] =
            DriftEvidence.numeric(
                new long[][] {traffic[s].reference()}, new EvidenceSettings(0.02, 1e-4));
        states[s] = new CusumState();
      }
      boolean[] seen = new boolean[series];
      for (int window = 0; window < changeAt + 10; window++) {
        double[] days = new double[series];
        for (int s = 0; s < series; s++) {
          double mean = s < changed && window >= changeAt ? 0.25 : 0;
          long[] counts = BinnedTraffic.draw(traffic[s].shares(mean, 1), 1000, random);
          EvidenceReading reading =
              states[s].fold(plans[s], DriftEvidence.window(0, counts), window);
          days[s] = StepUp.logDays(1.0 / series, 1.0 / 24, reading.logE());
        }
        for (int alarmed : StepUp.alarms(days, 90)) {
          states[alarmed].reset();
          if (alarmed >= changed || window < changeAt) {
            falseAlarms++;
          } else if (!seen[alarmed]) {
            seen[alarmed] = true;
            delays[found++] = window - changeAt + 1;
          }
        }
      }
    }
    int[] sorted = Arrays.copyOf(delays, found);
    Arrays.sort(sorted);
    assertThat(found).as("of 400 changed series").isGreaterThanOrEqualTo(396);
    assertThat(sorted[found / 2]).as("median delay in windows").isLessThanOrEqualTo(4);
    assertThat(falseAlarms).as("alarms of series that did not change").isZero();
  }

  /**
   * Every record's probability sits exactly on the bound, which is as bad as a null can be. With a
   * budget of one alarm in 200 windows, 2000 windows may bring 10 alarm events on average.
   */
  @Test
  void nullsAtTheirBoundary_alarmLessOftenThanTheBudget() {
    RateEvidence plan =
        RateEvidence.nominal(
            0.1, 0, 1, Dispersion.none(), EnumSet.of(Side.ABOVE), AbsentLabels.CENSORED);
    int events = 0;
    SplittableRandom seeds = new SplittableRandom(52);
    for (int run = 0; run < 100; run++) {
      SplittableRandom random = seeds.split();
      CusumState[] states = new CusumState[20];
      Arrays.setAll(states, s -> new CusumState());
      for (int window = 0; window < 2000; window++) {
        double[] days = new double[states.length];
        for (int s = 0; s < states.length; s++) {
          WindowCounts counts =
              RateEvidence.window(0, BinnedTraffic.drawHits(0.1, 100, random), 100, 0);
          days[s] = StepUp.logDays(1.0 / 20, 1, states[s].fold(plan, counts, window).logE());
        }
        int[] alarms = StepUp.alarms(days, 200);
        events += alarms.length > 0 ? 1 : 0;
        for (int alarmed : alarms) {
          states[alarmed].reset();
        }
      }
    }
    assertThat(events / 1000.0)
        .as("alarm events, as a share of what is allowed")
        .isBetween(0.02, 0.2);
  }

  /** Two equal models are compared every 100 predictions; error .05 for ever, plus 2.5 s.e. */
  @Test
  void equalModels_rarelyGetAWinner() {
    int bySigns = 0;
    int bySums = 0;
    SplittableRandom seeds = new SplittableRandom(53);
    for (int run = 0; run < 300; run++) {
      SplittableRandom random = seeds.split();
      long challengerBetter = 0;
      long championBetter = 0;
      boolean signsDecided = false;
      boolean sumsDecided = false;
      for (int look = 1; look <= 200; look++) {
        long[] drawn = BinnedTraffic.draw(new double[] {0.1, 0.1, 0.8}, 100, random);
        challengerBetter += drawn[0];
        championBetter += drawn[1];
        signsDecided |= decided(PairedComparison.ofSigns(challengerBetter, championBetter));
        sumsDecided |=
            decided(
                PairedComparison.ofSums(
                    (double) (challengerBetter - championBetter),
                    (double) (challengerBetter + championBetter)));
      }
      bySigns += signsDecided ? 1 : 0;
      bySums += sumsDecided ? 1 : 0;
    }
    assertThat(bySigns).as("false winners by signs, of 300").isLessThanOrEqualTo(24);
    assertThat(bySums).as("false winners by sums, of 300").isLessThanOrEqualTo(24);
  }

  private static boolean decided(PairedComparison comparison) {
    return comparison.verdict(0.05) != PairedComparison.Verdict.UNDECIDED;
  }

  @Test
  void aBetterChallenger_isPromoted() {
    int[] needed = new int[100];
    SplittableRandom seeds = new SplittableRandom(54);
    for (int run = 0; run < needed.length; run++) {
      SplittableRandom random = seeds.split();
      long better = 0;
      long worse = 0;
      int look = 0;
      PairedComparison.Verdict verdict = PairedComparison.Verdict.UNDECIDED;
      while (verdict == PairedComparison.Verdict.UNDECIDED && look < 200) {
        long[] drawn = BinnedTraffic.draw(new double[] {0.12, 0.08, 0.8}, 100, random);
        better += drawn[0];
        worse += drawn[1];
        look++;
        verdict = PairedComparison.ofSigns(better, worse).verdict(0.05);
      }
      needed[run] = verdict == PairedComparison.Verdict.PROMOTE ? 100 * look : Integer.MAX_VALUE;
    }
    Arrays.sort(needed);
    // The design's simulation found a median of 1300.
    assertThat(needed[50]).as("median predictions needed").isLessThanOrEqualTo(1700);
  }
}
