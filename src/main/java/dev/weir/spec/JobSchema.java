package dev.weir.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.event.CanonicalJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds a job file against {@code schemas/weir-job.schema.json} and tells every difference with its
 * position.
 *
 * <p>The shipped schema is read, not repeated, so that editors, {@code weir validate} and this
 * class cannot disagree. Understood are the keywords which that file uses (JSON Schema 2020-12).
 */
final class JobSchema {
  private static final String RESOURCE = "/schemas/weir-job.schema.json";
  private static final String REFERENCE_PREFIX = "#/$defs/";

  /** Labels that never come need a horizon; the table of codes gives that its own. */
  private static final String HORIZON = "labels.horizon";

  private static final Map<String, String> TYPE_NAMES =
      Map.of(
          "string", "text",
          "integer", "a whole number",
          "number", "a number",
          "boolean", "true or false",
          "array", "a list",
          "object", "a block of keys",
          "null", "nothing");

  private static final JobSchema SHIPPED = new JobSchema();

  private final JsonNode root;

  private JobSchema() {
    try (InputStream stream = JobSchema.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException("not on the class path: " + RESOURCE);
      }
      root = new ObjectMapper().readTree(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The schema that this version ships. */
  static JobSchema shipped() {
    return SHIPPED;
  }

  /** Takes problems; remembers what further checks must not look at. */
  private static final class Sink {
    private final @Nullable Problems problems;
    private final Set<Position> keys = new HashSet<>();
    private final Set<YamlNode> values = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean clean = true;

    /** Takes problems for people; null: only whether there are any. */
    Sink(@Nullable Problems problems) {
      this.problems = problems;
    }

    void key(Position at, String code, String message, List<String> notes) {
      keys.add(at);
      report(at, code, message, notes);
    }

    void value(YamlNode node, String code, String message, List<String> notes) {
      values.add(node);
      report(node.at(), code, message, notes);
    }

    private void report(Position at, String code, String message, List<String> notes) {
      clean = false;
      if (problems != null) {
        problems.error(at, code, message, notes);
      }
    }

    /** The node without what was reported. */
    YamlNode sound(YamlNode node) {
      if (node instanceof YamlNode.Items list) {
        List<YamlNode> items = new ArrayList<>();
        list.items().stream().filter(this::isSound).forEach(item -> items.add(sound(item)));
        return new YamlNode.Items(list.at(), items);
      }
      if (node instanceof YamlNode.Keys block) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        block
            .entries()
            .forEach(
                (key, entry) -> {
                  if (!keys.contains(entry.keyAt()) && isSound(entry.value())) {
                    entries.put(key, new YamlNode.Entry(entry.keyAt(), sound(entry.value())));
                  }
                });
        return new YamlNode.Keys(block.at(), entries);
      }
      return node;
    }

    private boolean isSound(YamlNode node) {
      return !(node instanceof YamlNode.Broken) && !values.contains(node);
    }
  }

  /**
   * Reports everything in which the file differs from the schema.
   *
   * @return the file without the keys and values that were reported, so that the rest can be looked
   *     at too
   */
  YamlNode check(YamlNode file, Problems problems) {
    Sink sink = new Sink(problems);
    check(root, file, "", sink);
    return sink.isSound(file) ? sink.sound(file) : new YamlNode.Broken(file.at());
  }

  /**
   * The schema of a key such as {@code monitors.drift.tolerance}, references resolved; null if
   * there is no such key. List items are {@code []}: {@code retraining[].when}.
   */
  @Nullable JsonNode schemaOf(String path) {
    JsonNode schema = root;
    for (String step : path.split("\\.", -1)) {
      String name = step.endsWith("[]") ? step.substring(0, step.length() - 2) : step;
      schema = merged(schema).path("properties").path(name);
      if (step.endsWith("[]")) {
        schema = merged(schema).path("items");
      }
      if (schema.isMissingNode()) {
        return null;
      }
    }
    return merged(schema);
  }

  /** Names of the keys that may stand under {@code path}; the empty path is the whole file. */
  List<String> keysOf(String path) {
    JsonNode schema = path.isEmpty() ? root : schemaOf(path);
    List<String> names = new ArrayList<>();
    if (schema != null) {
      schema.path("properties").fieldNames().forEachRemaining(names::add);
    }
    return names;
  }

  /** Puts the defaults of the block at {@code path} into {@code target} where keys are missing. */
  void fillDefaults(String path, Map<String, Object> target) {
    for (String name : keysOf(path)) {
      String key = path.isEmpty() ? name : path + "." + name;
      JsonNode schema = schemaOf(key);
      if (schema == null) {
        continue;
      }
      if (schema.path("type").asText().equals("object") && schema.has("properties")) {
        fillBlock(key, name, target);
      } else if (schema.has("default") && !target.containsKey(name)) {
        target.put(name, plain(schema.get("default")));
      }
    }
  }

  private void fillBlock(String key, String name, Map<String, Object> target) {
    boolean written = target.containsKey(name);
    Map<String, Object> block = Blocks.open(target, name);
    fillDefaults(key, block);
    if (block.isEmpty() && !written) {
      target.remove(name);
    }
  }

  /** The default of a key that is a whole number. */
  long wholeDefault(String path) {
    JsonNode schema = schemaOf(path);
    if (schema == null || !schema.path("default").isIntegralNumber()) {
      throw new IllegalArgumentException("no whole default: " + path);
    }
    return schema.get("default").longValue();
  }

  /** Symbols allowed at a definition, such as {@code metric_id}. */
  List<String> symbolsOf(String definition) {
    List<String> symbols = new ArrayList<>();
    root.path("$defs").path(definition).path("enum").forEach(node -> symbols.add(node.asText()));
    return symbols;
  }

  /** A JSON value as maps, lists, text, {@link Long}, {@link Double}, truth values. */
  static Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      node.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
      return map;
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(item -> list.add(plain(item)));
      return list;
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    return node.isNumber() ? (Object) node.doubleValue() : node.asText();
  }

