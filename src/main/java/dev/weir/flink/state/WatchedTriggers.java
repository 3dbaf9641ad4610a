package dev.weir.flink.state;

import dev.weir.decide.TriggerSighting;
import dev.weir.decide.TriggerWatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * The triggers of the current key: what was written, what of it was seen on the topic, and what
 * lies there that cannot be judged yet.
 *
 * <p>Guarantee: what was written is kept until it has expired, and until it was seen or given up;
 * at most {@link #MOST_EARLY} sightings are kept. Only for functions with keyed state.
 */
public final class WatchedTriggers {
  /** More than that ahead of event time are not ours: nobody has so many open. */
  static final int MOST_EARLY = 1000;

  private static final byte FORMAT = 1;

  private final MapState<String, byte[]> written;
  private final MapState<String, byte[]> early;

  /** By key and trigger: checkpoints completed when it was found expired, since this start. */
  private final Map<String, Long> missedSince = new HashMap<>();

  private record Written(TriggerSighting own, boolean seen) {
    byte[] bytes() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(FORMAT);
      Judgement.writeSighting(own, out);
      out.writeBoolean(seen);
      return bytes.toByteArray();
    }

    static Written of(byte[] bytes) throws IOException {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      byte format = in.readByte();
      if (format != FORMAT) {
        throw new IOException("a written trigger: format " + format + " is unknown");
      }
      return new Written(Judgement.readSighting(in), in.readBoolean());
    }
  }

  /** The triggers in the state of a function. */
  public WatchedTriggers(RuntimeContext context) {
    written = context.getMapState(bytesByName("written-triggers"));
    early = context.getMapState(bytesByName("early-triggers"));
  }

  private static MapStateDescriptor<String, byte[]> bytesByName(String name) {
    return new MapStateDescriptor<>(
        name, Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  }

  /** Notes what goes out now. */
  public void write(TriggerSighting own) throws Exception {
    written.put(own.triggerId(), new Written(own, false).bytes());
  }

  /** Judges a sighting, and keeps it if it is early. */
  public TriggerWatch.Finding sight(TriggerSighting sighting, long eventTime, long clock)
      throws Exception {
    byte[] bytes = written.get(sighting.triggerId());
    Written known = bytes == null ? null : Written.of(bytes);
    TriggerWatch.Finding finding =
        TriggerWatch.judge(
            known == null ? null : known.own().payloadHash(), sighting, eventTime, clock);
    if (finding == TriggerWatch.Finding.OURS && known != null) {
      written.put(sighting.triggerId(), new Written(known.own(), true).bytes());
      forgetIfOver(known.own(), eventTime);
    }
    if (finding != TriggerWatch.Finding.EARLY) {
      return finding;
    }
    if (!early.contains(sighting.triggerId()) && size(early) >= MOST_EARLY) {
      return TriggerWatch.Finding.UNKNOWN;
    }
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    Judgement.writeSighting(sighting, new DataOutputStream(kept));
    early.put(sighting.triggerId(), kept.toByteArray());
    return finding;
  }

  private static int size(MapState<String, byte[]> state) throws Exception {
    int size = 0;
    for (String ignored : state.keys()) {
      size++;
    }
    return size;
  }

  private void forgetIfOver(TriggerSighting own, long eventTime) throws Exception {
    if (own.expiresAt() < eventTime) {
      written.remove(own.triggerId());
    }
  }

  /** Takes out the sightings that were early, to be judged once more. */
  public List<TriggerSighting> takeEarly() throws Exception {
    List<TriggerSighting> sightings = new ArrayList<>();
    for (String id : new TreeSet<>(names(early))) {
      sightings.add(
          Judgement.readSighting(new DataInputStream(new ByteArrayInputStream(early.get(id)))));
    }
    early.clear();
    return sightings;
  }

  private static List<String> names(MapState<String, byte[]> state) throws Exception {
    List<String> names = new ArrayList<>();
    state.keys().forEach(names::add);
    return names;
  }

  /** Forgets what has expired and was seen. Whether something has expired and was not. */
  public boolean expire(long eventTime) throws Exception {
    boolean unseen = false;
    for (String id : names(written)) {
      Written trigger = Written.of(written.get(id));
      if (trigger.seen()) {
        forgetIfOver(trigger.own(), eventTime);
      } else {
        unseen |= trigger.own().expiresAt() < eventTime;
      }
    }
    return unseen;
  }

  /**
   * Gives up what has expired and was not seen while {@link TriggerWatch#PATIENCE} more checkpoints
   * were completed: what was written before them would be readable by now.
   *
   * @param completed checkpoints completed since this start
   * @return the ids given up, in order
   */
  public List<String> giveUp(String key, long eventTime, long completed) throws Exception {
    List<String> lost = new ArrayList<>();
    for (String id : new TreeSet<>(names(written))) {
      Written trigger = Written.of(written.get(id));
      if (trigger.seen() || trigger.own().expiresAt() >= eventTime) {
        continue;
      }
      String name = key + "|" + id;
      long since = missedSince.computeIfAbsent(name, first -> completed);
      if (completed - since >= TriggerWatch.PATIENCE) {
        lost.add(id);
        written.remove(id);
        missedSince.remove(name);
      }
    }
    return lost;
  }
}
