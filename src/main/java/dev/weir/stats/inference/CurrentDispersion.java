package dev.weir.stats.inference;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
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
 * windows of one rate are called burstier in about {@value #LEVEL} of readings at most: of each
 * event the largest pair is left out of that question, and its limit is divided by the events.
 *
 * <p>Mutable; one owner at a time. Sources: von Neumann (1941) for successive differences;
 * McCullagh and Nelder (1989).
 */
public final class CurrentDispersion {
  /** Pairs of windows behind a reading. */
  public static final int PAIRS = Dispersion.MINIMUM_WINDOWS / 2;

  private static final double LEVEL = 0.001;
  private static final double CONFIDENCE = 0.95;
  private static final double ACCURACY = 1e-12;
  private static final byte FORMAT = 1;
  private static final int MOST_EVENTS = 1 << 15;
  private static final double UNIT = 0x1p-10;

  /** Largest z^2 that a pair can have, so that sums stay exact. */
  private static final double MOST = 0x1p30;

  private int pairs;
  private long[] squares = {};
  private long[] largest = {};
  private int[] counted = {};
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
   * @param assumed what the evidence of the series is divided by
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
    if (events != squares.length) {
      startAgain(events);
    }
    for (int event = 0; event < events; event++) {
      add(event, first, second);
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
    squares = new long[events];
    largest = new long[events];
    counted = new int[events];
  }

  private void add(int event, Sums one, Sums other) {
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
    double square = Math.min(MOST, gap * gap / (variance * (1 / n + 1 / m)));
    long quantised = (long) StrictMath.floor(square / UNIT + 0.5);
    squares[event] += quantised;
    largest[event] = Math.max(largest[event], quantised);
    counted[event]++;
  }

  private Optional<Reading> read(Dispersion assumed) {
    int leading = -1;
    double furthest = 0;
    int measured = 0;
    for (int event = 0; event < squares.length; event++) {
      if (counted[event] >= PAIRS / 2) {
        measured++;
        double ratio = squares[event] * UNIT / (counted[event] * assumed.of(event));
        if (leading < 0 || ratio > furthest) {
          leading = event;
          furthest = ratio;
        }
      }
    }
    if (leading < 0) {
      return Optional.empty();
    }
    boolean burstier = false;
    for (int event = 0; event < squares.length; event++) {
      burstier |=
          counted[event] >= PAIRS / 2
              && (squares[event] - largest[event]) * UNIT
                  > quantile(counted[event], 1 - LEVEL / measured) * assumed.of(event);
    }
    double sum = squares[leading] * UNIT;
    int freedom = counted[leading];
    Interval interval =
        new Interval(
            sum / quantile(freedom, (1 + CONFIDENCE) / 2),
            sum / quantile(freedom, (1 - CONFIDENCE) / 2));
    return Optional.of(
        new Reading(sum / freedom, interval, assumed.of(leading), freedom, burstier));
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
    VariableLength.write(out, squares.length);
    for (int event = 0; event < squares.length; event++) {
      VariableLength.write(out, squares[event]);
      VariableLength.write(out, largest[event]);
      VariableLength.write(out, counted[event]);
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
    int pairs = VariableLength.readInt(in, PAIRS);
    state.startAgain(VariableLength.readInt(in, MOST_EVENTS));
    state.pairs = pairs;
    for (int event = 0; event < state.squares.length; event++) {
      state.squares[event] = VariableLength.read(in);
      state.largest[event] = VariableLength.read(in);
      state.counted[event] = VariableLength.readInt(in, PAIRS);
    }
    if (in.readBoolean()) {
      state.waiting = WindowCounts.decode(in);
    }
    return state;
  }
}
