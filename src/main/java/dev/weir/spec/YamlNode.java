package dev.weir.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A YAML value that knows where it stands. */
sealed interface YamlNode {
  /** Where the value begins. */
  Position at();

  /**
   * Text, number ({@link Long} or {@link Double}), truth value or null.
   *
   * @param quoted whether it is more than a plain word, so that its text begins a character later
   */
  record Scalar(Position at, @Nullable Object value, boolean quoted) implements YamlNode {}

  /** A list. */
  record Items(Position at, List<YamlNode> items) implements YamlNode {}

  /** Keys and their values, in the order of the file. */
  record Keys(Position at, Map<String, Entry> entries) implements YamlNode {
    /** Where a key that is missing here is reported: at the first key there is. */
    Position firstKey() {
      return entries.values().stream().findFirst().map(Entry::keyAt).orElse(at);
    }
  }

  /** One key's position and its value. */
  record Entry(Position keyAt, YamlNode value) {}

  /** What could not be read and has been reported; nothing more is said about it. */
  record Broken(Position at) implements YamlNode {}

  /** The value without positions: maps, lists, text, numbers, truth values, null. */
  static @Nullable Object plain(YamlNode node) {
    if (node instanceof Scalar scalar) {
      return scalar.value();
    }
    if (node instanceof Items list) {
      List<@Nullable Object> out = new ArrayList<>();
      list.items().forEach(item -> out.add(plain(item)));
      return out;
    }
    if (node instanceof Keys keys) {
      Map<String, @Nullable Object> out = new LinkedHashMap<>();
      keys.entries().forEach((key, entry) -> out.put(key, plain(entry.value())));
      return out;
    }
    return null;
  }
}
