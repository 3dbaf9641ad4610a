package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.Column;
import dev.weir.baseline.ColumnSummary;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The reference's side of a comparison, cell by cell: without seasons there is one cell. */
final class References {
  private References() {}

  /** What became of the reference's predictions in this segment and cell; empty if it has none. */
  static CohortSummary cohort(Report report, CohortSummary current) {
    return report.completed().orElseGet(current::empty);
  }

  /**
   * A column of each seasonal cell, as evidence counts it: one row per entity and window where the
   * baseline was made so. Without values where the cell has none.
   */
  static List<Baseline.Reference> columns(
      Baseline baseline, Column column, @Nullable String segment) {
    return cells(
        baseline,
        cell ->
            (baseline.gates()
                    ? baseline.gated(column.name(), column.role(), segment, cell)
                    : baseline.reference(column.name(), column.role(), segment, cell))
                .orElseGet(
                    () ->
                        new Baseline.Reference(
                            new ColumnSummary(column), new Baseline.SplitHalf(0, 0))));
  }

  /** The cohort of each seasonal cell, the rule for absent labels applied. */
  static List<CohortSummary> cohorts(Baseline baseline, @Nullable String segment) {
    return cells(
        baseline,
        cell ->
            baseline
                .completed(segment, cell)
                .orElseGet(() -> new CohortSummary(baseline.cohortLayout(), false)));
  }

  /** Something of each seasonal cell. */
  static <T> List<T> cells(Baseline baseline, IntFunction<T> ofCell) {
    return IntStream.range(0, baseline.seasons().cells()).mapToObj(ofCell).toList();
  }
}
