package dev.weir.cli;

import dev.weir.baseline.ReferenceRow;
import dev.weir.baseline.ReferenceRows;
import dev.weir.event.DeadLetter;
import dev.weir.event.Event;
import dev.weir.flink.kafka.StreamingJob;
import dev.weir.spec.JobSpec;
import dev.weir.wire.ColumnRoles;
import dev.weir.wire.Decoded;
import dev.weir.wire.InputFileException;
import dev.weir.wire.Row;
import dev.weir.wire.RowEvents;
import dev.weir.wire.TableReader;
import dev.weir.wire.TimeBounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reference files: as text for those who infer, as joined events for those who profile. */
final class ReferenceFile {
  private ReferenceFile() {}

  /** The rows of a reference as text. */
  static ReferenceRows open(Path file) throws IOException {
    try {
      return new TextRows(TableReader.open(file));
    } catch (InputFileException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private record TextRows(TableReader table) implements ReferenceRows {
    @Override
    public List<String> columns() {
      return table.columns();
    }

    @Override
    public void forEach(Consumer<@Nullable String[]> consumer) throws IOException {
      try (table) {
        List<String> columns = table.columns();
        @Nullable String[] cells = new @Nullable String[columns.size()];
        for (Row row = table.next(); row != null; row = table.next()) {
          if (row.problem() != null) {
            continue;
          }
          for (int i = 0; i < cells.length; i++) {
            int cell = cell(row, columns.get(i), i);
            cells[i] = cell < 0 || row.missing(cell) ? null : row.text(cell);
          }
          consumer.accept(cells);
        }
      } catch (InputFileException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  /** Cell of a column; rows mostly have their columns where the first row had them. */
  private static int cell(Row row, String column, int usual) {
    return usual < row.size() && row.column(usual).equals(column) ? usual : row.indexOf(column);
  }

  /**
   * The rows of a reference as events; rows without usable inputs are left out.
   *
   * @throws CommandFailure at the end, if none is usable: it says what is wrong with the first
   */
  static Iterator<ReferenceRow> rows(JobSpec spec, Path file) {
    return new JoinedRows(spec, file);
  }

  private static final class JoinedRows implements Iterator<ReferenceRow> {
    private final TableReader table;
    private final RowEvents features;
    private final RowEvents predictions;
    private final RowEvents labels;
    private final JobSpec spec;
    private final Path file;
    private @Nullable ReferenceRow ahead;
    private boolean usable;
    private @Nullable String firstDoubt;

    JoinedRows(JobSpec spec, Path file) {
      this.spec = spec;
      this.file = file;
      table = TableReader.open(file);
      ColumnRoles roles = StreamingJob.columnRoles(spec);
      features = events(Event.Input.FEATURES, spec, roles);
      predictions = events(Event.Input.PREDICTIONS, spec, roles);
      labels = events(Event.Input.LABELS, spec, roles);
      features.requireColumns(table);
    }

    private static RowEvents events(Event.Input input, JobSpec spec, ColumnRoles roles) {
      return new RowEvents(input, spec.modelId(), roles, TimeBounds.OF_FILES, false);
    }

    @Override
    public boolean hasNext() {
      if (ahead == null) {
        ahead = read();
      }
      return ahead != null;
    }

    @Override
    public ReferenceRow next() {
      ReferenceRow row = hasNext() ? ahead : null;
      if (row == null) {
        throw new NoSuchElementException();
      }
      ahead = null;
      return row;
    }

    private @Nullable ReferenceRow read() {
      for (Row row = table.next(); row != null; row = table.next()) {
        Decoded decoded = features.read(row);
        if (event(decoded) instanceof Event.Features inputs && inRange(inputs.time())) {
          usable = true;
          return new ReferenceRow(
              inputs,
              event(predictions.read(row)) instanceof Event.Prediction said ? said : null,
              event(labels.read(row)) instanceof Event.Label label ? label : null);
        }
        if (firstDoubt == null) {
          firstDoubt = "line " + row.line() + ": " + doubt(decoded);
        }
      }
      if (!usable) {
        throw new CommandFailure(
            ExitCode.CONFIGURATION,
            "the reference "
                + file
                + " has no row that can be used; "
                + (firstDoubt == null ? "it has no rows" : firstDoubt));
      }
      return null;
    }

    private static @Nullable Event event(Decoded decoded) {
      return decoded instanceof Decoded.Good good ? good.event() : null;
    }

    private static String doubt(Decoded decoded) {
      if (decoded instanceof Decoded.Bad bad) {
        DeadLetter letter = bad.deadLetter();
        return (letter.field() == null ? "" : letter.field() + ": ") + letter.detail();
      }
      return "its time is not between reference.from and reference.to";
    }

    private boolean inRange(long time) {
      Long from = spec.reference().from();
      Long to = spec.reference().to();
      return (from == null || time >= from) && (to == null || time < to);
    }
  }
}
