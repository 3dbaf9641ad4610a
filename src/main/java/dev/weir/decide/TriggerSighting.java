package dev.weir.decide;

import dev.weir.event.WeirId;

/**
 * A record that lies on the trigger topic, committed: one of ours, or of whoever can write there.
 *
 * @param triggerId its id; empty where the bytes are no trigger
 * @param payloadHash SHA-256 of its bytes
 * @param decidedAt when it says it was decided, epoch milliseconds
 * @param expiresAt until when it says it may be acted on, epoch milliseconds
 */
public record TriggerSighting(
    String triggerId, String payloadHash, long decidedAt, long expiresAt) {
  /** Something that is no trigger at all. */
  public static final TriggerSighting UNREADABLE = new TriggerSighting("", "", 0, 0);

  /** What these bytes look like on the topic. */
  public static TriggerSighting of(
      String triggerId, byte[] payload, long decidedAt, long expiresAt) {
    return new TriggerSighting(triggerId, WeirId.sha256(payload), decidedAt, expiresAt);
  }
}
