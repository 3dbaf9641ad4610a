package dev.weir.decide;

import dev.weir.decide.Output.Reason;
import dev.weir.decide.Output.RetrainingTrigger;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A trigger and what became of it.
 *
 * @param trigger the record as proposed or written
 * @param phase how far it came
 */
record KnownTrigger(RetrainingTrigger trigger, Phase phase) {
  /** How far a trigger came. Order matters: states never go back. */
  enum Phase {
    /** Waits for a person. */
    PROPOSED,
    /** Written. */
    ISSUED,
    /** Taken. */
    ACCEPTED,
    /** Started. */
    RUNNING,
    /** Ended well. */
    SUCCEEDED,
    /** Ended badly. */
    FAILED,
    /** Not taken, or refused by a person. */
    REJECTED,
    /** Stopped. */
    CANCELLED,
    /** Nobody took it in time. */
    EXPIRED;

    /** Whether nothing can follow. */
    boolean ended() {
      return compareTo(RUNNING) > 0;
    }

    /** Whether nobody took it yet. */
    boolean unanswered() {
      return this == PROPOSED || this == ISSUED;
    }
  }

  KnownTrigger in(Phase next) {
    return new KnownTrigger(trigger, next);
  }

  void encode(DataOutput out) throws IOException {
    out.writeByte(phase.ordinal());
    Fields.writeText(out, trigger.triggerId());
    Fields.writeText(out, trigger.modelId());
    Fields.writeText(out, trigger.modelVersion());
    Fields.writeText(out, trigger.policy());
    out.writeByte(trigger.reason().ordinal());
    Fields.writeText(out, trigger.summary());
    out.writeLong(trigger.decidedAt());
    out.writeLong(trigger.expiresAt());
    out.writeLong(trigger.cooldownUntil());
    out.writeInt(trigger.attempt());
    out.writeBoolean(trigger.dryRun());
    Fields.writeText(out, trigger.incidentId());
    out.writeInt(trigger.alertFingerprints().size());
    for (String fingerprint : trigger.alertFingerprints()) {
      Fields.writeText(out, fingerprint);
    }
    Fields.writeLong(out, trigger.trainingStart());
    Fields.writeLong(out, trigger.trainingEnd());
    out.writeLong(trigger.labelledRows());
    Fields.writeTexts(out, trigger.parameters());
    Fields.writeText(out, trigger.advice());
    Fields.writeText(out, trigger.approvedBy());
    Fields.writeText(out, trigger.configHash());
    Fields.writeText(out, trigger.traceParent());
  }

  static KnownTrigger decode(DataInput in) throws IOException {
    Phase phase = Fields.readSymbol(in, Phase.values());
    return new KnownTrigger(
        new RetrainingTrigger(
            Fields.readText(in),
            Fields.readText(in),
            Fields.readText(in),
            Fields.readText(in),
            Fields.readSymbol(in, Reason.values()),
            Fields.readText(in),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readInt(),
            in.readBoolean(),
            Fields.readText(in),
            readFingerprints(in),
            Fields.readLong(in),
            Fields.readLong(in),
            in.readLong(),
            Fields.readTexts(in),
            Fields.readTextOrNull(in),
            Fields.readTextOrNull(in),
            Fields.readText(in),
            Fields.readTextOrNull(in)),
        phase);
  }

  private static List<String> readFingerprints(DataInput in) throws IOException {
    int size = Fields.readSize(in);
    List<String> fingerprints = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      fingerprints.add(Fields.readText(in));
    }
    return List.copyOf(fingerprints);
  }
}
