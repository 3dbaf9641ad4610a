package dev.weir.baseline;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One summary of a baseline as it is stored and sent.
 *
 * @param name feature or column, or {@code outcome}
 * @param kind how to decode it
 * @param segment canonical name; null: all rows
 * @param season seasonal cell; null: all
 * @param gated whether it holds one row of each entity and window only
 * @param rows rows behind it
 * @param encoded first byte is the format version; not copied, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Equality and hash are defined below.
public record NamedSummary(
    String name,
    Kind kind,
    @Nullable String segment,
    @Nullable String season,
    boolean gated,
    long rows,
    byte[] encoded) {

  /** Order in a baseline: name, segment, season, gated; all rows before segments. */
  public static final Comparator<NamedSummary> ORDER =
      Comparator.comparing(NamedSummary::name)
          .thenComparing(NamedSummary::segment, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(NamedSummary::season, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(NamedSummary::gated)
          .thenComparing(NamedSummary::kind)
          .thenComparing(NamedSummary::encoded, Arrays::compare);

  /** How to decode a summary. Symbols as in the schema of baselines. */
  public enum Kind {
    /** Only a reader older than the writer sees it. */
    UNKNOWN,
    /** Numbers on bins. */
    NUMERIC,
    /** Counts of categories. */
    CATEGORICAL,
    /** A vector column. */
    EMBEDDING,
    /** The score. */
    SCORE,
    /** Outcomes of a model whose first task is binary. */
    BINARY_OUTCOME,
    /** Outcomes of a model whose first task is multiclass. */
    MULTICLASS_OUTCOME,
    /** Outcomes of a model whose first task is regression. */
    REGRESSION_OUTCOME,
    /** Delays of labels. */
    LABEL_DELAY
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NamedSummary that
        && name.equals(that.name)
        && kind == that.kind
        && Objects.equals(segment, that.segment)
        && Objects.equals(season, that.season)
        && gated == that.gated
        && rows == that.rows
        && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, segment, season, gated, rows) * 31 + Arrays.hashCode(encoded);
  }
}
