package dev.weir.baseline;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Where panes and windows begin and end.
 *
 * <p>Guarantee: panes cover all of time without gap or overlap; each window is a run of {@link
 * #panesPerWindow} panes; tumbling windows are those that start at a multiple of the size. Times
 * are epoch milliseconds, starts inclusive, ends exclusive.
 *
 * <p>Borders count from Monday 1970-01-05T00:00 of the zone plus the offset. A slide that is not
 * whole days is exact; whole days are calendar days, so on the day that clocks change a window is
 * an hour shorter or longer. Where a size in calendar days slides by less than a day, panes count
 * exactly from the start of their tumbling window; its last pane takes the difference, and a pane
 * that is left without time does not exist.
 */
public final class WindowBorders {
  private static final LocalDate ORIGIN = LocalDate.of(1970, 1, 5);
  private static final long DAY = Duration.ofDays(1).toMillis();

  private final ZoneId zone;
  private final long size;
  private final long slide;
  private final long offset;
  private final int panes;
  private final long origin;
  private volatile @Nullable Pane recent;

  private record Pane(long index, long start, long end) {}

  /**
   * The borders of these settings.
   *
   * @throws IllegalArgumentException if the slide does not divide the size
   */
  public WindowBorders(WindowSettings settings) {
    this.zone = settings.zone();
    this.size = settings.size().toMillis();
    this.slide = settings.slide().toMillis();
    this.offset = settings.offset().toMillis();
    if (slide <= 0 || size < slide || size % slide != 0 || offset < 0 || offset >= slide) {
      throw new IllegalArgumentException(
          "The slide must divide the size and be more than the offset, not "
              + settings.slide()
              + ", "
              + settings.size()
              + " and "
              + settings.offset());
    }
    this.panes = Math.toIntExact(size / slide);
    this.origin = calendar(0);
    assert ORIGIN.getDayOfWeek() == DayOfWeek.MONDAY;
  }

  /** How many panes a window is made of. */
  public int panesPerWindow() {
    return panes;
  }

  /** Length of a window in days as the evidence counts it: a calendar day is 1. */
  public double days() {
    return (double) size / DAY;
  }

  /** Start of the pane that contains {@code time}. */
  public long paneStart(long time) {
    return pane(time).start;
  }

  /** End of the pane that contains {@code time}. */
  public long paneEnd(long time) {
    return pane(time).end;
  }

  /** Start of the tumbling window that contains {@code time}. */
  public long windowStart(long time) {
    return border(Math.floorDiv(pane(time).index, panes) * panes);
  }

  /** End of the window that starts with the pane that contains {@code windowStart}. */
  public long windowEnd(long windowStart) {
    return border(pane(windowStart).index + panes);
  }

  /** Whether the window that starts here is a tumbling one, which may feed evidence. */
  public boolean tumbling(long windowStart) {
    long index = pane(windowStart).index;
    return border(Math.floorDiv(index, panes) * panes) == windowStart;
  }

  /** Starts of the panes of the window that starts here, ascending. */
  public List<Long> panes(long windowStart) {
    return starts(pane(windowStart).index);
  }

  /** Starts of all windows that contain the pane that contains {@code time}, ascending. */
  public List<Long> windows(long time) {
    return starts(pane(time).index - panes + 1);
  }

  private List<Long> starts(long first) {
    return LongStream.range(first, first + panes)
        .filter(index -> border(index) < border(index + 1))
        .map(this::border)
        .boxed()
        .toList();
  }

  private Pane pane(long time) {
    Pane pane = recent;
    if (pane == null || time < pane.start || time >= pane.end) {
      long index = index(time);
      pane = new Pane(index, border(index), border(index + 1));
      recent = pane;
    }
    return pane;
  }

  /** The largest index whose border is not after {@code time}. */
  private long index(long time) {
    long index = Math.floorDiv(time - origin, slide);
    // Clocks of a zone move by hours at most, so the guess is off by a few borders at most.
    while (border(index) > time) {
      index--;
    }
    while (border(index + 1) <= time) {
      index++;
    }
    return index;
  }

  private long border(long index) {
    if (slide % DAY == 0) {
      return calendar(index * (slide / DAY));
    }
    if (size % DAY != 0) {
      return origin + index * slide;
    }
    long period = Math.floorDiv(index, panes);
    long days = size / DAY;
    long start = calendar(period * days);
    return Math.min(start + Math.floorMod(index, panes) * slide, calendar((period + 1) * days));
  }

  /** The instant at which this day begins, counted from the origin, shifted by the offset. */
  private long calendar(long day) {
    LocalDateTime local = ORIGIN.plusDays(day).atStartOfDay().plus(offset, ChronoUnit.MILLIS);
    Instant instant = local.atZone(zone).toInstant();
    return instant.toEpochMilli();
  }
}
