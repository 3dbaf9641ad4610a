package dev.weir.stats.inference;

/** Small facts about arrays of counts. */
final class Counts {
  private Counts() {}

  static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum = Math.addExact(sum, count);
    }
    return sum;
  }

  static void requirePart(long part, long whole) {
    if (part < 0 || part > whole) {
      throw new IllegalArgumentException("need 0 <= part <= whole, got " + part + " of " + whole);
    }
  }

  static void requireLength(String what, long[] counts, int length) {
    if (counts.length != length) {
      throw new IllegalArgumentException(
          what + " needs " + length + " counts, got " + counts.length);
    }
  }
}
