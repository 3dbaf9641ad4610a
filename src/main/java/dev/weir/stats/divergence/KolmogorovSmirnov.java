package dev.weir.stats.divergence;

import dev.weir.stats.summary.Measured;
import java.util.Optional;

/**
 * Largest distance of the two distribution functions, read at the fine edges, in [0,1].
 *
 * <p>Guarantee: the exact distance lies in [value, value + bound]: inside a bin F rises from F_k to
 * F_k+1 and G from G_k to G_k+1, so it cannot exceed {@code max_k max(F_k+1 - G_k, G_k+1 - F_k)}.
 * The bound is at most the largest bin share on both sides. One bin: 0 with bound 1. Categories or
 * an empty side: absent. Source: Massart (1990).
 */
public record KolmogorovSmirnov() implements Divergence {
  @Override
  public String id() {
    return "ks";
  }

  @Override
  public String unit() {
    return "ratio";
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
        .map(KolmogorovSmirnov::between);
  }

  private static Measured between(Comparison.Line line) {
    double m = line.referenceTotal();
    double n = line.currentTotal();
    double reference = 0;
    double current = 0;
    double f = 0;
    double g = 0;
    double atEdges = 0;
    double largest = 0;
    // Both distribution functions times m n, which is exact for counts: one division is left.
    for (int bin = 0; bin < line.bins(); bin++) {
      reference += line.reference(bin);
      current += line.current(bin);
      double nextF = reference * n;
      double nextG = current * m;
      double gap = Math.abs(nextF - nextG);
      // A new largest gap is rare, and Math.max would ask each time which zero or NaN it has.
      if (gap > atEdges && bin < line.bins() - 1) {
        atEdges = gap;
      }
      if (nextF - g > largest) {
        largest = nextF - g;
      }
      if (nextG - f > largest) {
        largest = nextG - f;
      }
      f = nextF;
      g = nextG;
    }
    double distance = atEdges / (m * n);
    return new Measured(distance, Math.max(0, Math.min(1, largest / (m * n)) - distance));
  }
}
