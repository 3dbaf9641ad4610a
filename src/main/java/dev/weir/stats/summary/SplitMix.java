package dev.weir.stats.summary;

/** The generator SplitMix64 (Steele, Lea and Flood 2014), with its published constants. */
final class SplitMix {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private long state;

  SplitMix(long seed) {
    this.state = seed;
  }

  /** The output function: a bijection of 64 bits. */
  static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** A double in (0,1). */
  double nextOpen() {
    state += STEP;
    return ((mix(state) >>> 11) + 0.5) * 0x1p-53;
  }
}
