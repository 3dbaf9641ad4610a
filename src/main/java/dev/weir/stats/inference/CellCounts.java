package dev.weir.stats.inference;

/**
 * How much of a window lies in each cell of a series, for saying where it changed; nothing is
 * decided by it.
 *
 * @param season season bucket of the window, from 0
 * @param hits per cell, in rows; of a loss the sum of the scaled losses
 * @param rows out of how many rows whose outcome is known
 */
public record CellCounts(int season, double[] hits, double rows) {}
