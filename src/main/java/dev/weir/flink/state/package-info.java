/**
 * What crosses operators and what they keep: elements, their serializer, the models in force.
 *
 * <p>May import: every package but {@code dashboard} and {@code cli}; Flink, not Kafka.
 */
@NullMarked
package dev.weir.flink.state;

import org.jspecify.annotations.NullMarked;
