package dev.weir.monitor;

import org.jspecify.annotations.Nullable;

/**
 * Which window or cohort is judged, and when that is known.
 *
 * @param modelVersion version, or {@code *} where versions cannot be told apart
 * @param segment canonical name; null: all traffic
 * @param windowStart inclusive, epoch milliseconds
 * @param windowEnd exclusive, epoch milliseconds
 * @param tick event time at which the result is known, at least {@code windowEnd}
 * @param revision 0, then 1 more for each report of the same window that differs
 * @param tumbling whether the window is one of those that may feed evidence
 */
public record WindowContext(
    String modelVersion,
    @Nullable String segment,
    long windowStart,
    long windowEnd,
    long tick,
    int revision,
    boolean tumbling) {}
