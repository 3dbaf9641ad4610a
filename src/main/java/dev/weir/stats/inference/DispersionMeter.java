package dev.weir.stats.inference;

import java.util.Arrays;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;

/**
 * Measures, from window to window, by how much the counts of each event scatter more than those of
 * independent records: {@code D = max(1, X2 / chi2_{.05, W - H})}, W windows in H seasonal cells.
 *
 * <p>X2 is the sum over windows of {@code (S_w - n_w mean)^2 / (n_w V)}, with the mean and the
 * variance V of a record in the window's cell; for yes/no events that is Pearson's statistic. The
 * .05 quantile errs on the side of a large D, that is of too little evidence. 1 where there is
 * nothing to measure: fewer windows than cells and one, or an event that is always the same.
 *
 * <p>Only sums are kept, so memory does not grow with the windows. Windows come in one order, for
 * sums of fractions depend on it. Sources: McCullagh and Nelder (1989); Kish (1965).
 */
public final class DispersionMeter implements EventSums {
  private static final double LEVEL = 0.05;
  private static final double ACCURACY = 1e-12;

  private final double[][] ratios;
  private final double[][] sums;
  private final double[][] squares;
  private final double[][] sizes;
  private final int[][] windows;

  DispersionMeter(int events, int seasons) {
    ratios = new double[events][seasons];
    sums = new double[events][seasons];
    squares = new double[events][seasons];
    sizes = new double[events][seasons];
    windows = new int[events][seasons];
  }

  @Override
  public void add(int season, int event, double sum, double sumOfSquares, double size) {
    if (size > 0) {
      ratios[event][season] += sum * sum / size;
      sums[event][season] += sum;
      squares[event][season] += sumOfSquares;
      sizes[event][season] += size;
      windows[event][season]++;
    }
  }

  /** What was measured, one number per event. */
  public double[] dispersions() {
    double[] dispersions = new double[ratios.length];
    Arrays.setAll(dispersions, this::dispersion);
    return dispersions;
  }

  private double dispersion(int event) {
    double pearson = 0;
    int freedom = 0;
    for (int season = 0; season < windows[event].length; season++) {
      double size = sizes[event][season];
      double mean = sums[event][season] / size;
      double variance = squares[event][season] / size - mean * mean;
      if (windows[event][season] > 1) {
        freedom += windows[event][season] - 1;
        if (variance > 0) {
          pearson += Math.max(0, ratios[event][season] - sums[event][season] * mean) / variance;
        }
      }
    }
    if (freedom == 0) {
      return 1;
    }
    double quantile =
        new ChiSquaredDistribution(null, freedom, ACCURACY).inverseCumulativeProbability(LEVEL);
    return Math.max(1, pearson / quantile);
  }
}
