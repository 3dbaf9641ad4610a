package dev.weir.baseline;

import java.time.Duration;
import java.time.ZoneId;

/**
 * Where windows begin and end. Below a day sizes are exact; from a day on they are calendar days of
 * the zone, and weeks begin on Monday (borders count from Monday 1970-01-05T00:00 of the zone).
 *
 * @param size length of a window
 * @param slide distance of window starts; divides size
 * @param offset shift of all borders, below slide
 * @param zone zone of calendar days
 * @param lateness how far event time may run backwards in a partition
 * @param minEvents fewest rows for a verdict
 */
public record WindowSettings(
    Duration size,
    Duration slide,
    Duration offset,
    ZoneId zone,
    Duration lateness,
    long minEvents) {}
