package dev.weir.wire;

import dev.weir.baseline.FeaturePlan;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.event.FeatureValues;
import dev.weir.event.RawRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes one event of each row of a table: features, a prediction or a label, as the roles of the
 * columns say. A joined table is read by one instance per stream.
 *
 * <p>An empty cell is missing. The model is that of the job file; the version is {@code
 * unversioned} where no column tells it. Every row is an event or a dead letter, whose topic is the
 * stream and whose offset is the line. Not thread safe.
 */
public final class RowEvents {
  /** Version of predictions from files that name none. */
  public static final String UNVERSIONED = "unversioned";

  private final Input input;
  private final String modelId;
  private final ColumnRoles roles;
  private final TimeBounds times;
  private final boolean keepPayload;
  private final DecodeCounts counts = new DecodeCounts();
  private final EventDraft draft;
  private final Map<String, Set<EventField>> fieldsByColumn;
  private final Map<String, String> classByColumn;
  private final Set<String> tags;
  private final Set<String> roleColumns;
  private final List<Use> uses = new ArrayList<>();

  /** What one column is good for in this stream. */
  private record Use(
      String column,
      Set<EventField> fields,
      @Nullable String scoredClass,
      boolean tag,
      boolean feature,
      FeaturePlan.@Nullable Kind kind) {
    boolean idle() {
      return fields.isEmpty() && scoredClass == null && !tag && !feature;
    }
  }

  /**
   * Events of one stream and one model.
   *
   * @param times event times that are believed; for files {@link TimeBounds#OF_FILES} or narrower
   * @param keepPayload whether dead letters carry the first bytes of the row
   */
  public RowEvents(
      Input input, String modelId, ColumnRoles roles, TimeBounds times, boolean keepPayload) {
    this.input = input;
    this.modelId = modelId;
    this.roles = roles;
    this.times = times;
    this.keepPayload = keepPayload;
    draft = new EventDraft(input, counts);
    fieldsByColumn = RoleColumns.fields(input, roles);
    classByColumn = RoleColumns.classes(input, roles);
    tags = Set.copyOf(roles.tags());
    roleColumns = RoleColumns.all(roles);
  }

  /** What was left out of rows that were used. */
  public DecodeCounts counts() {
    return counts;
  }

  /**
   * Checks that a CSV file has the columns that this stream cannot do without, and those that the
   * roles name outright.
   *
   * @throws InputFileException naming the first column that is absent
   */
  public void requireColumns(TableReader table) {
    if (!table.hasHeader()) {
      return;
    }
    Set<String> present = new HashSet<>(table.columns());
    for (String role : RoleColumns.needed(input, roles)) {
      String column = roles.column(role);
      if (!present.contains(column)) {
        throw new InputFileException(
            table.name()
                + ": no column '"
                + column
                + "' for "
                + role
                + "; name the right one under columns."
                + role
                + " in the job file, or add it");
      }
    }
    for (String column : classByColumn.keySet()) {
      if (!present.contains(column)) {
        throw new InputFileException(
            table.name()
                + ": no column '"
                + column
                + "' for class_scores"
                + "; name the right one under columns.class_scores in the job file, or add it");
      }
    }
    if (input == Input.LABELS
        && !present.contains(roles.column("label_class"))
        && !present.contains(roles.column("label_value"))) {
      throw new InputFileException(
          table.name()
              + ": no column '"
              + roles.column("label_class")
              + "' for label_class nor '"
              + roles.column("label_value")
              + "' for label_value"
              + "; name one of them under columns in the job file");
    }
  }

  /** Columns of a header that this stream makes nothing of, in the order of the file. */
  public List<String> ignoredColumns(List<String> columns) {
    return columns.stream().filter(column -> use(column).idle()).toList();
  }

  /** The event of this row, or why there is none. {@code features} is valid until the next call. */
  public Decoded read(Row row) {
    return finish(row, draft(row));
  }

  /** The same, at {@code time} if the row says something and not when. */
  public Decoded read(Row row, long time) {
    draft(row);
    if (!draft.has(EventField.TIME) && draft.problem() == null && draft.says()) {
      draft.time(EventField.TIME, time);
    }
    return finish(row, draft);
  }

  private Decoded finish(Row row, EventDraft filled) {
    Event event = filled.finish(times, RawRecord.NO_TIMESTAMP);
    Problem problem = filled.problem();
    if (event != null && problem == null) {
      return new Decoded.Good(event);
    }
    return new Decoded.Bad(
        DeadLetters.of(
            input,
            row,
            Objects.requireNonNull(problem),
            keepPayload,
            modelId,
            filled.predictionId()));
  }

  /** The draft of this row's event, not checked yet; it is reused. */
  EventDraft draft(Row row) {
    draft.clear();
    Problem problem = row.problem();
    if (problem == null) {
      fill(row);
    } else {
      draft.fail(problem);
    }
    return draft;
  }

  private void fill(Row row) {
    draft.text(EventField.MODEL_ID, modelId);
    if (input == Input.FEATURES) {
      draft.features();
    }
    for (int i = 0; i < row.size(); i++) {
      fill(row, i, use(i, row.column(i)));
    }
    if (input == Input.PREDICTIONS && !draft.has(EventField.MODEL_VERSION)) {
      draft.text(EventField.MODEL_VERSION, UNVERSIONED);
    }
  }

  private void fill(Row row, int cell, Use use) {
    if (use.feature()) {
      addFeature(row, cell, use);
    }
    if (use.idle() || row.missing(cell)) {
      return;
    }
    for (EventField field : use.fields()) {
      RowCells.fill(draft, field, row, cell);
    }
    if (use.scoredClass() != null) {
      row.read(cell);
      draft.classScore(use.scoredClass(), row.number());
    }
    String text = use.tag() ? row.text(cell) : null;
    if (text != null) {
      draft.tag(use.column(), text);
    }
  }

  private void addFeature(Row row, int cell, Use use) {
    FeatureValues values = draft.features();
    if (values.size() == Limits.FEATURES) {
      draft.failTooManyFeatures();
      return;
    }
    if (use.kind() == null) {
      RowCells.addAnything(values, use.column(), row, cell);
      return;
    }
    switch (use.kind()) {
      case NUMERIC -> RowCells.addAnything(values, use.column(), row, cell);
      case CATEGORICAL -> RowCells.addCategory(values, use.column(), row, cell);
      case EMBEDDING -> RowCells.addVector(values, use.column(), row, cell);
    }
  }

  /** Use of the column at this position: rows mostly have the same columns as the row before. */
  private Use use(int position, String column) {
    if (position < uses.size()) {
      Use last = uses.get(position);
      if (last.column().equals(column)) {
        return last;
      }
      Use use = use(column);
      uses.set(position, use);
      return use;
    }
    Use use = use(column);
    if (position == uses.size() && position < Limits.COLLECTION_ITEMS) {
      uses.add(use);
    }
    return use;
  }

  private Use use(String column) {
    boolean ignored = roles.ignored().contains(column);
    boolean tag = tags.contains(column);
    Set<EventField> fields = fieldsByColumn.getOrDefault(column, Set.of());
    boolean feature =
        roles.features() == null
            ? !ignored && !tag && !roleColumns.contains(column)
            : roles.features().contains(column);
    return new Use(
        column,
        fields,
        classByColumn.get(column),
        tag,
        input == Input.FEATURES && feature,
        roles.kinds().get(column));
  }
}
