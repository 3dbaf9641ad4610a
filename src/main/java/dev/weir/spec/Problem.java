package dev.weir.spec;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * One mistake in a job file, and where it is.
 *
 * @param file file as the user named it
 * @param line line, from 1
 * @param column column in characters, from 1
 * @param severity whether the file is refused
 * @param code {@code E101} to {@code W499}, never reused
 * @param message what is wrong, one sentence without a full stop
 * @param notes what helps: did you mean, expected, where to read
 * @param sourceLine the line as written; empty if there is none
 * @param length characters under which carets go, at least 1
 */
public record Problem(
    String file,
    int line,
    int column,
    Severity severity,
    String code,
    String message,
    List<String> notes,
    String sourceLine,
    int length) {

  /** By position, then code and message, so that the order never depends on the checks. */
  public static final Comparator<Problem> BY_POSITION =
      Comparator.comparing(Problem::file)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::code)
          .thenComparing(Problem::message);

  /** Whether the file is refused. */
  public enum Severity {
    /** The file is refused. */
    ERROR,
    /** The file works, but probably not as meant. */
    WARNING;

    /** The name in messages: lower case. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether this refuses the file. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }
}
