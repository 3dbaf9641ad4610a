/**
 * Evidence and its bounds: intervals for reading, e-values for deciding, CUSUM e-detectors that
 * carry them from window to window, the weights and the step-up rule that share one false-alarm
 * budget.
 *
 * <p>All inputs are counts or fixed-point sums, so results do not depend on the order in which
 * records arrived. Evidence is an integer in units of 2^-30 nats.
 *
 * <p>May import: {@code dev.weir.stats.summary}, commons-math3, the JDK. No clock, no randomness,
 * no logging.
 */
@NullMarked
package dev.weir.stats.inference;

import org.jspecify.annotations.NullMarked;
