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
 */
public final class OutputRecords {
  private static final String TRIGGERS = "retraining-triggers";

  private OutputRecords() {}

  /**
   * The record of an output.
   *
   * @param deployment name of this deployment, which becomes part of {@code ce_source}
   */
  public static OutputRecord of(Output output, String deployment) {
    Envelope envelope = envelope(output);
    return record(envelope, OutputJson.bytes(output), deployment, output.modelId());
  }

  /** The record of a dead letter. */
  public static OutputRecord of(DeadLetter letter, String deployment) {
    String key = letter.topic() + "-" + letter.partition() + "-" + letter.offset();
    Envelope envelope =
        new Envelope("dead-letters", key, key, "dev.weir.dead-letter.v1", letter.recordTime());
    return record(envelope, OutputJson.bytes(letter), deployment, letter.modelId());
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
      Envelope envelope, byte[] value, String deployment, @Nullable String modelId) {
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
    put(headers, "content-type", "application/json");
    byte[] key = envelope.key().getBytes(StandardCharsets.UTF_8);
    return new OutputRecord(envelope.topic(), key, value, headers);
  }

  private static void put(Map<String, byte[]> headers, String name, String value) {
    headers.put(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
