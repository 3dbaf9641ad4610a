/**
 * Detectors and controllers that look at one value at a time, in one order.
 *
 * <p>Their state depends on the order of the values, so callers must sort by event time, then
 * prediction id, then content. They are localisers and effect sizes; none of them raises an alarm
 * under the false-alarm budget.
 *
 * <p>May import: commons-math3, the JDK. No clock, no randomness, no logging.
 */
@NullMarked
package dev.weir.stats.sequential;

import org.jspecify.annotations.NullMarked;