  /** The node with what it refers to; its own keywords win. */
  private JsonNode merged(JsonNode schema) {
    if (!schema.has("$ref")) {
      return schema;
    }
    ObjectNode all = merged(target(schema)).deepCopy();
    schema.properties().forEach(field -> all.set(field.getKey(), field.getValue()));
    all.remove("$ref");
    return all;
  }

  private JsonNode target(JsonNode schema) {
    String name = schema.get("$ref").asText().substring(REFERENCE_PREFIX.length());
    return root.path("$defs").path(name);
  }

  private boolean fits(JsonNode schema, YamlNode node) {
    Sink silent = new Sink(null);
    check(schema, node, "", silent);
    return silent.clean;
  }

  private void check(JsonNode schema, YamlNode node, String path, Sink sink) {
    if (node instanceof YamlNode.Broken) {
      return;
    }
    JsonNode whole = merged(schema);
    if (whole.has("type") && !typeFits(whole.get("type"), node)) {
      reportType(whole.get("type"), node, path, sink);
      return;
    }
    if (!checkSymbols(whole, node, path, sink)) {
      return;
    }
    if (node instanceof YamlNode.Scalar scalar) {
      checkScalar(whole, scalar, path, sink);
    } else if (node instanceof YamlNode.Items list) {
      checkItems(whole, list, path, sink);
    } else if (node instanceof YamlNode.Keys keys) {
      checkKeys(whole, keys, path, sink);
    }
    checkConditions(whole, node, path, sink);
  }

  private void checkConditions(JsonNode schema, YamlNode node, String path, Sink sink) {
    if (schema.has("if")) {
      JsonNode branch = schema.get(fits(schema.get("if"), node) ? "then" : "else");
      if (branch != null) {
        check(branch, node, path, sink);
      }
    }
    for (JsonNode part : schema.path("allOf")) {
      check(part, node, path, sink);
    }
  }

