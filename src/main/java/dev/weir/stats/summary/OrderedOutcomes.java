package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Outcomes in the one order that ordered detectors see: time, then prediction id, then content.
 *
 * <p>Guarantee: a sorted multiset; merging is exact in any order, and an outcome that is withdrawn
 * (sign -1) leaves no trace. With more than {@code cap} outcomes it lets go of all of them and only
 * counts: {@link #overflowed} is then true for good, and nothing ordered is published.
 *
 * <p>Withdrawing is exact as long as no part has overflowed.
 */
public final class OrderedOutcomes implements Summary<OrderedOutcomes> {
  /** Outcomes kept in one window where nothing else is said. */
  public static final int DEFAULT_CAP = 100_000;

  private static final int VERSION = 1;
  private static final Comparator<Outcome> ORDER =
      Comparator.comparingLong(Outcome::timeMillis)
          .thenComparing(Outcome::idHash, Long::compareUnsigned)
          .thenComparing(Outcome::contentHash, Long::compareUnsigned)
          .thenComparing(Outcome::missed)
          .thenComparingLong(Outcome::loss)
          .thenComparingLong(Outcome::level);

  private final int cap;
  private final TreeMap<Outcome, Long> counts = new TreeMap<>(ORDER);
  private long n;
  private boolean overflowed;

  /**
   * One outcome.
   *
   * @param timeMillis event time of the prediction, epoch milliseconds
   * @param idHash first 8 bytes of the prediction id, which sort as it does
   * @param contentHash the next 8 bytes; of an id that is longer, 8 bytes of its hash
   * @param missed whether the interval missed the label
   * @param loss scaled loss, in units of 2^-30; {@link #NONE} if prediction or label give none
   * @param level smallest level at which the interval misses (beta of ACI), in units of 2^-30;
   *     {@link #NONE} without an interval or a number that it could miss
   */
  public record Outcome(
      long timeMillis, long idHash, long contentHash, boolean missed, long loss, long level) {
    /** In the place of a loss or a level that an outcome does not have. */
    public static final long NONE = -1;

    /** Whether there is a loss. */
    public boolean hasLoss() {
      return loss != NONE;
    }

    /** Whether there is an interval that can miss. */
    public boolean hasInterval() {
      return level != NONE;
    }
  }

  /**
   * Misses and hits that follow each other in the order (Christoffersen 1998).
   *
   * @param hitHit hit followed by hit, n_00
   * @param hitMiss hit followed by miss, n_01
   * @param missHit miss followed by hit, n_10
   * @param missMiss miss followed by miss, n_11
   */
  public record Transitions(long hitHit, long hitMiss, long missHit, long missMiss) {}

  /**
   * An empty multiset.
   *
   * @param cap most outcomes kept, at least 1
   */
  public OrderedOutcomes(int cap) {
    if (cap < 1) {
      throw new IllegalArgumentException("At least one outcome must be kept, not " + cap);
    }
    this.cap = cap;
  }

  /** Adds an outcome (sign 1) or takes it back (sign -1). */
  public void add(Outcome outcome, int sign) {
    n += sign;
    put(outcome, sign);
  }

  private void put(Outcome outcome, long count) {
    if (!overflowed) {
      long total = counts.merge(outcome, count, Long::sum);
      if (total == 0) {
        counts.remove(outcome);
      }
      overflowIfFull();
    }
  }

  private void overflowIfFull() {
    if (counts.size() > cap) {
      overflowed = true;
      counts.clear();
    }
  }

  /** Number of outcomes, kept or not. */
  public long n() {
    return n;
  }

  /** Whether there were more outcomes than are kept: nothing ordered can be said. */
  public boolean overflowed() {
    return overflowed;
  }

  /** Visits the outcomes in order, repeated ones repeatedly; none after an overflow. */
  public void forEach(Consumer<Outcome> visitor) {
    counts.forEach(
        (outcome, count) -> {
          for (long i = 0; i < count; i++) {
            visitor.accept(outcome);
          }
        });
  }

  /** Visits the outcomes that have a loss, as {@link #forEach}. */
  public void forEachLoss(Consumer<Outcome> visitor) {
    forEach(
        outcome -> {
          if (outcome.hasLoss()) {
            visitor.accept(outcome);
          }
        });
  }

  /** Visits the outcomes that have an interval, as {@link #forEach}. */
  public void forEachInterval(Consumer<Outcome> visitor) {
    forEach(
        outcome -> {
          if (outcome.hasInterval()) {
            visitor.accept(outcome);
          }
        });
  }

  /**
   * Transition counts of misses in order, of outcomes with an interval; all 0 after an overflow or
   * below two of them.
   */
  public Transitions transitions() {
    long[] pairs = new long[4];
    int[] previous = {-1};
    forEachInterval(
        outcome -> {
          int missed = outcome.missed() ? 1 : 0;
          if (previous[0] >= 0) {
            pairs[2 * previous[0] + missed]++;
          }
          previous[0] = missed;
        });
    return new Transitions(pairs[0], pairs[1], pairs[2], pairs[3]);
  }

  @Override
  public void merge(OrderedOutcomes other) {
    if (cap != other.cap) {
      throw new IllegalArgumentException(
          "Multisets of at most " + cap + " and " + other.cap + " outcomes cannot be merged");
    }
    n += other.n;
    if (other.overflowed) {
      overflowed = true;
      counts.clear();
    }
    for (Map.Entry<Outcome, Long> entry : new TreeMap<>(other.counts).entrySet()) {
      put(entry.getKey(), entry.getValue());
    }
  }

  @Override
  public OrderedOutcomes empty() {
    return new OrderedOutcomes(cap);
  }

  @Override
  public boolean isEmpty() {
    return n == 0 && counts.isEmpty() && !overflowed;
  }

  @Override
  public void encode(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Compact.writeUnsigned(out, cap);
    Compact.writeSigned(out, n);
    out.writeBoolean(overflowed);
    Compact.writeUnsigned(out, counts.size());
    long previousTime = 0;
    for (Map.Entry<Outcome, Long> entry : counts.entrySet()) {
      Outcome outcome = entry.getKey();
      Compact.writeSigned(out, outcome.timeMillis() - previousTime);
      out.writeLong(outcome.idHash());
      out.writeLong(outcome.contentHash());
      out.writeBoolean(outcome.missed());
      Compact.writeSigned(out, outcome.loss());
      Compact.writeSigned(out, outcome.level());
      Compact.writeSigned(out, entry.getValue());
      previousTime = outcome.timeMillis();
    }
  }

  /** Reads what {@link #encode} wrote. */
  public static OrderedOutcomes decode(DataInput in) throws IOException {
    Compact.readVersion(in, VERSION);
    OrderedOutcomes outcomes =
        new OrderedOutcomes(Math.max(1, Compact.readSize(in, Integer.MAX_VALUE)));
    outcomes.n = Compact.readSigned(in);
    outcomes.overflowed = in.readBoolean();
    int size = Compact.readSize(in, outcomes.cap);
    long time = 0;
    for (int i = 0; i < size; i++) {
      time += Compact.readSigned(in);
      Outcome outcome =
          new Outcome(
              time,
              in.readLong(),
              in.readLong(),
              in.readBoolean(),
              Compact.readSigned(in),
              Compact.readSigned(in));
      outcomes.put(outcome, Compact.readSigned(in));
    }
    return outcomes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OrderedOutcomes that
        && cap == that.cap
        && n == that.n
        && overflowed == that.overflowed
        && counts.equals(that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * counts.hashCode() + Long.hashCode(n);
  }
}
