package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Categories of a column, frozen from the reference.
 *
 * <p>Guarantee: categories stand in canonical order, most frequent first, then by name; the first
 * ones are kept by name, the others are known and counted together as {@link #OTHER}; everything
 * else is {@link #UNSEEN}. A reference category beyond the cap of known ones counts as unseen, in
 * the reference as in every window.
 */
public final class CategoricalLayout implements Layout {
  /** Cell of the categories that the reference has but that are not kept by name. */
  public static final String OTHER = "__other__";

  /** Cell of the values that the reference never had. */
  public static final String UNSEEN = "__unseen__";

  /** Categories kept by name where the job file says nothing. */
  public static final int DEFAULT_KEPT = 20;

  /** Reference categories that are told apart from unseen ones. */
  public static final int DEFAULT_KNOWN = 10_000;

  /** Unseen values listed for people. */
  public static final int DEFAULT_UNSEEN_LISTED = 100;

  private static final int VERSION = 1;
  private static final int MOST_CATEGORIES = 1_000_000;

  private final List<String> known;
  private final Map<String, Integer> indexOf;
  private final int kept;
  private final int unseenListed;
  private final TreeMap<String, TreeSet<String>> groups;
  private final int fingerprint;

  private CategoricalLayout(
      List<String> known, int kept, int unseenListed, TreeMap<String, TreeSet<String>> groups) {
    this.known = List.copyOf(known);
    this.kept = kept;
    this.unseenListed = unseenListed;
    this.groups = groups;
    this.indexOf = new HashMap<>();
    for (int i = 0; i < known.size(); i++) {
      indexOf.put(known.get(i), i);
    }
    this.fingerprint = Layout.fingerprintOf(this);
  }

  /**
   * Builds the layout from reference counts.
   *
   * @param referenceCounts rows per category, in any order
   * @param kept most categories kept by name
   * @param knownCap most reference categories told apart from unseen ones, at least {@code kept}
   * @param unseenListed most unseen values listed; 0 lists none and lets values be withdrawn
   */
  public static CategoricalLayout of(
      Map<String, Long> referenceCounts, int kept, int knownCap, int unseenListed) {
    if (kept < 1 || knownCap < kept || knownCap > MOST_CATEGORIES || unseenListed < 0) {
      throw new IllegalArgumentException(
          "At least one category must be kept and no more than are known, not "
              + kept
              + " of "
              + knownCap);
    }
    Comparator<Map.Entry<String, Long>> mostFirst =
        Map.Entry.<String, Long>comparingByValue().reversed();
    List<String> ordered =
        referenceCounts.entrySet().stream()
            .sorted(mostFirst.thenComparing(Map.Entry.comparingByKey()))
            .limit(knownCap)
            .map(Map.Entry::getKey)
            .toList();
    return new CategoricalLayout(
        ordered, Math.min(kept, ordered.size()), unseenListed, new TreeMap<>());
  }

  /** {@link #of(Map, int, int, int)} with 20 kept, 10 000 known and 100 unseen values listed. */
  public static CategoricalLayout of(Map<String, Long> referenceCounts) {
    return of(referenceCounts, DEFAULT_KEPT, DEFAULT_KNOWN, DEFAULT_UNSEEN_LISTED);
  }

  /** Returns this layout with declared groups of categories, by name. */
  public CategoricalLayout withGroups(Map<String, ? extends Iterable<String>> declared) {
    TreeMap<String, TreeSet<String>> sorted = new TreeMap<>();
    declared.forEach(
        (name, members) -> {
          TreeSet<String> set = new TreeSet<>();
          members.forEach(set::add);
          sorted.put(name, set);
        });
    return new CategoricalLayout(known, kept, unseenListed, sorted);
  }

  /** Returns this layout without the list of unseen values, so that values can be withdrawn. */
  public CategoricalLayout withoutUnseenList() {
    return new CategoricalLayout(known, kept, 0, groups);
  }

  /** Categories kept by name, in canonical order. */
  public List<String> kept() {
    return known.subList(0, kept);
  }

  /** All known reference categories, in canonical order. */
  public List<String> known() {
    return known;
  }

  /** Whether there are known categories that are not kept by name. */
  public boolean hasOther() {
    return known.size() > kept;
  }

  /** Names of the cells of the histogram: kept ones, {@link #OTHER} if any, {@link #UNSEEN}. */
  public List<String> cells() {
    List<String> cells = new ArrayList<>(kept());
    if (hasOther()) {
      cells.add(OTHER);
    }
    cells.add(UNSEEN);
    return cells;
  }

  /** Cell of a value: its position in {@link #cells}. */
  public int cell(String value) {
    int index = index(value);
    if (index < 0) {
      return kept + (hasOther() ? 1 : 0);
    }
    return Math.min(index, kept);
  }

  /** Names of the declared groups, sorted. */
  public List<String> groups() {
    return List.copyOf(groups.keySet());
  }

  /** Categories of a declared group, sorted. */
  public List<String> groupMembers(String group) {
    @Nullable TreeSet<String> members = groups.get(group);
    if (members == null) {
      throw new IllegalArgumentException("There is no group " + group);
    }
    return List.copyOf(members);
  }

  /** Most unseen values that a summary lists. */
  public int unseenListed() {
    return unseenListed;
  }

  /** Whether the reference had this category, kept by name or not. */
  public boolean knows(String value) {
    return index(value) >= 0;
  }

  /** Position among the known categories, or -1. */
  public int index(String value) {
    @Nullable Integer index = indexOf.get(value);
    return index == null ? -1 : index;
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    writeStrings(out, known);
    Compact.writeUnsigned(out, kept);
    Compact.writeUnsigned(out, unseenListed);
    Compact.writeUnsigned(out, groups.size());
    for (Map.Entry<String, TreeSet<String>> group : groups.entrySet()) {
      out.writeUTF(group.getKey());
      writeStrings(out, List.copyOf(group.getValue()));
    }
  }

  /** Reads what {@link #encode} wrote. */
  public static CategoricalLayout decode(DataInput in) throws IOException {
    Compact.readVersion(in, VERSION);
    List<String> known = readStrings(in);
    int kept = Compact.readSize(in, known.size());
    int unseenListed = Compact.readSize(in, MOST_CATEGORIES);
    int groupCount = Compact.readSize(in, MOST_CATEGORIES);
    TreeMap<String, TreeSet<String>> groups = new TreeMap<>();
    for (int i = 0; i < groupCount; i++) {
      groups.put(in.readUTF(), new TreeSet<>(readStrings(in)));
    }
    return new CategoricalLayout(known, kept, unseenListed, groups);
  }

  private static void writeStrings(DataOutput out, List<String> strings) throws IOException {
    Compact.writeUnsigned(out, strings.size());
    for (String string : strings) {
      out.writeUTF(string);
    }
  }

  private static List<String> readStrings(DataInput in) throws IOException {
    int size = Compact.readSize(in, MOST_CATEGORIES);
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      strings.add(in.readUTF());
    }
    return strings;
  }

  @Override
  public int fingerprint() {
    return fingerprint;
  }

  @Override
  public boolean equals(Object other) {
    return Layout.equal(this, other);
  }

  @Override
  public int hashCode() {
    return fingerprint;
  }
}
