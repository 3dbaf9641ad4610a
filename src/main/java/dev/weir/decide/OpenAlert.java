package dev.weir.decide;

import dev.weir.decide.Output.Status;
import dev.weir.monitor.Rule;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What must be known about an open alert without reading its record.
 *
 * @param seriesId series it is about
 * @param modelVersion version it is about
 * @param monitor monitor that raised it
 * @param metric metric it is about
 * @param feature column it is about
 * @param rule EVIDENCE, THRESHOLD, or NONE for monitor {@code weir}
 * @param status PENDING or FIRING
 * @param startsAt as in the record
 * @param beganAt start of the first window that belongs to the change
 * @param answered whether somebody acknowledged or silenced it
 * @param incidentId as in the record
 * @param lastTick tick of the last window of its series, or of its last notice
 * @param dataToBlame whether a loss rose because of other or bad rows
 */
record OpenAlert(
    String seriesId,
    String modelVersion,
    String monitor,
    String metric,
    @Nullable String feature,
    Rule rule,
    Status status,
    long startsAt,
    long beganAt,
    boolean answered,
    String incidentId,
    long lastTick,
    boolean dataToBlame) {
  /** Monitor of alerts about Weir itself; they have incidents of their own. */
  static final String WEIR = "weir";

  boolean firing() {
    return status == Status.FIRING;
  }

  boolean aboutWeir() {
    return monitor.equals(WEIR);
  }

  OpenAlert withAnswered(boolean now) {
    return new OpenAlert(
        seriesId,
        modelVersion,
        monitor,
        metric,
        feature,
        rule,
        status,
        startsAt,
        beganAt,
        now,
        incidentId,
        lastTick,
        dataToBlame);
  }

  OpenAlert withLastTick(long tick) {
    return new OpenAlert(
        seriesId,
        modelVersion,
        monitor,
        metric,
        feature,
        rule,
        status,
        startsAt,
        beganAt,
        answered,
        incidentId,
        tick,
        dataToBlame);
  }

  void encode(DataOutput out) throws IOException {
    Fields.writeText(out, seriesId);
    Fields.writeText(out, modelVersion);
    Fields.writeText(out, monitor);
    Fields.writeText(out, metric);
    Fields.writeText(out, feature);
    out.writeByte(rule.ordinal());
    out.writeByte(status.ordinal());
    out.writeLong(startsAt);
    out.writeLong(beganAt);
    out.writeBoolean(answered);
    Fields.writeText(out, incidentId);
    out.writeLong(lastTick);
    out.writeBoolean(dataToBlame);
  }

  static OpenAlert decode(DataInput in) throws IOException {
    return new OpenAlert(
        Fields.readText(in),
        Fields.readText(in),
        Fields.readText(in),
        Fields.readText(in),
        Fields.readTextOrNull(in),
        Fields.readSymbol(in, Rule.values()),
        Fields.readSymbol(in, Status.values()),
        in.readLong(),
        in.readLong(),
        in.readBoolean(),
        Fields.readText(in),
        in.readLong(),
        in.readBoolean());
  }
}
