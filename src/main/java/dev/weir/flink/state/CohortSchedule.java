package dev.weir.flink.state;

import dev.weir.baseline.LabelSettings;
import dev.weir.baseline.WindowBorders;

/**
 * At which event times cohorts are looked at.
 *
 * <p>Guarantee: a cohort is looked at only at cuts, which are the borders of panes and the borders
 * plus the horizon. So outcomes need to be told apart only by the cuts between which they became
 * known.
 */
public final class CohortSchedule {
  private final WindowBorders borders;
  private final long horizon;
  private final long corrections;

  /** The schedule of a model. */
  public CohortSchedule(WindowBorders borders, LabelSettings labels) {
    this.borders = borders;
    this.horizon = labels.horizon().toMillis();
    this.corrections = labels.correctionsFor().toMillis();
  }

  /** The last cut at or before a time. */
  public long cut(long time) {
    return Math.max(borders.paneStart(time), borders.paneStart(time - horizon) + horizon);
  }

  /** The first cut after a time. */
  public long nextCut(long time) {
    return Math.min(borders.paneEnd(time), borders.paneEnd(time - horizon) + horizon);
  }

  /** The first border after a time. */
  public long nextBorder(long time) {
    return borders.paneEnd(time);
  }

  /** Whether a time is a border. */
  public boolean isBorder(long time) {
    return borders.paneStart(time) == time;
  }

  /** When the cohort of a window is final, however few of its labels are there. */
  public long horizon(long windowStart) {
    return borders.windowEnd(windowStart) + horizon;
  }

  /** The first border at which nothing can change the cohort of a window any more. */
  public long end(long windowStart) {
    long last = horizon(windowStart) + corrections;
    return isBorder(last) ? last : nextBorder(last);
  }
}
