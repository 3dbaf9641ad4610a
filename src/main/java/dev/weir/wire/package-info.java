/**
 * Bytes to events and control records, outputs to bytes, files to rows; all of it checked against
 * {@code schemas/}.
 *
 * <p>May import: {@code event}, {@code baseline}, {@code monitor}, {@code decide}; Avro, Jackson.
 */
@NullMarked
package dev.weir.wire;

import org.jspecify.annotations.NullMarked;
