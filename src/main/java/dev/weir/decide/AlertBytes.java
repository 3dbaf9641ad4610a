package dev.weir.decide;

import dev.weir.decide.Output.Alert;
import dev.weir.decide.Output.Antipattern;
import dev.weir.decide.Output.Evidence;
import dev.weir.decide.Output.Status;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Severity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The last record of an open alert as bytes, from which the next one is made. */
final class AlertBytes {
  private static final byte FORMAT = 1;

  private AlertBytes() {}

  static byte[] encode(Alert alert) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      Fields.writeText(out, alert.alertId());
      Fields.writeText(out, alert.fingerprint());
      Fields.writeText(out, alert.incidentId());
      Fields.writeText(out, alert.modelId());
      Fields.writeText(out, alert.modelVersion());
      Fields.writeText(out, alert.monitor());
      out.writeByte(alert.status().ordinal());
      out.writeInt(alert.sequence());
      out.writeByte(alert.severity().ordinal());
      out.writeByte(alert.antipattern().ordinal());
      Fields.writeText(out, alert.summary());
      Fields.writeText(out, alert.runbook());
      Fields.writeTexts(out, alert.labels());
      Fields.writeTexts(out, alert.annotations());
      out.writeLong(alert.startsAt());
      Fields.writeLong(out, alert.endsAt());
      out.writeLong(alert.updatedAt());
      Fields.writeText(out, alert.acknowledgedBy());
      Fields.writeLong(out, alert.silencedUntil());
      out.writeByte(alert.rule().ordinal());
      out.writeInt(alert.evidence().size());
      for (Evidence evidence : alert.evidence()) {
        encode(out, evidence);
      }
      Fields.writeLong(out, alert.changeBeganAt());
      Fields.writeText(out, alert.triggerId());
      Fields.writeText(out, alert.configHash());
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  static Alert decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Fields.requireFormat("alert", in.readByte(), FORMAT);
      return new Alert(
          Fields.readText(in),
          Fields.readText(in),
          Fields.readText(in),
          Fields.readText(in),
          Fields.readText(in),
          Fields.readText(in),
          Fields.readSymbol(in, Status.values()),
          in.readInt(),
          Fields.readSymbol(in, Severity.values()),
          Fields.readSymbol(in, Antipattern.values()),
          Fields.readText(in),
          Fields.readText(in),
          Fields.readTexts(in),
          Fields.readTexts(in),
          in.readLong(),
          Fields.readLong(in),
          in.readLong(),
          Fields.readTextOrNull(in),
          Fields.readLong(in),
          Fields.readSymbol(in, Rule.values()),
          decodeEvidence(in),
          Fields.readLong(in),
          Fields.readTextOrNull(in),
          Fields.readText(in));
    } catch (IOException e) {
      throw new UncheckedIOException("an open alert cannot be read", e);
    }
  }

  private static void encode(DataOutput out, Evidence evidence) throws IOException {
    Fields.writeText(out, evidence.seriesId());
    Fields.writeText(out, evidence.metric());
    Fields.writeText(out, evidence.feature());
    Fields.writeText(out, evidence.segment());
    out.writeLong(evidence.windowStart());
    out.writeLong(evidence.windowEnd());
    out.writeInt(evidence.revision());
    Fields.writeDouble(out, evidence.value());
    Fields.writeDouble(out, evidence.threshold());
    Fields.writeDouble(out, evidence.logE());
    Fields.writeDouble(out, evidence.logEThreshold());
    out.writeLong(evidence.nCurrent());
    Fields.writeLong(out, evidence.nReference());
    Fields.writeDouble(out, evidence.completeness());
  }

  private static List<Evidence> decodeEvidence(DataInput in) throws IOException {
    int size = Fields.readSize(in);
    List<Evidence> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(
          new Evidence(
              Fields.readText(in),
              Fields.readText(in),
              Fields.readTextOrNull(in),
              Fields.readTextOrNull(in),
              in.readLong(),
              in.readLong(),
              in.readInt(),
              Fields.readDouble(in),
              Fields.readDouble(in),
              Fields.readDouble(in),
              Fields.readDouble(in),
              in.readLong(),
              Fields.readLong(in),
              Fields.readDouble(in)));
    }
    return List.copyOf(list);
  }
}
