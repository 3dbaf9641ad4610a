package dev.weir.stats.sequential;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * ADWIN: a window of the recent past that is cut where its two parts differ in mean.
 *
 * <p>The window is an exponential histogram: rows of buckets of 2^i values, at most five a row, the
 * two oldest of a full row merged into one of the next. At every 32nd value, if the window holds
 * more than 10, each split into n0 older and n1 newer values (both at least 5) is tried, oldest
 * first; it is a cut if the means differ by more than {@code sqrt(2 h v D) + (2/3) h D}, {@code h =
 * 1/(n0-4) + 1/(n1-4)}, v the variance of the whole window, {@code D = ln(2 ln(n)/delta)}. Memory
 * grows with the logarithm of the window. Source: Bifet and Gavalda (2007).
 *
 * <p>Mutable; restarts empty at its own alarm. Encoded: format byte, then counters and buckets.
 */
public final class Adwin implements ChangeDetector {
  private static final int BUCKETS_PER_ROW = 5;
  private static final int MOST_ROWS = 48;
  private static final int CLOCK = 32;
  private static final int SMALLEST_WINDOW = 10;
  private static final int SMALLEST_PART = 5;

  private final double delta;
  private final Row[] rows = new Row[MOST_ROWS];
  private int depth;
  private long ticks;
  private long n;
  private double total;
  private double squares;

  /** Buckets of one size, oldest first. */
  private static final class Row {
    final double[] totals = new double[BUCKETS_PER_ROW + 1];
    final double[] squares = new double[BUCKETS_PER_ROW + 1];
    int size;

    void add(double total, double square) {
      totals[size] = total;
      squares[size] = square;
      size++;
    }

    void dropOldest(int count) {
      System.arraycopy(totals, count, totals, 0, size - count);
      System.arraycopy(squares, count, squares, 0, size - count);
      size -= count;
    }
  }

  /** With the usual confidence .002. */
  public Adwin() {
    this(0.002);
  }

  /** With confidence {@code delta}, in (0, 1); smaller is slower to cut. */
  public Adwin(double delta) {
    if (!(delta > 0 && delta < 1)) {
      throw new IllegalArgumentException("delta must be in (0, 1), got " + delta);
    }
    this.delta = delta;
    clear();
  }

  private void clear() {
    depth = 1;
    rows[0] = new Row();
    ticks = 0;
    n = 0;
    total = 0;
    squares = 0;
  }

  @Override
  public Signal update(double value) {
    insert(value);
    ticks++;
    if (ticks % CLOCK != 0 || n <= SMALLEST_WINDOW || !hasCut()) {
      return Signal.NONE;
    }
    clear();
    return Signal.CHANGE;
  }

  private void insert(double value) {
    if (n > 0) {
      double gap = value - total / n;
      squares += n * gap * gap / (n + 1);
    }
    n++;
    total += value;
    rows[0].add(value, 0);
    for (int row = 0; rows[row].size > BUCKETS_PER_ROW; row++) {
      mergeOldest(row);
    }
  }

  private void mergeOldest(int index) {
    Row row = rows[index];
    if (index + 1 == depth) {
      rows[depth++] = new Row();
    }
    double size = (double) (1L << index);
    double gap = (row.totals[0] - row.totals[1]) / size;
    rows[index + 1].add(
        row.totals[0] + row.totals[1], row.squares[0] + row.squares[1] + size * gap * gap / 2);
    row.dropOldest(2);
  }

  private boolean hasCut() {
    double log = StrictMath.log(2 * StrictMath.log((double) n) / delta);
    double variance = squares / n;
    long older = 0;
    double olderTotal = 0;
    for (int index = depth - 1; index >= 0; index--) {
      for (int bucket = 0; bucket < rows[index].size; bucket++) {
        older += 1L << index;
        olderTotal += rows[index].totals[bucket];
        long newer = n - older;
        if (older >= SMALLEST_PART && newer >= SMALLEST_PART) {
          double gap = Math.abs(olderTotal / older - (total - olderTotal) / newer);
          double h = 1.0 / (older - SMALLEST_PART + 1) + 1.0 / (newer - SMALLEST_PART + 1);
          if (gap > StrictMath.sqrt(2 * h * variance * log) + 2.0 / 3 * h * log) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Values in the window. */
  public long size() {
    return n;
  }

  /** Mean of the window; 0 if it is empty. */
  public double mean() {
    return n == 0 ? 0 : total / n;
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    Format.write(out);
    out.writeDouble(delta);
    out.writeLong(ticks);
    out.writeLong(n);
    out.writeDouble(total);
    out.writeDouble(squares);
    out.writeInt(depth);
    for (int index = 0; index < depth; index++) {
      out.writeInt(rows[index].size);
      for (int bucket = 0; bucket < rows[index].size; bucket++) {
        out.writeDouble(rows[index].totals[bucket]);
        out.writeDouble(rows[index].squares[bucket]);
      }
    }
  }

  /** Reads a state written by {@link #encode}. */
  public static Adwin decode(DataInput in) throws IOException {
    Format.require("ADWIN", in);
    Adwin read = new Adwin(in.readDouble());
    read.ticks = in.readLong();
    read.n = in.readLong();
    read.total = in.readDouble();
    read.squares = in.readDouble();
    read.depth = Format.readLength(in, MOST_ROWS);
    for (int index = 0; index < read.depth; index++) {
      read.rows[index] = new Row();
      int size = Format.readLength(in, BUCKETS_PER_ROW);
      for (int bucket = 0; bucket < size; bucket++) {
        read.rows[index].add(in.readDouble(), in.readDouble());
      }
    }
    return read;
  }
}
