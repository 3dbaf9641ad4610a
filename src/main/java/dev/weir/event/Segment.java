package dev.weir.event;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Names segments: {@code origin=ORD} or {@code channel=web,region=EU}, names sorted; percent, comma
 * and equals sign in values are percent-encoded.
 */
public final class Segment {
  /** Value of rows whose own value is rare, new or missing. */
  public static final String OTHER = "__other__";

  private Segment() {}

  /** The canonical name of the segment with these values by dimension. */
  public static String name(Map<String, String> values) {
    return new TreeMap<>(values)
        .entrySet().stream()
            .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
            .collect(Collectors.joining(","));
  }

  /** The canonical name for dimensions in {@code dimensions} with values in the same order. */
  public static String name(List<String> dimensions, List<String> values) {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < dimensions.size(); i++) {
      map.put(dimensions.get(i), values.get(i));
    }
    return name(map);
  }

  private static String encode(String value) {
    return value.replace("%", "%25").replace(",", "%2C").replace("=", "%3D");
  }
}
