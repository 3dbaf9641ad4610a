package dev.weir.monitor;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reference and current counts on the same bins, for people to see.
 *
 * <p>Its arrays are not copied, and not to be changed.
 *
 * @param edges inner bin edges, ascending, bins closed on the left; empty for categories
 * @param categories categories, ending with {@code __other__}, {@code __unseen__} where used; empty
 *     for numbers
 * @param reference counts of the reference
 * @param current counts of the window
 */
@SuppressWarnings("ArrayRecordComponent") // Equality and hash are defined below.
public record Histogram(
    double[] edges,
    List<String> categories,
    long[] reference,
    long[] current,
    long referenceMissing,
    long currentMissing) {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Histogram that
        && Arrays.equals(edges, that.edges)
        && categories.equals(that.categories)
        && Arrays.equals(reference, that.reference)
        && Arrays.equals(current, that.current)
        && referenceMissing == that.referenceMissing
        && currentMissing == that.currentMissing;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        Arrays.hashCode(edges),
        categories,
        Arrays.hashCode(reference),
        Arrays.hashCode(current),
        referenceMissing,
        currentMissing);
  }
}
