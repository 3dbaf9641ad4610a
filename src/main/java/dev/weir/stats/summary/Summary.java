package dev.weir.stats.summary;

import java.io.DataOutput;
import java.io.IOException;

/**
 * Window state that is a commutative monoid.
 *
 * <p>Guarantee: {@code a.merge(b)} leaves in {@code a} exactly, bit for bit, the state of a summary
 * that has seen the records of both, in any order and any split. {@code empty()} is the neutral
 * element. Two summaries are equal when their encoded bytes are equal.
 *
 * <p>Every summary also has {@code static S decode(DataInput, Layout)}, which reads what {@link
 * #encode} wrote and throws {@link IOException} on foreign or damaged bytes.
 *
 * <p>A summary is changed in place by its one owner and is not safe for use by several threads.
 *
 * @param <S> the implementing class itself
 */
public interface Summary<S extends Summary<S>> {

  /** Adds all that {@code other} has seen; {@code other} is not changed. Layouts must be equal. */
  void merge(S other);

  /** Returns a new summary of the same layout that has seen nothing. */
  S empty();

  /** Whether nothing is held: nothing was added, or all of it was withdrawn. */
  boolean isEmpty();

  /** Writes the state: first byte the format version, then counts and sums; no layout. */
  void encode(DataOutput out) throws IOException;

  /** Returns an independent copy. */
  default S copy() {
    S copy = empty();
    @SuppressWarnings("unchecked") // S is the implementing class itself.
    S self = (S) this;
    copy.merge(self);
    return copy;
  }
}
