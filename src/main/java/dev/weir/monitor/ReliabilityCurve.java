package dev.weir.monitor;

import dev.weir.stats.summary.BinaryOutcomeSummary;
import dev.weir.stats.summary.ScoreLayout;

/**
 * The positive rate of the reference as a function of the score that never falls: the least-squares
 * fit by pooling adjacent violators (Ayer et al. 1955) on the class histogram.
 *
 * <p>Bins without reference rows take the rate of the nearest pool below, those before the first
 * pool the rate of the first.
 */
final class ReliabilityCurve {
  private final double[] rates;

  private ReliabilityCurve(double[] rates) {
    this.rates = rates;
  }

  static ReliabilityCurve of(BinaryOutcomeSummary reference) {
    return of(reference.negativeCounts(), reference.positiveCounts());
  }

  /** From the counts of both classes per score bin, scores ascending; at least one count. */
  static ReliabilityCurve of(long[] negatives, long[] positives) {
    int bins = ScoreLayout.LOGIT_BINS;
    int[] first = new int[bins];
    double[] hits = new double[bins];
    double[] totals = new double[bins];
    int pools = 0;
    for (int bin = 0; bin < bins; bin++) {
      double total = (double) negatives[bin] + positives[bin];
      if (total == 0) {
        continue;
      }
      first[pools] = bin;
      hits[pools] = positives[bin];
      totals[pools] = total;
      pools++;
      while (pools > 1
          && hits[pools - 2] * totals[pools - 1] >= hits[pools - 1] * totals[pools - 2]) {
        hits[pools - 2] += hits[pools - 1];
        totals[pools - 2] += totals[pools - 1];
        pools--;
      }
    }
    double[] rates = new double[bins];
    int pool = 0;
    for (int bin = 0; bin < bins; bin++) {
      while (pool + 1 < pools && first[pool + 1] <= bin) {
        pool++;
      }
      rates[bin] = totals[pool] > 0 ? hits[pool] / totals[pool] : 0;
    }
    return new ReliabilityCurve(rates);
  }

  /** The positive rate at a bin of the class histogram. */
  double rate(int bin) {
    return rates[bin];
  }
}
