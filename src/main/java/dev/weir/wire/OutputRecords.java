package dev.weir.wire;

import dev.weir.decide.Output;
import dev.weir.event.CanonicalJson;
import dev.weir.event.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Outputs as they stand on their topics: JSON, the key of the topic, and CloudEvents headers in
 * binary mode. Nothing is only in a header; equal outputs give equal records.
 *
 * <p>Metrics, audit and dead letters can be Avro single objects instead; alerts and triggers are
 * always JSON, because orchestrators read them.
 */
public final class OutputRecords {
  private static final String TRIGGERS = "retraining-triggers";

  /** Header of a record that goes out again because its first copy was not seen. */
  public static final String REEMITTED = "weir-reemitted";

  private OutputRecords() {}

  /** How metrics, audit and dead letters are written. */
  public enum Format {
    /** JSON objects. */
    JSON,
    /** Avro single objects. */
    AVRO
  }

  /**
   * The record of an output.
   *
   * @param deployment name of this deployment, which becomes part of {@code ce_source}
   */
  public static OutputRecord of(Output output, String deployment) {
    return of(output, deployment, Format.JSON);
  }

  /** The record of an output in this format, where the output may have it. */
  public static OutputRecord of(Output output, String deployment, Format format) {
    byte[] avro = null;
    if (format == Format.AVRO && output instanceof Output.Metric metric) {
      avro = OutputAvro.bytes(metric);
    } else if (format == Format.AVRO && output instanceof Output.AuditRecord audit) {
      avro = OutputAvro.bytes(audit);
    }
    byte[] value = avro == null ? OutputJson.bytes(output) : avro;
    return record(
        envelope(output),
        value,
        avro == null ? Format.JSON : Format.AVRO,
        deployment,
        output.modelId());
  }

  /** The record of a dead letter. */
  public static OutputRecord of(DeadLetter letter, String deployment) {
    return of(letter, deployment, Format.JSON);
  }

  /** The record of a dead letter in this format. */
  public static OutputRecord of(DeadLetter letter, String deployment, Format format) {
    String key = letter.topic() + "-" + letter.partition() + "-" + letter.offset();
    Envelope envelope =
        new Envelope("dead-letters", key, key, "dev.weir.dead-letter.v1", letter.recordTime());
    byte[] value = format == Format.AVRO ? OutputAvro.bytes(letter) : OutputJson.bytes(letter);
    return record(envelope, value, format, deployment, letter.modelId());
  }

  /** The model of a retraining trigger: its key. */
  public static String modelOfTrigger(OutputRecord record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }

  private record Envelope(String topic, String key, String id, String type, @Nullable Long time) {}

  private static Envelope envelope(Output output) {
    if (output instanceof Output.Metric metric) {
      String series = metric.finding().series().id();
      String id = series + "-" + metric.finding().windowEnd() + "-" + metric.finding().revision();
      return new Envelope("metrics", series, id, "dev.weir.metric.v1", metric.finding().tick());
    }
    if (output instanceof Output.Alert alert) {
      return new Envelope(
          "alerts", alert.fingerprint(), alert.alertId(), "dev.weir.alert.v1", alert.updatedAt());
    }
    if (output instanceof Output.RetrainingTrigger trigger) {
      return new Envelope(
          TRIGGERS,
          trigger.modelId(),
          trigger.triggerId(),
          "dev.weir.retraining.requested.v1",
          trigger.decidedAt());
    }
    Output.AuditRecord audit = (Output.AuditRecord) output;
    return new Envelope(
        "audit", audit.modelId(), audit.hash(), "dev.weir.audit.v1", audit.eventTime());
  }

  private static OutputRecord record(
      Envelope envelope, byte[] value, Format format, String deployment, @Nullable String modelId) {
    String model = modelId == null ? "" : modelId;
    Map<String, byte[]> headers = new LinkedHashMap<>();
    put(headers, "ce_specversion", "1.0");
    put(headers, "ce_id", envelope.id());
    put(headers, "ce_type", envelope.type());
    put(headers, "ce_source", "/weir/" + deployment + "/" + model);
    if (!model.isEmpty()) {
      put(headers, "ce_subject", model);
    }
    if (envelope.time() != null) {
      put(headers, "ce_time", CanonicalJson.time(envelope.time()));
    }
    put(headers, "ce_dataschema", "urn:dev.weir:" + envelope.topic() + ":1");
    put(headers, "content-type", format == Format.AVRO ? "application/avro" : "application/json");
    byte[] key = envelope.key().getBytes(StandardCharsets.UTF_8);
    return new OutputRecord(envelope.topic(), key, value, headers);
  }

  /** The same bytes once more, marked by the header {@link #REEMITTED}. */
  public static OutputRecord again(OutputRecord output) {
    Map<String, byte[]> headers = new LinkedHashMap<>(output.headers());
    put(headers, REEMITTED, "1");
    return new OutputRecord(output.topicSuffix(), output.key(), output.value(), headers);
  }

  private static void put(Map<String, byte[]> headers, String name, String value) {
    headers.put(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
