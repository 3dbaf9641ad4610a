/**
 * What is watched. Each monitor turns a window or cohort and its baseline into findings.
 *
 * <p>May import: {@code stats}, {@code event}, {@code baseline}.
 */
@NullMarked
package dev.weir.monitor;

import org.jspecify.annotations.NullMarked;
