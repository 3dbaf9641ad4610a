package dev.weir.testing;

import dev.weir.baseline.ReferenceRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the plain CSV of tests: no quotes, commas, an empty cell is missing. */
public record TestingReference(List<String> lines) implements ReferenceRows {

  /** A file. */
  public static ReferenceRows open(Path file) throws IOException {
    return new TestingReference(Files.readAllLines(file));
  }

  @Override
  public List<String> columns() {
    return List.of(lines.get(0).split(","));
  }

  @Override
  public void forEach(Consumer<@Nullable String[]> row) {
    for (String line : lines.subList(1, lines.size())) {
      @Nullable String[] cells = Arrays.copyOf(line.split(",", -1), columns().size());
      for (int i = 0; i < cells.length; i++) {
        cells[i] = cells[i] == null || cells[i].isEmpty() ? null : cells[i];
      }
      row.accept(cells);
    }
  }
}
