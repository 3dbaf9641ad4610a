package dev.weir.baseline;

import dev.weir.stats.summary.DelaySummary;
import dev.weir.stats.summary.LossSummary;
import dev.weir.stats.summary.ScoreLayout;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The first judged loss of labelled predictions by class, bin of the prediction and delay of the
 * label: what is needed to let labels that came early stand for those that come late ({@code
 * statistics.md} 5.3).
 *
 * <p>Guarantee: exact sums; what is withdrawn leaves no trace; parts merge in any order. Bounded by
 * {@value #CLASSES} classes, ten bins and the bins of {@link DelaySummary}, of which only those
 * that hold rows take room.
 *
 * <p>Mutable; belongs to one cohort.
 */
public final class LabelledLosses {
  /** Classes that are told apart; the last holds all further ones. */
  public static final int CLASSES = 16;

  /** Bins of the prediction. */
  public static final int BINS = ScoreLayout.TABLE_BINS;

  private static final int CELLS = CLASSES * BINS * DelaySummary.BINS;

  private final TreeMap<Integer, LossSummary> cells = new TreeMap<>();

  LabelledLosses() {}

  private static int index(int labelClass, int bin, int delayBin) {
    return (Math.min(labelClass, CLASSES - 1) * BINS + bin) * DelaySummary.BINS + delayBin;
  }

  /** Adds the scaled loss of a labelled prediction (sign 1) or takes it back (sign -1). */
  void add(int labelClass, int bin, long delayMillis, double scaledLoss, int sign) {
    cell(index(labelClass, bin, DelaySummary.bin(delayMillis))).add(scaledLoss, sign);
  }

  private LossSummary cell(int index) {
    return cells.computeIfAbsent(index, any -> new LossSummary());
  }

  /**
   * The losses of those predictions of a class and bin whose label came within an age.
   *
   * @param lastDelayBin as {@link DelaySummary#lastBinWithin} gives it for the age
   */
  public LossSummary within(int labelClass, int bin, int lastDelayBin) {
    LossSummary sum = new LossSummary();
    int first = index(labelClass, bin, 0);
    cells.subMap(first, first + lastDelayBin + 1).values().forEach(sum::merge);
    return sum;
  }

  /** The losses of all labelled predictions of a class and bin. */
  public LossSummary all(int labelClass, int bin) {
    return within(labelClass, bin, DelaySummary.BINS - 1);
  }

  /** Whether there is no labelled prediction. */
  public boolean isEmpty() {
    return cells.values().stream().allMatch(LossSummary::isEmpty);
  }

  void merge(LabelledLosses other) {
    other.cells.forEach((index, losses) -> cell(index).merge(losses));
  }

  void encode(DataOutput out) throws IOException {
    TreeMap<Integer, LossSummary> held = new TreeMap<>(cells);
    held.values().removeIf(LossSummary::isEmpty);
    Bytes.writeLong(out, held.size());
    int last = -1;
    for (Map.Entry<Integer, LossSummary> cell : held.entrySet()) {
      Bytes.writeLong(out, cell.getKey() - last);
      cell.getValue().encode(out);
      last = cell.getKey();
    }
  }

  /** Adds what {@link #encode} wrote. */
  void addEncoded(DataInput in) throws IOException {
    int index = -1;
    for (int left = Bytes.readSize(in, CELLS); left > 0; left--) {
      index += Bytes.readSize(in, CELLS);
      if (index < 0 || index >= CELLS) {
        throw new IOException("A cell beyond the last: bytes are damaged");
      }
      cell(index).merge(LossSummary.decode(in));
    }
  }
}
