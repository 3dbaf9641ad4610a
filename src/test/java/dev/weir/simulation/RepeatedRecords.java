package dev.weir.simulation;

import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.EvidenceSettings;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Every record comes many times, in the reference and in the windows; Weir is told by {@code
 * dispersion}, or counts one of them by the gate.
 *
 * @param independent records in a window that are not copies
 * @param gated whether one record of each is counted, in the reference too
 */
record RepeatedRecords(Row row, int copies, int rows, int independent, boolean gated)
    implements Scenario {
  private static final int BINS = 10;

  @Override
  public void draw(SplittableRandom random, Run run) {
    NormalFeature feature = new NormalFeature(rows / copies, BINS, random);
    long[] reference = Arrays.stream(feature.reference()).map(k -> k * copies).toArray();
    Evidence told =
        gated
            ? evidence(feature.reference(), Dispersion.none())
            : evidence(reference, Dispersion.uniform(copies));
    Evidence raw = evidence(reference, Dispersion.none());
    Naive naive = new Naive(reference);
    Shares shares = feature.shares(0, 1);
    for (int window = 0; window < row.windows(); window++) {
      int[] drawn = shares.records(independent, random);
      int[] records = new int[independent * copies];
      Arrays.setAll(records, i -> drawn[i / copies]);
      long[] counts = Shares.count(records, BINS);
      long[] counted = gated ? Shares.count(drawn, BINS) : counts;
      run.watch(Watcher.WEIR, window, told.alarms(DriftEvidence.window(0, counted), window));
      run.watch(Watcher.UNGUARDED, window, raw.alarms(DriftEvidence.window(0, counts), window));
      naive.watch(run, window, records);
    }
  }

  private static Evidence evidence(long[] reference, Dispersion dispersion) {
    return Evidence.hourly(
        DriftEvidence.numeric(
            new long[][] {reference}, new EvidenceSettings(0.02, 1e-4, dispersion)));
  }
}
