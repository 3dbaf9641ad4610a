package dev.weir.baseline;

import org.jspecify.annotations.Nullable;

/**
 * What one tumbling window of the reference held, summarised as the stream would.
 *
 * @param segment canonical name; null: all rows
 * @param start start of the window, epoch milliseconds
 * @param profile inputs and predictions of the window
 * @param gated one row per entity; empty where rows stand for themselves
 * @param cohort outcomes by prediction time, as one final cohort
 * @param early losses of the predictions that reached the early age in it
 */
public record ReferenceWindow(
    @Nullable String segment,
    long start,
    ProfileSummary profile,
    GatedRows gated,
    CohortSummary cohort,
    EarlyLossSummary early) {}
