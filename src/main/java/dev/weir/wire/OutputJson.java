package dev.weir.wire;

import dev.weir.decide.Output;
import dev.weir.decide.Output.Alert;
import dev.weir.decide.Output.AuditRecord;
import dev.weir.decide.Output.Evidence;
import dev.weir.decide.Output.Metric;
import dev.weir.decide.Output.RetrainingTrigger;
import dev.weir.event.DeadLetter;
import dev.weir.monitor.Finding;
import dev.weir.monitor.Histogram;
import dev.weir.monitor.Series;
import dev.weir.monitor.Withheld;

/**
 * Outputs as JSON: every field, in the order of the schema, null included; equal records give equal
 * bytes on every Java version.
 *
 * <p>Times are text with milliseconds, bytes are base64, enumerations are names, numbers follow the
 * ECMAScript rule (RFC 8785); a number that is not finite is null.
 */
public final class OutputJson {
  private OutputJson() {}

  /** An output of any kind. */
  public static byte[] bytes(Output output) {
    if (output instanceof Metric metric) {
      return bytes(metric);
    }
    if (output instanceof Alert alert) {
      return bytes(alert);
    }
    if (output instanceof RetrainingTrigger trigger) {
      return bytes(trigger);
    }
    if (output instanceof AuditRecord audit) {
      return bytes(audit);
    }
    throw new IllegalArgumentException("no JSON for " + output.getClass());
  }

  /** A metric. */
  public static byte[] bytes(Metric metric) {
    Finding finding = metric.finding();
    Series series = finding.series();
    Withheld withheld = finding.withheld();
    return new JsonObjectWriter()
        .text("series_id", series.id())
        .text("model_id", series.modelId())
        .text("model_version", series.modelVersion())
        .text("monitor", series.monitor())
        .text("metric", series.metric())
        .text("feature", series.feature())
        .text("segment", series.segment())
        .time("window_start", finding.windowStart())
        .time("window_end", finding.windowEnd())
        .integer("revision", finding.revision())
        .number("value", finding.value())
        .text("unit", metric.unit())
        .number("ci_low", finding.ciLow())
        .number("ci_high", finding.ciHigh())
        .number("log_e", metric.logE())
        .number("log_e_threshold", metric.logEThreshold())
        .integer("n_current", finding.nCurrent())
        .optionalInteger("n_reference", finding.nReference())
        .symbol("verdict", metric.verdict())
        .symbol("rule", metric.rule())
        .number("threshold", metric.threshold())
        .number("completeness", finding.completeness())
        .number("error_bound", finding.errorBound())
        .text("withheld", withheld == null ? null : withheld.id())
        .texts("blind_to", finding.blindTo())
        .text("season", finding.season())
        .text("baseline_id", finding.baselineId())
        .object("histogram", finding.histogram(), OutputJson::histogram)
        .text("config_hash", finding.configHash())
        .bytes();
  }

  private static void histogram(JsonObjectWriter json, Histogram histogram) {
    json.numbers("edges", histogram.edges())
        .texts("categories", histogram.categories())
        .integers("reference", histogram.reference())
        .integers("current", histogram.current())
        .integer("reference_missing", histogram.referenceMissing())
        .integer("current_missing", histogram.currentMissing());
  }

  /** An alert. */
  public static byte[] bytes(Alert alert) {
    return new JsonObjectWriter()
        .text("alert_id", alert.alertId())
        .text("fingerprint", alert.fingerprint())
        .text("incident_id", alert.incidentId())
        .text("model_id", alert.modelId())
        .text("model_version", alert.modelVersion())
        .text("monitor", alert.monitor())
        .symbol("status", alert.status())
        .integer("sequence", alert.sequence())
        .symbol("severity", alert.severity())
        .symbol("antipattern", alert.antipattern())
        .text("summary", alert.summary())
        .text("runbook", alert.runbook())
        .textMap("labels", alert.labels())
        .textMap("annotations", alert.annotations())
        .time("starts_at", alert.startsAt())
        .time("ends_at", alert.endsAt())
        .time("updated_at", alert.updatedAt())
        .text("acknowledged_by", alert.acknowledgedBy())
        .time("silenced_until", alert.silencedUntil())
        .symbol("rule", alert.rule())
        .objects("evidence", alert.evidence(), OutputJson::evidence)
        .time("change_began_at", alert.changeBeganAt())
        .text("trigger_id", alert.triggerId())
        .text("config_hash", alert.configHash())
        .bytes();
  }

  private static void evidence(JsonObjectWriter json, Evidence evidence) {
    json.text("series_id", evidence.seriesId())
        .text("metric", evidence.metric())
        .text("feature", evidence.feature())
        .text("segment", evidence.segment())
        .time("window_start", evidence.windowStart())
        .time("window_end", evidence.windowEnd())
        .integer("revision", evidence.revision())
        .number("value", evidence.value())
        .number("threshold", evidence.threshold())
        .number("log_e", evidence.logE())
        .number("log_e_threshold", evidence.logEThreshold())
        .integer("n_current", evidence.nCurrent())
        .optionalInteger("n_reference", evidence.nReference())
        .number("completeness", evidence.completeness());
  }

  /** A request to retrain. */
  public static byte[] bytes(RetrainingTrigger trigger) {
    return new JsonObjectWriter()
        .text("trigger_id", trigger.triggerId())
        .text("model_id", trigger.modelId())
        .text("model_version", trigger.modelVersion())
        .text("policy", trigger.policy())
        .symbol("reason", trigger.reason())
        .text("summary", trigger.summary())
        .time("decided_at", trigger.decidedAt())
        .time("expires_at", trigger.expiresAt())
        .time("cooldown_until", trigger.cooldownUntil())
        .integer("attempt", trigger.attempt())
        .flag("dry_run", trigger.dryRun())
        .text("incident_id", trigger.incidentId())
        .texts("alert_fingerprints", trigger.alertFingerprints())
        .time("training_start", trigger.trainingStart())
        .time("training_end", trigger.trainingEnd())
        .integer("labelled_rows", trigger.labelledRows())
        .textMap("parameters", trigger.parameters())
        .text("advice", trigger.advice())
        .text("approved_by", trigger.approvedBy())
        .text("config_hash", trigger.configHash())
        .text("trace_parent", trigger.traceParent())
        .bytes();
  }

  /** A step of the audit. */
  public static byte[] bytes(AuditRecord audit) {
    return new JsonObjectWriter()
        .text("model_id", audit.modelId())
        .integer("sequence", audit.sequence())
        .time("event_time", audit.eventTime())
        .text("actor", audit.actor())
        .symbol("action", audit.action())
        .text("object_id", audit.objectId())
        .text("detail", audit.detail())
        .text("config_hash", audit.configHash())
        .text("previous_hash", audit.previousHash())
        .text("hash", audit.hash())
        .bytes();
  }

  /** A dead letter. */
  public static byte[] bytes(DeadLetter letter) {
    return new JsonObjectWriter()
        .text("topic", letter.topic())
        .integer("partition", letter.partition())
        .integer("offset", letter.offset())
        .time("record_time", letter.recordTime())
        .symbol("reason", letter.reason())
        .text("field", letter.field())
        .text("detail", letter.detail())
        .text("model_id", letter.modelId())
        .text("prediction_id", letter.predictionId())
        .text("schema_id", letter.schemaId())
        .bytes("key", letter.key())
        .bytes("head", letter.head())
        .integer("value_size", letter.valueSize())
        .text("value_sha256", letter.valueSha256())
        .byteMap("headers", letter.headers())
        .bytes();
  }
}
