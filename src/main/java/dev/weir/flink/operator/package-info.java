/**
 * Flink functions and operators. They hold no arithmetic: they call one method of a pure package,
 * write state and set timers.
 *
 * <p>May import: every package but {@code dashboard} and {@code cli}; Flink, not Kafka.
 */
@NullMarked
package dev.weir.flink.operator;

import org.jspecify.annotations.NullMarked;
