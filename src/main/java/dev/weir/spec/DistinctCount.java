package dev.weir.spec;

import java.util.HashSet;
import java.util.Set;

/**
 * How many different texts there were, in bounded memory.
 *
 * <p>Guarantee: exact up to the bound; beyond it an estimate with a relative standard error of
 * about 1.2 / sqrt(bound), which depends on the texts alone (adaptive sampling of Wegman; Flajolet,
 * 1990).
 */
final class DistinctCount {
  private final int most;
  private final Set<Long> kept = new HashSet<>();

  /** Kept are hashes that end in so many zero bits. */
  private int level;

  /** Counts exactly up to {@code most} texts. */
  DistinctCount(int most) {
    this.most = most;
  }

  void add(String text) {
    long hash = hash(text);
    if (Long.numberOfTrailingZeros(hash) < level || !kept.add(hash)) {
      return;
    }
    while (kept.size() > most) {
      level++;
      kept.removeIf(one -> Long.numberOfTrailingZeros(one) < level);
    }
  }

  long count() {
    return (long) kept.size() << level;
  }

  boolean exact() {
    return level == 0;
  }

  /** Two different texts share this once in about 10^19 pairs: FNV-1a, its bits mixed. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
    return hash ^ (hash >>> 29);
  }
}
