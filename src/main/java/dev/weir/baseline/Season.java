package dev.weir.baseline;

import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A way to cut the week into seasonal cells. Released: names and cell numbers are only added. */
public enum Season {
  /** One cell: everything is compared with the whole reference. */
  NONE(1) {
    @Override
    int cell(ZonedDateTime time) {
      return 0;
    }
  },
  /** The hours of the day. */
  HOUR_OF_DAY(24) {
    @Override
    int cell(ZonedDateTime time) {
      return time.getHour();
    }
  },
  /** The hours of a working day, then those of Saturday and Sunday. */
  HOUR_WEEKEND(48) {
    @Override
    int cell(ZonedDateTime time) {
      return time.getHour() + (time.getDayOfWeek().getValue() > FRIDAY ? HOURS : 0);
    }
  },
  /** The hours of the week, from Monday midnight. */
  HOUR_OF_WEEK(168) {
    @Override
    int cell(ZonedDateTime time) {
      return time.getHour() + HOURS * (time.getDayOfWeek().getValue() - 1);
    }
  },
  /** The days of the week, from Monday. */
  DAY_OF_WEEK(7) {
    @Override
    int cell(ZonedDateTime time) {
      return time.getDayOfWeek().getValue() - 1;
    }
  };

  private static final int FRIDAY = 5;
  private static final int HOURS = 24;

  private final int cells;

  Season(int cells) {
    this.cells = cells;
  }

  abstract int cell(ZonedDateTime time);

  /** Number of cells. */
  public int cells() {
    return cells;
  }

  /** Whether a cell lasts a day, not an hour. */
  public boolean daily() {
    return this == DAY_OF_WEEK;
  }

  /** The name in job files and records. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What is used where the cells of this one are too small; empty for {@link #NONE}. */
  public Optional<Season> coarser() {
    return switch (this) {
      case NONE -> Optional.empty();
      case HOUR_OF_DAY, DAY_OF_WEEK -> Optional.of(NONE);
      case HOUR_WEEKEND -> Optional.of(HOUR_OF_DAY);
      case HOUR_OF_WEEK -> Optional.of(HOUR_WEEKEND);
    };
  }

  /** The season of this name; empty if there is none. */
  public static Optional<Season> of(String id) {
    return Arrays.stream(values()).filter(season -> season.id().equals(id)).findFirst();
  }
}
