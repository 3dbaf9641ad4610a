package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;

/**
 * First Wasserstein distance of the two fine histograms, mass at bin midpoints, in standard
 * deviations of the reference.
 *
 * <p>Guarantee: each record moves by at most half its bin, and the distance obeys the triangle
 * inequality, so the error is at most {@code sum h_k (f_k + g_k)/2}, same division; outer bins end
 * at the smallest and largest value seen on either side. Reference deviation 0, categories, an
 * empty side, or an outer bin without an end: absent. Source: Villani (2009).
 */
public record Wasserstein() implements Divergence {
  @Override
  public String id() {
    return "wasserstein";
  }

  @Override
  public String unit() {
    return "reference_sd";
  }

  @Override
  public boolean needsOrder() {
    return true;
  }

  @Override
  public Optional<Measured> between(Comparison comparison) {
    return comparison
        .line()
        .filter(line -> line.referenceTotal() > 0 && line.currentTotal() > 0)
        .filter(line -> line.referenceDeviation() > 0)
        .flatMap(Wasserstein::between);
  }

  private static Optional<Measured> between(Comparison.Line line) {
    double m = line.referenceTotal();
    double n = line.currentTotal();
    double reference = 0;
    double current = 0;
    double distance = 0;
    double error = 0;
    double inverse = 1 / (m * n);
    double low = line.low(0);
    double high = line.high(0);
    for (int bin = 0; bin < line.bins(); bin++) {
      boolean last = bin == line.bins() - 1;
      double nextLow = last ? high : line.low(bin + 1);
      double nextHigh = last ? high : line.high(bin + 1);
      double share = (line.reference(bin) * n + line.current(bin) * m) * inverse;
      if (share > 0) {
        error += (high - low) * share / 2;
      }
      reference += line.reference(bin);
      current += line.current(bin);
      double gap = Math.abs(reference * n - current * m) * inverse;
      if (!last && gap > 0) {
        distance += gap * (midpoint(nextLow, nextHigh) - midpoint(low, high));
      }
      low = nextLow;
      high = nextHigh;
    }
    double deviation = line.referenceDeviation();
    return Double.isFinite(distance / deviation) && Double.isFinite(error / deviation)
        ? Optional.of(new Measured(distance / deviation, Math.max(0, error / deviation)))
        : Optional.empty();
  }

  private static double midpoint(double low, double high) {
    return low / 2 + high / 2;
  }
}
