package dev.weir.event;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How long the parts of one prediction wait for each other. All durations in milliseconds.
 *
 * @param horizon how long after its prediction a label is waited for; also how long ids of features
 *     are remembered
 * @param corrections how long after the horizon labels are still accepted
 * @param labelWait how long a label waits for a prediction with a later time, which makes it a dead
 *     letter instead of expired; at most the horizon
 * @param earlyAge age at which the early loss is taken; 0: it is not
 * @param labelsExpected whether there will be labels at all; if not, nothing is counted in cohorts
 * @param absentIsClass whether no label at the horizon stands for a class
 */
public record PairingSettings(
    long horizon,
    long corrections,
    long labelWait,
    long earlyAge,
    boolean labelsExpected,
    boolean absentIsClass) {

  /** Checks that no duration is negative and that the wait for a label ends by the horizon. */
  public PairingSettings {
    if (horizon < 0 || corrections < 0 || labelWait < 0 || earlyAge < 0) {
      throw new IllegalArgumentException("A wait cannot be negative");
    }
    labelWait = Math.min(labelWait, horizon);
  }

  /** Whether the early loss is taken: its age lies before the horizon. */
  public boolean early() {
    return labelsExpected && earlyAge > 0 && earlyAge < horizon;
  }

  void encode(DataOutput out) throws IOException {
    Encoding.writeUnsigned(out, horizon);
    Encoding.writeUnsigned(out, corrections);
    Encoding.writeUnsigned(out, labelWait);
    Encoding.writeUnsigned(out, earlyAge);
    out.writeBoolean(labelsExpected);
    out.writeBoolean(absentIsClass);
  }

  static PairingSettings decode(DataInput in) throws IOException {
    return new PairingSettings(
        Encoding.readUnsigned(in),
        Encoding.readUnsigned(in),
        Encoding.readUnsigned(in),
        Encoding.readUnsigned(in),
        in.readBoolean(),
        in.readBoolean());
  }
}
