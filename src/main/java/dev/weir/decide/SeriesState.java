package dev.weir.decide;

import dev.weir.monitor.PlainRule;
import dev.weir.stats.inference.CurrentDispersion;
import dev.weir.stats.inference.CusumState;
import dev.weir.stats.inference.VariableLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HexFormat;
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

  private static final byte FORMAT = 5;

  /** No list or text in a state is longer. */
  private static final int LONGEST = 1 << 20;

  /** The start of no window. */
  private static final long NEVER = Long.MIN_VALUE;

  /** A plain rule in breach: for how many windows, and where the first of them lies. */
  record Run(int windows, long firstStart, long firstEnd) {}

  /** Id of configuration and baseline under which {@link #weight} was given; empty: none yet. */
  String edition = "";

  /** Id of what evidence rests on, which starts anew when this changes; empty: nothing. */
  String basis = "";

  /** Share of the budget, the version's share multiplied in; 0: not judged. */
  double weight;

  CusumState cusum = new CusumState();

  /** How counts scatter from window to window; null: the series does not tell. */
  @Nullable CurrentDispersion scatter;

  /** How far the last reading of it was off; null: no further than evidence takes for granted. */
  @Nullable Dependence dependence;

  long lastFolded = NEVER;

  /** Component that led the open EVIDENCE alert. */
  int leading;

  int quietEvidence;
  long lastRuled = NEVER;
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
      writeShort(out, HexFormat.of().parseHex(edition));
      writeShort(out, HexFormat.of().parseHex(basis));
      out.writeDouble(weight);
      cusum.encode(out);
      VariableLength.write(out, lastTick);
      writeBefore(out, lastFolded);
      VariableLength.write(out, leading);
      VariableLength.write(out, quietEvidence);
      writeBefore(out, lastRuled);
      VariableLength.write(out, quietRule);
      VariableLength.write(out, runs.size());
      for (Map.Entry<String, Run> run : runs.entrySet()) {
        Fields.writeText(out, run.getKey());
        out.writeInt(run.getValue().windows());
        out.writeLong(run.getValue().firstStart());
        out.writeLong(run.getValue().firstEnd());
      }
      VariableLength.write(out, points.size());
      for (SeriesPoint point : points) {
        point.encode(out);
      }
      VariableLength.write(out, taken.size());
      for (Taken window : taken) {
        writeBefore(out, window.windowStart());
        writeShort(out, window.counts());
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
      Fields.requireFormat("series", in.readByte(), FORMAT);
      SeriesState state = new SeriesState();
      state.edition = HexFormat.of().formatHex(readShort(in));
      state.basis = HexFormat.of().formatHex(readShort(in));
      state.weight = in.readDouble();
      state.cusum = CusumState.decode(in);
      state.lastTick = VariableLength.read(in);
      state.lastFolded = state.readBefore(in);
      state.leading = VariableLength.readInt(in, Integer.MAX_VALUE);
      state.quietEvidence = VariableLength.readInt(in, Integer.MAX_VALUE);
      state.lastRuled = state.readBefore(in);
      state.quietRule = VariableLength.readInt(in, Integer.MAX_VALUE);
      int runs = VariableLength.readInt(in, LONGEST);
      for (int i = 0; i < runs; i++) {
        String name = Fields.readText(in);
        state.runs.put(name, new Run(in.readInt(), in.readLong(), in.readLong()));
      }
      int points = VariableLength.readInt(in, LONGEST);
      for (int i = 0; i < points; i++) {
        state.points.addLast(SeriesPoint.decode(in));
      }
      int taken = VariableLength.readInt(in, LONGEST);
      for (int i = 0; i < taken; i++) {
        state.taken.addLast(new Taken(state.readBefore(in), readShort(in)));
      }
      state.scatter = in.readBoolean() ? CurrentDispersion.decode(in) : null;
      state.dependence = in.readBoolean() ? new Dependence(in.readDouble(), in.readDouble()) : null;
      return state;
    } catch (IOException e) {
      throw new UncheckedIOException("the state of a series cannot be read", e);
    }
  }

  /** A window is near the last tick, so that its distance from there is short; 0: no window. */
  private void writeBefore(DataOutput out, long windowStart) throws IOException {
    VariableLength.write(out, windowStart == NEVER ? 0 : lastTick - windowStart + 1);
  }

  private long readBefore(DataInput in) throws IOException {
    long distance = VariableLength.read(in);
    return distance == 0 ? NEVER : lastTick - distance + 1;
  }

  private static void writeShort(DataOutput out, byte[] bytes) throws IOException {
    VariableLength.write(out, bytes.length);
    out.write(bytes);
  }

  private static byte[] readShort(DataInput in) throws IOException {
    byte[] bytes = new byte[VariableLength.readInt(in, LONGEST)];
    in.readFully(bytes);
    return bytes;
  }
}
