package dev.weir.monitor;

import dev.weir.baseline.CohortSummary;

/** The reference's side of a comparison. */
final class References {
  private References() {}

  /** What became of the reference's predictions in this segment; empty if it has none. */
  static CohortSummary cohort(Report report, CohortSummary current) {
    return report
        .baseline()
        .flatMap(found -> found.completed(report.segment()))
        .orElseGet(current::empty);
  }
}
