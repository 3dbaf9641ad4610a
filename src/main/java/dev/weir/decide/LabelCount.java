package dev.weir.decide;

import java.util.Map;

/**
 * How many labels one final cohort of all traffic has. A later count of the same version and window
 * replaces the earlier one.
 *
 * @param modelVersion version that predicted
 * @param windowStart inclusive, by prediction time, epoch milliseconds
 * @param windowEnd exclusive
 * @param predicted rows of the cohort
 * @param labelled of them with a label
 * @param classes label to rows; empty for a model without classes
 */
public record LabelCount(
    String modelVersion,
    long windowStart,
    long windowEnd,
    long predicted,
    long labelled,
    Map<String, Long> classes) {}
