package dev.weir.decide;

import dev.weir.event.WeirId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no trigger is lost on the way to its topic: what was issued must be read back
 * from there, else the same bytes go out again.
 *
 * <p>Guarantee: the bytes of an id never change; an id that was read back is not sent again;
 * nothing is kept beyond its expiry, and at most {@link #MOST_ENTRIES} triggers at all. Mutable;
 * one owner at a time. Encoded: format byte, checkpoint and re-emission counts, entries by id.
 */
public final class TriggerOutbox {
  /** More triggers than any budget lets be open at a time. */
  public static final int MOST_ENTRIES = 1000;

  private static final byte FORMAT = 1;

  /** A record is visible only after its checkpoint, and read back during the next one. */
  private static final int LEAST_PATIENCE = 3;

  private static final int LARGEST_PAYLOAD = 1 << 20;

  private final int patience;
  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private long checkpoints;
  private long reemitted;

  /**
   * @param patience checkpoints after which an unseen trigger is sent again, at least 3
   */
  public TriggerOutbox(int patience) {
    if (patience < LEAST_PATIENCE) {
      throw new IllegalArgumentException(
          "a trigger cannot be read back before checkpoint 3, got " + patience);
    }
    this.patience = patience;
  }

  /** A trigger and its bytes. */
  public record Letter(String triggerId, byte[] payload) {}

  private record Entry(
      byte @Nullable [] payload, String payloadHash, long sentAtCheckpoint, long expiresAt) {
    boolean visible() {
      return payload == null;
    }
  }

  /**
   * Notes a trigger that goes out now.
   *
   * @return whether it is to be sent; false: this id went out before, with the bytes given then
   * @throws IllegalStateException if {@link #MOST_ENTRIES} triggers are open
   */
  public boolean issue(String triggerId, byte[] payload, long expiresAt) {
    if (entries.containsKey(triggerId)) {
      return false;
    }
    if (entries.size() >= MOST_ENTRIES) {
      throw new IllegalStateException(
          MOST_ENTRIES + " triggers are open, " + triggerId + " is not sent");
    }
    entries.put(
        triggerId, new Entry(payload.clone(), WeirId.sha256(payload), checkpoints, expiresAt));
    return true;
  }

  /** Notes what was read back from the topic; whether it is what is kept here, bytes and all. */
  public boolean visible(String triggerId, byte[] payload) {
    Entry entry = entries.get(triggerId);
    if (entry == null || !entry.payloadHash().equals(WeirId.sha256(payload))) {
      return false;
    }
    entries.put(
        triggerId,
        new Entry(null, entry.payloadHash(), entry.sentAtCheckpoint(), entry.expiresAt()));
    return true;
  }

  /** Counts a completed checkpoint. Returns what must go out again, by id. */
  public List<Letter> checkpointCompleted() {
    checkpoints++;
    List<Letter> again = new ArrayList<>();
    for (Map.Entry<String, Entry> named : entries.entrySet()) {
      Entry entry = named.getValue();
      byte[] payload = entry.payload();
      if (payload != null && checkpoints - entry.sentAtCheckpoint() >= patience) {
        again.add(new Letter(named.getKey(), payload.clone()));
        named.setValue(new Entry(payload, entry.payloadHash(), checkpoints, entry.expiresAt()));
        reemitted++;
      }
    }
    return again;
  }

  /** Forgets what has expired by this event time. Returns the ids that were never read back. */
  public List<String> expire(long eventTime) {
    List<String> unseen = new ArrayList<>();
    entries
        .entrySet()
        .removeIf(
            named -> {
              boolean expired = named.getValue().expiresAt() < eventTime;
              if (expired && !named.getValue().visible()) {
                unseen.add(named.getKey());
              }
              return expired;
            });
    return unseen;
  }

  /** How often bytes went out again, since the model is known. */
  public long reemitted() {
    return reemitted;
  }

  /** Triggers that were not read back yet. */
  public int waiting() {
    return (int) entries.values().stream().filter(entry -> !entry.visible()).count();
  }

  /** Whether nothing is kept. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Writes the outbox; {@link #decode} reads it back. */
  public void encode(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    out.writeLong(checkpoints);
    out.writeLong(reemitted);
    out.writeInt(entries.size());
    for (Map.Entry<String, Entry> named : entries.entrySet()) {
      Entry entry = named.getValue();
      out.writeUTF(named.getKey());
      out.writeUTF(entry.payloadHash());
      out.writeLong(entry.sentAtCheckpoint());
      out.writeLong(entry.expiresAt());
      byte[] payload = entry.payload();
      out.writeInt(payload == null ? -1 : payload.length);
      if (payload != null) {
        out.write(payload);
      }
    }
  }

  /**
   * Reads an outbox written by {@link #encode}.
   *
   * @throws IOException if the format is unknown or the bytes are not an outbox
   */
  public static TriggerOutbox decode(DataInput in, int patience) throws IOException {
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IOException(
          "outbox: format " + format + " is unknown, this version reads " + FORMAT);
    }
    TriggerOutbox outbox = new TriggerOutbox(patience);
    outbox.checkpoints = in.readLong();
    outbox.reemitted = in.readLong();
    int size = in.readInt();
    if (size < 0 || size > MOST_ENTRIES) {
      throw new IOException("expected up to " + MOST_ENTRIES + " triggers, got " + size);
    }
    for (int i = 0; i < size; i++) {
      String triggerId = in.readUTF();
      String payloadHash = in.readUTF();
      long sentAtCheckpoint = in.readLong();
      long expiresAt = in.readLong();
      outbox.entries.put(
          triggerId, new Entry(readPayload(in), payloadHash, sentAtCheckpoint, expiresAt));
    }
    return outbox;
  }

  private static byte @Nullable [] readPayload(DataInput in) throws IOException {
    int length = in.readInt();
    if (length == -1) {
      return null;
    }
    if (length < 0 || length > LARGEST_PAYLOAD) {
      throw new IOException("expected a payload up to 1 MiB, got " + length + " bytes");
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return payload;
  }
}
