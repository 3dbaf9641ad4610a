package dev.weir.baseline;

import dev.weir.stats.summary.EmbeddingLayout;

/**
 * The random features in which vectors are compared. They are drawn when the reference is profiled
 * and kept with the baseline.
 *
 * @param count how many, even
 * @param seed what they are drawn with
 */
public record RandomFeatures(int count, long seed) {
  /** Where the job file says nothing else. */
  public static final RandomFeatures DEFAULT =
      new RandomFeatures(EmbeddingLayout.DEFAULT_FEATURES, 1);
}
