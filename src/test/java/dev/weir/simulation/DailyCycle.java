package dev.weir.simulation;

import dev.weir.stats.inference.DriftEvidence;
import java.util.Arrays;
import java.util.SplittableRandom;

/** The mean follows the hour of the day by one deviation; Weir has a reference per hour. */
record DailyCycle(Row row) implements Scenario {
  private static final int BINS = 10;
  private static final int HOURS = 24;

  @Override
  public void draw(SplittableRandom random, Run run) {
    NormalFeature feature = new NormalFeature(20_000, BINS, random);
    Shares[] shares = new Shares[HOURS];
    long[][] byHour = new long[HOURS][];
    long[] together = new long[BINS];
    for (int hour = 0; hour < HOURS; hour++) {
      shares[hour] = feature.shares(Math.sin(2 * Math.PI * hour / HOURS), 1);
      long[] drawn = shares[hour].counts(10_000, random);
      byHour[hour] = drawn;
      Arrays.setAll(together, bin -> together[bin] + drawn[bin]);
    }
    Evidence perHour = Evidence.hourly(DriftEvidence.numeric(byHour, DriftingFeature.SETTINGS));
    Evidence pooled =
        Evidence.hourly(DriftEvidence.numeric(new long[][] {together}, DriftingFeature.SETTINGS));
    Naive naive = new Naive(together);
    for (int window = 0; window < row.windows(); window++) {
      int hour = window % HOURS;
      int[] records = shares[hour].records(1000, random);
      long[] counts = Shares.count(records, BINS);
      run.watch(Watcher.WEIR, window, perHour.alarms(DriftEvidence.window(hour, counts), window));
      run.watch(Watcher.UNGUARDED, window, pooled.alarms(DriftEvidence.window(0, counts), window));
      naive.watch(run, window, records);
    }
  }
}
