package dev.weir.spec;

import dev.weir.event.CanonicalJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A job file in the making: what is filled in, and why. */
final class Resolution {
  private final JobDocument document;
  private final @Nullable ReferenceFacts facts;
  private final boolean isBaseline;
  private final Problems problems;
  private final Map<String, Object> root;
  private final Map<String, String> reasons = new TreeMap<>();
  private final Map<String, String> notes = new TreeMap<>();

  Resolution(
      JobDocument document, @Nullable ReferenceFacts facts, boolean isBaseline, Problems problems) {
    this.document = document;
    this.isBaseline = isBaseline;
    this.facts = facts;
    this.problems = problems;
    this.root = document.plain();
  }

  JobDocument document() {
    return document;
  }

  /** What the reference says; null where it is a baseline or could not be read. */
  @Nullable ReferenceFacts facts() {
    return facts;
  }

  /** Whether the reference is a baseline, which says nothing about columns. */
  boolean isBaseline() {
    return isBaseline;
  }

  Problems problems() {
    return problems;
  }

  /** The whole file, to be filled in. */
  Map<String, Object> root() {
    return root;
  }

  /** The block of a top-level key, made where it is missing. */
  Map<String, Object> block(String key) {
    return Blocks.open(root, key);
  }

  /** Puts a value where the file has none, with the reason. */
  void infer(Map<String, Object> block, String path, Object value, String reason) {
    String key = path.substring(path.lastIndexOf('.') + 1);
    if (!block.containsKey(key)) {
      block.put(key, value);
      reasons.put(path, reason);
    }
  }

  /** Remembers why one entry of a list is there, such as {@code columns.numeric.distance}. */
  void note(String path, String reason) {
    notes.put(path, reason);
  }

  /** Why a key or the entry of a list has its value; empty if the file or a default says so. */
  String reason(String path) {
    return reasons.getOrDefault(path, notes.getOrDefault(path, ""));
  }

  void error(String path, String code, String message, String... hints) {
    problems.error(document.at(path), code, message, hints);
  }

  void warning(String path, String code, String message, String... hints) {
    problems.warning(document.at(path), code, message, hints);
  }

  /** Every value with its origin, in the order of the schema. */
  List<Explanation> explanations() {
    List<Explanation> all = new ArrayList<>();
    Map<String, Object> ordered = new LinkedHashMap<>();
    JobSchema.shipped().keysOf("").stream()
        .filter(root::containsKey)
        .forEach(key -> ordered.put(key, root.get(key)));
    ordered.forEach((key, value) -> explain(key, value, all));
    notes.forEach(
        (path, reason) ->
            all.add(new Explanation(path, "true", Explanation.Origin.INFERRED, reason)));
    return all;
  }

  private void explain(String path, @Nullable Object value, List<Explanation> all) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach((key, inner) -> explain(path + "." + key, inner, all));
      return;
    }
    if (value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)) {
      for (int i = 0; i < list.size(); i++) {
        explain(path + "[" + i + "]", list.get(i), all);
      }
      return;
    }
    all.add(new Explanation(path, CanonicalJson.write(value), origin(path), reason(path)));
  }

  private Explanation.Origin origin(String path) {
    if (reasons.containsKey(path)) {
      return Explanation.Origin.INFERRED;
    }
    return document.has(path) ? Explanation.Origin.FILE : Explanation.Origin.DEFAULT;
  }
}
