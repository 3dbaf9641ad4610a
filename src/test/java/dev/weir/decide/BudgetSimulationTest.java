package dev.weir.decide;

import static dev.weir.decide.TestingModel.HOUR;
import static dev.weir.decide.TestingModel.START;
import static dev.weir.decide.TestingModel.alerts;
import static dev.weir.decide.TestingModel.drift;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.decide.Output.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The budget, end to end through the decision, with every series exactly at its bound. */
@Tag("slow")
class BudgetSimulationTest {
  private static final int SERIES = 20;
  private static final int WINDOWS = 2000;
  private static final int RUNS = 15;

  private static long binomial(SplittableRandom random, int rows, double rate) {
    long hits = 0;
    for (int row = 0; row < rows; row++) {
      hits += random.nextDouble() < rate ? 1 : 0;
    }
    return hits;
  }

  /** Ticks at which something fired: alarm events, however many series they name. */
  private static int alarmEvents(SplittableRandom random, boolean identical) {
    TestingModel model = new TestingModel();
    // One false alarm per 200 windows; weights sum to 1 with the reserve of later versions.
    model.budgetDays = 200 / 24.0;
    model.weight = 1.0 / SERIES;
    model.resolveAfter = 1;
    int events = 0;
    for (int window = 0; window < WINDOWS; window++) {
      long tick = START + window * HOUR;
      long shared = binomial(random, 200, 0.1);
      for (int s = 0; s < SERIES; s++) {
        long hits = identical ? shared : binomial(random, 200, 0.1);
        model.findings.add(finding(model, s, tick, hits));
      }
      List<Output> outputs = model.decide(tick);
      boolean fired =
          alerts(outputs).stream()
              .anyMatch(
                  alert -> !alert.monitor().equals("weir") && alert.status() == Status.FIRING);
      events += fired ? 1 : 0;
    }
    return events;
  }

  private static dev.weir.monitor.Finding finding(
      TestingModel model, int series, long tick, long hits) {
    dev.weir.monitor.Finding whole =
        model.finding(drift("f" + series), tick, hits, dev.weir.monitor.Verdict.NOT_JUDGED);
    return new dev.weir.monitor.Finding(
        whole.series(),
        whole.windowStart(),
        whole.windowEnd(),
        whole.tick(),
        0,
        hits / 200.0,
        whole.unit(),
        null,
        null,
        whole.threshold(),
        200,
        whole.nReference(),
        whole.verdict(),
        null,
        whole.errorBound(),
        null,
        whole.blindTo(),
        null,
        whole.baselineId(),
        null,
        TestingModel.counts(hits, 200),
        whole.configHash());
  }

  /**
   * The guarantee allows 10 events in each run of 2000 windows. The CUSUM stays near a tenth of it
   * (statistics: sharpness .08); a quarter is more than five standard errors of that away.
   */
  @Test
  void nullAtTheBoundary_staysFarBelowTheBudget_independentOrIdentical() {
    for (boolean identical : List.of(false, true)) {
      List<Integer> events = new ArrayList<>();
      for (int run = 0; run < RUNS; run++) {
        events.add(alarmEvents(new SplittableRandom(210 + run), identical));
      }
      double mean = events.stream().mapToInt(Integer::intValue).average().orElseThrow();
      double allowed = WINDOWS / 200.0;
      assertThat(mean / allowed)
          .as("seeds 210.., identical %s, events %s", identical, events)
          .isLessThan(0.25);
    }
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
        model.findings.add(finding(model, s, tick, hits));
      }
      boolean found =
          alerts(model.decide(tick)).stream()
              .anyMatch(
                  alert ->
                      alert.status() == Status.FIRING
                          && alert
                              .fingerprint()
                              .equals(
                                  DecisionIds.fingerprint(
                                      drift("f0"), dev.weir.monitor.Rule.EVIDENCE)));
      if (found) {
        return window + 1;
      }
    }
    return 100;
  }
}
