/**
 * The only package that knows Flink: the dataflow, its ends, its operators and their state.
 *
 * <p>May import: every package but {@code dashboard} and {@code cli}.
 */
@NullMarked
package dev.weir.flink;

import org.jspecify.annotations.NullMarked;
