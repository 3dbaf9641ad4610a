package dev.weir.stats.inference;

import java.util.ArrayList;
import java.util.List;

/**
 * What the reference held of a categorical value, as {@link DriftEvidence} needs it: counts per
 * season bucket of the kept categories, of {@code __other__}, the split-half bound of what was
 * never seen, and the declared groups.
 *
 * <p>Made step by step: {@code CategoryReference.of(kept).distinct(n).other(...).unseen(...)}. Each
 * step returns a new object.
 */
public final class CategoryReference {
  private final long[][] kept;
  private final int distinct;
  private final long[] other;
  private final long[] unseen;
  private final long[] unseenOf;
  private final List<int[]> groups;

  private CategoryReference(
      long[][] kept,
      int distinct,
      long[] other,
      long[] unseen,
      long[] unseenOf,
      List<int[]> groups) {
    this.kept = kept;
    this.distinct = distinct;
    this.other = other;
    this.unseen = unseen;
    this.unseenOf = unseenOf;
    this.groups = groups;
  }

  /**
   * A reference in which every category was kept, and nothing else can come.
   *
   * @param kept counts per season bucket and kept category
   */
  public static CategoryReference of(long[][] kept) {
    return new CategoryReference(
        kept, kept[0].length, new long[0], new long[0], new long[0], List.of());
  }

  /** With the number of distinct categories in the reference, at least the kept ones. */
  public CategoryReference distinct(int categories) {
    if (categories < kept[0].length) {
      throw new IllegalArgumentException("fewer distinct categories than kept ones");
    }
    return new CategoryReference(kept, categories, other, unseen, unseenOf, groups);
  }

  /** With counts per season bucket of the categories that were seen but not kept. */
  public CategoryReference other(long... counts) {
    Counts.requireLength("__other__, one per season", counts, kept.length);
    return new CategoryReference(kept, distinct, counts.clone(), unseen, unseenOf, groups);
  }

  /**
   * With the split-half count of unseen rows: the list is made from one half of the reference (last
   * bit of SHA-256 of the prediction id 0), rows of the other half outside that list are counted.
   *
   * @param counts per season bucket, rows of the second half outside the first half's list
   * @param totals per season bucket, size of the second half
   */
  public CategoryReference unseen(long[] counts, long[] totals) {
    Counts.requireLength("__unseen__, one per season", counts, kept.length);
    Counts.requireLength("__unseen__, one per season", totals, kept.length);
    return new CategoryReference(kept, distinct, other, counts.clone(), totals.clone(), groups);
  }

  /** With one more declared group of kept categories, given by their numbers. */
  public CategoryReference group(int... members) {
    List<int[]> more = new ArrayList<>(groups);
    more.add(members.clone());
    return new CategoryReference(kept, distinct, other, unseen, unseenOf, List.copyOf(more));
  }

  int seasons() {
    return kept.length;
  }

  /** Cells of a window: kept categories, then other and unseen where there are any. */
  int cells() {
    return kept[0].length + (other.length > 0 ? 1 : 0) + (unseen.length > 0 ? 1 : 0);
  }

  EventKind kind(int cell) {
    if (cell < kept[0].length) {
      return EventKind.CATEGORY;
    }
    return cell == kept[0].length && other.length > 0 ? EventKind.OTHER : EventKind.UNSEEN;
  }

  int eventsAccountedFor() {
    return distinct + cells() - kept[0].length + groups.size();
  }

  List<int[]> groups() {
    return groups;
  }

  double unseen(int season) {
    return (double) unseen[season];
  }

  double unseenOf(int season) {
    return (double) unseenOf[season];
  }

  /** Reference counts in the layout of a window; the unseen cell is 0 by definition. */
  long[] counts(int season) {
    long[] counts = new long[cells()];
    System.arraycopy(kept[season], 0, counts, 0, kept[season].length);
    if (other.length > 0) {
      counts[kept[season].length] = other[season];
    }
    return counts;
  }
}
