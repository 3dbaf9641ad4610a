package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.Column;
import java.util.IdentityHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reference of one segment, in one seasonal cell and as a whole, for all monitors that judge a
 * window: a baseline keeps segments as bytes, and here each part is read from them once.
 *
 * <p>What it gives is shared and not to be changed. One owner at a time.
 */
final class SegmentReference {
  private final @Nullable Baseline baseline;
  private final @Nullable String segment;
  private final int season;
  private final @Nullable String seasonName;
  private final IdentityHashMap<Column, Optional<Baseline.Reference>> columns =
      new IdentityHashMap<>();
  private final IdentityHashMap<Column, Optional<Baseline.Reference>> wholeColumns =
      new IdentityHashMap<>();
  private Optional<Baseline.Outcomes> outcomes = Optional.empty();
  private Optional<CohortSummary> completed = Optional.empty();
  private boolean outcomesRead;
  private boolean completedMade;

  /**
   * The reference of a window.
   *
   * @param baseline null: there is none
   * @param segment null: all traffic
   * @param windowStart decides the seasonal cell, in epoch milliseconds
   */
  SegmentReference(@Nullable Baseline baseline, @Nullable String segment, long windowStart) {
    this.baseline = baseline;
    this.segment = segment;
    this.season = baseline == null ? 0 : baseline.seasons().cell(windowStart);
    this.seasonName = baseline == null || !seasonal() ? null : baseline.seasons().name(season);
  }

  /** Seasonal cell of the window, from 0. */
  int season() {
    return season;
  }

  /** Whether the baseline tells seasonal cells apart. */
  boolean seasonal() {
    return baseline != null && baseline.seasons().divides();
  }

  /** Name of the seasonal cell; null if they are not told apart. */
  @Nullable String seasonName() {
    return seasonName;
  }

  /** The baseline's id; null without one. */
  @Nullable String id() {
    return baseline == null ? null : baseline.id();
  }

  /** The column in the rows of the cell. */
  Optional<Baseline.Reference> column(Column column) {
    return baseline == null
        ? Optional.empty()
        : columns.computeIfAbsent(
            column, any -> baseline.reference(column.name(), column.role(), segment, season));
  }

  /** The column in the rows of all cells. */
  Optional<Baseline.Reference> wholeColumn(Column column) {
    return baseline == null || !seasonal()
        ? column(column)
        : wholeColumns.computeIfAbsent(
            column, any -> baseline.reference(column.name(), column.role(), segment));
  }

  /** What became of the predictions of the cell. */
  Optional<Baseline.Outcomes> outcomes() {
    if (!outcomesRead && baseline != null) {
      outcomes = baseline.outcomes(segment, season);
      outcomesRead = true;
    }
    return outcomes;
  }

  /** What became of the predictions of all cells. */
  Optional<Baseline.Outcomes> wholeOutcomes() {
    return baseline == null || !seasonal() ? outcomes() : baseline.outcomes(segment);
  }

  /** The cohort of the cell, the rule for absent labels applied. */
  Optional<CohortSummary> completed() {
    if (!completedMade) {
      completed =
          baseline != null && segment == null && !seasonal()
              ? baseline.completed(null)
              : outcomes().map(found -> found.cohort().withMissing());
      completedMade = true;
    }
    return completed;
  }

  /** The cohort of all cells, the rule for absent labels applied. */
  Optional<CohortSummary> wholeCompleted() {
    return baseline == null || !seasonal() ? completed() : baseline.completed(segment);
  }
}
