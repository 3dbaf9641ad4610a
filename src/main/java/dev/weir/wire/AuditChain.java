package dev.weir.wire;

import dev.weir.decide.Output.AuditRecord;
import dev.weir.event.CanonicalJson;
import dev.weir.event.WeirId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hashes that make the audit of a model a chain: whoever changes, drops or adds a record breaks it
 * from there on.
 */
public final class AuditChain {
  /** {@code previous_hash} of the first record. */
  public static final String START = "0".repeat(64);

  private AuditChain() {}

  /**
   * What {@code hash} must be: SHA-256, 64 hex digits, of the record as canonical JSON (RFC 8785,
   * times as text) without {@code hash}.
   */
  public static String hash(AuditRecord record) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model_id", record.modelId());
    fields.put("sequence", record.sequence());
    fields.put("event_time", CanonicalJson.time(record.eventTime()));
    fields.put("actor", record.actor());
    fields.put("action", record.action().name());
    fields.put("object_id", record.objectId());
    fields.put("detail", record.detail());
    fields.put("config_hash", record.configHash());
    fields.put("previous_hash", record.previousHash());
    return WeirId.sha256(CanonicalJson.bytes(fields));
  }

  /** The record with its {@code hash}; all other fields stay. */
  public static AuditRecord seal(AuditRecord record) {
    return new AuditRecord(
        record.modelId(),
        record.sequence(),
        record.eventTime(),
        record.actor(),
        record.action(),
        record.objectId(),
        record.detail(),
        record.configHash(),
        record.previousHash(),
        hash(record));
  }

  /** Whether {@code next} follows {@code previousHash} and is itself unchanged. */
  public static boolean follows(String previousHash, AuditRecord next) {
    return next.previousHash().equals(previousHash) && next.hash().equals(hash(next));
  }
}
