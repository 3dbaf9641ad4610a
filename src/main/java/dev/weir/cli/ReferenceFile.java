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
import java.util.concurrent.atomic.AtomicBoolean;
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
   * <p>A prediction without a time is as old as its inputs, and a label without one is known when
   * the horizon of the job file ends: that it was known by then is all that can be said of it.
   *
   * @throws CommandFailure at the end of a pass, if no row is usable, or if there are predictions
   *     or labels of which none is: it says what is wrong with the first
   */
  static Iterable<ReferenceRow> rows(JobSpec spec, Path file) {
    AtomicBoolean told = new AtomicBoolean();
    return () -> new JoinedRows(spec, file, told);
  }

  /** One kind of event in the rows, and what was wrong with those that cannot be used. */
  private static final class Cells {
    private final RowEvents events;
    private final String what;
    private long used;
    private long unusable;
    private @Nullable String first;

    Cells(JobSpec spec, ColumnRoles roles, Event.Input input, String what) {
      events = new RowEvents(input, spec.modelId(), roles, TimeBounds.OF_FILES, false);
      this.what = what;
    }

    /** The event of this row, at {@code time} if it does not say when; null: none. */
    @Nullable Event read(Row row, long time) {
      Decoded decoded = events.read(row, time);
      if (decoded instanceof Decoded.Good good) {
        used++;
        return good.event();
      }
      DeadLetter letter = ((Decoded.Bad) decoded).deadLetter();
      // A row may do without.
      if (letter.reason() != DeadLetter.Reason.MISSING_FIELD) {
        unusable++;
        if (first == null) {
          first = doubt(row, letter);
        }
      }
      return null;
    }

    /** A sentence on those that cannot be used; null: all can. */
    @Nullable String doubts() {
      return first == null
          ? null
          : "%d %s cannot be used, the first in %s".formatted(unusable, what, first);
    }
  }

  private static String doubt(Row row, DeadLetter letter) {
    return "line "
        + row.line()
        + ": "
        + (letter.field() == null ? "" : letter.field() + ": ")
        + letter.detail();
  }

  private static final class JoinedRows implements Iterator<ReferenceRow> {
    private final TableReader table;
    private final RowEvents features;
    private final Cells predictions;
    private final Cells labels;
    private final JobSpec spec;
    private final Path file;
    private final AtomicBoolean told;
    private @Nullable ReferenceRow ahead;
    private boolean usable;
    private @Nullable String firstDoubt;

    JoinedRows(JobSpec spec, Path file, AtomicBoolean told) {
      this.spec = spec;
      this.file = file;
      this.told = told;
      table = TableReader.open(file);
      ColumnRoles roles = StreamingJob.columnRoles(spec);
      features =
          new RowEvents(Event.Input.FEATURES, spec.modelId(), roles, TimeBounds.OF_FILES, false);
      predictions = new Cells(spec, roles, Event.Input.PREDICTIONS, "of its predictions");
      labels = new Cells(spec, roles, Event.Input.LABELS, "of its labels");
      features.requireColumns(table);
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
        if (decoded instanceof Decoded.Good good
            && good.event() instanceof Event.Features inputs
            && inRange(inputs.time())) {
          usable = true;
          return joined(row, inputs);
        }
        if (firstDoubt == null) {
          firstDoubt =
              decoded instanceof Decoded.Bad bad
                  ? doubt(row, bad.deadLetter())
                  : "line "
                      + row.line()
                      + ": its time is not between reference.from and reference.to";
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
      tell(predictions);
      tell(labels);
      told.set(true);
      return null;
    }

    private ReferenceRow joined(Row row, Event.Features inputs) {
      Event.Prediction said =
          predictions.read(row, inputs.time()) instanceof Event.Prediction read ? read : null;
      long asked = said == null ? inputs.time() : said.time();
      long atLatest = asked + spec.profile().labels().horizon().toMillis();
      return new ReferenceRow(
          inputs, said, labels.read(row, atLatest) instanceof Event.Label read ? read : null);
    }

    private void tell(Cells cells) {
      String doubts = cells.doubts();
      if (doubts == null) {
        return;
      }
      if (cells.used == 0) {
        throw new CommandFailure(
            ExitCode.CONFIGURATION, "the reference " + file + " cannot be used: " + doubts);
      }
      if (!told.get()) {
        System.err.println("weir: the reference " + file + ": " + doubts);
      }
    }

    private boolean inRange(long time) {
      Long from = spec.reference().from();
      Long to = spec.reference().to();
      return (from == null || time >= from) && (to == null || time < to);
    }
  }
}
