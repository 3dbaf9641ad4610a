package dev.weir.wire;

import dev.weir.decide.Output.AuditRecord;
import dev.weir.decide.Output.Metric;
import dev.weir.event.DeadLetter;
import dev.weir.monitor.Finding;
import dev.weir.monitor.Histogram;
import dev.weir.monitor.Series;
import dev.weir.monitor.Withheld;
import org.jspecify.annotations.Nullable;

/**
 * Metrics, audit and dead letters as Avro single objects: the fields of {@link OutputJson} at a
 * third of the size. A number that is not finite is null; equal records give equal bytes.
 */
public final class OutputAvro {
  private OutputAvro() {}

  /** A metric. */
  public static byte[] bytes(Metric metric) {
    Finding finding = metric.finding();
    Series series = finding.series();
    Withheld withheld = finding.withheld();
    AvroOutput out = new AvroOutput(Schemas.METRICS);
    return out.text(series.id())
        .text(series.modelId())
        .text(series.modelVersion())
        .text(series.monitor())
        .text(series.metric())
        .optionalText(series.feature())
        .optionalText(series.segment())
        .integer(finding.windowStart())
        .integer(finding.windowEnd())
        .integer(finding.revision())
        .optionalNumber(finite(finding.value()))
        .text(metric.unit())
        .optionalNumber(finite(finding.ciLow()))
        .optionalNumber(finite(finding.ciHigh()))
        .optionalNumber(finite(metric.logE()))
        .optionalNumber(finite(metric.logEThreshold()))
        .integer(finding.nCurrent())
        .optionalInteger(finding.nReference())
        .symbol(metric.verdict())
        .symbol(metric.rule())
        .optionalNumber(finite(metric.threshold()))
        .optionalNumber(finite(finding.completeness()))
        .optionalNumber(finite(finding.errorBound()))
        .optionalText(withheld == null ? null : withheld.id())
        .list(finding.blindTo(), out::text)
        .optionalText(finding.season())
        .optionalText(finding.baselineId())
        .optional(finding.histogram(), histogram -> histogram(out, histogram))
        .text(finding.configHash())
        .finish();
  }

  private static void histogram(AvroOutput out, Histogram histogram) {
    out.numbers(histogram.edges())
        .list(histogram.categories(), out::text)
        .integers(histogram.reference())
        .integers(histogram.current())
        .integer(histogram.referenceMissing())
        .integer(histogram.currentMissing());
  }

  private static @Nullable Double finite(@Nullable Double value) {
    return value != null && Double.isFinite(value) ? value + 0.0 : null;
  }

  /** A step of the audit. */
  public static byte[] bytes(AuditRecord audit) {
    return new AvroOutput(Schemas.AUDIT)
        .text(audit.modelId())
        .integer(audit.sequence())
        .integer(audit.eventTime())
        .text(audit.actor())
        .symbol(audit.action())
        .text(audit.objectId())
        .text(audit.detail())
        .text(audit.configHash())
        .text(audit.previousHash())
        .text(audit.hash())
        .finish();
  }

  /** A dead letter. */
  public static byte[] bytes(DeadLetter letter) {
    AvroOutput out = new AvroOutput(Schemas.DEAD_LETTERS);
    return out.text(letter.topic())
        .integer(letter.partition())
        .integer(letter.offset())
        .optionalInteger(letter.recordTime())
        .symbol(letter.reason())
        .optionalText(letter.field())
        .text(letter.detail())
        .optionalText(letter.modelId())
        .optionalText(letter.predictionId())
        .optionalText(letter.schemaId())
        .optionalBytes(letter.key())
        .optionalBytes(letter.head())
        .integer(letter.valueSize())
        .text(letter.valueSha256())
        .map(letter.headers(), out::bytes)
        .finish();
  }
}
