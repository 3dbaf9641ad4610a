package dev.weir.stats.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The events that drift evidence watches, each a set of bins or categories. Those of so many bins
 * are the same for every numeric series, which share them.
 */
final class DriftEvents {
  private static final Map<Integer, DriftEvents> OF_BINS = new ConcurrentHashMap<>();

  private final List<int[]> members;
  private final List<EventKind> kinds;

  /** Whether the members of an event lie side by side. */
  private final boolean[] areRanges;

  /** The number of an event among those of its kind that stand beside it. */
  private final int[] indexes;

  private DriftEvents(List<int[]> members, List<EventKind> kinds) {
    this.members = members;
    this.kinds = kinds;
    this.areRanges = new boolean[members.size()];
    this.indexes = new int[members.size()];
    for (int event = 0; event < indexes.length; event++) {
      int[] cells = members.get(event);
      areRanges[event] =
          cells.length > 0 && Arrays.equals(cells, range(cells[0], cells[0] + cells.length));
      boolean goesOn = event > 0 && kinds.get(event) == kinds.get(event - 1);
      indexes[event] = goesOn ? indexes[event - 1] + 1 : 0;
    }
  }

  /** Below each inner edge, then each bin. */
  static DriftEvents ofBins(int bins) {
    return OF_BINS.computeIfAbsent(bins, DriftEvents::belowEdgesAndInBins);
  }

  private static DriftEvents belowEdgesAndInBins(int bins) {
    List<int[]> members = new ArrayList<>();
    List<EventKind> kinds = new ArrayList<>();
    for (int edge = 1; edge < bins; edge++) {
      members.add(range(0, edge));
      kinds.add(EventKind.BELOW_EDGE);
    }
    for (int bin = 0; bin < bins; bin++) {
      members.add(range(bin, bin + 1));
      kinds.add(EventKind.IN_BIN);
    }
    return new DriftEvents(members, kinds);
  }

  /** Each category that is kept, others and unseen ones where there are such, then groups. */
  static DriftEvents ofCategories(CategoryReference reference) {
    List<int[]> members = new ArrayList<>();
    List<EventKind> kinds = new ArrayList<>();
    for (int cell = 0; cell < reference.cells(); cell++) {
      members.add(range(cell, cell + 1));
      kinds.add(reference.kind(cell));
    }
    for (int[] group : reference.groups()) {
      members.add(group);
      kinds.add(EventKind.GROUP);
    }
    return new DriftEvents(members, kinds);
  }

  private static int[] range(int from, int to) {
    int[] cells = new int[to - from];
    Arrays.setAll(cells, offset -> from + offset);
    return cells;
  }

  int size() {
    return indexes.length;
  }

  EventKind kind(int event) {
    return kinds.get(event);
  }

  int index(int event) {
    return indexes[event];
  }

  /** How many of the counts are in an event. */
  double total(int event, long[] counts) {
    long sum = 0;
    for (int cell : members.get(event)) {
      sum += counts[cell];
    }
    return (double) sum;
  }

  /**
   * The same.
   *
   * @param upTo for each cell the counts of all cells before it, and at the end of all
   */
  double total(int event, long[] counts, long[] upTo) {
    if (!areRanges[event]) {
      return total(event, counts);
    }
    int[] cells = members.get(event);
    return (double) (upTo[cells[cells.length - 1] + 1] - upTo[cells[0]]);
  }
}
