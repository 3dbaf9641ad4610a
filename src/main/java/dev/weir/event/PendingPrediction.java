package dev.weir.event;

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

/**
 * What is kept of one prediction id while its parts wait for each other: about 100 bytes for a
 * prediction with a score, an interval and two segment values. Immutable.
 *
 * @param settings waits that hold for it
 * @param horizonPassed whether event time has passed the horizon, so that what is missing then is
 *     missing for good
 * @param records what has arrived, copies included, in order of time and content
 */
record PendingPrediction(PairingSettings settings, boolean horizonPassed, List<PairInput> records) {
  private static final int FORMAT = 2;
  private static final int LARGEST = 1 << 12;

  PendingPrediction {
    records = List.copyOf(records);
  }

  PendingPrediction with(PairingSettings other, List<PairInput> all) {
    return new PendingPrediction(other, horizonPassed, all);
  }

  byte[] encoded() {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
      encode(new DataOutputStream(bytes));
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  private void encode(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    settings.encode(out);
    out.writeBoolean(horizonPassed);
    Encoding.writeUnsigned(out, records.size());
    PairInput before = null;
    for (PairInput part : records) {
      part.encodeBody(out, before);
      before = part;
    }
  }

  /**
   * Reads what {@link #encoded} wrote.
   *
   * @throws UncheckedIOException if the bytes are damaged or of a later format
   */
  static PendingPrediction decode(byte[] bytes, String modelId, String predictionId) {
    try {
      return decode(new DataInputStream(new ByteArrayInputStream(bytes)), modelId, predictionId);
    } catch (IOException e) {
      throw new UncheckedIOException("a waiting prediction cannot be read", e);
    }
  }

  private static PendingPrediction decode(DataInput in, String modelId, String predictionId)
      throws IOException {
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException("A waiting prediction of unknown format " + format);
    }
    PairingSettings settings = PairingSettings.decode(in);
    boolean horizonPassed = in.readBoolean();
    int size = Encoding.readSize(in, LARGEST);
    List<PairInput> records = new ArrayList<>(size);
    PairInput before = null;
    for (int i = 0; i < size; i++) {
      before = PairInput.decodeBody(in, modelId, predictionId, settings, before);
      records.add(before);
    }
    return new PendingPrediction(settings, horizonPassed, records);
  }
}
