package dev.weir.baseline;

import dev.weir.event.FeatureValues;
import dev.weir.event.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Names the segments that a row belongs to: one per declared dimension.
 *
 * <p>Guarantee: every row has exactly one segment in each dimension, and there are never more
 * segments than were kept plus one. A combination that was not kept, or that misses a value, is the
 * segment whose values are all {@link Segment#OTHER}.
 */
public final class SegmentKeys {
  private final List<Dimension> dimensions;

  private record Dimension(List<String> names, Branch root, List<String> segments, String other) {}

  /** The kept combinations that have their first values in common. */
  private static final class Branch {
    private final Map<String, Branch> byNextValue = new HashMap<>();

    /** Name of the combination that ends here; that of all others where none does. */
    private String segment;

    Branch(String other) {
      segment = other;
    }
  }

  /**
   * Keys over these dimensions.
   *
   * @param dimensions each a list of 1 to 3 feature or tag names
   * @param kept per dimension the combinations of values that are told apart, each in the order of
   *     the dimension's names
   */
  public SegmentKeys(List<List<String>> dimensions, List<List<List<String>>> kept) {
    List<Dimension> all = new ArrayList<>();
    for (int i = 0; i < dimensions.size(); i++) {
      List<String> names = dimensions.get(i);
      String other = Segment.name(names, names.stream().map(name -> Segment.OTHER).toList());
      Branch root = new Branch(other);
      SortedSet<String> sorted = new TreeSet<>();
      for (List<String> values : kept.get(i)) {
        Branch end = root;
        for (String value : values) {
          end = end.byNextValue.computeIfAbsent(value, any -> new Branch(other));
        }
        end.segment = Segment.name(names, values);
        sorted.add(end.segment);
      }
      List<String> segments = new ArrayList<>(sorted);
      if (!sorted.contains(other)) {
        segments.add(other);
      }
      all.add(new Dimension(List.copyOf(names), root, List.copyOf(segments), other));
    }
    this.dimensions = List.copyOf(all);
  }

  /** Number of dimensions. */
  public int dimensions() {
    return dimensions.size();
  }

  /** Names of all segments there can be, in the order of the dimensions, sorted in each. */
  public List<String> all() {
    return dimensions.stream().flatMap(dimension -> dimension.segments.stream()).toList();
  }

  /** Names of the segments that a row can have in the first dimension; empty without dimensions. */
  public List<String> first() {
    return dimensions.isEmpty() ? List.of() : dimensions.get(0).segments;
  }

  /** Canonical names of the segments of a row, one per dimension, in their order. */
  public List<String> of(@Nullable FeatureValues features, Map<String, String> tags) {
    List<String> segments = new ArrayList<>(dimensions.size());
    for (int i = 0; i < dimensions.size(); i++) {
      segments.add(of(i, features, tags));
    }
    return segments;
  }

  /** Canonical name of the segment of a row in one dimension; allocates nothing for texts. */
  public String of(int dimension, @Nullable FeatureValues features, Map<String, String> tags) {
    Dimension in = dimensions.get(dimension);
    Branch branch = in.root;
    for (int i = 0; i < in.names.size(); i++) {
      String value = value(in.names.get(i), features, tags);
      branch = value == null ? null : branch.byNextValue.get(value);
      if (branch == null) {
        return in.other;
      }
    }
    return branch.segment;
  }

  /**
   * The values of a row in one dimension, features before tags; null if one is missing.
   *
   * @param names the names of the dimension
   */
  static @Nullable List<String> values(
      List<String> names, @Nullable FeatureValues features, Map<String, String> tags) {
    List<String> values = new ArrayList<>(names.size());
    for (String name : names) {
      String value = value(name, features, tags);
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return values;
  }

  private static @Nullable String value(
      String name, @Nullable FeatureValues features, Map<String, String> tags) {
    int index = features == null ? -1 : features.indexOf(name);
    return features == null || index < 0 ? tags.get(name) : features.category(index);
  }
}
