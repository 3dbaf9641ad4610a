package dev.weir.decide;

import dev.weir.decide.Output.Evidence;
import dev.weir.monitor.Finding;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;
import dev.weir.monitor.Verdict;
import dev.weir.stats.inference.VariableLength;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One window of a series as it was decided. */
record SeriesPoint(
    long windowStart,
    long windowEnd,
    int revision,
    @Nullable Double value,
    @Nullable Double threshold,
    @Nullable Double logE,
    @Nullable Double logEThreshold,
    long nCurrent,
    @Nullable Long nReference,
    @Nullable Double completeness,
    Verdict verdict,
    Rule rule) {

  static SeriesPoint of(
      Finding finding,
      @Nullable Double threshold,
      @Nullable Double logE,
      @Nullable Double logEThreshold,
      Verdict verdict,
      Rule rule) {
    return new SeriesPoint(
        finding.windowStart(),
        finding.windowEnd(),
        finding.revision(),
        finding.value(),
        threshold,
        logE,
        logEThreshold,
        finding.nCurrent(),
        finding.nReference(),
        finding.completeness(),
        verdict,
        rule);
  }

  /** How far the value lies from its threshold; without one, how large it is, absent least. */
  double effect() {
    if (value == null) {
      return Double.NEGATIVE_INFINITY;
    }
    return threshold == null ? Math.abs(value) : Math.abs(value - threshold);
  }

  Evidence evidence(Series series) {
    return new Evidence(
        series.id(),
        series.metric(),
        series.feature(),
        series.segment(),
        windowStart,
        windowEnd,
        revision,
        value,
        threshold,
        logE,
        logEThreshold,
        nCurrent,
        nReference,
        completeness);
  }

  /** Writes it: first which of the numbers there are, then those. */
  void encode(DataOutput out) throws IOException {
    @Nullable Double[] numbers = {value, threshold, logE, logEThreshold, completeness};
    int present = nReference == null ? 0 : 1 << numbers.length;
    for (int i = 0; i < numbers.length; i++) {
      present |= numbers[i] == null ? 0 : 1 << i;
    }
    out.writeByte(present);
    out.writeLong(windowStart);
    VariableLength.write(out, windowEnd - windowStart);
    VariableLength.write(out, revision);
    for (Double number : numbers) {
      if (number != null) {
        out.writeDouble(number);
      }
    }
    VariableLength.write(out, nCurrent);
    if (nReference != null) {
      VariableLength.write(out, nReference);
    }
    out.writeByte(verdict.ordinal());
    out.writeByte(rule.ordinal());
  }

  /** Reads what {@link #encode} wrote. */
  static SeriesPoint decode(DataInput in) throws IOException {
    int present = in.readUnsignedByte();
    long start = in.readLong();
    long end = start + VariableLength.read(in);
    int revision = (int) VariableLength.read(in);
    @Nullable Double[] numbers = new @Nullable Double[5];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (present & 1 << i) == 0 ? null : in.readDouble();
    }
    long current = VariableLength.read(in);
    Long reference = (present & 1 << numbers.length) == 0 ? null : VariableLength.read(in);
    return new SeriesPoint(
        start,
        end,
        revision,
        numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        current,
        reference,
        numbers[4],
        Fields.readSymbol(in, Verdict.values()),
        Fields.readSymbol(in, Rule.values()));
  }
}
