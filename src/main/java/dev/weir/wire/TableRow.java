package dev.weir.wire;

import dev.weir.event.WeirId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where a row stands and what is wrong with it; the cells are left to the formats. */
abstract sealed class TableRow implements Row permits CsvRow, JsonRow {
  private long line;
  private @Nullable Problem problem;
  private byte[] head = {};
  private int headFrom;
  private int headLength;
  private long byteCount;
  private @Nullable String digest;

  /** Moves on to the row in {@code bytes[from..to)}. */
  void begin(long firstLine, byte[] bytes, int from, int to) {
    line = firstLine;
    problem = null;
    head = bytes;
    headFrom = from;
    headLength = to - from;
    byteCount = (long) to - from;
    digest = null;
  }

  /** Says that most of the row has been skipped. */
  void skipped(long wholeByteCount, String wholeDigest) {
    byteCount = wholeByteCount;
    digest = wholeDigest;
  }

  void fail(Problem what) {
    problem = what;
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public @Nullable Problem problem() {
    return problem;
  }

  @Override
  public byte[] head() {
    return Arrays.copyOfRange(head, headFrom, headFrom + headLength);
  }

  @Override
  public long byteCount() {
    return byteCount;
  }

  @Override
  public String sha256() {
    return digest == null ? WeirId.sha256(head()) : digest;
  }
}
