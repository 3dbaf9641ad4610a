/**
 * Mergeable window state: histograms, fixed-point moments, categories, score-by-class tables, and
 * the numbers read from them.
 *
 * <p>Every summary is a commutative monoid of integers: merging two halves equals having seen the
 * whole, bit for bit, in any order. May import the JDK only.
 */
@NullMarked
package dev.weir.stats.summary;

import org.jspecify.annotations.NullMarked;