  private static boolean typeFits(JsonNode type, YamlNode node) {
    if (type.isTextual()) {
      return typeFits(type.asText(), node);
    }
    for (JsonNode one : type) {
      if (typeFits(one.asText(), node)) {
        return true;
      }
    }
    return false;
  }

  private static boolean typeFits(String type, YamlNode node) {
    Object value = node instanceof YamlNode.Scalar scalar ? scalar.value() : null;
    return switch (type) {
      case "object" -> node instanceof YamlNode.Keys;
      case "array" -> node instanceof YamlNode.Items;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "number" -> value instanceof Number;
      case "integer" ->
          value instanceof Long || (value instanceof Double number && number == Math.rint(number));
      default -> throw new IllegalStateException("type of the schema: " + type);
    };
  }

  private static void reportType(JsonNode type, YamlNode node, String path, Sink sink) {
    List<String> names = new ArrayList<>();
    if (type.isTextual()) {
      names.add(TYPE_NAMES.getOrDefault(type.asText(), type.asText()));
    }
    type.forEach(one -> names.add(TYPE_NAMES.getOrDefault(one.asText(), one.asText())));
    sink.value(
        node,
        "E203",
        name(path) + " must be " + String.join(" or ", names) + ", not " + shown(node),
        typeNotes(names, node));
  }

