package dev.weir.baseline;

import dev.weir.stats.summary.FixedPoint;
import dev.weir.stats.summary.ScoreLayout;
import dev.weir.stats.summary.Sum128;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The judged losses of a cohort by where they fell: segment, bin of the prediction, and how the row
 * came.
 *
 * <p>Guarantee: exact sums in units of 2^-30; what is withdrawn leaves no trace; parts merge in any
 * order. Bounded by the segments of a model, ten bins, five origins and its losses, of which only
 * those that hold rows take room.
 *
 * <p>Mutable; belongs to one cohort.
 */
public final class RiskCells {
  /** Bins of the prediction. */
  public static final int BINS = ScoreLayout.TABLE_BINS;

  /** The segment that is all rows. */
  public static final String ALL = "";

  private static final int MOST_SEGMENTS = 1_000_000;
  private static final Origin[] ORIGINS = Origin.values();

  private final int losses;
  private final Map<String, @Nullable Cell[]> segments = new TreeMap<>();

  /** How a row came. */
  public enum Origin {
    /** Labelled within the early age. */
    EARLY,
    /** Labelled later. */
    LATE,
    /** Labelled, but an input was bad. */
    SPOILED,
    /** Not labelled; counts once no label means a class. */
    ASSUMED,
    /** The same, with a bad input. */
    SPOILED_ASSUMED;

    /** Whether it counts only where no label means a class. */
    public boolean assumed() {
      return this == ASSUMED || this == SPOILED_ASSUMED;
    }
  }

  /** Rows and the sum of their losses. */
  public static final class Cell {
    private long rows;
    private final Sum128 loss = new Sum128();

    /** Rows. */
    public long rows() {
      return rows;
    }

    /** Sum of their losses in units of 2^-30. */
    public Sum128 loss() {
      Sum128 copy = new Sum128();
      copy.add(loss);
      return copy;
    }

    private void merge(Cell other) {
      rows += other.rows;
      loss.add(other.loss);
    }

    private boolean isEmpty() {
      return rows == 0 && loss.isZero();
    }
  }

  /** No rows, for so many judged losses. */
  RiskCells(int losses) {
    this.losses = losses;
  }

  private int index(int loss, int bin, Origin origin) {
    return (loss * BINS + bin) * ORIGINS.length + origin.ordinal();
  }

  private Cell cell(String segment, int index) {
    @Nullable Cell[] cells =
        segments.computeIfAbsent(segment, any -> new Cell[losses * BINS * ORIGINS.length]);
    Cell cell = cells[index];
    if (cell == null) {
      cell = new Cell();
      cells[index] = cell;
    }
    return cell;
  }

  /** Adds the scaled loss of a row (sign 1) or takes it back (sign -1). */
  void add(String segment, int loss, int bin, Origin origin, double scaledLoss, int sign) {
    Cell cell = cell(segment, index(loss, bin, origin));
    cell.rows += sign;
    cell.loss.add(FixedPoint.probability(Math.min(scaledLoss, 1)), sign);
  }

  /** The rows of one place; absent where there are none. */
  public @Nullable Cell at(String segment, int loss, int bin, Origin origin) {
    @Nullable Cell[] cells = segments.get(segment);
    return cells == null ? null : cells[index(loss, bin, origin)];
  }

  void merge(RiskCells other) {
    other.segments.forEach(
        (segment, cells) -> {
          for (int index = 0; index < cells.length; index++) {
            Cell cell = cells[index];
            if (cell != null) {
              cell(segment, index).merge(cell);
            }
          }
        });
  }

  void encode(DataOutput out) throws IOException {
    Map<String, Integer> held = new TreeMap<>();
    segments.forEach(
        (segment, cells) -> {
          int count = 0;
          for (Cell cell : cells) {
            count += cell == null || cell.isEmpty() ? 0 : 1;
          }
          if (count > 0) {
            held.put(segment, count);
          }
        });
    Bytes.writeLong(out, held.size());
    for (Map.Entry<String, Integer> entry : held.entrySet()) {
      out.writeUTF(entry.getKey());
      Bytes.writeLong(out, entry.getValue());
      encode(segments.get(entry.getKey()), out);
    }
  }

  private static void encode(@Nullable Cell @Nullable [] cells, DataOutput out) throws IOException {
    int last = -1;
    for (int index = 0; cells != null && index < cells.length; index++) {
      Cell cell = cells[index];
      if (cell != null && !cell.isEmpty()) {
        Bytes.writeLong(out, index - last);
        Bytes.writeLong(out, cell.rows);
        cell.loss.encode(out);
        last = index;
      }
    }
  }

  /** Adds what {@link #encode} wrote. */
  void addEncoded(DataInput in) throws IOException {
    int size = losses * BINS * ORIGINS.length;
    for (int left = Bytes.readSize(in, MOST_SEGMENTS); left > 0; left--) {
      String segment = in.readUTF();
      int index = -1;
      for (int more = Bytes.readSize(in, size); more > 0; more--) {
        index += Bytes.readSize(in, size);
        if (index < 0 || index >= size) {
          throw new IOException("A cell beyond the last: bytes are damaged");
        }
        Cell cell = cell(segment, index);
        cell.rows += Bytes.readLong(in);
        cell.loss.add(Sum128.decode(in));
      }
    }
  }
}
