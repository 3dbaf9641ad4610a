package dev.weir.stats.summary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The values with the smallest hashes, with their exact counts.
 *
 * <p>Guarantee: a value among the k smallest of the whole is among the k smallest of every part it
 * came in, so no count is ever lost and merging is exact in any order.
 */
final class SmallestHashes {
  private static final int LONGEST = 120;
  private static final Comparator<String> BY_HASH =
      Comparator.comparingLong(SmallestHashes::hash).thenComparing(Comparator.naturalOrder());

  private final int cap;
  private final TreeMap<String, Long> counts = new TreeMap<>(BY_HASH);

  SmallestHashes(int cap) {
    this.cap = cap;
  }

  void add(String value) {
    if (cap > 0) {
      put(shortened(value), 1);
    }
  }

  private void put(String value, long count) {
    counts.merge(value, count, Long::sum);
    if (counts.size() > cap) {
      counts.pollLastEntry();
    }
  }

  void merge(SmallestHashes other) {
    List.copyOf(other.counts.entrySet()).forEach(entry -> put(entry.getKey(), entry.getValue()));
  }

  int size() {
    return counts.size();
  }

  /** Whether nothing was left out, given how many values were added. */
  boolean isComplete(long added) {
    return counts.values().stream().mapToLong(Long::longValue).sum() == added;
  }

  List<Map.Entry<String, Long>> largestFirst() {
    Comparator<Map.Entry<String, Long>> mostFirst =
        Map.Entry.<String, Long>comparingByValue().reversed();
    return counts.entrySet().stream()
        .sorted(mostFirst.thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }

  void encode(DataOutput out) throws IOException {
    Compact.writeUnsigned(out, counts.size());
    for (Map.Entry<String, Long> entry : counts.entrySet()) {
      out.writeUTF(entry.getKey());
      Compact.writeUnsigned(out, entry.getValue());
    }
  }

  void decode(DataInput in) throws IOException {
    int size = Compact.readSize(in, cap);
    for (int i = 0; i < size; i++) {
      put(in.readUTF(), Compact.readUnsigned(in));
    }
  }

  private static String shortened(String value) {
    if (value.length() <= LONGEST) {
      return value;
    }
    String hex = String.format("%016x", hash(value));
    return value.substring(0, LONGEST - 1 - hex.length()) + "#" + hex;
  }

  /** FNV-1a over the characters, then the finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long hash(String value) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < value.length(); i++) {
      hash = (hash ^ value.charAt(i)) * 0x100000001b3L;
    }
    return SplitMix.mix(hash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SmallestHashes that && cap == that.cap && counts.equals(that.counts);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }
}
