package dev.weir.spec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Names of features, and what is said about a name that is none. */
final class Names {
  private Names() {}

  /** Every feature. */
  static Set<String> features(Resolution resolution) {
    Map<String, Object> columns = resolution.block("columns");
    Set<String> features = new TreeSet<>();
    for (String list : List.of("numeric", "categorical", "embedding")) {
      features.addAll(Blocks.texts(columns.get(list)));
    }
    return features;
  }

  /** Features of one kind: {@code numeric}, {@code categorical} or {@code embedding}. */
  static Set<String> features(Resolution resolution, String kind) {
    return new TreeSet<>(Blocks.texts(resolution.block("columns").get(kind)));
  }

  /** Says that {@code path} names something that is not among {@code known}. */
  static void reportUnknown(
      Resolution resolution, String path, String key, String name, Collection<String> known) {
    report(resolution, resolution.document().at(path), key, name, known);
  }

  /** Reports every name of a list in the file that is not among {@code known}. */
  static void checkList(Resolution resolution, String path, Collection<String> known) {
    for (String name : resolution.document().texts(path)) {
      if (!known.contains(name)) {
        report(resolution, resolution.document().at(path, name), path, name, known);
      }
    }
  }

  static void report(
      Resolution resolution, Position at, String key, String name, Collection<String> known) {
    List<String> notes = new ArrayList<>();
    Spelling.closest(name, known).ifPresent(close -> notes.add("did you mean '" + close + "'?"));
    notes.add("features: " + String.join(", ", known));
    resolution.problems().error(at, "E302", key + ": no feature '" + name + "'", notes);
  }
}
