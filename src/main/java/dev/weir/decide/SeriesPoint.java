package dev.weir.decide;

import dev.weir.decide.Output.Evidence;
import dev.weir.monitor.Finding;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;
import dev.weir.monitor.Verdict;
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

  void encode(DataOutput out) throws IOException {
    out.writeLong(windowStart);
    out.writeLong(windowEnd);
    out.writeInt(revision);
    Fields.writeDouble(out, value);
    Fields.writeDouble(out, threshold);
    Fields.writeDouble(out, logE);
    Fields.writeDouble(out, logEThreshold);
    out.writeLong(nCurrent);
    Fields.writeLong(out, nReference);
    Fields.writeDouble(out, completeness);
    out.writeByte(verdict.ordinal());
    out.writeByte(rule.ordinal());
  }

  static SeriesPoint decode(DataInput in) throws IOException {
    return new SeriesPoint(
        in.readLong(),
        in.readLong(),
        in.readInt(),
        Fields.readDouble(in),
        Fields.readDouble(in),
        Fields.readDouble(in),
        Fields.readDouble(in),
        in.readLong(),
        Fields.readLong(in),
        Fields.readDouble(in),
        Fields.readSymbol(in, Verdict.values()),
        Fields.readSymbol(in, Rule.values()));
  }
}
