package dev.weir.wire;

import java.io.IOException;

/** Bytes that are no record. Has no stack trace: there may be millions, and each ends as data. */
final class MalformedException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedException(String message) {
    super(message);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
