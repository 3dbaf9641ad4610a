package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a window says about a categorical column.
 *
 * <p>Guarantee: all counts are exact. The list of unseen values holds those with the smallest
 * hashes (bottom-k, Cohen and Kaplan 2007), each with its exact count: unlike a list of the
 * largest, it is the same after every split and merge.
 *
 * <p>Corner cases: missing values and values of the wrong type are counted apart. {@link #distinct}
 * is exact until there are more unseen values than are listed, then absent.
 */
public final class CategoricalSummary implements Summary<CategoricalSummary> {
  private static final int VERSION = 1;

  private static final int MISSING = 0;
  private static final int TYPE_ERRORS = 1;
  private static final int UNSEEN = 2;
  private static final int COUNTERS = 3;

  /** A power of two. */
  private static final int RECENT = 16;

  /** Values without which it is not worth the room. */
  private static final int FEW = 64;

  private final CategoricalLayout layout;
  private final long[] counters = new long[COUNTERS];
  private final SparseCounts knownCounts;
  private final SmallestHashes unseen;

  /** Values that were looked up last, by their hash, and what was found; once there are many. */
  private @Nullable String[] recent = {};

  private int[] recentIndexes = {};
  private int lookedUp;

  /** An empty summary. */
  public CategoricalSummary(CategoricalLayout layout) {
    this.layout = layout;
    this.knownCounts = new SparseCounts(layout.known().size());
    this.unseen = new SmallestHashes(layout.unseenListed());
  }

  /** Counts a value. */
  public void add(String value) {
    int index = index(value);
    if (index >= 0) {
      knownCounts.add(index, 1);
    } else {
      counters[UNSEEN]++;
      unseen.add(value);
    }
  }

  /** Where many values are counted, those that come again and again are the same instances. */
  @SuppressWarnings("ReferenceEquality")
  private int index(String value) {
    int slot = value.hashCode() & (RECENT - 1);
    if (recent.length != 0 && recent[slot] == value) {
      return recentIndexes[slot];
    }
    int index = layout.index(value);
    if (recent.length != 0) {
      recent[slot] = value;
      recentIndexes[slot] = index;
    } else if (lookedUp++ == FEW) {
      recent = new String[RECENT];
      recentIndexes = new int[RECENT];
    }
    return index;
  }

  /**
   * Counts a value (sign 1) or takes a counted one back exactly (sign -1).
   *
   * @throws IllegalStateException if the layout lists unseen values, which cannot be undone
   */
  public void add(String value, int sign) {
    if (layout.unseenListed() > 0) {
      throw new IllegalStateException(
          "Values can be withdrawn only from a layout without a list of unseen values");
    }
    int index = layout.index(value);
    if (index >= 0) {
      knownCounts.add(index, sign);
    } else {
      counters[UNSEEN] += sign;
    }
  }

  /** Counts a missing value. */
  public void addMissing() {
    addMissing(1);
  }

  /** Counts a missing value, or takes one back. */
  public void addMissing(int sign) {
    counters[MISSING] += sign;
  }

  /** Counts a value of the wrong type. */
  public void addTypeError() {
    counters[TYPE_ERRORS]++;
  }

  /** The layout. */
  public CategoricalLayout layout() {
    return layout;
  }

  /** Number of values, unseen ones included. */
  public long n() {
    return knownCounts.total() + counters[UNSEEN];
  }

  /** Number of records: values, missing ones and those of the wrong type. */
  public long records() {
    return n() + missing() + typeErrors();
  }

  /** Number of missing values. */
  public long missing() {
    return counters[MISSING];
  }

  /** Number of values of the wrong type. */
  public long typeErrors() {
    return counters[TYPE_ERRORS];
  }

  /** Number of values that the reference never had. */
  public long unseen() {
    return counters[UNSEEN];
  }

  /** Number of values of known categories that are not kept by name. */
  public long other() {
    long kept = 0;
    for (int i = 0; i < layout.kept().size(); i++) {
      kept += knownCounts.get(i);
    }
    return knownCounts.total() - kept;
  }

  /** Counts in the order of {@link CategoricalLayout#cells}. */
  public long[] counts() {
    int kept = layout.kept().size();
    long[] counts = new long[layout.cells().size()];
    for (int i = 0; i < kept; i++) {
      counts[i] = knownCounts.get(i);
    }
    if (layout.hasOther()) {
      counts[kept] = other();
    }
    counts[counts.length - 1] = unseen();
    return counts;
  }

  /** Counts of all known categories, in canonical order. */
  public long[] knownCounts() {
    return knownCounts.toArray();
  }

  /** Count of one known category; 0 for an unknown one. */
  public long count(String category) {
    int index = layout.index(category);
    return index < 0 ? 0 : knownCounts.get(index);
  }

  /** Number of values in a declared group; members that the reference never had count nothing. */
  public long groupCount(String group) {
    return layout.groupMembers(group).stream().mapToLong(this::count).sum();
  }

  /** Number of distinct values; absent if more unseen values came than are listed. */
  public OptionalLong distinct() {
    if (counters[UNSEEN] > 0 && !unseen.isComplete(counters[UNSEEN])) {
      return OptionalLong.empty();
    }
    long known = Arrays.stream(knownCounts.toArray()).filter(count -> count != 0).count();
    return OptionalLong.of(known + unseen.size());
  }

  /**
   * Unseen values with their exact counts, largest first, then by name; a sample by hash if there
   * were more than are listed. Long values are cut and end in {@code #} and their hash.
   */
  public Map<String, Long> unseenValues() {
    Map<String, Long> values = new LinkedHashMap<>();
    List<Map.Entry<String, Long>> largestFirst = unseen.largestFirst();
    largestFirst.forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    return values;
  }

  @Override
  public void merge(CategoricalSummary other) {
    Layout.requireEqual(layout, other.layout);
    Compact.addAll(counters, other.counters);
    knownCounts.addAll(other.knownCounts);
    unseen.merge(other.unseen);
  }

  @Override
  public CategoricalSummary empty() {
    return new CategoricalSummary(layout);
  }

  @Override
  public boolean isEmpty() {
    return Compact.allZero(counters) && knownCounts.isZero();
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Compact.writeHeader(out, VERSION, layout.fingerprint());
    Compact.writeCounts(out, counters);
    knownCounts.encode(out);
    unseen.encode(out);
  }

  /** Reads what {@link #encode} wrote. */
  public static CategoricalSummary decode(DataInput in, CategoricalLayout layout)
      throws IOException {
    Compact.readHeader(in, VERSION, layout.fingerprint());
    CategoricalSummary summary = new CategoricalSummary(layout);
    Compact.addCounts(in, summary.counters);
    summary.knownCounts.decode(in);
    summary.unseen.decode(in);
    return summary;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CategoricalSummary that
        && layout.equals(that.layout)
        && Arrays.equals(counters, that.counters)
        && knownCounts.equals(that.knownCounts)
        && unseen.equals(that.unseen);
  }

  @Override
  public int hashCode() {
    return 31 * knownCounts.hashCode() + Arrays.hashCode(counters);
  }
}
