package dev.weir.simulation;

import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import java.util.EnumSet;
import java.util.SplittableRandom;

/**
 * Intervals promise 90%, two points more or less are tolerated. PSI and KS have nothing to look at:
 * no input moves.
 *
 * @param n records in a cohort
 * @param before share of misses before the change
 * @param after share of misses from the change on
 */
record Miscoverage(Row row, int n, double before, double after) implements Scenario {
  @Override
  public void draw(SplittableRandom random, Run run) {
    Evidence weir =
        Evidence.hourly(
            RateEvidence.nominal(
                0.1, 0.02, 1, Dispersion.none(), EnumSet.allOf(Side.class), AbsentLabels.CENSORED));
    Naive naive = new Naive(new long[] {9000, 1000});
    for (int window = 0; window < row.windows(); window++) {
      double rate = window < row.before() ? before : after;
      double[] misses = new double[n];
      long count = 0;
      for (int i = 0; i < n; i++) {
        misses[i] = random.nextDouble() < rate ? 1 : 0;
        count += (long) misses[i];
      }
      run.watch(Watcher.WEIR, window, weir.alarms(RateEvidence.window(0, count, n, 0), window));
      naive.watchValues(run, window, misses);
    }
  }
}
