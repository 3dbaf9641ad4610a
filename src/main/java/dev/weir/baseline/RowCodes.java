package dev.weir.baseline;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.stats.summary.CategoricalLayout;
import dev.weir.stats.summary.EmbeddingLayout;
import dev.weir.stats.summary.NumericLayout;
import java.io.DataInput;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row as one small number per column: the cell in which its value is counted.
 *
 * <p>Guarantee: a row that is read back is counted in the same bins, categories and rates as the
 * row itself; sums, extremes and the names of unseen values are lost, for evidence needs none of
 * them. Equal rows have equal bytes.
 */
final class RowCodes {
  private static final int MISSING = 0;
  private static final int TYPE_ERROR = 1;
  private static final int NAN = 2;
  private static final int PLUS_INFINITY = 3;
  private static final int MINUS_INFINITY = 4;
  private static final int FIRST_BIN = 5;
  private static final int UNSEEN = 2;
  private static final int FIRST_CATEGORY = 3;
  private static final int VECTOR = 2;

  /** In the range, below it, above it. */
  private static final int SIDES = 3;

  /** No category of a reference: it is not a character. */
  private static final String NEVER_SEEN = "\uFFFF";

  private final ProfileLayout layout;

  RowCodes(ProfileLayout layout) {
    this.layout = layout;
  }

  /** The codes of inputs; of a feature that is mentioned twice the first counts. */
  byte[] of(FeatureValues values) {
    long[] codes = new long[layout.features()];
    boolean[] seen = new boolean[codes.length];
    for (int i = 0; i < values.size(); i++) {
      int column = layout.featureIndex(values.name(i));
      if (column >= 0 && !seen[column]) {
        seen[column] = true;
        codes[column] = code(layout.columns().get(column), values, i);
      }
    }
    return Bytes.of(out -> Bytes.writeCounts(out, codes));
  }

  /** The codes of a prediction. */
  byte[] of(Event.Prediction event) {
    long[] codes = new long[layout.columns().size() - layout.features()];
    for (int i = 0; i < codes.length; i++) {
      Column column = layout.columns().get(layout.features() + i);
      codes[i] =
          switch (column.name()) {
            case Column.SCORE -> number(column, event.score());
            case Column.VALUE -> number(column, event.value());
            case Column.PREDICTED_CLASS -> category(column, event.predictedClass(), MISSING);
            default -> number(column, width(event));
          };
    }
    return Bytes.of(out -> Bytes.writeCounts(out, codes));
  }

  private static @Nullable Double width(Event.Prediction event) {
    return event.lower() == null || event.upper() == null ? null : event.upper() - event.lower();
  }

  private static long code(Column column, FeatureValues values, int i) {
    FeatureValues.Kind kind = values.kind(i);
    if (kind == FeatureValues.Kind.MISSING) {
      return MISSING;
    }
    return switch (column.kind()) {
      case NUMERIC ->
          switch (kind) {
            case BOOLEAN, LONG, DOUBLE -> number(column, values.number(i));
            case TEXT, VECTOR, WRONG_TYPE, MISSING -> TYPE_ERROR;
          };
      case CATEGORICAL -> category(column, values.category(i), TYPE_ERROR);
      case EMBEDDING -> {
        float[] vector = values.vector(i);
        yield vector != null && vector.length == dimension(column) ? VECTOR : TYPE_ERROR;
      }
    };
  }

  private static int dimension(Column column) {
    return ((EmbeddingLayout) column.layout()).dimension();
  }

  private static long number(Column column, @Nullable Double number) {
    if (number == null) {
      return MISSING;
    }
    if (!Double.isFinite(number)) {
      return number.isNaN() ? NAN : number > 0 ? PLUS_INFINITY : MINUS_INFINITY;
    }
    NumericLayout bins = (NumericLayout) column.layout();
    int side = number < bins.lowest() ? 1 : number > bins.highest() ? 2 : 0;
    return FIRST_BIN + (long) SIDES * bins.fineBin(number) + side;
  }

  private static long category(Column column, @Nullable String category, int absent) {
    if (category == null) {
      return absent;
    }
    int index = ((CategoricalLayout) column.layout()).index(category);
    return index < 0 ? UNSEEN : FIRST_CATEGORY + index;
  }

  /** Counts the inputs of these codes. */
  void addFeatures(byte[] encoded, ProfileSummary into) throws IOException {
    long[] codes = read(encoded, layout.features());
    FeatureValues values = new FeatureValues();
    for (int column = 0; column < codes.length; column++) {
      add(layout.columns().get(column), codes[column], values);
    }
    into.addFeatures(values, Map.of(), 0);
  }

  private static void add(Column column, long code, FeatureValues values) {
    String name = column.name();
    if (code == MISSING) {
      values.addMissing(name);
    } else if (code == TYPE_ERROR) {
      values.addWrongType(name);
    } else {
      switch (column.kind()) {
        case NUMERIC -> values.addDouble(name, number(column, code));
        case CATEGORICAL -> values.addText(name, category(column, code));
        case EMBEDDING -> values.addVector(name, new float[dimension(column)]);
      }
    }
  }

  /** Counts the prediction of these codes. */
  void addPrediction(byte[] encoded, ProfileSummary into) throws IOException {
    long[] codes = read(encoded, layout.columns().size() - layout.features());
    Double score = null;
    Double value = null;
    Double width = null;
    String predictedClass = null;
    for (int i = 0; i < codes.length; i++) {
      Column column = layout.columns().get(layout.features() + i);
      if (codes[i] == MISSING) {
        continue;
      }
      switch (column.name()) {
        case Column.SCORE -> score = number(column, codes[i]);
        case Column.VALUE -> value = number(column, codes[i]);
        case Column.PREDICTED_CLASS -> predictedClass = category(column, codes[i]);
        default -> width = number(column, codes[i]);
      }
    }
    into.addPrediction(
        new Event.Prediction(
            "",
            "",
            "",
            0,
            score,
            value,
            predictedClass,
            Map.of(),
            width == null ? null : 0.0,
            width,
            null,
            null,
            null,
            null,
            Event.Role.UNKNOWN,
            1,
            null,
            Map.of(),
            null));
  }

  private static long[] read(byte[] encoded, int size) throws IOException {
    long[] codes = new long[size];
    DataInput in = Bytes.reader(encoded);
    Bytes.addCounts(in, codes);
    return codes;
  }

  /** A number that is counted where the code says. */
  private static double number(Column column, long code) {
    if (code < FIRST_BIN) {
      return code == NAN
          ? Double.NaN
          : code == PLUS_INFINITY ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
    NumericLayout bins = (NumericLayout) column.layout();
    int bin = (int) ((code - FIRST_BIN) / SIDES);
    int side = (int) ((code - FIRST_BIN) % SIDES);
    double[] edges = bins.fineEdges();
    double least = bin == 0 ? Double.NEGATIVE_INFINITY : edges[bin - 1];
    double number =
        switch (side) {
          case 0 -> Math.max(least, bins.lowest());
          case 1 -> bin == 0 ? below(edges, bins.lowest()) : least;
          default -> Math.max(least, Math.nextUp(bins.highest()));
        };
    return Double.isFinite(number) ? number : 0;
  }

  private static double below(double[] edges, double lowest) {
    return Math.nextDown(edges.length == 0 ? lowest : Math.min(lowest, edges[0]));
  }

  private static String category(Column column, long code) {
    return code == UNSEEN
        ? NEVER_SEEN
        : ((CategoricalLayout) column.layout()).known().get((int) (code - FIRST_CATEGORY));
  }
}
