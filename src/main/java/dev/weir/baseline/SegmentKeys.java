package dev.weir.baseline;

import dev.weir.event.FeatureValues;
import dev.weir.event.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private record Dimension(List<String> names, Map<List<String>, String> kept, String other) {}

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
      Map<List<String>, String> segments = new HashMap<>();
      for (List<String> values : kept.get(i)) {
        segments.put(List.copyOf(values), Segment.name(names, values));
      }
      List<String> others = names.stream().map(name -> Segment.OTHER).toList();
      all.add(new Dimension(List.copyOf(names), segments, Segment.name(names, others)));
    }
    this.dimensions = List.copyOf(all);
  }

  /** Names of all segments there can be, in the order of the dimensions, sorted in each. */
  public List<String> all() {
    List<String> names = new ArrayList<>();
    for (Dimension dimension : dimensions) {
      dimension.kept.values().stream().sorted().forEach(names::add);
      if (!names.contains(dimension.other)) {
        names.add(dimension.other);
      }
    }
    return names;
  }

  /** Names of the segments that a row can have in the first dimension; empty without dimensions. */
  public List<String> first() {
    if (dimensions.isEmpty()) {
      return List.of();
    }
    List<String> names = new ArrayList<>(dimensions.get(0).kept.values());
    names.sort(null);
    if (!names.contains(dimensions.get(0).other)) {
      names.add(dimensions.get(0).other);
    }
    return names;
  }

  /** Canonical names of the segments of a row, one per dimension, in their order. */
  public List<String> of(@Nullable FeatureValues features, Map<String, String> tags) {
    List<String> segments = new ArrayList<>(dimensions.size());
    for (Dimension dimension : dimensions) {
      List<String> values = values(dimension.names, features, tags);
      segments.add(
          values == null ? dimension.other : dimension.kept.getOrDefault(values, dimension.other));
    }
    return segments;
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
      int index = features == null ? -1 : features.indexOf(name);
      String value = features == null || index < 0 ? tags.get(name) : features.category(index);
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return values;
  }
}
