package dev.weir.decide;

import static dev.weir.decide.TestingModel.HOUR;
import static dev.weir.decide.TestingModel.START;
import static dev.weir.decide.TestingModel.alerts;
import static dev.weir.decide.TestingModel.drift;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.decide.Output.Status;
import dev.weir.monitor.Rule;
import dev.weir.stats.inference.RateEvidence;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One budget for many series, end to end through the decision. */
@Tag("slow")
class BudgetSimulationTest {
  private static final int SERIES = 20;

  private static long binomial(SplittableRandom random, int rows, double rate) {
    long hits = 0;
    for (int row = 0; row < rows; row++) {
      hits += random.nextDouble() < rate ? 1 : 0;
    }
    return hits;
  }

  /** Without the step-up a change in many series at once is found later or not at all. */
  @Test
  void changeInManySeries_isFoundSoonerTogetherThanAlone() {
    int together = windowsToAlarm(SERIES);
    int alone = windowsToAlarm(1);
    assertThat(together).isLessThanOrEqualTo(alone);
    assertThat(alone).isLessThan(40);
  }

  private static int windowsToAlarm(int changed) {
    TestingModel model = new TestingModel();
    model.weight = 1.0 / SERIES;
    SplittableRandom random = new SplittableRandom(5);
    for (int window = 0; window < 100; window++) {
      long tick = START + window * HOUR;
      for (int s = 0; s < SERIES; s++) {
        long hits = binomial(random, 200, s < changed ? 0.15 : 0.1);
        model.findings.add(
            model.counted(drift("f" + s), tick, 200, RateEvidence.window(0, hits, 200, 0)));
      }
      boolean found =
          alerts(model.decide(tick)).stream()
              .anyMatch(
                  alert ->
                      alert.status() == Status.FIRING
                          && alert
                              .fingerprint()
                              .equals(DecisionIds.fingerprint(drift("f0"), Rule.EVIDENCE)));
      if (found) {
        return window + 1;
      }
    }
    return 100;
  }
}
