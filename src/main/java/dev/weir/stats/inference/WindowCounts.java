package dev.weir.stats.inference;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * The counts of one closed window that an {@link EvidencePlan} turns into evidence. This is all
 * that crosses the network: some dozens of integers instead of a thousand components.
 *
 * <p>Each plan has a static {@code window} method that lays its counts out; only plans of the same
 * class read them. Immutable. Encoded: format byte, season, absent labels, and the counts in few
 * bytes, for a series may keep them for its next window.
 */
public final class WindowCounts {
  private static final byte FORMAT = 2;

  /** No plan reads more numbers than three per bin of the class histogram. */
  private static final int LONGEST = 1 << 16;

  private final int season;
  private final long absent;
  private final long[] counts;

  WindowCounts(int season, long[] counts, long absent) {
    if (season < 0 || absent < 0) {
      throw new IllegalArgumentException("season and absent labels cannot be negative");
    }
    this.season = season;
    this.absent = absent;
    this.counts = counts;
  }

  /** Season bucket of the window, from 0. */
  public int season() {
    return season;
  }

  /** Records of the window that have no label, where the plan counts them as one number. */
  public long absent() {
    return absent;
  }

  int length() {
    return counts.length;
  }

  long count(int index) {
    return counts[index];
  }

  long[] counts() {
    return counts;
  }

  /** Writes these counts; {@link #decode} reads them back. */
  public void encode(DataOutput out) throws IOException {
    out.write(encoded());
  }

  /** What {@link #encode} writes. */
  public byte[] encoded() {
    byte[] bytes = new byte[1 + 2 * VariableLength.LONGEST + PackedNumbers.longest(counts.length)];
    bytes[0] = FORMAT;
    int end = VariableLength.write(bytes, 1, season);
    end = VariableLength.write(bytes, end, absent);
    end = PackedNumbers.write(bytes, end, counts);
    return Arrays.copyOf(bytes, end);
  }

  /**
   * Reads counts written by {@link #encode}.
   *
   * @throws IOException if the format is unknown or the bytes are not counts
   */
  static WindowCounts decode(DataInput in) throws IOException {
    return decode((VariableLength.Bytes) in::readByte);
  }

  /**
   * Reads {@link #encoded} counts; what follows them is not looked at.
   *
   * @throws IOException if the format is unknown or the bytes are not counts
   */
  public static WindowCounts decode(byte[] bytes) throws IOException {
    return decode(new Cursor(bytes));
  }

  /** The bytes of an array: a stream would ask of each of them whether it is there. */
  private static final class Cursor implements VariableLength.Bytes {
    private final byte[] bytes;
    private int at;

    Cursor(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public byte next() throws IOException {
      if (at == bytes.length) {
        throw new EOFException("counts of a window end after " + at + " bytes");
      }
      return bytes[at++];
    }
  }

  private static WindowCounts decode(VariableLength.Bytes in) throws IOException {
    VariableLength.requireFormat("window counts", in.next(), FORMAT);
    int season = VariableLength.readInt(in, Integer.MAX_VALUE);
    long absent = VariableLength.read(in);
    long[] counts = PackedNumbers.read(in, LONGEST);
    if (absent < 0) {
      throw new IOException("a negative number of absent labels");
    }
    return new WindowCounts(season, counts, absent);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WindowCounts that
        && season == that.season
        && absent == that.absent
        && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return (31 * season + Long.hashCode(absent)) * 31 + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "season " + season + ", absent " + absent + ", counts " + Arrays.toString(counts);
  }
}
