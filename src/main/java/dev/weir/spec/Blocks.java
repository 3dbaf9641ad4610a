package dev.weir.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads maps and lists that the schema has already checked. */
final class Blocks {
  private Blocks() {}

  /** The block under a key itself, not a copy; made where it is missing. */
  @SuppressWarnings("unchecked") // keys of a plain block are text
  static Map<String, Object> open(Map<String, Object> parent, String key) {
    if (parent.get(key) instanceof Map<?, ?> block) {
      return (Map<String, Object>) block;
    }
    Map<String, Object> block = new LinkedHashMap<>();
    parent.put(key, block);
    return block;
  }

  /** A changeable copy of a block; empty for anything else. */
  static Map<String, Object> copy(@Nullable Object value) {
    Map<String, Object> copy = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, inner) -> copy.put(String.valueOf(key), inner));
    }
    return copy;
  }

  /** The blocks of a list. */
  static List<Map<String, Object>> list(@Nullable Object value) {
    List<Map<String, Object>> blocks = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(item -> blocks.add(copy(item)));
    }
    return blocks;
  }

  /** The texts of a list; of a single text that text. */
  static List<String> texts(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return value == null ? List.of() : List.of(value.toString());
  }

  static Optional<String> text(Map<String, Object> block, String key) {
    return Optional.ofNullable(block.get(key)).map(Object::toString);
  }

  static String needText(Map<String, Object> block, String key) {
    return need(block, key).toString();
  }

  static double number(Map<String, Object> block, String key) {
    return ((Number) need(block, key)).doubleValue();
  }

  static @Nullable Double numberOrNull(Map<String, Object> block, String key) {
    return block.get(key) instanceof Number number ? (Double) number.doubleValue() : null;
  }

  static long whole(Map<String, Object> block, String key) {
    return ((Number) need(block, key)).longValue();
  }

  static boolean truth(Map<String, Object> block, String key) {
    return (Boolean) need(block, key);
  }

  private static Object need(Map<String, Object> block, String key) {
    Object value = block.get(key);
    if (value == null) {
      throw new IllegalArgumentException("no key '" + key + "' in " + block.keySet());
    }
    return value;
  }
}
