package dev.weir.spec;

import java.util.ArrayList;
import java.util.List;

/** Collects the problems of one file. */
final class Problems {
  private final String file;
  private final List<String> lines;
  private final List<Problem> found = new ArrayList<>();

  Problems(String file, String text) {
    this.file = file;
    this.lines = text.lines().toList();
  }

  /** Reports what refuses the file. */
  void error(Position at, String code, String message, List<String> notes) {
    add(at, Problem.Severity.ERROR, code, message, notes);
  }

  /** Reports what refuses the file. */
  void error(Position at, String code, String message, String... notes) {
    add(at, Problem.Severity.ERROR, code, message, List.of(notes));
  }

  /** Reports what the user may not have meant. */
  void warning(Position at, String code, String message, String... notes) {
    add(at, Problem.Severity.WARNING, code, message, List.of(notes));
  }

  /** All problems, sorted by position. */
  List<Problem> sorted() {
    return found.stream().sorted(Problem.BY_POSITION).distinct().toList();
  }

  /** A line as written, without its end; empty beyond the file. */
  String line(int number) {
    return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
  }

  private void add(
      Position at, Problem.Severity severity, String code, String message, List<String> notes) {
    String line = line(at.line());
    int room = Math.max(1, line.length() - at.column() + 1);
    int length = Math.max(1, Math.min(at.length(), room));
    found.add(
        new Problem(
            file,
            at.line(),
            at.column(),
            severity,
            code,
            message,
            List.copyOf(notes),
            line,
            length));
  }
}
