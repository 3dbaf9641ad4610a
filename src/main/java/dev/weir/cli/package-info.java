/**
 * The commands.
 *
 * <p>May import: everything.
 */
@NullMarked
package dev.weir.cli;

import org.jspecify.annotations.NullMarked;
