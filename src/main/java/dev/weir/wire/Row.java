package dev.weir.wire;

import dev.weir.event.FeatureValues;
import org.jspecify.annotations.Nullable;

/**
 * One row of a table: cells by position, each with the name of its column. It belongs to its reader
 * and changes with the next row.
 */
public interface Row {
  /** Line on which the row begins; the first line of the file is 1. */
  long line();

  /** Why the row is unusable, and has no cells; null if it is not. */
  @Nullable Problem problem();

  /** Number of cells. */
  int size();

  /** Column of cell {@code i}. */
  String column(int i);

  /** Position of the cell of this column, or -1. */
  int indexOf(String column);

  /** Whether cell {@code i} is empty, or null. */
  boolean missing(int i);

  /**
   * Cell {@code i} as plain text; null if it is missing or a list. Numbers of JSON appear without
   * decoration: {@code 1}, not {@code 1.0}.
   */
  @Nullable String text(int i);

  /**
   * What cell {@code i} is. A CSV cell is MISSING, LONG or DOUBLE where it has the form of a
   * number, else TEXT. {@link #integer()} and {@link #number()} then tell its value.
   */
  FeatureValues.Kind read(int i);

  /** Integer of the last {@link #read}: 0 unless it gave BOOLEAN or LONG. */
  long integer();

  /** Number of the last {@link #read}: NaN unless it gave BOOLEAN, LONG or DOUBLE. */
  double number();

  /** Cell {@code i} as a vector: a list of numbers, or a text {@code [0.1, 0.2]}; else null. */
  float @Nullable [] vector(int i);

  /** Bytes of the row as read, without the end of the line; of an over-long row the first ones. */
  byte[] head();

  /** Number of bytes of the row as read. */
  long byteCount();

  /** SHA-256 of the row as read, 64 hex digits. */
  String sha256();
}
