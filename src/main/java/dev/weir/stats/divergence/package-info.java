/**
 * How far apart two summaries are: effect sizes with proven bounds, never a verdict.
 *
 * <p>May import {@code stats.summary} and commons-math3.
 */
@NullMarked
package dev.weir.stats.divergence;

import org.jspecify.annotations.NullMarked;
