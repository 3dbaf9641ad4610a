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
 * @param decidedAt when it was decided, epoch milliseconds
 * @param expiresAt when it must no longer be acted on, epoch milliseconds
 */
public record TriggerIdentity(String triggerId, String modelId, long decidedAt, long expiresAt) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Ids of triggers and models are shorter; whatever is longer is none. */
  private static final int LONGEST_NAME = 128;

  /** The identity of the trigger in these bytes; null if there is none. */
  public static @Nullable TriggerIdentity of(byte[] value) {
    try {
      JsonNode node = JSON.readTree(value);
      String triggerId = text(node, "trigger_id");
      String modelId = text(node, "model_id");
      String decidedAt = text(node, "decided_at");
      String expiresAt = text(node, "expires_at");
      return triggerId == null || modelId == null || decidedAt == null || expiresAt == null
          ? null
          : new TriggerIdentity(triggerId, modelId, time(decidedAt), time(expiresAt));
    } catch (IOException | DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private static long time(String text) {
    return Instant.parse(text).toEpochMilli();
  }

  private static @Nullable String text(@Nullable JsonNode node, String field) {
    JsonNode value = node == null ? null : node.get(field);
    return value != null && value.isTextual() && value.textValue().length() <= LONGEST_NAME
        ? value.textValue()
        : null;
  }
}
