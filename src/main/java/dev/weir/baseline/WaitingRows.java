package dev.weir.baseline;

import dev.weir.event.FeatureValues;
import java.util.Arrays;

/**
 * Rows of one shape that wait until they are counted column by column: then the bins of a column
 * are at hand, and not those of all columns; and a column with few numbers needs no bins.
 */
final class WaitingRows {
  /** Most rows that wait. */
  static final int MOST = 64;

  private static final int LEAST = 4;

  /** The numbers of one column, of one thread. */
  private static final ThreadLocal<double[]> COLUMN =
      ThreadLocal.withInitial(() -> new double[MOST]);

  private double[] numbers = {};
  private byte[] kinds = {};
  private int width;
  private int rows;

  /** Begins with rows of so many values; those before have been counted. */
  void start(int values) {
    width = values;
    rows = 0;
  }

  int rows() {
    return rows;
  }

  /** Takes in a row of as many values as was said. */
  void add(FeatureValues values) {
    int at = rows * width;
    if (at + width > numbers.length) {
      int length = width * Math.min(MOST, Math.max(LEAST, 2 * rows));
      numbers = Arrays.copyOf(numbers, length);
      kinds = Arrays.copyOf(kinds, length);
    }
    values.copyTo(numbers, kinds, at);
    rows++;
  }

  /** Counts the values at one position of all rows, none of which is forgotten. */
  void countInto(ColumnSummary summary, int position) {
    double[] column = COLUMN.get();
    int others = 0;
    for (int row = 0, at = position; row < rows; row++, at += width) {
      column[row] = numbers[at];
      others |= FeatureValues.isNumber(kinds[at]) ? 0 : 1;
    }
    if (others == 0) {
      summary.addNumbers(column, rows);
    } else {
      countMixed(summary, position, column);
    }
  }

  private void countMixed(ColumnSummary summary, int position, double[] column) {
    int count = 0;
    for (int row = 0, at = position; row < rows; row++, at += width) {
      if (FeatureValues.isNumber(kinds[at])) {
        column[count++] = numbers[at];
      } else {
        summary.addOther(FeatureValues.kind(kinds[at]));
      }
    }
    summary.addNumbers(column, count);
  }
}
