package dev.weir.baseline;

import dev.weir.event.FeatureValues;
import dev.weir.stats.summary.CategoricalLayout;
import dev.weir.stats.summary.CategoricalSummary;
import dev.weir.stats.summary.EmbeddingLayout;
import dev.weir.stats.summary.EmbeddingSummary;
import dev.weir.stats.summary.NumericLayout;
import dev.weir.stats.summary.NumericSummary;
import dev.weir.stats.summary.Summary;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column, as numbers on bins, as categories, or as a mean of vectors.
 *
 * <p>Corner cases: a numeric column takes booleans as 1 and 0; texts and vectors are type errors. A
 * categorical column takes everything that is a category; NaN, infinities and vectors are type
 * errors. A vector of another length than the reference's is one too. Records in which the column
 * is null or absent are missing.
 */
public final class ColumnSummary implements Summary<ColumnSummary> {
  /** Numbers that wait, so that a column with few of them needs no bins. */
  public static final int BATCH = WaitingRows.MOST;

  private static final int LEAST_BATCH = 4;

  private final Column column;
  private final boolean isNumeric;
  private @Nullable NumericSummary numeric;
  private final @Nullable CategoricalSummary categorical;
  private final @Nullable EmbeddingSummary embedding;
  private double[] waiting = {};
  private int waits;
  private int missingWaits;

  /** An empty summary. */
  public ColumnSummary(Column column) {
    this(
        column,
        null,
        column.layout() instanceof CategoricalLayout layout ? new CategoricalSummary(layout) : null,
        column.layout() instanceof EmbeddingLayout layout ? new EmbeddingSummary(layout) : null);
  }

  private ColumnSummary(
      Column column,
      @Nullable NumericSummary numeric,
      @Nullable CategoricalSummary categorical,
      @Nullable EmbeddingSummary embedding) {
    this.column = column;
    this.isNumeric = column.layout() instanceof NumericLayout;
    this.numeric = numeric;
    this.categorical = categorical;
    this.embedding = embedding;
  }

  /** Whether values are counted as numbers on bins. */
  boolean isNumeric() {
    return isNumeric;
  }

  /** Counts value {@code i} of a row. Not for numeric columns, whose rows wait. */
  void add(FeatureValues values, int i) {
    if (values.kind(i) == FeatureValues.Kind.MISSING) {
      addMissing();
    } else if (embedding != null) {
      addVector(embedding, values.vector(i));
    } else {
      addCategory(values.category(i));
    }
  }

  /** Counts a value of a numeric column that is no number. */
  void addOther(FeatureValues.Kind kind) {
    if (kind == FeatureValues.Kind.MISSING) {
      missingWaits++;
    } else {
      numbers().addTypeError();
    }
  }

  /** Counts the first numbers of an array at once. Only for numeric columns. */
  void addNumbers(double[] values, int count) {
    summary().add(values, count);
  }

  private void addLater(double value) {
    if (waits == waiting.length) {
      if (waits < BATCH) {
        waiting = Arrays.copyOf(waiting, Math.max(LEAST_BATCH, 2 * waits));
      } else {
        settle();
      }
    }
    waiting[waits++] = value;
  }

  private NumericSummary settle() {
    NumericSummary into = summary();
    into.add(waiting, waits);
    into.addMissing(missingWaits);
    waits = 0;
    missingWaits = 0;
    return into;
  }

  private NumericSummary summary() {
    NumericSummary known = numeric;
    if (known == null) {
      known = new NumericSummary((NumericLayout) column.layout());
      numeric = known;
    }
    return known;
  }

  private static void addVector(EmbeddingSummary into, float @Nullable [] vector) {
    if (vector == null) {
      into.addTypeError();
      return;
    }
    double[] wide = new double[vector.length];
    for (int k = 0; k < wide.length; k++) {
      wide[k] = vector[k];
    }
    into.add(wide);
  }

  private void addCategory(@Nullable String category) {
    CategoricalSummary summary = categories();
    if (category == null) {
      summary.addTypeError();
    } else {
      summary.add(category);
    }
  }