  private static List<String> typeNotes(List<String> names, YamlNode node) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      return List.of();
    }
    Object value = scalar.value();
    if (names.contains("text") && value != null) {
      return List.of("put it in quotes: \"" + text(value) + "\"");
    }
    if (names.contains("true or false") && value instanceof String word) {
      return switch (word.toLowerCase(Locale.ROOT)) {
        case "yes", "on" -> List.of("expected: true ('" + word + "' is text in YAML 1.2)");
        case "no", "off" -> List.of("expected: false ('" + word + "' is text in YAML 1.2)");
        default -> List.of();
      };
    }
    return List.of();
  }

  private static boolean checkSymbols(JsonNode schema, YamlNode node, String path, Sink sink) {
    List<JsonNode> allowed = new ArrayList<>();
    schema.path("enum").forEach(allowed::add);
    if (schema.has("const")) {
      allowed.add(schema.get("const"));
    }
    if (allowed.isEmpty() || allowed.stream().anyMatch(symbol -> same(symbol, node))) {
      return true;
    }
    List<String> symbols = allowed.stream().map(JsonNode::asText).toList();
    List<String> notes = new ArrayList<>();
    if (node instanceof YamlNode.Scalar scalar && scalar.value() instanceof String word) {
      Spelling.closest(word, symbols).ifPresent(s -> notes.add("did you mean '" + s + "'?"));
    }
    notes.add("expected: " + String.join(", ", symbols));
    sink.value(node, "E204", name(path) + " cannot be " + shown(node), notes);
    return false;
  }

  private static boolean same(JsonNode symbol, YamlNode node) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      return false;
    }
    Object value = scalar.value();
    return symbol.isNumber()
        ? value instanceof Number number && number.doubleValue() == symbol.doubleValue()
        : symbol.asText().equals(value);
  }

  private static void checkScalar(JsonNode schema, YamlNode.Scalar node, String path, Sink sink) {
    if (node.value() instanceof String text) {
      checkText(schema, node, text, path, sink);
    } else if (node.value() instanceof Number number) {
      checkNumber(schema, node, number.doubleValue(), path, sink);
    }
  }

  private static void checkText(
      JsonNode schema, YamlNode.Scalar node, String text, String path, Sink sink) {
    int length = text.codePointCount(0, text.length());
    if (length < schema.path("minLength").asInt(0)) {
      sink.value(node, "E206", name(path) + " must not be empty", List.of());
    } else if (length > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
      String limit = " must have at most " + schema.get("maxLength").asText() + " characters, not ";
      sink.value(node, "E206", name(path) + limit + length, List.of());
    } else if (schema.has("pattern") && !found(schema.get("pattern").asText(), text)) {
      sink.value(
          node,
          "E205",
          name(path) + " is not of the expected form: '" + text + "'",
          List.of("expected: " + form(schema)));
    }
  }

  private static boolean found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).find();
  }

  private static String form(JsonNode schema) {
    String pattern = "text matching " + schema.path("pattern").asText();
    if (schema.has("examples")) {
      List<String> examples = new ArrayList<>();
      schema.get("examples").forEach(example -> examples.add(example.asText()));
      return "such as " + String.join(", ", examples);
    }
    return pattern;
  }

  private static void checkNumber(
      JsonNode schema, YamlNode.Scalar node, double number, String path, Sink sink) {
    boolean inside =
        number >= bound(schema, "minimum", Double.NEGATIVE_INFINITY)
            && number <= bound(schema, "maximum", Double.POSITIVE_INFINITY)
            && number > bound(schema, "exclusiveMinimum", Double.NEGATIVE_INFINITY)
            && number < bound(schema, "exclusiveMaximum", Double.POSITIVE_INFINITY);
    boolean onGrid = !schema.has("multipleOf") || number % schema.get("multipleOf").asDouble() == 0;
    if (!inside || !onGrid) {
      String limits =
          onGrid ? limits(schema) : "a multiple of " + schema.get("multipleOf").asText();
      sink.value(
          node,
          "E206",
          name(path) + " must be " + limits + ", not " + CanonicalJson.number(number),
          List.of());
    }
  }

  private static double bound(JsonNode schema, String keyword, double otherwise) {
    return schema.path(keyword).asDouble(otherwise);
  }

  /** Limits of a number in words. */
  static String limits(JsonNode schema) {
    List<String> words = new ArrayList<>();
    addLimit(words, schema, "exclusiveMinimum", "above ");
    addLimit(words, schema, "minimum", "at least ");
    addLimit(words, schema, "exclusiveMaximum", "below ");
    addLimit(words, schema, "maximum", "at most ");
    return String.join(" and ", words);
  }

  private static void addLimit(List<String> words, JsonNode schema, String keyword, String word) {
    if (schema.has(keyword)) {
      words.add(word + schema.get(keyword).asText());
    }
  }

  private void checkItems(JsonNode schema, YamlNode.Items list, String path, Sink sink) {
    int size = list.items().size();
    int least = schema.path("minItems").asInt(0);
    int most = schema.path("maxItems").asInt(Integer.MAX_VALUE);
    if (size < least || size > most) {
      String limit = size < least ? "at least " + least : "at most " + most;
      String message = name(path) + " must have " + limit + " entries, not " + size;
      sink.value(list, "E206", message, List.of());
    }
    if (schema.path("uniqueItems").asBoolean()) {
      checkUnique(list, path, sink);
    }
    for (int i = 0; i < size; i++) {
      JsonNode items = schema.path("items");
      JsonNode item = schema.has("prefixItems") ? schema.get("prefixItems").path(i) : items;
      if (!item.isMissingNode()) {
        check(item, list.items().get(i), path + "[" + i + "]", sink);
      }
    }
  }

  private static void checkUnique(YamlNode.Items list, String path, Sink sink) {
    Set<String> seen = new HashSet<>();
    for (YamlNode item : list.items()) {
      if (!(item instanceof YamlNode.Broken)
          && !seen.add(CanonicalJson.write(YamlNode.plain(item)))) {
        sink.value(item, "E204", name(path) + " has " + shown(item) + " twice", List.of());
      }
    }
  }

  private void checkKeys(JsonNode schema, YamlNode.Keys keys, String path, Sink sink) {
    for (JsonNode needed : schema.path("required")) {
      if (!keys.entries().containsKey(needed.asText())) {
        reportMissing(needed.asText(), keys, path, sink);
      }
    }
    checkKeyCount(schema, keys, path, sink);
    keys.entries().forEach((key, entry) -> checkEntry(schema, key, entry, path, sink));
  }

  private static void checkKeyCount(JsonNode schema, YamlNode.Keys keys, String path, Sink sink) {
    int size = keys.entries().size();
    int least = schema.path("minProperties").asInt(0);
    int most = schema.path("maxProperties").asInt(Integer.MAX_VALUE);
    if (size < least || size > most) {
      String limit = size < least ? "at least " + least : "at most " + most;
      String message = name(path) + " must have " + limit + " keys, not " + size;
      sink.key(keys.firstKey(), "E206", message, List.of());
    }
  }

  private static void reportMissing(String key, YamlNode.Keys keys, String path, Sink sink) {
    String full = path.isEmpty() ? key : path + "." + key;
    boolean horizon = full.equals(HORIZON);
    sink.key(
        keys.firstKey(),
        horizon ? "E307" : "E202",
        "missing key '" + key + "'" + (path.isEmpty() ? "" : " in " + path),
        horizon
            ? List.of("needed where no label means a class: how long is a label waited for?")
            : List.of());
  }

  private void checkEntry(
      JsonNode schema, String key, YamlNode.Entry entry, String path, Sink sink) {
    String full = path.isEmpty() ? key : path + "." + key;
    JsonNode known = schema.path("properties").path(key);
    JsonNode other = schema.path("additionalProperties");
    checkKeyName(schema.path("propertyNames"), key, entry, path, sink);
    if (!known.isMissingNode()) {
      check(known, entry.value(), full, sink);
    } else if (other.isObject()) {
      check(other, entry.value(), full, sink);
    } else if (other.isBoolean() && !other.booleanValue()) {
      reportUnknown(schema, key, entry, path, sink);
    }
  }

  private static void checkKeyName(
      JsonNode rules, String key, YamlNode.Entry entry, String path, Sink sink) {
    if (rules.has("pattern") && !found(rules.get("pattern").asText(), key)) {
      sink.key(
          entry.keyAt(),
          "E205",
          "name '" + key + "' in " + path + " is not of the expected form",
          List.of("expected: " + form(rules)));
    }
    for (JsonNode reserved : rules.path("not").path("enum")) {
      if (reserved.asText().equals(key)) {
        sink.key(
            entry.keyAt(), "E204", "name '" + key + "' in " + path + " is reserved", List.of());
      }
    }
  }

  private static void reportUnknown(
      JsonNode schema, String key, YamlNode.Entry entry, String path, Sink sink) {
    Set<String> known = new TreeSet<>();
    schema.path("properties").fieldNames().forEachRemaining(known::add);
    List<String> notes = new ArrayList<>();
    Spelling.closest(key, known).ifPresent(name -> notes.add("did you mean '" + name + "'?"));
    notes.add("known here: " + known.stream().collect(Collectors.joining(", ")));
    String where = path.isEmpty() ? "" : " in " + path;
    sink.key(entry.keyAt(), "E201", "unknown key '" + key + "'" + where, notes);
  }

  private static String name(String path) {
    return path.isEmpty() ? "the job file" : path;
  }

  /** What was written, in words. */
  private static String shown(YamlNode node) {
    if (node instanceof YamlNode.Items) {
      return "a list";
    }
    if (node instanceof YamlNode.Scalar scalar) {
      Object value = scalar.value();
      if (value == null) {
        return "empty";
      }
      return value instanceof String word ? "text '" + word + "'" : text(value);
    }
    return "a block of keys";
  }

  private static String text(Object value) {
    return value instanceof Number number
        ? CanonicalJson.number(number.doubleValue())
        : value.toString();
  }
}
