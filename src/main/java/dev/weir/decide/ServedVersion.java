package dev.weir.decide;

import dev.weir.event.Event.Role;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one version of the model.
 *
 * @param firstSeen start of the first window in which it predicted; null: not yet
 * @param lastSeen tick of its last finding
 * @param lastWindowEnd end of its newest window
 * @param rows most rows that a metric of that window had
 * @param registered whether the registry knows it
 * @param inService when it was put into service, as registered
 * @param trainingEnd end of its training data, as registered
 * @param role its role, as registered
 */
record ServedVersion(
    @Nullable Long firstSeen,
    long lastSeen,
    long lastWindowEnd,
    long rows,
    boolean registered,
    @Nullable Long inService,
    @Nullable Long trainingEnd,
    Role role) {
  static final ServedVersion UNKNOWN =
      new ServedVersion(null, Long.MIN_VALUE, Long.MIN_VALUE, 0, false, null, null, Role.UNKNOWN);

  ServedVersion seen(long tick, long windowStart, long windowEnd, long rowsOfWindow) {
    long most =
        windowEnd > lastWindowEnd
            ? rowsOfWindow
            : windowEnd == lastWindowEnd ? Math.max(rows, rowsOfWindow) : rows;
    return new ServedVersion(
        firstSeen == null ? Long.valueOf(windowStart) : firstSeen,
        tick,
        Math.max(lastWindowEnd, windowEnd),
        most,
        registered,
        inService,
        trainingEnd,
        role);
  }

  ServedVersion registered(@Nullable Long from, @Nullable Long trainedTo, Role as) {
    return new ServedVersion(firstSeen, lastSeen, lastWindowEnd, rows, true, from, trainedTo, as);
  }

  /** Whether its answers may be those that are used. */
  boolean mayServe() {
    return role == Role.UNKNOWN || role == Role.CHAMPION || role == Role.CANARY;
  }

  void encode(DataOutput out) throws IOException {
    Fields.writeLong(out, firstSeen);
    out.writeLong(lastSeen);
    out.writeLong(lastWindowEnd);
    out.writeLong(rows);
    out.writeBoolean(registered);
    Fields.writeLong(out, inService);
    Fields.writeLong(out, trainingEnd);
    out.writeByte(role.ordinal());
  }

  static ServedVersion decode(DataInput in) throws IOException {
    return new ServedVersion(
        Fields.readLong(in),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readBoolean(),
        Fields.readLong(in),
        Fields.readLong(in),
        Fields.readSymbol(in, Role.values()));
  }
}
