package dev.weir.wire;

import dev.weir.event.CanonicalJson;
import dev.weir.event.FeatureValues;
import dev.weir.event.FeatureValues.Kind;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts cells into fields and features. */
final class RowCells {
  /** A decimal with a fraction and no needless zero before it. */
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,14})\\.[0-9]{1,17}");

  private RowCells() {}

  /** Sets a field from a cell that is not missing. */
  static void fill(EventDraft draft, EventField field, Row row, int cell) {
    switch (field.type()) {
      case TEXT -> text(draft, field, row, cell);
      case CATEGORY -> category(draft, field, row, cell);
      case NUMBER -> number(draft, field, row, cell);
      case INTEGER -> integer(draft, field, row, cell);
      case TIME -> time(draft, field, row, cell);
      case FEATURES, TEXTS, NUMBERS, TIMES, LIST ->
          throw new IllegalArgumentException(field + " is no flat column");
    }
  }

  private static void text(EventDraft draft, EventField field, Row row, int cell) {
    String text = row.text(cell);
    if (text == null) {
      draft.wrongType(field);
    } else {
      draft.text(field, text);
    }
  }

  private static void category(EventDraft draft, EventField field, Row row, int cell) {
    String text = row.text(cell);
    if (text == null) {
      draft.wrongType(field);
    } else {
      draft.text(field, plain(text));
    }
  }

  /**
   * A category as it is written everywhere: {@code 1.0} and {@code 1.50} as {@code 1}, {@code 1.5}.
   */
  static String plain(String text) {
    if (text.indexOf('.') < 0 || !DECIMAL.matcher(text).matches()) {
      return text;
    }
    return CanonicalJson.number(Double.parseDouble(text));
  }

  private static void number(EventDraft draft, EventField field, Row row, int cell) {
    Kind kind = row.read(cell);
    if (kind == Kind.LONG || kind == Kind.DOUBLE) {
      draft.number(field, row.number());
    } else {
      draft.wrongType(field);
    }
  }

  private static void integer(EventDraft draft, EventField field, Row row, int cell) {
    Kind kind = row.read(cell);
    double number = row.number();
    if (kind == Kind.LONG) {
      draft.integer(field, row.integer());
    } else if (kind == Kind.DOUBLE && number == Math.rint(number) && Math.abs(number) < 0x1p53) {
      draft.integer(field, (long) number);
    } else {
      draft.wrongType(field);
    }
  }

  private static void time(EventDraft draft, EventField field, Row row, int cell) {
    // A time is never a number at second glance, and almost always a text.
    String text = row.text(cell);
    long time = text == null ? TimeText.INVALID : TimeText.parse(text);
    if (time == TimeText.INVALID
        && row.read(cell) == Kind.LONG
        && row.integer() >= TimeText.SMALLEST_MILLIS) {
      time = row.integer();
    }
    draft.time(field, time);
  }

  /** Adds a feature of which nothing is known: a number where it has the form of one. */
  static void addAnything(FeatureValues values, String name, Row row, int cell) {
    switch (row.read(cell)) {
      case MISSING -> values.addMissing(name);
      case LONG -> values.addLong(name, row.integer());
      case DOUBLE -> values.addDouble(name, row.number());
      case BOOLEAN -> values.addBoolean(name, row.integer() == 1);
      case TEXT -> addText(values, name, row.text(cell));
      case VECTOR -> addVector(values, name, row, cell);
      case WRONG_TYPE -> values.addWrongType(name);
    }
  }

  /** Adds a feature that is a category, whatever it looks like. */
  static void addCategory(FeatureValues values, String name, Row row, int cell) {
    Kind kind = row.read(cell);
    boolean notFinite = kind == Kind.DOUBLE && !Double.isFinite(row.number());
    String text = notFinite ? null : row.text(cell);
    if (text == null) {
      addAnything(values, name, row, cell);
    } else {
      values.addText(name, plain(text));
    }
  }

  /** Adds a feature that is a vector. */
  static void addVector(FeatureValues values, String name, Row row, int cell) {
    float[] vector = row.vector(cell);
    if (vector == null) {
      Kind kind = row.read(cell);
      if (kind == Kind.MISSING) {
        values.addMissing(name);
      } else {
        values.addWrongType(name);
      }
    } else {
      values.addVector(name, vector);
    }
  }

  private static void addText(FeatureValues values, String name, @Nullable String text) {
    if (text == null) {
      values.addMissing(name);
    } else {
      values.addText(name, text);
    }
  }
}
