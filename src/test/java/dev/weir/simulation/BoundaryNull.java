package dev.weir.simulation;

import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.CusumState;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import dev.weir.stats.inference.StepUp;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;

/**
 * Twenty series whose every record sits exactly on the bound, which is as bad as a null can be,
 * under a budget of one alarm in 200 windows.
 */
record BoundaryNull(Row row) implements Scenario {
  private static final int SERIES = 20;
  private static final int RECORDS = 100;
  private static final double BUDGET_WINDOWS = 200;
  private static final double RATE = 0.1;

  /** How many alarm events the theorem allows on average. */
  static double allowed(Row row) {
    return row.runs() * row.before() / BUDGET_WINDOWS;
  }

  @Override
  public void draw(SplittableRandom random, Run run) {
    RateEvidence plan =
        RateEvidence.nominal(
            RATE, 0, 1, Dispersion.none(), EnumSet.of(Side.ABOVE), AbsentLabels.CENSORED);
    CusumState[] states = new CusumState[SERIES];
    Arrays.setAll(states, s -> new CusumState());
    for (int window = 0; window < row.windows(); window++) {
      double[] days = new double[SERIES];
      for (int s = 0; s < SERIES; s++) {
        int hits = Shares.hits(RATE, RECORDS, random);
        double logE = states[s].fold(plan, RateEvidence.window(0, hits, RECORDS, 0), window).logE();
        days[s] = StepUp.logDays(1.0 / SERIES, 1, logE);
      }
      int[] alarms = StepUp.alarms(days, BUDGET_WINDOWS);
      run.watch(Watcher.WEIR, window, alarms.length > 0);
      for (int alarmed : alarms) {
        states[alarmed].reset();
      }
    }
  }
}
