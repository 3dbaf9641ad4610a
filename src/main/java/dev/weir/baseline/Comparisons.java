package dev.weir.baseline;

import dev.weir.stats.summary.PairedLosses;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The losses of a challenger's cohort beside those of the versions whose answers were used.
 *
 * <p>Guarantee: exact sums; what is withdrawn leaves no trace; parts merge in any order. Bounded by
 * {@value #MOST_CHAMPIONS} champions: of more of them in one cohort nothing is known, for good.
 *
 * <p>Mutable; belongs to one cohort.
 */
public final class Comparisons {
  /** Most versions with which one cohort is compared. */
  static final int MOST_CHAMPIONS = 16;

  private final TreeMap<String, Against> champions = new TreeMap<>();
  private boolean overflowed;

  /**
   * The pairs with one champion.
   *
   * @param version model version of the champion
   * @param pairs pairs of known losses
   */
  public record Leading(String version, PairedLosses pairs) {}

  /** Pairs with a label, and those whose label is assumed. */
  private record Against(PairedLosses known, PairedLosses assumed) {
    boolean isEmpty() {
      return known.isEmpty() && assumed.isEmpty();
    }
  }

  /** Whether there is nothing to write. */
  boolean isEmpty() {
    return champions.isEmpty() && !overflowed;
  }

  /** Whether there were more champions than are told apart. */
  public boolean overflowed() {
    return overflowed;
  }

  /** The champion with most pairs, of several the first by name; absent without pairs. */
  public Optional<Leading> leading() {
    Leading best = null;
    for (Map.Entry<String, Against> entry : champions.entrySet()) {
      PairedLosses pairs = entry.getValue().known();
      if (pairs.n() > 0 && (best == null || pairs.n() > best.pairs().n())) {
        best = new Leading(entry.getKey(), pairs.copy());
      }
    }
    return Optional.ofNullable(best);
  }

  /** Adds a pair of scaled losses (sign 1) or takes it back (sign -1). */
  void add(String version, boolean assumed, double champion, double challenger, int sign) {
    if (overflowed) {
      return;
    }
    Against against = against(version);
    (assumed ? against.assumed() : against.known()).add(champion, challenger, sign);
    settle(version);
  }

  private Against against(String version) {
    return champions.computeIfAbsent(
        version, any -> new Against(new PairedLosses(), new PairedLosses()));
  }

  private void settle(String version) {
    if (against(version).isEmpty()) {
      champions.remove(version);
    }
    if (champions.size() > MOST_CHAMPIONS) {
      overflowed = true;
      champions.clear();
    }
  }

  /** Counts pairs whose label is assumed as known. */
  void assume() {
    champions.replaceAll(
        (version, against) -> {
          PairedLosses known = against.known().copy();
          known.merge(against.assumed());
          return new Against(known, new PairedLosses());
        });
  }

  void merge(Comparisons other) {
    if (other.overflowed) {
      overflowed = true;
      champions.clear();
    }
    for (Map.Entry<String, Against> entry : other.champions.entrySet()) {
      if (!overflowed) {
        Against against = against(entry.getKey());
        against.known().merge(entry.getValue().known());
        against.assumed().merge(entry.getValue().assumed());
        settle(entry.getKey());
      }
    }
  }

  void encode(DataOutput out) throws IOException {
    out.writeBoolean(overflowed);
    Bytes.writeLong(out, champions.size());
    for (Map.Entry<String, Against> entry : champions.entrySet()) {
      out.writeUTF(entry.getKey());
      entry.getValue().known().encode(out);
      entry.getValue().assumed().encode(out);
    }
  }

  /** Reads what {@link #encode} wrote. */
  static Comparisons decode(DataInput in) throws IOException {
    Comparisons comparisons = new Comparisons();
    comparisons.overflowed = in.readBoolean();
    for (int left = Bytes.readSize(in, MOST_CHAMPIONS); left > 0; left--) {
      comparisons.champions.put(
          in.readUTF(), new Against(PairedLosses.decode(in), PairedLosses.decode(in)));
    }
    return comparisons;
  }
}
