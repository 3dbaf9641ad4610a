package dev.weir.stats.summary;

import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What a summary takes from the reference and never changes: edges, categories, units.
 *
 * <p>Guarantee: immutable; two layouts are equal when their bytes are equal; only summaries of
 * equal layouts merge.
 */
public interface Layout {

  /** Writes the layout: first byte the format version. */
  void encode(DataOutput out) throws IOException;

  /** CRC-32 of the encoded layout; summaries carry it so that foreign bytes are rejected. */
  int fingerprint();

  /** Computes {@link #fingerprint} from the bytes. */
  static int fingerprintOf(Layout layout) {
    CRC32 crc = new CRC32();
    crc.update(bytesOf(layout));
    return (int) crc.getValue();
  }

  /** The encoded layout. */
  static byte[] bytesOf(Layout layout) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      layout.encode(new DataOutputStream(bytes));
    } catch (IOException impossible) {
      throw new UncheckedIOException("Writing to memory failed", impossible);
    }
    return bytes.toByteArray();
  }

  /** Builds a layout from read parts; parts that are no layout are damaged bytes. */
  static <L> L decoded(Supplier<L> construction) throws IOException {
    try {
      return construction.get();
    } catch (IllegalArgumentException e) {
      throw new IOException("The bytes are no layout: " + e.getMessage(), e);
    }
  }

  /** Whether two are of one kind and encoded alike; mostly they are one object. */
  static boolean equal(Layout mine, @Nullable Object other) {
    return mine == other
        || (other instanceof Layout that
            && mine.getClass() == that.getClass()
            && mine.fingerprint() == that.fingerprint()
            && Arrays.equals(bytesOf(mine), bytesOf(that)));
  }

  /** Refuses to mix summaries of different layouts. */
  static void requireEqual(Layout mine, Layout other) {
    if (!mine.equals(other)) {
      throw new IllegalArgumentException(
          "Summaries of different layouts cannot be merged: they come from different baselines");
    }
  }
}
