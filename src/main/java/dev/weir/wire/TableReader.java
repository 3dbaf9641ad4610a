package dev.weir.wire;

import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.WeirId;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table row by row: CSV (RFC 4180, with a header) or JSON Lines, either of them gzipped,
 * told apart by their first bytes. UTF-8, with or without byte order mark.
 *
 * <p>A row that is malformed is handed out with its {@link Row#problem}, and reading goes on with
 * the next line of the file; nothing is skipped but blank lines. Memory is bounded by the longest
 * allowed line, 1 MiB. What makes the whole file unusable is an {@link InputFileException}.
 *
 * <p>Not thread safe; rows are reused.
 */
public final class TableReader implements Closeable {
  private static final int CHUNK = 1 << 16;

  private final String name;
  private final InputStream input;
  private final @Nullable CsvRow csv;
  private final JsonRow json = new JsonRow();
  private final List<String> columns;
  private byte[] buffer = new byte[2 * CHUNK];
  private int start;
  private int end;
  private boolean inputEnded;
  private long nextLine = 1;
  private int newlinesInQuotes;

  private TableReader(String name, InputStream input) {
    this.name = name;
    this.input = input;
    skipByteOrderMark();
    if (firstByte() == '{') {
      csv = null;
      columns = List.of();
    } else {
      columns = readHeader();
      csv = new CsvRow(columns);
    }
  }

  /**
   * Opens a file.
   *
   * @throws InputFileException if it is missing, empty, or its header cannot be used
   */
  public static TableReader open(Path file) {
    InputStream input;
    try {
      input = Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw new InputFileException(file + ": no such file; check the path", e);
    } catch (IOException e) {
      throw new InputFileException(
          file + ": cannot be read (" + e.getMessage() + "); check that it is a readable file", e);
    }
    return open(file.toString(), input);
  }

  /**
   * Reads a stream, and closes it in the end.
   *
   * @param name what messages call it
   * @throws InputFileException if it is empty, or its header cannot be used
   */
  public static TableReader open(String name, InputStream input) {
    try {
      return new TableReader(name, unzipped(input));
    } catch (IOException e) {
      throw broken(name, e);
    }
  }

  static InputStream unzipped(InputStream input) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(input, CHUNK);
    buffered.mark(2);
    boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
    buffered.reset();
    return gzip ? new GZIPInputStream(buffered, CHUNK) : buffered;
  }

  /** What messages call the file. */
  public String name() {
    return name;
  }

  /** Columns of the header in order; empty for JSON Lines, where each row has its own. */
  public List<String> columns() {
    return columns;
  }

  /** Whether the file is CSV, and so has a header. */
  public boolean hasHeader() {
    return csv != null;
  }

  /**
   * The next row, or null at the end. It is valid until the next call.
   *
   * @throws InputFileException if the file cannot be read any further
   */
  public @Nullable Row next() {
    skipBlankLines();
    if (!available(0)) {
      return null;
    }
    return csv == null ? nextJson() : nextCsv(csv);
  }

  @Override
  public void close() throws IOException {
    input.close();
  }

  // ---- CSV

  private CsvRow nextCsv(CsvRow row) {
    long line = nextLine;
    row.clear();
    int length = scan(row);
    if (length < 0 || lineLength(length) > Limits.VALUE_BYTES) {
      return failedCsv(row, line);
    }
    row.begin(line, buffer, start, start + lineLength(length));
    row.over(buffer, start);
    if (row.count() != columns.size()) {
      row.fail(
          new Problem(
              Reason.UNDECODABLE,
              null,
              "the row has " + row.count() + " cells, the header has " + columns.size()));
    }
    leave(length, 1 + newlinesInQuotes);
    return row;
  }

  /**
   * Finds the cells of the row that begins at {@code start}. Gives its length with the end of the
   * line, or -1 if it is malformed or too long.
   */
  private int scan(CsvRow row) {
    newlinesInQuotes = 0;
    int at = 0;
    while (true) {
      boolean quoted = available(at) && buffer[start + at] == '"';
      int from = quoted ? at + 1 : at;
      int to = quoted ? endOfQuotes(from) : endOfPlain(from);
      if (to < 0) {
        return -1;
      }
      int after = quoted ? to + 1 : to;
      boolean more = available(after);
      byte delimiter = more ? buffer[start + after] : (byte) '\n';
      if (quoted && delimiter == '\r' && available(after + 1)) {
        after++;
        delimiter = buffer[start + after];
      }
      boolean lineEnds = delimiter == '\n';
      if (!lineEnds && delimiter != ',') {
        return -1;
      }
      boolean carriageReturn = lineEnds && !quoted && to > from && buffer[start + to - 1] == '\r';
      row.add(from, carriageReturn ? to - 1 : to, quoted && hasQuotes(from, to));
      at = more ? after + 1 : after;
      if (lineEnds) {
        return at;
      }
    }
  }

  /** Position of the delimiter after an unquoted cell, or -1 if there is a quote in it. */
  private int endOfPlain(int from) {
    int at = from;
    while (available(at)) {
      int position = start + at;
      int limit = end;
      byte[] bytes = buffer;
      while (position < limit) {
        byte b = bytes[position];
        if (b == ',' || b == '\n') {
          return position - start;
        }
        if (b == '"') {
          return -1;
        }
        position++;
      }
      at = position - start;
    }
    return at > Limits.VALUE_BYTES ? -1 : at;
  }

  /** Position of the closing quote, or -1 if there is none. */
  private int endOfQuotes(int from) {
    int at = from;
    while (available(at)) {
      if (buffer[start + at] != '"') {
        newlinesInQuotes += buffer[start + at] == '\n' ? 1 : 0;
        at++;
      } else if (available(at + 1) && buffer[start + at + 1] == '"') {
        at += 2;
      } else {
        return at;
      }
    }
    return -1;
  }

  private boolean hasQuotes(int from, int to) {
    for (int i = start + from; i < start + to; i++) {
      if (buffer[i] == '"') {
        return true;
      }
    }
    return false;
  }

  /** A row that cannot be told into cells: its first line is bad, the next one may be good. */
  private CsvRow failedCsv(CsvRow row, long line) {
    row.clear();
    int length = endOfLine();
    if (length < 0) {
      skipLongLine(row, line);
      return row;
    }
    row.begin(line, buffer, start, start + lineLength(length));
    row.fail(
        new Problem(
            Reason.UNDECODABLE,
            null,
            "quotes are wrong: a cell with a quote must be in quotes, its own quotes doubled"));
    leave(length, 1);
    return row;
  }

  private List<String> readHeader() {
    skipBlankLines();
    if (!available(0)) {
      throw new InputFileException(
          name + ": the file is empty; it needs a header line with the column names");
    }
    CsvRow row = new CsvRow(List.of());
    int length = scan(row);
    if (length < 0) {
      throw new InputFileException(
          name + ": the header cannot be read; check its quotes and its length");
    }
    row.over(buffer, start);
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < row.count(); i++) {
      String column = row.plain(i);
      if (column.isEmpty()) {
        throw new InputFileException(
            name + ": column " + (i + 1) + " of the header has no name; give it one");
      }
      if (!seen.add(column)) {
        throw new InputFileException(
            name + ": two columns are called '" + column + "'; rename one of them");
      }
      names.add(column);
    }
    leave(length, 1 + newlinesInQuotes);
    return List.copyOf(names);
  }

  // ---- JSON Lines

  private JsonRow nextJson() {
    long line = nextLine;
    int length = endOfLine();
    if (length < 0) {
      skipLongLine(json, line);
      return json;
    }
    int last = start + lineLength(length);
    json.begin(line, buffer, start, last);
    json.parse(buffer, start, last);
    leave(length, 1);
    return json;
  }

  // ---- lines

  /** Length of the current line with its end, or -1 if it is too long. */
  private int endOfLine() {
    int at = 0;
    while (at <= Limits.VALUE_BYTES && available(at)) {
      if (buffer[start + at] == '\n') {
        return at + 1;
      }
      at++;
    }
    return at > Limits.VALUE_BYTES ? -1 : at;
  }

  /** Length without the end of the line. */
  private int lineLength(int length) {
    int at = length;
    if (at > 0 && buffer[start + at - 1] == '\n') {
      at--;
    }
    return at > 0 && buffer[start + at - 1] == '\r' ? at - 1 : at;
  }

  /** Goes on behind the first {@code length} bytes, which are so many lines. */
  private void leave(int length, int lines) {
    start += length;
    nextLine += lines;
  }

  private void skipBlankLines() {
    while (available(0)) {
      if (buffer[start] == '\n') {
        leave(1, 1);
      } else if (buffer[start] == '\r' && available(1) && buffer[start + 1] == '\n') {
        leave(2, 1);
      } else {
        return;
      }
    }
  }

  /** Skips a line that does not fit the buffer; size and digest are those of the whole line. */
  private void skipLongLine(TableRow row, long line) {
    MessageDigest digest = WeirId.sha256();
    byte[] head = Arrays.copyOfRange(buffer, start, start + DeadLetters.HEAD_BYTES);
    long skipped = 0;
    boolean more = true;
    while (more && available(0)) {
      int newline = start;
      while (newline < end && buffer[newline] != '\n') {
        newline++;
      }
      digest.update(buffer, start, newline - start);
      skipped += newline - start;
      more = newline == end;
      start = newline;
    }
    if (available(0)) {
      leave(1, 1);
    }
    row.begin(line, head, 0, head.length);
    row.skipped(skipped, HexFormat.of().formatHex(digest.digest()));
    row.fail(new Problem(Reason.TOO_LARGE, null, "the line has " + skipped + " bytes, over 1 MiB"));
  }

  // ---- bytes

  /**
   * Whether there is a byte at this distance from {@code start}; reads on where needed. False at
   * the end of the input and beyond the limit.
   */
  private boolean available(int distance) {
    return start + distance < end || fill(distance);
  }

  private boolean fill(int distance) {
    while (start + distance >= end) {
      if (inputEnded || distance > Limits.VALUE_BYTES + 1) {
        return false;
      }
      if (start > 0 && end == buffer.length) {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
      }
      if (end == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * buffer.length);
      }
      readMore();
    }
    return true;
  }

  private void readMore() {
    try {
      int count = input.read(buffer, end, buffer.length - end);
      if (count < 0) {
        inputEnded = true;
      } else {
        end += count;
      }
    } catch (IOException e) {
      throw broken(name, e);
    }
  }

  static InputFileException broken(String name, IOException cause) {
    if (cause instanceof EOFException) {
      return new InputFileException(
          name + ": the gzip data ends in the middle; the file was not copied whole", cause);
    }
    if (cause instanceof ZipException) {
      return new InputFileException(
          name + ": the gzip data is damaged (" + cause.getMessage() + "); copy the file again",
          cause);
    }
    return new InputFileException(
        name + ": cannot be read (" + cause.getMessage() + "); check the disk", cause);
  }

  private void skipByteOrderMark() {
    if (available(2)
        && buffer[start] == (byte) 0xEF
        && buffer[start + 1] == (byte) 0xBB
        && buffer[start + 2] == (byte) 0xBF) {
      start += 3;
    }
  }

  /**
   * First byte that is no white space, -1 if there is none; white space before JSON is no matter.
   */
  private int firstByte() {
    for (int at = 0; available(at); at++) {
      byte b = buffer[start + at];
      if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
        return new String(buffer, start + at, 1, StandardCharsets.ISO_8859_1).charAt(0);
      }
    }
    return -1;
  }
}
