/**
 * What the reference data looked like, and the profiler that builds it.
 *
 * <p>May import: {@code stats}, {@code event}.
 */
@NullMarked
package dev.weir.baseline;

import org.jspecify.annotations.NullMarked;
