package dev.weir.wire;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An input file that cannot be used at all. The message is one sentence for a person: file, column
 * where there is one, and what to do.
 */
public final class InputFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InputFileException(String message, @Nullable IOException cause) {
    super(message, cause);
  }

  InputFileException(String message) {
    this(message, null);
  }
}
