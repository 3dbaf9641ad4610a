package dev.weir.wire;

import dev.weir.decide.Output.Alert;
import dev.weir.decide.Output.Antipattern;
import dev.weir.decide.Output.AuditAction;
import dev.weir.decide.Output.AuditRecord;
import dev.weir.decide.Output.Evidence;
import dev.weir.decide.Output.Metric;
import dev.weir.decide.Output.Reason;
import dev.weir.decide.Output.RetrainingTrigger;
import dev.weir.decide.Output.Status;
import dev.weir.event.DeadLetter;
import dev.weir.monitor.Finding;
import dev.weir.monitor.Histogram;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;
import dev.weir.monitor.Severity;
import dev.weir.monitor.Unit;
import dev.weir.monitor.Verdict;
import dev.weir.monitor.Withheld;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads outputs back from the JSON of {@link OutputJson}: what was written is read as an equal
 * record. Absent fields take the defaults of the schema, unknown symbols are UNKNOWN.
 *
 * <p>Every method throws an {@link IOException} with one sentence if the bytes are no such record.
 */
public final class OutputReader {
  private OutputReader() {}

  /**
   * A metric. What is not written is made up: the tick is the end of the window, there are no
   * counts; a unit with a name of its own is {@link Unit#TARGET}.
   */
  public static Metric metric(byte[] json) throws IOException {
    JsonFields in = JsonFields.of(json);
    Verdict verdict = in.symbol("verdict", Verdict.class, Verdict.UNKNOWN);
    Double threshold = in.optionalNumber("threshold");
    long windowEnd = in.time("window_end");
    JsonFields histogram = in.optionalObject("histogram");
    Finding finding =
        new Finding(
            new Series(
                in.text("model_id"),
                in.text("model_version"),
                in.text("monitor"),
                in.text("metric"),
                in.optionalText("feature"),
                in.optionalText("segment")),
            in.time("window_start"),
            windowEnd,
            windowEnd,
            in.shortInteger("revision", 0),
            in.optionalNumber("value"),
            unit(in.text("unit")),
            in.optionalNumber("ci_low"),
            in.optionalNumber("ci_high"),
            threshold,
            in.integer("n_current", 0),
            in.optionalInteger("n_reference"),
            verdict,
            in.optionalNumber("completeness"),
            in.optionalNumber("error_bound"),
            withheld(in.optionalText("withheld")),
            in.texts("blind_to"),
            in.optionalText("season"),
            in.optionalText("baseline_id"),
            histogram == null ? null : histogram(histogram),
            null,
            null,
            in.text("config_hash", ""));
    return new Metric(
        finding,
        verdict,
        in.symbol("rule", Rule.class, Rule.NONE),
        threshold,
        in.optionalNumber("log_e"),
        in.optionalNumber("log_e_threshold"),
        targetUnit(in.text("unit")));
  }

  private static @Nullable String targetUnit(String id) {
    return unit(id) == Unit.TARGET && !id.equals(Unit.TARGET.id()) ? id : null;
  }

  private static Unit unit(String id) {
    for (Unit unit : Unit.values()) {
      if (unit.id().equals(id)) {
        return unit;
      }
    }
    return Unit.TARGET;
  }

