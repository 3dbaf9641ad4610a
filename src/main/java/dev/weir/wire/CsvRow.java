package dev.weir.wire;

import dev.weir.event.FeatureValues.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of CSV: cells are byte ranges in the reader's buffer, decoded when asked for. */
final class CsvRow extends TableRow {
  private final List<String> columns;
  private final Map<String, Integer> positions = new HashMap<>();
  private final NumberReader numbers = new NumberReader();
  private final String[] lastTexts;
  private final byte[][] lastBytes;
  private int[] from = new int[64];
  private int[] to = new int[64];
  private boolean[] escaped = new boolean[64];
  private byte[] buffer = {};
  private int base;
  private int size;

  CsvRow(List<String> columns) {
    this.columns = columns;
    for (int i = 0; i < columns.size(); i++) {
      positions.put(columns.get(i), i);
    }
    lastTexts = new String[columns.size()];
    lastBytes = new byte[columns.size()][];
    Arrays.fill(lastTexts, "");
    Arrays.fill(lastBytes, new byte[0]);
  }

  void clear() {
    size = 0;
  }

  /** Cells found so far, those beyond the header included. */
  int count() {
    return size;
  }

  /** Adds a cell; positions count from the start of the row. */
  void add(int cellFrom, int cellTo, boolean hasEscapes) {
    if (size == from.length) {
      from = Arrays.copyOf(from, 2 * size);
      to = Arrays.copyOf(to, 2 * size);
      escaped = Arrays.copyOf(escaped, 2 * size);
    }
    from[size] = cellFrom;
    to[size] = cellTo;
    escaped[size] = hasEscapes;
    size++;
  }

  /** Says where the bytes are, now that they no longer move. */
  void over(byte[] bytes, int start) {
    buffer = bytes;
    base = start;
  }

  @Override
  public int size() {
    return problem() == null ? size : 0;
  }

  @Override
  public String column(int i) {
    return columns.get(i);
  }

  @Override
  public int indexOf(String column) {
    return positions.getOrDefault(column, -1);
  }

  @Override
  public boolean missing(int i) {
    return from[i] == to[i];
  }

  @Override
  public @Nullable String text(int i) {
    return missing(i) ? null : decode(i);
  }

  private String decode(int i) {
    int start = base + from[i];
    int end = base + to[i];
    // Versions, classes and categories repeat from row to row.
    if (Arrays.equals(buffer, start, end, lastBytes[i], 0, lastBytes[i].length)) {
      return lastTexts[i];
    }
    String text = plain(i);
    lastBytes[i] = Arrays.copyOfRange(buffer, start, end);
    lastTexts[i] = text;
    return text;
  }

  /** The text of a cell that has no column yet. */
  String plain(int i) {
    String text = new String(buffer, base + from[i], to[i] - from[i], StandardCharsets.UTF_8);
    return escaped[i] ? text.replace("\"\"", "\"") : text;
  }

  @Override
  public Kind read(int i) {
    if (missing(i)) {
      return Kind.MISSING;
    }
    return switch (numbers.read(buffer, base + from[i], base + to[i])) {
      case NONE -> Kind.TEXT;
      case LONG -> Kind.LONG;
      case DOUBLE -> Kind.DOUBLE;
    };
  }

  @Override
  public long integer() {
    return numbers.integer();
  }

  @Override
  public double number() {
    return numbers.number();
  }

  @Override
  public float @Nullable [] vector(int i) {
    String text = text(i);
    return text == null ? null : JsonText.vector(text);
  }
}
