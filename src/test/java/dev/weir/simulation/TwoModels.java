package dev.weir.simulation;

import dev.weir.stats.inference.PairedComparison;
import dev.weir.stats.inference.PairedComparison.Verdict;
import java.util.SplittableRandom;

/**
 * Champion and challenger on the same predictions, looked at every 100. Unguarded: a z test at
 * every look. Before the change both are equally good.
 *
 * @param better share of predictions on which the challenger alone is right, after the change
 * @param worse share on which the champion alone is, after the change
 * @param sums whether the comparison of sums of losses is used instead of that of signs
 */
record TwoModels(Row row, double better, double worse, boolean sums) implements Scenario {
  private static final int LOOK = 100;
  private static final double EQUAL = 0.1;
  private static final double ALPHA = 0.05;
  private static final double Z = 1.959963984540054;

  @Override
  public void draw(SplittableRandom random, Run run) {
    Shares equal = new Shares(EQUAL, EQUAL, 1 - 2 * EQUAL);
    Shares changed = new Shares(better, worse, 1 - better - worse);
    long forChallenger = 0;
    long forChampion = 0;
    for (int look = 0; look < row.windows(); look++) {
      long[] drawn = (look < row.before() ? equal : changed).counts(LOOK, random);
      forChallenger += drawn[0];
      forChampion += drawn[1];
      double gain = (double) (forChallenger - forChampion);
      double discordant = (double) (forChallenger + forChampion);
      PairedComparison comparison =
          sums
              ? PairedComparison.ofSums(gain, discordant)
              : PairedComparison.ofSigns(forChallenger, forChampion);
      Verdict verdict = comparison.verdict(ALPHA);
      boolean decided =
          look < row.before() ? verdict != Verdict.UNDECIDED : verdict == Verdict.PROMOTE;
      run.watch(Watcher.WEIR, look, decided);
      run.watch(Watcher.UNGUARDED, look, Math.abs(gain) > Z * Math.sqrt(discordant));
    }
  }
}
