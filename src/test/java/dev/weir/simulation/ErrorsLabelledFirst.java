package dev.weir.simulation;

import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;

/**
 * Errors come with their label after 2 days on average, right answers after 15; daily cohorts of
 * 1000 are final after 10 days; an error rate of .10 where .12 is allowed. Unguarded: predictions
 * without a label are dropped. PSI and KS see no change of inputs.
 */
record ErrorsLabelledFirst(Row row) implements Scenario {
  private static final int COHORT = 1000;
  private static final double KNOWN_ERRORS = 1 - Math.exp(-10.0 / 2);
  private static final double KNOWN_HITS = 1 - Math.exp(-10.0 / 15);

  @Override
  public void draw(SplittableRandom random, Run run) {
    Evidence weir = new Evidence(plan(AbsentLabels.CENSORED), Evidence.DAY);
    Evidence dropping = new Evidence(plan(AbsentLabels.MISSING_AT_RANDOM), Evidence.DAY);
    Naive naive = new Naive(new long[] {880, 120});
    for (int window = 0; window < row.windows(); window++) {
      int errors = Shares.hits(0.1, COHORT, random);
      int wrong = Shares.hits(KNOWN_ERRORS, errors, random);
      int labelled = wrong + Shares.hits(KNOWN_HITS, COHORT - errors, random);
      var cohort = RateEvidence.window(0, wrong, labelled, COHORT - labelled);
      run.watch(Watcher.WEIR, window, weir.alarms(cohort, window));
      run.watch(Watcher.UNGUARDED, window, dropping.alarms(cohort, window));
      double[] known = new double[labelled];
      Arrays.fill(known, 0, wrong, 1);
      naive.watchValues(run, window, shuffled(known, random));
    }
  }

  private static EvidencePlan plan(AbsentLabels absent) {
    return RateEvidence.nominal(0.1, 0.02, 1, Dispersion.none(), EnumSet.of(Side.ABOVE), absent);
  }

  private static double[] shuffled(double[] values, SplittableRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      double kept = values[i];
      values[i] = values[other];
      values[other] = kept;
    }
    return values;
  }
}
