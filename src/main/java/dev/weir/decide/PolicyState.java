package dev.weir.decide;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one policy did so far: triggers, attempts by cause, what was held back. Mutable. */
final class PolicyState {
  /** What was done for one cause. */
  static final class Cause {
    int attempts;
    @Nullable String lastTrigger;
    long lastTick;
    final TreeSet<String> heldBack = new TreeSet<>();
  }

  /** A person's wish to retrain. */
  record Request(String feedbackId, String actor, long time) {}

  @Nullable Long lastTrigger;

  /** When the condition began to hold without an alert behind it. */
  @Nullable Long heldSince;

  final List<Long> triggers = new ArrayList<>();
  final TreeMap<String, Cause> causes = new TreeMap<>();
  final List<Request> requests = new ArrayList<>();

  Cause cause(String name, long tick) {
    Cause cause = causes.computeIfAbsent(name, key -> new Cause());
    cause.lastTick = tick;
    return cause;
  }

  void encode(DataOutput out) throws IOException {
    Fields.writeLong(out, lastTrigger);
    Fields.writeLong(out, heldSince);
    out.writeInt(triggers.size());
    for (long trigger : triggers) {
      out.writeLong(trigger);
    }
    out.writeInt(causes.size());
    for (Map.Entry<String, Cause> entry : causes.entrySet()) {
      Cause cause = entry.getValue();
      Fields.writeText(out, entry.getKey());
      out.writeInt(cause.attempts);
      Fields.writeText(out, cause.lastTrigger);
      out.writeLong(cause.lastTick);
      out.writeInt(cause.heldBack.size());
      for (String reason : cause.heldBack) {
        Fields.writeText(out, reason);
      }
    }
    out.writeInt(requests.size());
    for (Request request : requests) {
      Fields.writeText(out, request.feedbackId());
      Fields.writeText(out, request.actor());
      out.writeLong(request.time());
    }
  }

  static PolicyState decode(DataInput in) throws IOException {
    PolicyState state = new PolicyState();
    state.lastTrigger = Fields.readLong(in);
    state.heldSince = Fields.readLong(in);
    int triggers = Fields.readSize(in);
    for (int i = 0; i < triggers; i++) {
      state.triggers.add(in.readLong());
    }
    int causes = Fields.readSize(in);
    for (int i = 0; i < causes; i++) {
      Cause cause = new Cause();
      state.causes.put(Fields.readText(in), cause);
      cause.attempts = in.readInt();
      cause.lastTrigger = Fields.readTextOrNull(in);
      cause.lastTick = in.readLong();
      int reasons = Fields.readSize(in);
      for (int j = 0; j < reasons; j++) {
        cause.heldBack.add(Fields.readText(in));
      }
    }
    int requests = Fields.readSize(in);
    for (int i = 0; i < requests; i++) {
      state.requests.add(new Request(Fields.readText(in), Fields.readText(in), in.readLong()));
    }
    return state;
  }
}
