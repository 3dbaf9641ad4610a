package dev.weir.stats.inference;

import java.util.OptionalLong;

/**
 * The evidence of a series after a window, before any alarm resets it.
 *
 * @param logE log mean exp of the components that are not vacuous, in nats
 * @param leading the component with the most evidence; the lowest number on a tie
 * @param leadingLevel its evidence in units of 2^-30 nats; may be negative
 * @param beganAt start of the window after the last time the leading component's evidence was not
 *     above 0, in the caller's time unit; absent if it is not above 0 now
 */
public record EvidenceReading(double logE, int leading, long leadingLevel, OptionalLong beganAt) {}
