package dev.weir.decide;

import dev.weir.decide.Output.AuditAction;
import dev.weir.decide.Output.AuditRecord;
import dev.weir.event.CanonicalJson;
import dev.weir.event.WeirId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The audit records of one model, each holding the hash of the one before, so that a record that
 * was changed, left out or put in shows.
 *
 * <p>Mutable; one owner at a time. It remembers only where the chain ends.
 */
public final class AuditChain {
  /** {@code previous_hash} of the first record. */
  public static final String FIRST_PREVIOUS_HASH = "0".repeat(64);

  private long nextSequence;
  private String lastHash = FIRST_PREVIOUS_HASH;
  private long lastTime = Long.MIN_VALUE;

  /** A chain without records. */
  public AuditChain() {}

  /**
   * SHA-256 (64 hex digits) of the record as canonical JSON without {@code hash}: keys as in the
   * schema, the time as ISO text.
   */
  public static String hash(AuditRecord record) {
    Map<String, Object> fields = new TreeMap<>();
    fields.put("model_id", record.modelId());
    fields.put("sequence", record.sequence());
    fields.put("event_time", CanonicalJson.time(record.eventTime()));
    fields.put("actor", record.actor());
    fields.put("action", record.action());
    fields.put("object_id", record.objectId());
    fields.put("detail", record.detail());
    fields.put("config_hash", record.configHash());
    fields.put("previous_hash", record.previousHash());
    return WeirId.sha256(CanonicalJson.bytes(fields));
  }

  /** Whether {@code record} is whole and follows {@code previousHash}. */
  public static boolean follows(String previousHash, AuditRecord record) {
    return record.previousHash().equals(previousHash) && record.hash().equals(hash(record));
  }

  /**
   * The next record of the chain. Its time is never before that of the record before it, so that
   * records sorted by time stand in the order of the chain.
   */
  AuditRecord append(
      String modelId,
      long eventTime,
      String actor,
      AuditAction action,
      String objectId,
      Map<String, ?> detail,
      String configHash) {
    lastTime = Math.max(lastTime, eventTime);
    AuditRecord open =
        new AuditRecord(
            modelId,
            nextSequence,
            lastTime,
            actor,
            action,
            objectId,
            CanonicalJson.write(detail),
            configHash,
            lastHash,
            "");
    lastHash = hash(open);
    nextSequence++;
    return new AuditRecord(
        open.modelId(),
        open.sequence(),
        open.eventTime(),
        open.actor(),
        open.action(),
        open.objectId(),
        open.detail(),
        open.configHash(),
        open.previousHash(),
        lastHash);
  }

  void encode(DataOutput out) throws IOException {
    out.writeLong(nextSequence);
    out.writeUTF(lastHash);
    out.writeLong(lastTime);
  }

  static AuditChain decode(DataInput in) throws IOException {
    AuditChain chain = new AuditChain();
    chain.nextSequence = in.readLong();
    chain.lastHash = in.readUTF();
    chain.lastTime = in.readLong();
    return chain;
  }
}
