package dev.weir.decide;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * All that the decision remembers about one model. What belongs to a series lies in a {@link
 * SeriesStore}; the rest is one block of bytes.
 *
 * <p>Guarantee: a ledger that was encoded and decoded between two ticks decides as if it had not
 * been. Mutable; one owner at a time.
 */
public final class ModelLedger {
  private static final byte FORMAT = 1;

  private final String modelId;
  private final SeriesStore store;

  /** A model of which nothing is known; {@code store} must be empty. */
  public ModelLedger(String modelId, SeriesStore store) {
    this.modelId = modelId;
    this.store = store;
  }

  /** The model. */
  public String modelId() {
    return modelId;
  }

  SeriesStore store() {
    return store;
  }

  /** Writes everything but the store; {@link #decode} reads it back. */
  public void encode(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    out.writeUTF(modelId);
  }

  /**
   * Reads a ledger written by {@link #encode}; {@code store} is the one it was used with.
   *
   * @throws IOException if the format is unknown or the bytes are not a ledger
   */
  public static ModelLedger decode(DataInput in, SeriesStore store) throws IOException {
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IOException(
          "ledger: format " + format + " is unknown, this version reads " + FORMAT);
    }
    return new ModelLedger(in.readUTF(), store);
  }
}
