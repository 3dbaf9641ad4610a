package dev.weir.stats.inference;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Whether the counts of a series jump from window to window by more than those of independent
 * records: measured on the stream, reported, and never used to temper evidence, for it would hide
 * drift ({@code statistics.md} 4.4).
 *
 * <p>Two windows of one seasonal cell that follow each other are a pair, each window in one pair.
 * Per event, z^2 of a pair is the squared difference of its two means over the variance that
 * independent records would give it: about chi-square with one degree of freedom, whatever the
 * level they share. So a slow drift hardly counts, and a lasting jump is in one pair only. A
 * reading comes every {@value #PAIRS} pairs, that is as many windows as a measured dispersion
 * needs.
 *
 * <p>Guarantee: equal windows in equal order give equal bits. Records that are independent within
 * windows of one rate are called burstier in about {@value #LEVEL} of readings at most, even if the
 * rate jumps once: in that question no pair counts more than {@value #CAP} times what is assumed,
 * that much is taken off for the jump, and the limit is that of the other pairs, divided by the
 * events.
 *
 * <p>Mutable; one owner at a time. Small between windows: a sum of each event in some bits, and the
 * counts of a window that waits. Sources: von Neumann (1941) for successive differences; McCullagh
 * and Nelder (1989).
 */
public final class CurrentDispersion {
  /** Pairs of windows behind a reading. */
  public static final int PAIRS = Dispersion.MINIMUM_WINDOWS / 2;

  private static final double LEVEL = 0.001;
  private static final double CONFIDENCE = 0.95;
  private static final double ACCURACY = 1e-12;
  private static final byte FORMAT = 2;
  private static final int MOST_EVENTS = 1 << 15;

  /** What a pair counts at most where a single jump must not matter: z of 4. */
  private static final int CAP = 16;

  /** In this a z^2 is rounded. A mean of 14 has a deviation of 0.4, so it need not be finer. */
  private static final double UNIT = 0x1p-3;

  private static final long CAP_UNITS = (long) (CAP / UNIT);

  /** Largest z^2 that a pair can have, so that sums stay exact. */
  private static final double MOST = 0x1p30;

  private int pairs;

  /** Of each event the sum of z^2 over what is assumed, capped, in units. */
  private long[] capped = {};

  /** What the cap took off; 0 but for bursts and jumps. */
  private long[] beyond = {};

  private long[] counted = {};
  private @Nullable WindowCounts waiting;

  /**
   * The dispersion of the event that scatters most, compared with what evidence takes for granted.
   *
   * @param value mean z^2 of its pairs; 1 for independent records
   * @param interval 95 % interval of one look, without the choice of the event
   * @param assumed what its evidence is divided by
   * @param pairs how many pairs it stands on
   * @param burstier whether it is above {@code assumed} for certain
   */
  public record Reading(
      double value, Interval interval, double assumed, int pairs, boolean burstier) {}

  /** Nothing seen yet. */
  public CurrentDispersion() {}

  /**
   * Takes in a closed window; windows come in ascending order.
   *
   * @param assumed what the evidence of the series is divided by, the same for all its windows
   * @return a reading once there are enough pairs, which then start anew
   */
  public Optional<Reading> add(EvidencePlan plan, WindowCounts window, Dispersion assumed) {
    WindowCounts before = waiting;
    if (before == null || before.season() != window.season()) {
      waiting = window;
      return Optional.empty();
    }
    waiting = null;
    Sums first = Sums.of(plan, before);
    Sums second = Sums.of(plan, window);
    int events = Math.min(first.events, second.events);
    if (events != capped.length) {
      startAgain(events);
    }
    for (int event = 0; event < events; event++) {
      add(event, first, second, assumed.of(event));
    }
    pairs++;
    if (pairs < PAIRS) {
      return Optional.empty();
    }
    Optional<Reading> reading = read(assumed);
    startAgain(events);
    return reading;
  }

  private void startAgain(int events) {
    pairs = 0;
    capped = new long[events];
    beyond = new long[events];
    counted = new long[events];
  }

  private void add(int event, Sums one, Sums other, double assumed) {
    double n = one.sizes[event];
    double m = other.sizes[event];
    if (!(n > 0 && m > 0)) {
      return;
    }
    double mean = (one.sums[event] + other.sums[event]) / (n + m);
    double variance = (one.squares[event] + other.squares[event]) / (n + m) - mean * mean;
    if (!(variance > 0)) {
      return;
    }
    double gap = one.sums[event] / n - other.sums[event] / m;
    double square = Math.min(MOST, gap * gap / (variance * (1 / n + 1 / m)) / assumed);
    long units = (long) StrictMath.floor(square / UNIT + 0.5);
    capped[event] += Math.min(units, CAP_UNITS);
    beyond[event] += Math.max(0, units - CAP_UNITS);
    counted[event]++;
  }

  private Optional<Reading> read(Dispersion assumed) {
    int leading = -1;
    double furthest = 0;
    int measured = 0;
    for (int event = 0; event < capped.length; event++) {
      if (isMeasured(event)) {
        measured++;
        double ratio = sum(event) / counted[event];
        if (leading < 0 || ratio > furthest) {
          leading = event;
          furthest = ratio;
        }
      }
    }
    if (leading < 0) {
      return Optional.empty();
    }
    double divisor = assumed.of(leading);
    double sum = sum(leading) * divisor;
    int freedom = (int) counted[leading];
    Interval interval =
        new Interval(
            sum / quantile(freedom, (1 + CONFIDENCE) / 2),
            sum / quantile(freedom, (1 - CONFIDENCE) / 2));
    return Optional.of(
        new Reading(sum / freedom, interval, divisor, freedom, anyIsBurstier(measured)));
  }

  /** An event that is all or nothing in most windows says little. */
  private boolean isMeasured(int event) {
    return counted[event] >= PAIRS / 2;
  }

  /** Sum of z^2 over what is assumed. */
  private double sum(int event) {
    return (capped[event] + beyond[event]) * UNIT;
  }

  /** Without one pair, whichever it is: the cap is the most that it can have added. */
  private boolean anyIsBurstier(int measured) {
    for (int event = 0; event < capped.length; event++) {
      if (isMeasured(event)
          && (capped[event] - CAP_UNITS) * UNIT
              > quantile((int) counted[event] - 1, 1 - LEVEL / measured)) {
        return true;
      }
    }
    return false;
  }

  private static double quantile(int freedom, double level) {
    return new ChiSquaredDistribution(null, freedom, ACCURACY).inverseCumulativeProbability(level);
  }

  /** What one window holds of each event. */
  private static final class Sums implements EventSums {
    private double[] sums = new double[1];
    private double[] squares = new double[1];
    private double[] sizes = new double[1];
    private int events;

    static Sums of(EvidencePlan plan, WindowCounts window) {
      Sums sums = new Sums();
      plan.measure(window, sums);
      return sums;
    }

    @Override
    public void add(int season, int event, double sum, double sumOfSquares, double size) {
      if (event >= sums.length) {
        int length = Math.max(event + 1, 2 * sums.length);
        sums = Arrays.copyOf(sums, length);
        squares = Arrays.copyOf(squares, length);
        sizes = Arrays.copyOf(sizes, length);
      }
      events = Math.max(events, event + 1);
      sums[event] = sum;
      squares[event] = sumOfSquares;
      sizes[event] = size;
    }
  }

  /** Writes the state; {@link #decode} reads it back. */
  public void encode(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    VariableLength.write(out, pairs);
    byte[] bytes = new byte[PackedNumbers.longest(capped.length)];
    for (long[] numbers : List.of(capped, beyond, counted)) {
      out.write(bytes, 0, PackedNumbers.write(bytes, 0, numbers));
    }
    out.writeBoolean(waiting != null);
    if (waiting != null) {
      waiting.encode(out);
    }
  }

  /**
   * Reads a state written by {@link #encode}.
   *
   * @throws IOException if the format is unknown or the bytes are not a state
   */
  public static CurrentDispersion decode(DataInput in) throws IOException {
    VariableLength.requireFormat("current dispersion", in.readByte(), FORMAT);
    CurrentDispersion state = new CurrentDispersion();
    state.pairs = VariableLength.readInt(in, PAIRS);
    state.capped = PackedNumbers.read(in::readByte, MOST_EVENTS);
    state.beyond = PackedNumbers.read(in::readByte, state.capped.length);
    state.counted = PackedNumbers.read(in::readByte, state.capped.length);
    if (state.beyond.length != state.capped.length || state.counted.length != state.capped.length) {
      throw new IOException("sums of different events");
    }
    if (in.readBoolean()) {
      state.waiting = WindowCounts.decode(in);
    }
    return state;
  }
}
