package dev.weir.spec;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a misspelt name probably was. */
final class Spelling {
  /** Largest distance that is still a slip of the finger. */
  private static final int LARGEST_DISTANCE = 2;

  private Spelling() {}

  /**
   * The closest of {@code known} within distance 2 of {@code word}, of several the first by name.
   */
  static Optional<String> closest(String word, Collection<String> known) {
    return known.stream()
        .filter(name -> distance(word, name) <= LARGEST_DISTANCE && name.length() > 1)
        .min(
            Comparator.comparingInt((String name) -> distance(word, name))
                .thenComparing(Comparator.naturalOrder()));
  }

  /**
   * Fewest insertions, deletions, replacements and swaps of neighbours between two words, where no
   * part is edited twice (optimal string alignment; Damerau, 1964).
   */
  static int distance(String left, String right) {
    int[][] cost = new int[left.length() + 1][right.length() + 1];
    for (int i = 0; i <= left.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= right.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      for (int j = 1; j <= right.length(); j++) {
        int replaced = cost[i - 1][j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (swapped(left, right, i, j)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[left.length()][right.length()];
  }

  private static boolean swapped(String left, String right, int i, int j) {
    return i > 1
        && j > 1
        && left.charAt(i - 1) == right.charAt(j - 2)
        && left.charAt(i - 2) == right.charAt(j - 1);
  }
}
