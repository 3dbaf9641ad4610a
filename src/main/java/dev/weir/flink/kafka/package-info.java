/**
 * The ends of the dataflow that are Kafka topics.
 *
 * <p>May import: every package but {@code dashboard} and {@code cli}; Flink and Kafka.
 */
@NullMarked
package dev.weir.flink.kafka;

import org.jspecify.annotations.NullMarked;
