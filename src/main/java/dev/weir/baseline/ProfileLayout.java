package dev.weir.baseline;

import dev.weir.event.FeatureValues;
import dev.weir.stats.summary.CategoricalLayout;
import dev.weir.stats.summary.EmbeddingLayout;
import dev.weir.stats.summary.Layout;
import dev.weir.stats.summary.NumericLayout;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which columns a profile has, in a fixed order: features by name, then the columns of predictions
 * (score, value, predicted class, interval width).
 *
 * <p>Immutable; equal settings and baselines give equal layouts. Columns that the baseline does not
 * have get an empty layout: they are counted, and compared with nothing.
 */
public final class ProfileLayout implements Layout {
  private static final int VERSION = 1;

  /** The layout of a vector column that the reference does not have. */
  private static final EmbeddingLayout NO_VECTORS =
      new EmbeddingLayout(new double[1], new double[1], 1, 2, 0);

  private final List<Column> columns;
  private final int features;
  private final int watched;
  private final boolean scores;
  private final String positiveClass;
  private final Map<String, Integer> featureIndex = new HashMap<>();
  private final int fingerprint;

  private ProfileLayout(List<Column> columns, boolean scores, String positiveClass) {
    this.columns = List.copyOf(columns);
    this.scores = scores;
    this.positiveClass = positiveClass;
    int count = 0;
    for (Column column : columns) {
      if (column.role() == Column.Role.FEATURE) {
        featureIndex.put(column.name(), count++);
      }
    }
    this.features = count;
    this.watched = (int) columns.subList(0, count).stream().filter(ProfileLayout::watched).count();
    this.fingerprint = Layout.fingerprintOf(this);
  }

  /** The layout for these settings, without a baseline: every column is unknown. */
  public static ProfileLayout of(ProfileSettings settings) {
    return of(settings, List.of());
  }

  /**
   * The layout for these settings, columns taken from the reference where it has them.
   *
   * @param reference columns of a baseline, in any order
   */
  public static ProfileLayout of(ProfileSettings settings, List<Column> reference) {
    List<Column> columns = new ArrayList<>();
    for (Column empty : empty(settings)) {
      columns.add(
          reference.stream()
              .filter(
                  column ->
                      column.name().equals(empty.name())
                          && column.role() == empty.role()
                          && column.kind() == empty.kind())
              .findFirst()
              .map(column -> column.with(empty.calendar()))
              .orElse(empty));
    }
    return new ProfileLayout(columns, settings.hasScore(), settings.positiveClass());
  }

  /** The columns of these settings with empty layouts. */
  static List<Column> empty(ProfileSettings settings) {
    List<Column> columns = new ArrayList<>();
    settings.features().stream()
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .forEach(
            plan ->
                columns.add(empty(plan.name(), Column.Role.FEATURE, plan.calendar(), plan.kind())));
    if (settings.hasScore()) {
      columns.add(empty(Column.SCORE, Column.Role.PREDICTION, false, FeaturePlan.Kind.NUMERIC));
    }
    if (settings.hasValue()) {
      columns.add(empty(Column.VALUE, Column.Role.PREDICTION, false, FeaturePlan.Kind.NUMERIC));
    }
    if (settings.hasPredictedClass()) {
      columns.add(
          empty(
              Column.PREDICTED_CLASS, Column.Role.PREDICTION, false, FeaturePlan.Kind.CATEGORICAL));
    }
    if (settings.hasInterval()) {
      columns.add(
          empty(Column.INTERVAL_WIDTH, Column.Role.PREDICTION, false, FeaturePlan.Kind.NUMERIC));
    }
    return columns;
  }

  static Column empty(String name, Column.Role role, boolean calendar, FeaturePlan.Kind kind) {
    Layout layout =
        switch (kind) {
          case NUMERIC -> NumericLayout.of(new double[0]);
          case CATEGORICAL -> CategoricalLayout.of(Map.of());
          case EMBEDDING -> NO_VECTORS;
        };
    return new Column(name, role, calendar, false, layout);
  }

  /** All columns, features first. */
  public List<Column> columns() {
    return columns;
  }

  /** How many of the columns are features; they come first. */
  public int features() {
    return features;
  }

  /** Position of a column, or -1. */
  public int indexOf(String name, Column.Role role) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).role() == role && columns.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** Position of a feature by name, or -1. */
  int featureIndex(String name) {
    Integer index = featureIndex.get(name);
    return index == null ? -1 : index;
  }

  /**
   * Whether an input is bad: missing, not a number where one belongs, infinite, outside the range
   * of the reference or the declared one, or of a category that the reference never had. Functions
   * of the clock are not looked at, nor is a column that the reference lacks.
   */
  public boolean spoils(FeatureValues values) {
    int seen = 0;
    for (int i = 0; i < values.size(); i++) {
      int column = featureIndex(values.name(i));
      if (column >= 0 && watched(columns.get(column))) {
        seen++;
        if (bad(columns.get(column), values, i)) {
          return true;
        }
      }
    }
    return seen < watched;
  }

  private static boolean watched(Column column) {
    return column.known() && !column.calendar();
  }

  private static boolean bad(Column column, FeatureValues values, int i) {
    return switch (column.kind()) {
      case NUMERIC -> {
        NumericLayout layout = (NumericLayout) column.layout();
        double value = values.number(i);
        yield !(value >= layout.lowest() && value <= layout.highest());
      }
      case CATEGORICAL -> {
        String category = values.category(i);
        yield category == null || !((CategoricalLayout) column.layout()).knows(category);
      }
      case EMBEDDING -> values.vector(i) == null;
    };
  }

  /** Whether scores are also counted on the bins of the class histogram. */
  boolean scores() {
    return scores;
  }

  /** Whether a prediction means yes: as its producer decided, else a score of one half or more. */
  boolean decidesPositive(double score, @Nullable String predictedClass) {
    return predictedClass == null ? score >= 0.5 : predictedClass.equals(positiveClass);
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeBoolean(scores);
    out.writeUTF(positiveClass);
    out.writeInt(columns.size());
    for (Column column : columns) {
      column.encode(out);
    }
  }

  @Override
  public int fingerprint() {
    return fingerprint;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof ProfileLayout that
            && fingerprint == that.fingerprint
            && scores == that.scores
            && positiveClass.equals(that.positiveClass)
            && columns.equals(that.columns));
  }

  @Override
  public int hashCode() {
    return fingerprint;
  }
}
