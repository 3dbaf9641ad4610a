package dev.weir.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.CanonicalJson;
import dev.weir.event.Control;
import dev.weir.event.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Control records as they are kept and sent between tasks: canonical JSON with the kind of record
 * in {@code kind}. Times are epoch milliseconds. What arrives on topics is read elsewhere and
 * checked there.
 */
public final class ControlJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ControlJson() {}

  /** The bytes of a record; {@link #read} reads them back. */
  public static byte[] write(Control control) {
    Map<String, @Nullable Object> fields = new TreeMap<>();
    fields.put("kind", control.getClass().getSimpleName());
    fields.put("model_id", control.modelId());
    if (control instanceof Control.JobFile file) {
      fields.put("config_hash", file.configHash());
      fields.put("source", file.source());
      fields.put("resolved", file.resolved());
      fields.put("format", file.format());
      fields.put("effective_from", file.effectiveFrom());
      fields.put("actor", file.actor());
      fields.put("comment", file.comment());
    } else if (control instanceof Control.BaselineFile file) {
      byte[] encoded = file.encoded();
      fields.put("baseline_id", file.baselineId());
      fields.put("encoded", encoded == null ? null : Base64.getEncoder().encodeToString(encoded));
      fields.put("effective_from", file.effectiveFrom());
    } else if (control instanceof Control.ModelVersion version) {
      put(fields, version);
    } else if (control instanceof Control.Feedback feedback) {
      put(fields, feedback);
    } else if (control instanceof Control.RetrainingStatus status) {
      put(fields, status);
    }
    return CanonicalJson.bytes(fields);
  }

  private static void put(Map<String, @Nullable Object> fields, Control.ModelVersion version) {
    fields.put("model_version", version.modelVersion());
    fields.put("effective_from", version.effectiveFrom());
    fields.put("role", version.role().name());
    fields.put("trigger_id", version.triggerId());
    fields.put("training_start", version.trainingStart());
    fields.put("training_end", version.trainingEnd());
    fields.put("baseline_id", version.baselineId());
    fields.put("features", version.features());
    fields.put("owner", version.owner());
    fields.put("approved_by", version.approvedBy());
  }

  private static void put(Map<String, @Nullable Object> fields, Control.Feedback feedback) {
    fields.put("feedback_id", feedback.feedbackId());
    fields.put("action", feedback.action().name());
    fields.put("object_id", feedback.objectId());
    fields.put("event_time", feedback.eventTime());
    fields.put("actor", feedback.actor());
    fields.put("reason", feedback.reason());
    fields.put("silence_until", feedback.silenceUntil());
    fields.put("matchers", feedback.matchers());
    fields.put("useful", feedback.useful());
    fields.put("config_hash", feedback.configHash());
  }

  private static void put(Map<String, @Nullable Object> fields, Control.RetrainingStatus status) {
    fields.put("trigger_id", status.triggerId());
    fields.put("state", status.state().name());
    fields.put("event_time", status.eventTime());
    fields.put("run_url", status.runUrl());
    fields.put("new_model_version", status.newModelVersion());
    fields.put("actor", status.actor());
    fields.put("message", status.message());
  }

  /**
   * The record of these bytes.
   *
   * @throws IOException if they are not what {@link #write} wrote
   */
  public static Control read(byte[] bytes) throws IOException {
    JsonNode node = JSON.readTree(bytes);
    String modelId = needed(node, "model_id");
    return switch (needed(node, "kind")) {
      case "JobFile" ->
          new Control.JobFile(
              modelId,
              needed(node, "config_hash"),
              needed(node, "source"),
              text(node, "resolved"),
              node.path("format").asInt(),
              time(node, "effective_from"),
              needed(node, "actor"),
              needed(node, "comment"));
      case "BaselineFile" ->
          new Control.BaselineFile(
              modelId, needed(node, "baseline_id"), encoded(node), time(node, "effective_from"));
      case "ModelVersion" -> version(node, modelId);
      case "Feedback" -> feedback(node, modelId);
      case "RetrainingStatus" -> status(node, modelId);
      default -> throw new IOException("no control record of kind " + text(node, "kind"));
    };
  }

  private static byte @Nullable [] encoded(JsonNode node) {
    String text = text(node, "encoded");
    return text == null ? null : Base64.getDecoder().decode(text);
  }

  private static Control.ModelVersion version(JsonNode node, String modelId) throws IOException {
    List<String> features = new ArrayList<>();
    node.path("features").forEach(feature -> features.add(feature.asText()));
    return new Control.ModelVersion(
        modelId,
        needed(node, "model_version"),
        time(node, "effective_from"),
        Event.Role.valueOf(needed(node, "role")),
        text(node, "trigger_id"),
        time(node, "training_start"),
        time(node, "training_end"),
        text(node, "baseline_id"),
        features,
        text(node, "owner"),
        text(node, "approved_by"));
  }

  private static Control.Feedback feedback(JsonNode node, String modelId) throws IOException {
    Map<String, String> matchers = new TreeMap<>();
    node.path("matchers")
        .properties()
        .forEach(e -> matchers.put(e.getKey(), e.getValue().asText()));
    JsonNode useful = node.path("useful");
    return new Control.Feedback(
        needed(node, "feedback_id"),
        modelId,
        Control.Action.valueOf(needed(node, "action")),
        needed(node, "object_id"),
        node.path("event_time").asLong(),
        needed(node, "actor"),
        needed(node, "reason"),
        time(node, "silence_until"),
        matchers,
        useful.isBoolean() ? useful.booleanValue() : null,
        text(node, "config_hash"));
  }

  private static Control.RetrainingStatus status(JsonNode node, String modelId) throws IOException {
    return new Control.RetrainingStatus(
        needed(node, "trigger_id"),
        modelId,
        Control.RunState.valueOf(needed(node, "state")),
        node.path("event_time").asLong(),
        text(node, "run_url"),
        text(node, "new_model_version"),
        text(node, "actor"),
        text(node, "message"));
  }

  private static String needed(JsonNode node, String field) throws IOException {
    String text = text(node, field);
    if (text == null) {
      throw new IOException("a control record without " + field);
    }
    return text;
  }

  private static @Nullable String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() ? value.textValue() : null;
  }

  private static @Nullable Long time(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isIntegralNumber() ? value.longValue() : null;
  }
}