  /** Counts a number; null is missing. Only for numeric columns. */
  public void add(@Nullable Double value) {
    requireNumeric();
    if (value == null) {
      missingWaits++;
    } else {
      addLater(value);
    }
  }

  /** Counts a category; null is missing. Only for categorical columns. */
  public void add(@Nullable String value) {
    if (value == null) {
      categories().addMissing();
    } else {
      categories().add(value);
    }
  }

  /** Counts a record without this column. */
  public void addMissing() {
    if (isNumeric) {
      missingWaits++;
    } else if (embedding != null) {
      embedding.addMissing();
    } else {
      categories().addMissing();
    }
  }

  /** The column. */
  public Column column() {
    return column;
  }

  /**
   * The summary of a numeric column.
   *
   * @throws IllegalStateException if it is not numeric
   */
  public NumericSummary numbers() {
    requireNumeric();
    return waits == 0 && missingWaits == 0 && numeric != null ? numeric : settle();
  }

  private void requireNumeric() {
    if (!isNumeric) {
      throw new IllegalStateException("the column is not numeric");
    }
  }

  /**
   * The summary of a categorical column.
   *
   * @throws NullPointerException if it is not categorical
   */
  public CategoricalSummary categories() {
    return Objects.requireNonNull(categorical, "the column is not categorical");
  }

  /**
   * The summary of a vector column.
   *
   * @throws NullPointerException if it is none
   */
  public EmbeddingSummary vectors() {
    return Objects.requireNonNull(embedding, "the column holds no vectors");
  }

  /** Number of values that enter distributions. */
  public long n() {
    if (embedding != null) {
      return embedding.n();
    }
    return isNumeric ? numbers().n() : categories().n();
  }

  /** Number of records, whatever they held. */
  public long records() {
    if (embedding != null) {
      return embedding.records();
    }
    return isNumeric ? numbers().records() : categories().records();
  }

  /** Number of records without a value. */
  public long missing() {
    if (embedding != null) {
      return embedding.missing();
    }
    return isNumeric ? numbers().missing() : categories().missing();
  }

  /** Number of records with a value of the wrong type. */
  public long typeErrors() {
    if (embedding != null) {
      return embedding.typeErrors();
    }
    return isNumeric ? numbers().typeErrors() : categories().typeErrors();
  }

  @Override
  public void merge(ColumnSummary other) {
    if (isNumeric) {
      numbers().merge(other.numbers());
    } else if (embedding != null) {
      embedding.merge(other.vectors());
    } else {
      categories().merge(other.categories());
    }
  }

  @Override
  public ColumnSummary empty() {
    return new ColumnSummary(column);
  }

  @Override
  public boolean isEmpty() {
    if (embedding != null) {
      return embedding.isEmpty();
    }
    return isNumeric ? numbers().isEmpty() : categories().isEmpty();
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    if (isNumeric) {
      numbers().encode(out);
    } else if (embedding != null) {
      embedding.encode(out);
    } else {
      categories().encode(out);
    }
  }

  /** Merges what {@link #encode} wrote. */
  void mergeEncoded(DataInput in) throws IOException {
    if (isNumeric) {
      numbers().mergeEncoded(in);
    } else {
      merge(decode(in, column));
    }
  }

  /** Reads what {@link #encode} wrote. */
  public static ColumnSummary decode(DataInput in, Column column) throws IOException {
    if (column.layout() instanceof NumericLayout layout) {
      return new ColumnSummary(column, NumericSummary.decode(in, layout), null, null);
    }
    if (column.layout() instanceof CategoricalLayout layout) {
      return new ColumnSummary(column, null, CategoricalSummary.decode(in, layout), null);
    }
    if (column.layout() instanceof EmbeddingLayout layout) {
      return new ColumnSummary(column, null, null, EmbeddingSummary.decode(in, layout));
    }
    throw new IOException("No column has such a layout");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ColumnSummary that
        && column.equals(that.column)
        && (!isNumeric || numbers().equals(that.numbers()))
        && Objects.equals(categorical, that.categorical)
        && Objects.equals(embedding, that.embedding);
  }

  @Override
  public int hashCode() {
    return Objects.hash(column.name(), records());
  }
}
