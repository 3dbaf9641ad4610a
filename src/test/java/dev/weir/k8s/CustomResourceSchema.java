package dev.weir.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The structural schema of a CustomResourceDefinition, as the API server applies it in strict mode:
 * a field that it does not name is a mistake, unless it says that such fields are kept.
 */
final class CustomResourceSchema {
  private final String kind;
  private final JsonNode root;

  /** The schema of the one version that a definition serves. */
  CustomResourceSchema(JsonNode definition) {
    this.kind = definition.at("/spec/names/kind").asText();
    this.root = definition.at("/spec/versions/0/schema/openAPIV3Schema");
  }

  /** Kind that it defines. */
  String kind() {
    return kind;
  }

  /** Lets an enumeration have one more value. */
  CustomResourceSchema allowing(String pointer, String value) {
    ((ArrayNode) root.at(pointer + "/enum")).add(value);
    return this;
  }

  /** What is wrong with an object; metadata is Kubernetes' own. */
  List<String> problems(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    copy.remove(List.of("apiVersion", "kind", "metadata"));
    List<String> problems = new ArrayList<>();
    check(copy, root, kind, problems);
    return problems;
  }

  private static void check(JsonNode value, JsonNode schema, String at, List<String> problems) {
    if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
        && !schema.has("properties")) {
      return;
    }
    if (!hasType(value, schema)) {
      problems.add(at + ": expected " + schema.path("type").asText() + ", got " + value);
      return;
    }
    JsonNode symbols = schema.path("enum");
    if (!symbols.isMissingNode() && !contains(symbols, value)) {
      problems.add(at + ": " + value + " is not one of " + symbols);
    }
    String pattern = schema.path("pattern").asText("");
    if (!pattern.isEmpty() && !Pattern.compile(pattern).matcher(value.asText()).find()) {
      problems.add(at + ": " + value + " does not match " + pattern);
    }
    if (schema.has("minimum") && value.asDouble() < schema.get("minimum").asDouble()) {
      problems.add(at + ": " + value + " is below " + schema.get("minimum"));
    }
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        check(value.get(i), schema.path("items"), at + "[" + i + "]", problems);
      }
    } else if (value.isObject()) {
      checkFields(value, schema, at, problems);
    }
  }

  private static void checkFields(
      JsonNode value, JsonNode schema, String at, List<String> problems) {
    for (JsonNode needed : schema.path("required")) {
      if (!value.has(needed.asText())) {
        problems.add(at + ": " + needed.asText() + " is missing");
      }
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String place = at + "." + field.getKey();
      JsonNode known = schema.path("properties").path(field.getKey());
      JsonNode any = schema.path("additionalProperties");
      if (!known.isMissingNode()) {
        check(field.getValue(), known, place, problems);
      } else if (any.isObject()) {
        check(field.getValue(), any, place, problems);
      } else if (!schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
        problems.add(place + ": unknown field");
      }
    }
  }

  private static boolean hasType(JsonNode value, JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return value.isTextual() || value.isIntegralNumber();
    }
    return switch (schema.path("type").asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      default -> true;
    };
  }

  private static boolean contains(JsonNode symbols, JsonNode value) {
    for (JsonNode symbol : symbols) {
      if (symbol.equals(value)) {
        return true;
      }
    }
    return false;
  }
}
