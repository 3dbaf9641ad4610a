package dev.weir.wire;

import dev.weir.event.Control;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes control records as their topics want them: JSON with every field of the schema in its
 * order, baselines as the Avro they are. {@link ControlDecoder} reads them back to equal records.
 *
 * <p>A record with a null content, which ends a model or a baseline, has a null value: a tombstone.
 */
public final class ControlEncoder {
  private ControlEncoder() {}

  /**
   * A control record on its topic.
   *
   * @param key record key, by which the topic is compacted
   * @param value record value; null: a tombstone
   */
  public record ControlMessage(ControlTopic topic, String key, byte @Nullable [] value) {
    /** The key as bytes. */
    public byte[] keyBytes() {
      return key.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** The record with its topic and key. */
  public static ControlMessage message(Control control) {
    if (control instanceof Control.JobFile file) {
      byte[] value = file.resolved() == null ? null : json(file, file.resolved());
      return new ControlMessage(ControlTopic.JOB_FILES, file.modelId(), value);
    }
    if (control instanceof Control.BaselineFile file) {
      return new ControlMessage(ControlTopic.BASELINES, file.modelId(), file.encoded());
    }
    if (control instanceof Control.ModelVersion version) {
      String key = version.modelId() + "|" + version.modelVersion();
      return new ControlMessage(ControlTopic.MODEL_VERSIONS, key, json(version));
    }
    if (control instanceof Control.Feedback feedback) {
      String key = feedback.modelId() + "|" + feedback.objectId() + "|" + feedback.action();
      return new ControlMessage(ControlTopic.FEEDBACK, key, json(feedback));
    }
    if (control instanceof Control.RetrainingStatus status) {
      return new ControlMessage(ControlTopic.RETRAINING_STATUS, status.triggerId(), json(status));
    }
    throw new IllegalArgumentException("no topic for " + control.getClass());
  }

  private static byte[] json(Control.JobFile file, String resolved) {
    return new JsonObjectWriter()
        .text("model_id", file.modelId())
        .text("config_hash", file.configHash())
        .text("source", file.source())
        .text("resolved", resolved)
        .integer("format", file.format())
        .time("effective_from", file.effectiveFrom())
        .text("actor", file.actor())
        .text("comment", file.comment())
        .bytes();
  }

  private static byte[] json(Control.ModelVersion version) {
    return new JsonObjectWriter()
        .text("model_id", version.modelId())
        .text("model_version", version.modelVersion())
        .time("effective_from", version.effectiveFrom())
        .symbol("role", version.role())
        .text("registry_uri", null)
        .text("run_id", null)
        .text("trigger_id", version.triggerId())
        .time("training_start", version.trainingStart())
        .time("training_end", version.trainingEnd())
        .text("training_data_sha256", null)
        .text("code_commit", null)
        .optionalInteger("seed", null)
        .textMap("hyperparameters", Map.of())
        .text("baseline_id", version.baselineId())
        .objects("features", version.features(), ControlEncoder::feature)
        .text("owner", version.owner())
        .text("approved_by", version.approvedBy())
        .text("model_card_uri", null)
        .textMap("tags", Map.of())
        .bytes();
  }

  private static void feature(JsonObjectWriter json, String name) {
    json.text("name", name).text("kind", null).number("importance", null);
  }

  private static byte[] json(Control.Feedback feedback) {
    return new JsonObjectWriter()
        .text("feedback_id", feedback.feedbackId())
        .text("model_id", feedback.modelId())
        .symbol("action", feedback.action())
        .text("object_id", feedback.objectId())
        .time("event_time", feedback.eventTime())
        .text("actor", feedback.actor())
        .text("reason", feedback.reason())
        .time("silence_until", feedback.silenceUntil())
        .textMap("matchers", feedback.matchers())
        .flag("useful", feedback.useful())
        .text("config_hash", feedback.configHash())
        .bytes();
  }

  private static byte[] json(Control.RetrainingStatus status) {
    return new JsonObjectWriter()
        .text("trigger_id", status.triggerId())
        .text("model_id", status.modelId())
        .symbol("state", status.state())
        .time("event_time", status.eventTime())
        .text("run_url", status.runUrl())
        .text("new_model_version", status.newModelVersion())
        .text("actor", status.actor())
        .text("message", status.message())
        .bytes();
  }

  /** Records as JSON Lines, one object a line, as {@link ControlFile} reads them. */
  public static byte[] lines(List<? extends Control> controls) {
    StringBuilder lines = new StringBuilder();
    for (Control control : controls) {
      byte[] value = message(control).value();
      if (value == null || control instanceof Control.BaselineFile) {
        throw new IllegalArgumentException("a file holds neither tombstones nor baselines");
      }
      lines.append(new String(value, StandardCharsets.UTF_8)).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }
}
