package dev.weir.baseline;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Counts rows and dates per seasonal cell of a reference, and chooses the calendar: from the
 * declared one on, the finest in which every cell that has rows has {@link #FEWEST_ROWS} on {@link
 * #FEWEST_DATES} dates ({@code statistics.md} 8.2).
 *
 * <p>A cell without a row does not make a calendar too fine: nothing is ever compared there. The
 * result does not depend on the order of the rows.
 */
public final class SeasonSurvey {
  /** Fewest rows of a cell. */
  public static final int FEWEST_ROWS = 1000;

  /** Fewest dates of a cell. */
  public static final int FEWEST_DATES = 4;

  private final SeasonCalendar declared;
  private final List<Cells> candidates = new ArrayList<>();
  private long rows;

  /** The cells of one season. */
  private static final class Cells {
    final Season season;
    final long[] rows;
    final List<Set<Long>> dates = new ArrayList<>();

    Cells(Season season) {
      this.season = season;
      this.rows = new long[season.cells()];
      for (int cell = 0; cell < rows.length; cell++) {
        dates.add(new HashSet<>());
      }
    }

    void add(ZonedDateTime time) {
      int cell = season.cell(time);
      rows[cell]++;
      // More dates than are asked for say nothing more.
      if (dates.get(cell).size() < FEWEST_DATES) {
        dates.get(cell).add(time.toLocalDate().toEpochDay());
      }
    }
  }

  /**
   * Why a season was not used.
   *
   * @param season the season
   * @param used cells with rows
   * @param small cells with too few rows or dates, at least one
   * @param smallest one of them, that with the fewest rows
   * @param rows its rows
   * @param dates its dates, at most {@link #FEWEST_DATES} are counted
   */
  public record TooFine(Season season, int used, int small, int smallest, long rows, int dates) {}

  /**
   * What was chosen.
   *
   * @param calendar the calendar
   * @param tooFine the finer seasons that were not used, the finest first
   * @param unused cells of the calendar without rows: windows there have nothing to compare with
   * @param fewestRows rows of its smallest cell with rows; 0 without rows
   */
  public record Choice(
      SeasonCalendar calendar, List<TooFine> tooFine, int unused, long fewestRows) {}

  /** A survey for the calendar that a job file declares. */
  public SeasonSurvey(SeasonCalendar declared) {
    this.declared = declared;
    for (Optional<Season> season = Optional.of(declared.by());
        season.isPresent() && season.get() != Season.NONE;
        season = season.get().coarser()) {
      candidates.add(new Cells(season.get()));
    }
  }

  /** Counts a row. */
  public void add(long time) {
    rows++;
    if (!candidates.isEmpty()) {
      ZonedDateTime local = declared.at(time);
      candidates.forEach(cells -> cells.add(local));
    }
  }

  /** The choice for the rows that were counted. */
  public Choice choice() {
    List<TooFine> tooFine = new ArrayList<>();
    for (Cells cells : candidates) {
      Optional<TooFine> verdict = tooFine(cells);
      if (verdict.isEmpty()) {
        int unused = 0;
        long fewest = Long.MAX_VALUE;
        for (long inCell : cells.rows) {
          unused += inCell == 0 ? 1 : 0;
          fewest = inCell == 0 ? fewest : Math.min(fewest, inCell);
        }
        return new Choice(
            new SeasonCalendar(cells.season, declared.zone()),
            tooFine,
            unused,
            rows == 0 ? 0 : fewest);
      }
      tooFine.add(verdict.get());
    }
    return new Choice(SeasonCalendar.NONE, tooFine, 0, rows);
  }

  private static Optional<TooFine> tooFine(Cells cells) {
    int used = 0;
    int small = 0;
    int smallest = -1;
    for (int cell = 0; cell < cells.rows.length; cell++) {
      long inCell = cells.rows[cell];
      if (inCell == 0) {
        continue;
      }
      used++;
      if (inCell < FEWEST_ROWS || cells.dates.get(cell).size() < FEWEST_DATES) {
        small++;
        smallest = smallest < 0 || inCell < cells.rows[smallest] ? cell : smallest;
      }
    }
    return small == 0
        ? Optional.empty()
        : Optional.of(
            new TooFine(
                cells.season,
                used,
                small,
                smallest,
                cells.rows[smallest],
                cells.dates.get(smallest).size()));
  }
}
