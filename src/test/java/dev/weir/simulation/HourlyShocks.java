package dev.weir.simulation;

import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.EvidenceSettings;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Every hour one bin is larger or smaller for all records; Weir measures the dispersion. */
record HourlyShocks(Row row) implements Scenario {
  private static final int BINS = 10;
  private static final int RECORDS = 1000;
  private static final int REFERENCE_HOURS = 168;

  @Override
  public void draw(SplittableRandom random, Run run) {
    long[][] hours = new long[REFERENCE_HOURS][];
    Arrays.setAll(hours, hour -> hour(random).counts(RECORDS, random));
    long[] reference = new long[BINS];
    for (long[] hour : hours) {
      Arrays.setAll(reference, bin -> reference[bin] + hour[bin]);
    }
    Evidence measured = evidence(reference, measuredOn(hours));
    Evidence raw = evidence(reference, Dispersion.none());
    Naive naive = new Naive(reference);
    for (int window = 0; window < row.windows(); window++) {
      int[] records = hour(random).records(RECORDS, random);
      long[] counts = Shares.count(records, BINS);
      run.watch(Watcher.WEIR, window, measured.alarms(DriftEvidence.window(0, counts), window));
      run.watch(Watcher.UNGUARDED, window, raw.alarms(DriftEvidence.window(0, counts), window));
      naive.watch(run, window, records);
    }
  }

  private static Shares hour(SplittableRandom random) {
    double shocked = 1 / (1 + Math.exp(-(Math.log(0.1 / 0.9) + 0.3 * random.nextGaussian())));
    double[] shares = new double[BINS];
    Arrays.fill(shares, (1 - shocked) / (BINS - 1));
    shares[4] = shocked;
    return new Shares(shares);
  }

  private static Evidence evidence(long[] reference, Dispersion dispersion) {
    return Evidence.hourly(
        DriftEvidence.numeric(
            new long[][] {reference}, new EvidenceSettings(0.02, 1e-4, dispersion)));
  }

  private static Dispersion measuredOn(long[][] windows) {
    double[] dispersion = new double[2 * BINS - 1];
    long[] totals = Arrays.stream(windows).mapToLong(w -> Arrays.stream(w).sum()).toArray();
    for (int event = 0; event < dispersion.length; event++) {
      int from = event < BINS - 1 ? 0 : event - BINS + 1;
      int to = event < BINS - 1 ? event + 1 : from + 1;
      long[] hits =
          Arrays.stream(windows)
              .mapToLong(window -> Arrays.stream(window, from, to).sum())
              .toArray();
      dispersion[event] = Dispersion.measured(hits, totals);
    }
    return Dispersion.perEvent(dispersion);
  }
}
