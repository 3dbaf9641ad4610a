package dev.weir.flink.state;

import dev.weir.baseline.CohortLayout;
import dev.weir.baseline.CohortSummary;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What is known so far of the predictions of one pane. Immutable.
 *
 * @param issued predictions
 * @param labelled those with a label
 * @param payload the encoded {@link CohortSummary}
 */
public record CohortPane(long issued, long labelled, byte[] payload) {
  private static final int HEAD = 17;
  private static final byte FORMAT = 1;

  /** A pane of this summary. */
  public static CohortPane of(CohortSummary summary) throws IOException {
    return new CohortPane(summary.issued(), summary.labelled(), bytes(summary));
  }

  /** The summary. */
  public CohortSummary summary(CohortLayout layout) throws IOException {
    return summary(payload, layout);
  }

  /** The summary in these bytes. */
  public static CohortSummary summary(byte[] payload, CohortLayout layout) throws IOException {
    return CohortSummary.decode(new DataInputStream(new ByteArrayInputStream(payload)), layout);
  }

  /** A summary as bytes. */
  public static byte[] bytes(CohortSummary summary) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    summary.encode(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** The pane as bytes. */
  public byte[] encoded() {
    return ByteBuffer.allocate(HEAD + payload.length)
        .put(FORMAT)
        .putLong(issued)
        .putLong(labelled)
        .put(payload)
        .array();
  }

  /** Reads what {@link #encoded} wrote. */
  public static CohortPane decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    byte format = buffer.get();
    if (format != FORMAT) {
      throw new IllegalStateException("pane of a cohort: format " + format + " is unknown");
    }
    return new CohortPane(
        buffer.getLong(), buffer.getLong(), Arrays.copyOfRange(bytes, HEAD, bytes.length));
  }
}
