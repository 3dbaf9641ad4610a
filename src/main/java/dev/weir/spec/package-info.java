/**
 * The job file as validated records.
 *
 * <p>May import: {@code stats}, {@code baseline}, {@code monitor}, {@code decide}; YAML, CEL and
 * JSON-Schema readers.
 */
@NullMarked
package dev.weir.spec;

import org.jspecify.annotations.NullMarked;
