package dev.weir.testing;

import dev.weir.baseline.ReferenceRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the plain tables of tests: no quotes, an empty cell is missing. */
public record TestingReference(List<String> lines, String separator) implements ReferenceRows {

  /** A file with commas, or with bars if its header has any. */
  public static ReferenceRows open(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return new TestingReference(lines, lines.get(0).contains("|") ? "|" : ",");
  }

  @Override
  public List<String> columns() {
    return List.of(lines.get(0).split(Pattern.quote(separator), -1));
  }

  @Override
  public void forEach(Consumer<@Nullable String[]> row) {
    int width = columns().size();
    for (String line : lines.subList(1, lines.size())) {
      @Nullable String[] cells = Arrays.copyOf(line.split(Pattern.quote(separator), -1), width);
      for (int i = 0; i < width; i++) {
        cells[i] = cells[i] == null || cells[i].isEmpty() ? null : cells[i];
      }
      row.accept(cells);
    }
  }
}
