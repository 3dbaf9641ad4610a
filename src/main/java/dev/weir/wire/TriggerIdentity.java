package dev.weir.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What tells one trigger from another, read from the bytes on its topic.
 *
 * @param triggerId its id
 * @param modelId its model
 * @param expiresAt when it must no longer be acted on, epoch milliseconds
 */
public record TriggerIdentity(String triggerId, String modelId, long expiresAt) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The identity of the trigger in these bytes; null if there is none. */
  public static @Nullable TriggerIdentity of(byte[] value) {
    try {
      JsonNode node = JSON.readTree(value);
      String triggerId = text(node, "trigger_id");
      String modelId = text(node, "model_id");
      String expiresAt = text(node, "expires_at");
      return triggerId == null || modelId == null || expiresAt == null
          ? null
          : new TriggerIdentity(triggerId, modelId, Instant.parse(expiresAt).toEpochMilli());
    } catch (IOException | DateTimeException e) {
      return null;
    }
  }

  private static @Nullable String text(@Nullable JsonNode node, String field) {
    JsonNode value = node == null ? null : node.get(field);
    return value != null && value.isTextual() ? value.textValue() : null;
  }
}
