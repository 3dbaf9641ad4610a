package dev.weir.stats.inference;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The evidence that a series carries from window to window: a CUSUM e-detector per component,
 * {@code L = max(L, 0) + l}, in integers of 2^-30 nats.
 *
 * <p>Guarantee: equal windows in equal order give equal bits, whatever happened in between
 * (restarts, rescaling). Only components above 0 are stored, since the others start the next window
 * from 0; a quiet series takes some dozen bytes. Sums stop at the ends of {@code long}.
 *
 * <p>Mutable; one owner at a time. Encoded: format byte, then per stored component its number,
 * level and beginning, as variable-length differences. Sources: Page (1954); Shin, Ramdas and
 * Rinaldo (2024).
 */
public final class CusumState {
  private static final byte FORMAT = 1;

  /** More than any plan has: 2048 events. */
  private static final int MOST_COMPONENTS = 1 << 15;

  /** Where a thread works out the levels of one series after the other. */
  private static final ThreadLocal<long[]> SCRATCH = ThreadLocal.withInitial(() -> new long[0]);

  private int[] components = {};
  private long[] levels = {};
  private long[] beginnings = {};

  /** Evidence 0 in every component. */
  public CusumState() {}

  private CusumState(int[] components, long[] levels, long[] beginnings) {
    this.components = components;
    this.levels = levels;
    this.beginnings = beginnings;
  }

  /**
   * Takes in one closed window.
   *
   * @param windowStart start of the window, in any time unit; windows come in ascending order
   */
  public EvidenceReading fold(EvidencePlan plan, WindowCounts window, long windowStart) {
    long[] level = zeros(plan.components());
    plan.logE(window, level);
    for (int slot = 0; slot < components.length && components[slot] < plan.components(); slot++) {
      int component = components[slot];
      level[component] = Nats.addSaturating(levels[slot], level[component]);
    }
    keepPositive(plan.liveComponents(), level, windowStart);
    return read(plan.liveComponents(), level);
  }

  /** What the series says after a window that gives no evidence: nothing changes. */
  public EvidenceReading quiet(EvidencePlan plan) {
    long[] level = zeros(plan.components());
    for (int slot = 0; slot < components.length && components[slot] < plan.components(); slot++) {
      level[components[slot]] = levels[slot];
    }
    return read(plan.liveComponents(), level);
  }

  private static long[] zeros(int size) {
    long[] scratch = SCRATCH.get();
    if (scratch.length < size) {
      scratch = new long[size];
      SCRATCH.set(scratch);
    } else {
      Arrays.fill(scratch, 0, size, 0);
    }
    return scratch;
  }

  /** Keeps what is above 0; what was not so before began with this window. */
  private void keepPositive(int[] live, long[] level, long windowStart) {
    int[] nextComponents = positive(live, level);
    long[] nextLevels = new long[nextComponents.length];
    long[] nextBeginnings = new long[nextComponents.length];
    int before = 0;
    for (int slot = 0; slot < nextComponents.length; slot++) {
      int component = nextComponents[slot];
      while (before < components.length && components[before] < component) {
        before++;
      }
      boolean goesOn = before < components.length && components[before] == component;
      nextLevels[slot] = level[component];
      nextBeginnings[slot] = goesOn ? beginnings[before] : windowStart;
    }
    components = nextComponents;
    levels = nextLevels;
    beginnings = nextBeginnings;
  }

  /** Those above 0. Which these are no processor can guess, so nothing is skipped. */
  private static int[] positive(int[] live, long[] level) {
    int size = 0;
    for (int component : live) {
      size += level[component] > 0 ? 1 : 0;
    }
    int[] positive = new int[size];
    int slot = 0;
    for (int i = 0; slot < size; i++) {
      positive[slot] = live[i];
      slot += level[live[i]] > 0 ? 1 : 0;
    }
    return positive;
  }

  private EvidenceReading read(int[] live, long[] level) {
    if (live.length == 0) {
      return new EvidenceReading(0, 0, 0, OptionalLong.empty());
    }
    int leading = live[0];
    long most = level[leading];
    for (int component : live) {
      if (level[component] > most) {
        most = level[component];
        leading = component;
      }
    }
    int slot = Arrays.binarySearch(components, leading);
    OptionalLong beganAt = slot < 0 ? OptionalLong.empty() : OptionalLong.of(beginnings[slot]);
    double logE = LogMeanExp.ofUnits(level, live, most);
    return new EvidenceReading(logE, leading, most, beganAt);
  }

  /** The evidence of one component in units of 2^-30 nats; 0 if it is not above 0. */
  public long level(int component) {
    int slot = Arrays.binarySearch(components, component);
    return slot < 0 ? 0 : levels[slot];
  }

  /** Whether no component is above 0. */
  public boolean isQuiet() {
    return components.length == 0;
  }

  /** Start of the earliest window since which a component is above 0; the largest time if none. */
  public long oldestBeginning() {
    return Arrays.stream(beginnings).min().orElse(Long.MAX_VALUE);
  }

  /** Back to 0: after an alarm, on a new baseline, model version or configuration. */
  public void reset() {
    components = new int[0];
    levels = new long[0];
    beginnings = new long[0];
  }

  /** Writes the state; {@link #decode} reads it back. */
  public void encode(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    VariableLength.write(out, components.length);
    if (components.length == 0) {
      return;
    }
    long newest = Arrays.stream(beginnings).max().orElseThrow();
    long step = Math.max(1, commonStep(newest));
    out.writeLong(newest);
    VariableLength.write(out, step);
    int previous = -1;
    for (int slot = 0; slot < components.length; slot++) {
      VariableLength.write(out, components[slot] - previous - 1);
      VariableLength.write(out, levels[slot]);
      VariableLength.write(out, (newest - beginnings[slot]) / step);
      previous = components[slot];
    }
  }

  /** Beginnings are multiples of the window apart, so their differences share a large divisor. */
  private long commonStep(long newest) {
    long divisor = 0;
    for (long beginning : beginnings) {
      long rest = newest - beginning;
      while (rest != 0) {
        long next = divisor % rest;
        divisor = rest;
        rest = next;
      }
    }
    return divisor;
  }

  /**
   * Reads a state written by {@link #encode}.
   *
   * @throws IOException if the format is unknown or the bytes are not a state
   */
  public static CusumState decode(DataInput in) throws IOException {
    VariableLength.requireFormat("evidence", in.readByte(), FORMAT);
    int size = VariableLength.readInt(in, MOST_COMPONENTS);
    if (size == 0) {
      return new CusumState();
    }
    long newest = in.readLong();
    long step = VariableLength.read(in);
    int[] components = new int[size];
    long[] levels = new long[size];
    long[] beginnings = new long[size];
    int previous = -1;
    for (int slot = 0; slot < size; slot++) {
      components[slot] = previous + 1 + VariableLength.readInt(in, MOST_COMPONENTS - previous - 2);
      levels[slot] = VariableLength.read(in);
      beginnings[slot] = newest - VariableLength.read(in) * step;
      previous = components[slot];
      if (levels[slot] <= 0) {
        throw new IOException("stored evidence must be above 0");
      }
    }
    return new CusumState(components, levels, beginnings);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CusumState that
        && Arrays.equals(components, that.components)
        && Arrays.equals(levels, that.levels)
        && Arrays.equals(beginnings, that.beginnings);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(components) * 31 + Arrays.hashCode(levels);
  }

  @Override
  public String toString() {
    return "evidence above 0 in components " + Arrays.toString(components);
  }
}
