package dev.weir.monitor;

import java.util.List;

/**
 * Reference and current counts on the same bins, for people to see.
 *
 * @param edges inner bin edges, ascending, bins closed on the left; empty for categories
 * @param categories categories, ending with {@code __other__}, {@code __unseen__} where used; empty
 *     for numbers
 * @param reference counts of the reference
 * @param current counts of the window
 */
public record Histogram(
    List<Double> edges,
    List<String> categories,
    List<Long> reference,
    List<Long> current,
    long referenceMissing,
    long currentMissing) {}
