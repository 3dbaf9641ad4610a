package dev.weir.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.event.CanonicalJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the schema says about one key of the job file.
 *
 * @param key such as {@code monitors.drift.tolerance}; items of a list are {@code retraining[]}
 * @param description what it is, with its unit
 * @param lines default, limits, allowed values and keys below it, in words; may be empty
 */
public record KeyGuide(String key, String description, List<String> lines) {

  /**
   * The guide of a key.
   *
   * @param key with or without positions in lists: {@code retraining[0].when}
   * @return empty if there is no such key
   */
  public static Optional<KeyGuide> of(String key) {
    String path = key.replaceAll("\\[[0-9]*]", "[]");
    JsonNode schema = JobSchema.shipped().schemaOf(path);
    if (schema == null) {
      return Optional.empty();
    }
    List<String> lines = new ArrayList<>();
    if (schema.has("default")) {
      lines.add("default: " + CanonicalJson.write(JobSchema.plain(schema.get("default"))));
    }
    String limits = JobSchema.limits(schema);
    if (!limits.isEmpty()) {
      lines.add("allowed: " + limits);
    }
    add(lines, "one of: ", texts(schema.path("enum")));
    add(lines, "such as: ", texts(schema.path("examples")));
    add(lines, "keys: ", JobSchema.shipped().keysOf(path));
    return Optional.of(new KeyGuide(path, schema.path("description").asText(), lines));
  }

  /** The key beside {@code key} that it may be a misspelling of; empty: none is close. */
  public static Optional<String> closest(String key) {
    int dot = key.lastIndexOf('.');
    String parent = dot < 0 ? "" : key.substring(0, dot).replaceAll("\\[[0-9]*]", "[]");
    return Spelling.closest(key.substring(dot + 1), JobSchema.shipped().keysOf(parent))
        .map(name -> parent.isEmpty() ? name : parent + "." + name);
  }

  private static List<String> texts(JsonNode nodes) {
    List<String> texts = new ArrayList<>();
    nodes.forEach(node -> texts.add(node.isTextual() ? node.asText() : node.toString()));
    return texts;
  }

  private static void add(List<String> lines, String what, List<String> names) {
    if (!names.isEmpty()) {
      lines.add(what + String.join(", ", names));
    }
  }
}
