package dev.weir.simulation;

import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.EvidenceSettings;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;

/**
 * Labels take exponential times; of the predictions that reach the median of the reference's delays
 * in an hour, how many have theirs? Five points fewer are tolerated. Unguarded: the share of the
 * hour alone, alarming below the tolerance, as a fixed threshold would. PSI and KS see labelled or
 * not.
 *
 * @param n predictions that reach the age in an hour
 * @param reference labelled predictions of the reference, from which the age is taken too
 * @param slower how many times as long labels take from the change on
 */
record SlowLabels(Row row, int n, int reference, double slower) implements Scenario {
  private static final double TOLERANCE = 0.05;

  @Override
  public void draw(SplittableRandom random, Run run) {
    double[] delays = new double[reference];
    Arrays.setAll(delays, i -> delay(random));
    Arrays.sort(delays);
    double age = delays[reference / 2 - 1];
    long late = reference - reference / 2;
    Evidence weir =
        Evidence.hourly(
            RateEvidence.estimated(
                new long[] {late},
                new long[] {reference},
                new EvidenceSettings(TOLERANCE, 1e-4, Dispersion.none()),
                EnumSet.of(Side.ABOVE),
                AbsentLabels.CENSORED));
    Naive naive = new Naive(new long[] {reference - late, late});
    for (int window = 0; window < row.windows(); window++) {
      double factor = window < row.before() ? 1 : slower;
      double[] waiting = new double[n];
      Arrays.setAll(waiting, i -> factor * delay(random) > age ? 1 : 0);
      long count = Math.round(Arrays.stream(waiting).sum());
      run.watch(Watcher.WEIR, window, weir.alarms(RateEvidence.window(0, count, n, 0), window));
      run.watch(Watcher.UNGUARDED, window, count > n * ((double) late / reference + TOLERANCE));
      naive.watchValues(run, window, waiting);
    }
  }

  private static double delay(SplittableRandom random) {
    return -Math.log1p(-random.nextDouble());
  }
}
