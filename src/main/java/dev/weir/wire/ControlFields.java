package dev.weir.wire;

import dev.weir.event.Control;
import dev.weir.event.Control.Action;
import dev.weir.event.Control.RunState;
import dev.weir.event.Event.Role;
import dev.weir.event.WeirId;
import dev.weir.wire.JsonFields.MalformedFieldException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes control records of fields, and refuses those that fail their checks. */
final class ControlFields {
  private static final int SOURCE_BYTES = 256 * 1024;
  private static final int MESSAGE_LENGTH = 2_000;
  private static final int HASH_DIGITS = 16;

  /** Longest silence. */
  private static final long LONGEST_SILENCE = Duration.ofDays(30).toMillis();

  private ControlFields() {}

  /**
   * The record.
   *
   * @param avro the whole record in Avro; null if it came as JSON
   */
  static Control read(ControlTopic topic, JsonFields in, byte @Nullable [] avro)
      throws IOException {
    return switch (topic) {
      case JOB_FILES -> jobFile(in);
      case BASELINES -> baseline(in, avro);
      case MODEL_VERSIONS -> modelVersion(in);
      case FEEDBACK -> feedback(in);
      case RETRAINING_STATUS -> retrainingStatus(in);
    };
  }

  private static MalformedFieldException refused(@Nullable String field, String detail) {
    return new MalformedFieldException(field, detail);
  }

  private static String modelId(JsonFields in) throws IOException {
    String modelId = in.text("model_id");
    if (!EventDraft.isModelId(modelId)) {
      throw refused("model_id", "model_id does not match [a-z0-9][a-z0-9._-]{0,127}");
    }
    return modelId;
  }

  private static String notBlank(JsonFields in, String field) throws IOException {
    String text = in.text(field);
    if (text.isBlank()) {
      throw refused(field, field + " is blank");
    }
    return text;
  }

  private static long eventTime(JsonFields in) throws IOException {
    long time = in.time("event_time");
    if (time <= 0) {
      throw refused("event_time", "event_time is not after 1970-01-01T00:00:00Z");
    }
    return time;
  }

  private static Control.JobFile jobFile(JsonFields in) throws IOException {
    String source = in.text("source");
    if (source.getBytes(StandardCharsets.UTF_8).length > SOURCE_BYTES) {
      throw refused("source", "source is larger than 256 KiB");
    }
    String resolved = in.text("resolved");
    byte[] bytes = resolved.getBytes(StandardCharsets.UTF_8);
    String hash = in.text("config_hash");
    if (!hash.equals(WeirId.sha256(bytes).substring(0, HASH_DIGITS))) {
      throw refused("config_hash", "config_hash is not that of resolved");
    }
    return new Control.JobFile(
        modelId(in),
        hash,
        source,
        resolved,
        in.shortInteger("format", 1),
        in.optionalTime("effective_from"),
        in.text("actor", "unknown"),
        in.text("comment", ""));
  }

  private static Control.BaselineFile baseline(JsonFields in, byte @Nullable [] avro)
      throws IOException {
    if (avro == null) {
      throw refused(null, "a baseline must be an Avro single object");
    }
    String id = in.text("baseline_id");
    if (!id.matches("[0-9a-f]{16}")) {
      throw refused("baseline_id", "baseline_id is not 16 hex digits");
    }
    return new Control.BaselineFile(modelId(in), id, avro, in.optionalTime("effective_from"));
  }

  private static Control.ModelVersion modelVersion(JsonFields in) throws IOException {
    String version = notBlank(in, "model_version");
    if (version.length() > Limits.ID_LENGTH) {
      throw refused("model_version", "model_version is longer than 128 characters");
    }
    List<String> features = new ArrayList<>();
    for (JsonFields feature : in.objects("features")) {
      features.add(feature.text("name"));
    }
    return new Control.ModelVersion(
        modelId(in),
        version,
        in.time("effective_from"),
        in.symbol("role", Role.class, Role.UNKNOWN),
        in.optionalText("trigger_id"),
        in.optionalTime("training_start"),
        in.optionalTime("training_end"),
        in.optionalText("baseline_id"),
        List.copyOf(features),
        in.optionalText("owner"),
        in.optionalText("approved_by"));
  }

  private static Control.Feedback feedback(JsonFields in) throws IOException {
    Action action = in.symbol("action", Action.class, Action.UNKNOWN);
    if (action == Action.UNKNOWN) {
      throw refused("action", "action is missing or unknown");
    }
    long time = eventTime(in);
    return new Control.Feedback(
        notBlank(in, "feedback_id"),
        modelId(in),
        action,
        notBlank(in, "object_id"),
        time,
        notBlank(in, "actor"),
        notBlank(in, "reason"),
        silenceUntil(in, action, time),
        in.textMap("matchers"),
        in.optionalFlag("useful"),
        in.optionalText("config_hash"));
  }

  private static @Nullable Long silenceUntil(JsonFields in, Action action, long time)
      throws IOException {
    Long until = in.optionalTime("silence_until");
    if (until == null && action == Action.SILENCE) {
      throw refused("silence_until", "SILENCE needs silence_until");
    }
    return until == null ? null : (Long) Math.min(until, time + LONGEST_SILENCE);
  }

  private static Control.RetrainingStatus retrainingStatus(JsonFields in) throws IOException {
    RunState state = in.symbol("state", RunState.class, RunState.UNKNOWN);
    if (state == RunState.UNKNOWN) {
      throw refused("state", "state is missing or unknown");
    }
    String message = in.optionalText("message");
    if (message != null && message.length() > MESSAGE_LENGTH) {
      message = message.substring(0, MESSAGE_LENGTH);
    }
    return new Control.RetrainingStatus(
        notBlank(in, "trigger_id"),
        modelId(in),
        state,
        eventTime(in),
        in.optionalText("run_url"),
        in.optionalText("new_model_version"),
        in.optionalText("actor"),
        message);
  }
}
