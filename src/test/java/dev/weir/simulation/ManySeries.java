package dev.weir.simulation;

import dev.weir.stats.inference.CusumState;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.StepUp;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * 200 series of equal weight under one budget, 20 of which shift by a quarter deviation. Weir
 * alarms when the last of the 20 is found; a false alarm is one of any series that did not change.
 */
record ManySeries(Row row) implements Scenario {
  private static final int SERIES = 200;
  private static final int CHANGED = 20;
  private static final int BINS = 32;
  private static final int RECORDS = 1000;

  static final String FALSE_SERIES = "false alarms of single series";
  static final String MISSED_SERIES = "changed series missed";
  static final String MEDIAN_DELAY = "largest median delay of single series";

  @Override
  public void draw(SplittableRandom random, Run run) {
    NormalFeature[] features = new NormalFeature[SERIES];
    DriftEvidence[] plans = new DriftEvidence[SERIES];
    CusumState[] states = new CusumState[SERIES];
    Naive[] naive = new Naive[SERIES];
    for (int s = 0; s < SERIES; s++) {
      features[s] = new NormalFeature(10_000, BINS, random);
      plans[s] =
          DriftEvidence.numeric(new long[][] {features[s].reference()}, DriftingFeature.SETTINGS);
      states[s] = new CusumState();
      naive[s] = new Naive(features[s].reference());
    }
    int[] delays = new int[CHANGED];
    Arrays.fill(delays, Outcome.NEVER);
    int found = 0;
    int falseAlarms = 0;
    for (int window = 0; window < row.windows(); window++) {
      boolean changed = window >= row.before();
      double[] days = new double[SERIES];
      for (int s = 0; s < SERIES; s++) {
        double mean = s < CHANGED && changed ? 0.25 : 0;
        int[] records = features[s].shares(mean, 1).records(RECORDS, random);
        long[] counts = Shares.count(records, BINS);
        double logE = states[s].fold(plans[s], DriftEvidence.window(0, counts), window).logE();
        days[s] = StepUp.logDays(1.0 / SERIES, Evidence.HOUR, logE);
        naive[s].watch(run, window, records);
      }
      boolean wrong = false;
      for (int alarmed : StepUp.alarms(days, Evidence.BUDGET)) {
        states[alarmed].reset();
        if (alarmed >= CHANGED || !changed) {
          falseAlarms++;
          wrong = true;
        } else if (delays[alarmed] == Outcome.NEVER) {
          delays[alarmed] = window - row.before() + 1;
          found++;
        }
      }
      run.watch(Watcher.WEIR, window, changed ? found == CHANGED : wrong);
    }
    Arrays.sort(delays);
    run.measure(FALSE_SERIES, falseAlarms);
    run.measure(MISSED_SERIES, CHANGED - found);
    run.measure(MEDIAN_DELAY, delays[CHANGED / 2 - 1]);
  }
}
