package dev.weir.stats.summary;

/** Sums of reciprocals of consecutive integers, in closed form where they are long. */
final class Harmonic {
  /** Longest sum that is added term by term. */
  static final long EXACT_TERMS = 64;

  private Harmonic() {}

  /**
   * {@code 1/(start+1) + ... + 1/(start+terms)} with start at least 1, by the expansion of Euler
   * and Maclaurin: relative error below 1e-12 once the first 32 terms are added singly.
   */
  static double between(long start, long terms) {
    double total = 0;
    long first = Math.min(terms, 32);
    for (long i = 1; i <= first; i++) {
      total += 1.0 / (start + i);
    }
    return terms == first ? total : total + tail(start + first, start + terms);
  }

  private static double tail(double from, double to) {
    return StrictMath.log(to / from)
        + (1 / to - 1 / from) / 2
        + (1 / (from * from) - 1 / (to * to)) / 12
        - (1 / (from * from * from * from) - 1 / (to * to * to * to)) / 120
        + 1 / (from * from * from * from * from * from) / 252;
  }
}
