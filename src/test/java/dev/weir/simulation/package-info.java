/** Acceptance by simulation: streams whose truth is known, and who finds what in them. */
@org.jspecify.annotations.NullMarked
package dev.weir.simulation;
