package dev.weir.cli;

/**
 * A command that cannot go on for a reason a person can mend: one clear message and an exit code,
 * no stack trace.
 */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ExitCode code;

  /** A failure with this code and message; the message says what, where and how to mend it. */
  public CommandFailure(ExitCode code, String message) {
    super(message);
    this.code = code;
  }

  /** A failure with a cause, which is shown with {@code -v} only. */
  public CommandFailure(ExitCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The exit code of the process. */
  public ExitCode code() {
    return code;
  }
}
