package dev.weir.simulation;

import dev.weir.stats.divergence.Comparison;
import dev.weir.stats.divergence.KolmogorovSmirnov;
import dev.weir.stats.divergence.PopulationStability;
import dev.weir.stats.sequential.Adwin;
import dev.weir.stats.sequential.ChangeDetector.Signal;
import java.util.Arrays;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;

/** What is usually done instead, on the same windows: PSI, KS and ADWIN of one series. */
public final class Naive {
  /** Above it a population is usually called unstable. */
  public static final double PSI_LIMIT = 0.2;

  /** Below it a p-value is usually called significant. */
  public static final double LEVEL = 0.05;

  private static final PopulationStability PSI = new PopulationStability(PopulationStability.HALF);
  private static final KolmogorovSmirnov KS = new KolmogorovSmirnov();
  private static final KolmogorovSmirnovTest TEST = new KolmogorovSmirnovTest();

  private final double[] reference;
  private final double[] edges;
  private final Adwin adwin = new Adwin();

  /** Watches a series with these counts per bin in the reference. */
  public Naive(long[] reference) {
    this.reference = doubles(reference);
    this.edges = new double[reference.length - 1];
    Arrays.setAll(edges, edge -> edge + 1);
  }

  /** Lets all three look at a window of binned records, in their order. */
  void watch(Run run, int window, int[] records) {
    watchBins(run, window, Shares.count(records, reference.length));
    double last = Math.max(1, reference.length - 1);
    double[] values = new double[records.length];
    Arrays.setAll(values, i -> records[i] / last);
    watchValues(run, window, values);
  }

  /** PSI and KS of a window. */
  void watchBins(Run run, int window, long[] counts) {
    run.watch(Watcher.PSI, window, psi(counts) > PSI_LIMIT);
    run.watch(Watcher.KS, window, ksPValue(counts) < LEVEL);
  }

  /** ADWIN reads the values, which are in [0, 1], one by one. */
  void watchValues(Run run, int window, double[] values) {
    boolean change = false;
    for (double value : values) {
      change |= adwin.update(value) == Signal.CHANGE;
    }
    run.watch(Watcher.ADWIN, window, change);
  }

  /** Population stability index of a window, in nats. */
  public double psi(long[] counts) {
    return PSI.between(Comparison.ofCounts(reference, doubles(counts))).orElseThrow().value();
  }

  /** Asymptotic p-value of the Kolmogorov-Smirnov distance on the bins. */
  public double ksPValue(long[] counts) {
    double[] current = doubles(counts);
    double distance =
        KS.between(
                Comparison.ofLine(
                    new Comparison.Line(edges, reference, current, 0, edges.length + 1.0, 1)))
            .orElseThrow()
            .value();
    double m = Arrays.stream(reference).sum();
    double n = Arrays.stream(current).sum();
    return 1 - TEST.ksSum(distance * Math.sqrt(m * n / (m + n)), 1e-10, 100_000);
  }

  private static double[] doubles(long[] counts) {
    return Arrays.stream(counts).asDoubleStream().toArray();
  }
}
