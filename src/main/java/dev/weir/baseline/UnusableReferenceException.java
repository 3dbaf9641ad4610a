package dev.weir.baseline;

/** A reference that cannot be profiled as the job file asks; the message says how to mend it. */
public final class UnusableReferenceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnusableReferenceException(String message) {
    super(message);
  }
}
