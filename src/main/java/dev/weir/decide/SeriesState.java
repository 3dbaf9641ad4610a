package dev.weir.decide;

import dev.weir.monitor.PlainRule;
import dev.weir.stats.inference.CurrentDispersion;
import dev.weir.stats.inference.CusumState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one series carries from window to window: evidence, runs of plain rules, recent windows. */
final class SeriesState {
  /** Most windows that are remembered: as many as an alert may show. */
  static final int MOST_POINTS = 20;

  /** Most windows whose counts are kept to tell where a change lies. */
  static final int MOST_TAKEN = 8;

  /** Evidence below which no counts are kept: two nats, in units of 2^-30. */
  private static final long SOME_EVIDENCE = 2L << 30;

  private static final byte FORMAT = 4;

  /** The format without {@link #scatter}. */
  private static final byte WITHOUT_SCATTER = 3;

  /** A plain rule in breach: for how many windows, and where the first of them lies. */
  record Run(int windows, long firstStart, long firstEnd) {}

  /** Configuration and baseline under which {@link #weight} was given; empty: none yet. */
  String edition = "";

  /** What evidence rests on; it starts anew when this changes. */
  String basis = "";

  /** Share of the budget, the version's share multiplied in; 0: not judged. */
  double weight;

  CusumState cusum = new CusumState();

  /** How counts scatter from window to window; null: the series does not tell. */
  @Nullable CurrentDispersion scatter;

  /** How far the last reading of it was off; null: no further than evidence takes for granted. */
  @Nullable Dependence dependence;

  long lastFolded = Long.MIN_VALUE;

  /** Component that led the open EVIDENCE alert. */
  int leading;

  int quietEvidence;
  long lastRuled = Long.MIN_VALUE;
  int quietRule;
  long lastTick;
  final TreeMap<String, Run> runs = new TreeMap<>();
  private final Deque<SeriesPoint> points = new ArrayDeque<>();
  private final Deque<Taken> taken = new ArrayDeque<>();

  /**
   * Counts scatter more than evidence takes for granted.
   *
   * @param dispersion how much more than those of independent records
   * @param assumed what evidence is divided by
   */
  record Dependence(double dispersion, double assumed) {}

  /** Counts of a window that evidence was taken from. */
  record Taken(long windowStart, byte[] counts) {}

  /** The name under which a rule's run is remembered. */
  static String nameOf(PlainRule rule) {
    return rule.metric() + rule.comparison().symbol() + rule.limit() + " for " + rule.windows();
  }

  void remember(SeriesPoint point) {
    points.removeIf(known -> known.windowStart() == point.windowStart());
    points.addLast(point);
    if (points.size() > MOST_POINTS) {
      points.removeFirst();
    }
  }

  void forgetPoints() {
    points.clear();
  }

  void forgetPointsBefore(long windowStart) {
    points.removeIf(point -> point.windowStart() < windowStart);
  }

  /** Evidence starts again from 0, and with it what led to it. */
  void startAgain() {
    cusum = new CusumState();
    taken.clear();
  }

  /**
   * Keeps the counts of a window while there is some evidence that they are part of.
   *
   * @param level evidence of the leading component after it, in units of 2^-30 nats
   */
  void take(long windowStart, byte[] counts, long level) {
    if (level < SOME_EVIDENCE) {
      taken.clear();
      return;
    }
    taken.addLast(new Taken(windowStart, counts));
    if (taken.size() > MOST_TAKEN) {
      taken.removeFirst();
    }
  }

  /** The last windows that are part of the evidence, in their order. */
  List<Taken> taken() {
    return List.copyOf(taken);
  }

  /** The remembered decision on a window; null if it is not remembered. */
  @Nullable SeriesPoint point(long windowStart) {
    return points.stream()
        .filter(point -> point.windowStart() == windowStart)
        .findFirst()
        .orElse(null);
  }

  /** The remembered windows from {@code windowStart} on, largest effect first. */
  List<SeriesPoint> since(long windowStart) {
    List<SeriesPoint> since = new ArrayList<>();
    for (SeriesPoint point : points) {
      if (point.windowStart() >= windowStart && point.value() != null) {
        since.add(point);
      }
    }
    since.sort(
        Comparator.comparingDouble(SeriesPoint::effect)
            .thenComparingLong(SeriesPoint::windowStart)
            .reversed());
    return since;
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      Fields.writeText(out, edition);
      Fields.writeText(out, basis);
      out.writeDouble(weight);
      cusum.encode(out);
      out.writeLong(lastFolded);
      out.writeInt(leading);
      out.writeInt(quietEvidence);
      out.writeLong(lastRuled);
      out.writeInt(quietRule);
      out.writeLong(lastTick);
      out.writeInt(runs.size());
      for (Map.Entry<String, Run> run : runs.entrySet()) {
        Fields.writeText(out, run.getKey());
        out.writeInt(run.getValue().windows());
        out.writeLong(run.getValue().firstStart());
        out.writeLong(run.getValue().firstEnd());
      }
      out.writeInt(points.size());
      for (SeriesPoint point : points) {
        point.encode(out);
      }
      out.writeInt(taken.size());
      for (Taken window : taken) {
        out.writeLong(window.windowStart());
        out.writeInt(window.counts().length);
        out.write(window.counts());
      }
      out.writeBoolean(scatter != null);
      if (scatter != null) {
        scatter.encode(out);
      }
      out.writeBoolean(dependence != null);
      if (dependence != null) {
        out.writeDouble(dependence.dispersion());
        out.writeDouble(dependence.assumed());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  static SeriesState decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte format = in.readByte();
      if (format != WITHOUT_SCATTER) {
        Fields.requireFormat("series", format, FORMAT);
      }
      SeriesState state = new SeriesState();
      state.edition = Fields.readText(in);
      state.basis = Fields.readText(in);
      state.weight = in.readDouble();
      state.cusum = CusumState.decode(in);
      state.lastFolded = in.readLong();
      state.leading = in.readInt();
      state.quietEvidence = in.readInt();
      state.lastRuled = in.readLong();
      state.quietRule = in.readInt();
      state.lastTick = in.readLong();
      int runs = Fields.readSize(in);
      for (int i = 0; i < runs; i++) {
        String name = Fields.readText(in);
        state.runs.put(name, new Run(in.readInt(), in.readLong(), in.readLong()));
      }
      int points = Fields.readSize(in);
      for (int i = 0; i < points; i++) {
        state.points.addLast(SeriesPoint.decode(in));
      }
      int taken = Fields.readSize(in);
      for (int i = 0; i < taken; i++) {
        long start = in.readLong();
        byte[] counts = new byte[Fields.readSize(in)];
        in.readFully(counts);
        state.taken.addLast(new Taken(start, counts));
      }
      if (format != WITHOUT_SCATTER) {
        state.scatter = in.readBoolean() ? CurrentDispersion.decode(in) : null;
        state.dependence =
            in.readBoolean() ? new Dependence(in.readDouble(), in.readDouble()) : null;
      }
      return state;
    } catch (IOException e) {
      throw new UncheckedIOException("the state of a series cannot be read", e);
    }
  }
}
