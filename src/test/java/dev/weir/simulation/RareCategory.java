package dev.weir.simulation;

import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.CategoryReference;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import java.util.EnumSet;
import java.util.SplittableRandom;

/** One category in 5,000 records. Unguarded: its lower bound is clipped to .001, not dropped. */
record RareCategory(Row row) implements Scenario {
  private static final int RECORDS = 1000;

  @Override
  public void draw(SplittableRandom random, Run run) {
    Shares shares = new Shares(0.6, 0.3998, 0.0002);
    long[] reference = shares.counts(10_000, random);
    Evidence weir =
        Evidence.hourly(
            DriftEvidence.categorical(
                CategoryReference.of(new long[][] {reference}), DriftingFeature.SETTINGS));
    Evidence clipped =
        Evidence.hourly(
            RateEvidence.nominal(
                0.001, 0, 1, Dispersion.none(), EnumSet.of(Side.BELOW), AbsentLabels.CENSORED));
    Naive naive = new Naive(reference);
    for (int window = 0; window < row.windows(); window++) {
      int[] records = shares.records(RECORDS, random);
      long[] counts = Shares.count(records, 3);
      run.watch(Watcher.WEIR, window, weir.alarms(DriftEvidence.window(0, counts), window));
      run.watch(
          Watcher.UNGUARDED,
          window,
          clipped.alarms(RateEvidence.window(0, counts[2], RECORDS, 0), window));
      naive.watch(run, window, records);
    }
  }
}
