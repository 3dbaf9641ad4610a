package dev.weir.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values that replace those of dead-lettered records, by the place of the original.
 *
 * @param file where they stand; null: nothing is mended, every original is sent as it is
 * @param values the new value by place
 */
record MendedRecords(@Nullable Path file, TreeMap<Redrive.Place, byte[]> values) {
  /** Every original is sent as it is. */
  static final MendedRecords NONE = new MendedRecords(null, new TreeMap<>());

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads JSON Lines; the first line that cannot be used is told with its number. */
  static MendedRecords read(Path file) {
    TreeMap<Redrive.Place, byte[]> values = new TreeMap<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION, "the mended records in " + file + " cannot be read: " + e, e);
    }
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        add(file, i + 1, lines.get(i), values);
      }
    }
    return new MendedRecords(file, values);
  }

  private static void add(
      Path file, int number, String line, TreeMap<Redrive.Place, byte[]> values) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw refused(file, number, "no JSON: " + e.getOriginalMessage());
    }
    JsonNode value = node.get("value");
    if (!node.path("topic").isTextual()
        || !node.path("partition").isInt()
        || !node.path("offset").isIntegralNumber()
        || !(value instanceof ObjectNode)) {
      throw refused(
          file, number, "topic, partition, offset and value are needed; value is a JSON object");
    }
    Redrive.Place place =
        new Redrive.Place(
            node.get("topic").asText(), node.get("partition").asInt(), node.get("offset").asLong());
    if (values.put(place, value.toString().getBytes(StandardCharsets.UTF_8)) != null) {
      throw refused(file, number, place + " stands there twice");
    }
  }

  private static CommandFailure refused(Path file, int number, String why) {
    return new CommandFailure(ExitCode.CONFIGURATION, file + ":" + number + ": " + Plain.text(why));
  }

  /** Whether an original is to be sent. */
  boolean asksFor(Redrive.Place place) {
    return file == null || values.containsKey(place);
  }

  /** The value to be sent in place of the original's. */
  byte @Nullable [] value(Redrive.Place place, byte @Nullable [] original) {
    return values.getOrDefault(place, original);
  }

  /** That every place in the file was that of a dead letter. */
  void refuseUnknown(Set<Redrive.Place> letters) {
    for (Redrive.Place place : values.keySet()) {
      if (!letters.contains(place)) {
        throw new CommandFailure(
            ExitCode.CONFIGURATION,
            file
                + ": no dead letter that the other options choose is about "
                + Plain.text(place.toString())
                + "; nothing was sent for it");
      }
    }
  }
}
