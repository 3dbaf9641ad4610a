package dev.weir.stats.inference;

import org.jspecify.annotations.Nullable;

/**
 * What one component of a series' evidence stands for.
 *
 * @param kind the question asked about each record
 * @param index which edge, bin, category, group, alternative or age; 0 where there is only one
 * @param event number of the event within the plan, in the plan's order
 * @param side which way the rate left its bound; null for {@link EventKind#MISCALIBRATION}
 * @param rung which of the dyadic tilts, from 0; 0 for {@link EventKind#MISCALIBRATION}
 */
public record Component(EventKind kind, int index, int event, @Nullable Side side, int rung) {}
