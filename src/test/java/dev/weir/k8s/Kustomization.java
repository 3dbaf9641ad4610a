package dev.weir.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The objects of a kustomization, rendered by that part of kustomize that {@code k8s/} uses:
 * resources, config maps from files without a hash in their name, and JSON patches by kind and
 * name. Anything else is refused; {@code ManifestsTest} holds the result to the real one.
 */
final class Kustomization {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion", "kind", "resources", "generatorOptions", "configMapGenerator", "patches");

  private Kustomization() {}

  /** Renders a folder. */
  static List<ObjectNode> render(Path folder) throws IOException {
    JsonNode self = documents(folder.resolve("kustomization.yaml")).get(0);
    Set<String> keys = new TreeSet<>();
    self.fieldNames().forEachRemaining(keys::add);
    keys.removeAll(KNOWN);
    if (!keys.isEmpty()) {
      throw new IOException(folder + ": this renderer does not know " + keys);
    }
    List<ObjectNode> objects = new ArrayList<>();
    for (JsonNode resource : self.path("resources")) {
      Path path = folder.resolve(resource.asText());
      objects.addAll(Files.isDirectory(path) ? render(path) : documents(path));
    }
    for (JsonNode generator : self.path("configMapGenerator")) {
      objects.add(configMap(folder, generator, self.path("generatorOptions")));
    }
    for (JsonNode patch : self.path("patches")) {
      ObjectNode target = target(objects, patch.get("target"));
      for (JsonNode operation :
          YAML.readTree(folder.resolve(patch.get("path").asText()).toFile())) {
        apply(target, operation);
      }
    }
    return objects;
  }

  /** The documents of a file. */
  static List<ObjectNode> documents(Path file) throws IOException {
    return documents(Files.readString(file));
  }

  /** The documents of a text. */
  static List<ObjectNode> documents(String text) throws IOException {
    try (MappingIterator<ObjectNode> documents =
        YAML.readerFor(ObjectNode.class).readValues(text)) {
      return documents.readAll();
    }
  }

  private static ObjectNode configMap(Path folder, JsonNode generator, JsonNode options)
      throws IOException {
    ObjectNode map = YAML.createObjectNode();
    map.put("apiVersion", "v1").put("kind", "ConfigMap");
    ObjectNode data = map.putObject("data");
    for (JsonNode file : generator.get("files")) {
      Path path = folder.resolve(file.asText());
      data.put(path.getFileName().toString(), Files.readString(path));
    }
    ObjectNode metadata = map.putObject("metadata");
    metadata.set("name", generator.get("name"));
    metadata.set("namespace", generator.get("namespace"));
    if (options.has("labels")) {
      metadata.set("labels", options.get("labels"));
    }
    return map;
  }

  private static ObjectNode target(List<ObjectNode> objects, JsonNode target) throws IOException {
    return objects.stream()
        .filter(object -> object.get("kind").equals(target.get("kind")))
        .filter(object -> object.at("/metadata/name").equals(target.get("name")))
        .findFirst()
        .orElseThrow(() -> new IOException("nothing to patch: " + target));
  }

  private static void apply(ObjectNode target, JsonNode operation) throws IOException {
    String path = operation.get("path").asText();
    String name = path.substring(path.lastIndexOf('/') + 1);
    JsonNode parent = target.at(path.substring(0, path.lastIndexOf('/')));
    JsonNode value = operation.get("value");
    boolean replace = operation.get("op").asText().equals("replace");
    if (replace && parent instanceof ObjectNode object && object.has(name)) {
      object.set(name, value);
    } else if (replace && parent instanceof ArrayNode array && array.has(Integer.parseInt(name))) {
      array.set(Integer.parseInt(name), value);
    } else if (operation.get("op").asText().equals("add")
        && parent instanceof ArrayNode array
        && name.equals("-")) {
      array.add(value);
    } else {
      throw new IOException("cannot apply " + operation);
    }
  }
}
