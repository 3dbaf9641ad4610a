package dev.weir.decide;

/** A policy's {@code when}, compiled. */
@FunctionalInterface
public interface Condition {
  /** Whether the condition holds for these facts; never throws for facts of the known monitors. */
  boolean holds(PolicyFacts facts);
}
