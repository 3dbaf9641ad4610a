package dev.weir.stats.inference;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * A normal feature seen through bins at the quantiles of its own reference sample: the reference's
 * counts, and windows drawn from any other normal distribution.
 */
final class BinnedTraffic {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private final double[] edges;
  private final long[] reference;

  /** Draws a reference of standard normal values. */
  BinnedTraffic(int rows, int bins, SplittableRandom random) {
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

  /** Probability of each bin for a normal distribution. */
  double[] shares(double mean, double deviation) {
    double[] shares = new double[reference.length];
    double before = 0;
    for (int bin = 0; bin < shares.length; bin++) {
      double end =
          bin < edges.length ? NORMAL.cumulativeProbability((edges[bin] - mean) / deviation) : 1;
      shares[bin] = end - before;
      before = end;
    }
    return shares;
  }

  /** Draws the bin counts of a window of {@code n} independent records. */
  static long[] draw(double[] shares, int n, SplittableRandom random) {
    int[] guide = new int[256];
    double[] ends = new double[shares.length];
    double sum = 0;
    for (int bin = 0; bin < shares.length; bin++) {
      sum += shares[bin];
      ends[bin] = bin == shares.length - 1 ? 1 : sum;
    }
    for (int cell = 0, bin = 0; cell < guide.length; cell++) {
      while (ends[bin] <= cell / (double) guide.length) {
        bin++;
      }
      guide[cell] = bin;
    }
    long[] counts = new long[shares.length];
    for (int record = 0; record < n; record++) {
      double u = random.nextDouble();
      int bin = guide[(int) (u * guide.length)];
      while (ends[bin] <= u) {
        bin++;
      }
      counts[bin]++;
    }
    return counts;
  }

  /** Draws how many of {@code n} records an event of probability {@code p} happens to. */
  static long drawHits(double p, int n, SplittableRandom random) {
    return draw(new double[] {p, 1 - p}, n, random)[0];
  }
}