  private static @Nullable Withheld withheld(@Nullable String id) throws IOException {
    if (id == null) {
      return null;
    }
    try {
      return Withheld.valueOf(id.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IOException("withheld is no known reason: " + id, e);
    }
  }

  private static Histogram histogram(JsonFields in) throws IOException {
    return new Histogram(
        in.numbers("edges"),
        in.texts("categories"),
        in.integers("reference"),
        in.integers("current"),
        in.integer("reference_missing", 0),
        in.integer("current_missing", 0));
  }

  /** An alert. */
  public static Alert alert(byte[] json) throws IOException {
    JsonFields in = JsonFields.of(json);
    List<Evidence> evidence = new ArrayList<>();
    for (JsonFields item : in.objects("evidence")) {
      evidence.add(evidence(item));
    }
    return new Alert(
        in.text("alert_id"),
        in.text("fingerprint"),
        in.text("incident_id"),
        in.text("model_id"),
        in.text("model_version"),
        in.text("monitor"),
        in.symbol("status", Status.class, Status.UNKNOWN),
        in.shortInteger("sequence", 0),
        in.symbol("severity", Severity.class, Severity.UNKNOWN),
        in.symbol("antipattern", Antipattern.class, Antipattern.UNKNOWN),
        in.text("summary"),
        in.text("runbook"),
        in.textMap("labels"),
        in.textMap("annotations"),
        in.time("starts_at"),
        in.optionalTime("ends_at"),
        in.time("updated_at"),
        in.optionalText("acknowledged_by"),
        in.optionalTime("silenced_until"),
        in.symbol("rule", Rule.class, Rule.NONE),
        List.copyOf(evidence),
        in.optionalTime("change_began_at"),
        in.optionalText("trigger_id"),
        in.text("config_hash", ""));
  }

  private static Evidence evidence(JsonFields in) throws IOException {
    return new Evidence(
        in.text("series_id"),
        in.text("metric"),
        in.optionalText("feature"),
        in.optionalText("segment"),
        in.time("window_start"),
        in.time("window_end"),
        in.shortInteger("revision", 0),
        in.optionalNumber("value"),
        in.optionalNumber("threshold"),
        in.optionalNumber("log_e"),
        in.optionalNumber("log_e_threshold"),
        in.integer("n_current", 0),
        in.optionalInteger("n_reference"),
        in.optionalNumber("completeness"));
  }

  /** A request to retrain; without {@code dry_run} it is one that must not train. */
  public static RetrainingTrigger trigger(byte[] json) throws IOException {
    JsonFields in = JsonFields.of(json);
    return new RetrainingTrigger(
        in.text("trigger_id"),
        in.text("model_id"),
        in.text("model_version"),
        in.text("policy"),
        in.symbol("reason", Reason.class, Reason.UNKNOWN),
        in.text("summary"),
        in.time("decided_at"),
        in.time("expires_at"),
        in.time("cooldown_until"),
        in.shortInteger("attempt", 1),
        in.flag("dry_run", true),
        in.text("incident_id", ""),
        in.texts("alert_fingerprints"),
        in.optionalTime("training_start"),
        in.optionalTime("training_end"),
        in.integer("labelled_rows", 0),
        in.textMap("parameters"),
        in.optionalText("advice"),
        in.optionalText("approved_by"),
        in.text("config_hash", ""),
        in.optionalText("trace_parent"));
  }

  /** A step of the audit. */
  public static AuditRecord audit(byte[] json) throws IOException {
    JsonFields in = JsonFields.of(json);
    return new AuditRecord(
        in.text("model_id"),
        in.integer("sequence"),
        in.time("event_time"),
        in.text("actor"),
        in.symbol("action", AuditAction.class, AuditAction.UNKNOWN),
        in.text("object_id"),
        in.text("detail", "{}"),
        in.text("config_hash", ""),
        in.text("previous_hash"),
        in.text("hash"));
  }

  /** A dead letter. */
  public static DeadLetter deadLetter(byte[] json) throws IOException {
    JsonFields in = JsonFields.of(json);
    return new DeadLetter(
        in.text("topic"),
        in.shortInteger("partition", 0),
        in.integer("offset"),
        in.optionalTime("record_time"),
        in.symbol("reason", DeadLetter.Reason.class, DeadLetter.Reason.UNKNOWN),
        in.optionalText("field"),
        in.text("detail", ""),
        in.optionalText("model_id"),
        in.optionalText("prediction_id"),
        in.optionalText("schema_id"),
        in.optionalBytes("key"),
        in.optionalBytes("head"),
        in.integer("value_size", 0),
        in.text("value_sha256", ""),
        in.byteMap("headers"));
  }
}
