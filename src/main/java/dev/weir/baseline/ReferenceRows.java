package dev.weir.baseline;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rows of a reference file as text, whatever its format, read as a stream. */
public interface ReferenceRows {

  /** Names of the columns, in the order of the cells. */
  List<String> columns();

  /**
   * Hands over every row in the order of the file; may be called once.
   *
   * @param row takes one cell for each column, null where missing; owned by the callee until it
   *     returns
   * @throws IOException if the file cannot be read to its end
   */
  void forEach(Consumer<@Nullable String[]> row) throws IOException;

  /** Opens a reference file. */
  @FunctionalInterface
  interface Opener {
    /**
     * The rows of {@code file}.
     *
     * @throws IOException if it is no table that can be read
     */
    ReferenceRows open(Path file) throws IOException;
  }
}
