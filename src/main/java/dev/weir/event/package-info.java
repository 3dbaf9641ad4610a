/**
 * Records that arrive: features, predictions, labels and the outcomes made of them; ids and keys.
 *
 * <p>May import: the JDK.
 */
@NullMarked
package dev.weir.event;

import org.jspecify.annotations.NullMarked;
