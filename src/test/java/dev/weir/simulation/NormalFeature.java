package dev.weir.simulation;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.NormalDistribution;

/** A normal feature seen through bins at the quantiles of its own reference sample. */
final class NormalFeature {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private final double[] edges;
  private final long[] reference;

  /** Draws a reference of standard normal values. */
  NormalFeature(int rows, int bins, SplittableRandom random) {
    double[] sample = new double[rows];
    for (int row = 0; row < rows; row++) {
      sample[row] = random.nextGaussian();
    }
    Arrays.sort(sample);
    edges = new double[bins - 1];
    reference = new long[bins];
    int before = 0;
    for (int bin = 0; bin < bins; bin++) {
      int end = (int) ((long) rows * (bin + 1) / bins);
      reference[bin] = end - before;
      before = end;
      if (bin < bins - 1) {
        edges[bin] = sample[end];
      }
    }
  }

  long[] reference() {
    return reference.clone();
  }

  /** The bins of a normal distribution. */
  Shares shares(double mean, double deviation) {
    double[] shares = new double[reference.length];
    double before = 0;
    for (int bin = 0; bin < shares.length; bin++) {
      double end =
          bin < edges.length ? NORMAL.cumulativeProbability((edges[bin] - mean) / deviation) : 1;
      shares[bin] = end - before;
      before = end;
    }
    return new Shares(shares);
  }
}
