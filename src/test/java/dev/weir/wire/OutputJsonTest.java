package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.decide.Output;
import dev.weir.decide.Output.AuditAction;
import dev.weir.decide.Output.AuditRecord;
import dev.weir.decide.Output.Metric;
import dev.weir.event.DeadLetter;
import dev.weir.event.DeadLetter.Reason;
import dev.weir.monitor.Finding;
import dev.weir.monitor.Histogram;
import dev.weir.monitor.Rule;
import dev.weir.monitor.Series;
import dev.weir.monitor.Unit;
import dev.weir.monitor.Verdict;
import dev.weir.monitor.Withheld;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

class OutputJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long TIME = TestingEvents.DAY;

  @Test
  void unitOfTheTarget_isWrittenUnderItsName_andReadBack() throws IOException {
    Metric plain = metric(1.5, null, null, null);
    Finding finding = plain.finding();
    Finding inTarget =
        new Finding(
            finding.series(),
            finding.windowStart(),
            finding.windowEnd(),
            finding.tick(),
            0,
            1.5,
            Unit.TARGET,
            null,
            null,
            null,
            1,
            null,
            Verdict.OK,
            null,
            null,
            null,
            List.of(),
            null,
            null,
            null,
            null,
            null,
            "5d1f0c2b7a9e8834");
    Metric minutes = new Metric(inTarget, Verdict.OK, Rule.NONE, null, null, null, "minutes");
    byte[] json = OutputJson.bytes(minutes);
    assertThat(JSON.readTree(json).get("unit").asText()).isEqualTo("minutes");
    assertThat(OutputReader.metric(json).targetUnit()).isEqualTo("minutes");
    assertThat(OutputReader.metric(json).finding().unit()).isEqualTo(Unit.TARGET);
    Metric nameless = new Metric(inTarget, Verdict.OK, Rule.NONE, null, null, null, null);
    assertThat(JSON.readTree(OutputJson.bytes(nameless)).get("unit").asText()).isEqualTo("target");
    assertThat(JSON.readTree(OutputJson.bytes(plain)).get("unit").asText())
        .isEqualTo("reference_sd");
  }

  private static Metric metric(Double value, Double ciLow, Histogram histogram, Withheld withheld) {
    Finding finding =
        new Finding(
            new Series("m", "1", "drift", "psi", "a\"b", "origin=ORD"),
            TIME,
            TIME + 86_400_000,
            TIME + 86_400_000,
            2,
            value,
            Unit.REFERENCE_SD,
            ciLow,
            null,
            0.02,
            1_640,
            22_970L,
            Verdict.OK,
            null,
            -0.0,
            withheld,
            List.of("concept"),
            null,
            "b1",
            histogram,
            null,
            null,
            "5d1f0c2b7a9e8834");
    return new Metric(finding, Verdict.OK, Rule.EVIDENCE, 0.02, 12.5, 1e21, null);
  }

  private static final Histogram HISTOGRAM =
      new Histogram(
          new double[] {0.1, 2e23}, List.of("x"), new long[] {1, 2, 3}, new long[] {4}, 5, 6);

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void metric_goldenBytes() {
    assertThat(text(OutputJson.bytes(metric(0.1 + 0.2, Double.NaN, HISTOGRAM, Withheld.LABELS))))
        .isEqualTo(
            "{\"series_id\":\""
                + new Series("m", "1", "drift", "psi", "a\"b", "origin=ORD").id()
                + "\",\"model_id\":\"m\",\"model_version\":\"1\",\"monitor\":\"drift\","
                + "\"metric\":\"psi\",\"feature\":\"a\\\"b\",\"segment\":\"origin=ORD\","
                + "\"window_start\":\"2001-03-01T00:00:00.000Z\","
                + "\"window_end\":\"2001-03-02T00:00:00.000Z\",\"revision\":2,"
                + "\"value\":0.30000000000000004,\"unit\":\"reference_sd\",\"ci_low\":null,"
                + "\"ci_high\":null,\"log_e\":12.5,\"log_e_threshold\":1e+21,"
                + "\"n_current\":1640,\"n_reference\":22970,\"verdict\":\"OK\","
                + "\"rule\":\"EVIDENCE\",\"threshold\":0.02,\"completeness\":null,"
                + "\"error_bound\":0,\"withheld\":\"labels\",\"blind_to\":[\"concept\"],"
                + "\"season\":null,\"baseline_id\":\"b1\",\"histogram\":{\"edges\":[0.1,2e+23],"
                + "\"categories\":[\"x\"],\"reference\":[1,2,3],\"current\":[4],"
                + "\"reference_missing\":5,\"current_missing\":6},"
                + "\"config_hash\":\"5d1f0c2b7a9e8834\"}");
  }

  @Test
  void deadLetter_goldenBytes() {
    DeadLetter letter =
        new DeadLetter(
            "t",
            1,
            2,
            null,
            Reason.TOO_OLD,
            null,
            "why",
            null,
            "p",
            "7",
            new byte[] {1, 2},
            null,
            3,
            "ab",
            Map.of("b", new byte[] {3}, "a", new byte[0]));
    assertThat(text(OutputJson.bytes(letter)))
        .isEqualTo(
            "{\"topic\":\"t\",\"partition\":1,\"offset\":2,\"record_time\":null,"
                + "\"reason\":\"TOO_OLD\",\"field\":null,\"detail\":\"why\",\"model_id\":null,"
                + "\"prediction_id\":\"p\",\"schema_id\":\"7\",\"key\":\"AQI=\",\"head\":null,"
                + "\"value_size\":3,\"value_sha256\":\"ab\","
                + "\"headers\":{\"a\":\"\",\"b\":\"Aw==\"}}");
  }

  /** The example of interfaces.md 2.7 as its author wrote it. */
  @Test
  void trigger_isReadAndWrittenInTheOrderOfTheSchema() throws IOException {
    String json =
        "{\"trigger_id\":\"rt-3b0c8f3a9d2e41c7a655\",\"model_id\":\"flights-delay\","
            + "\"model_version\":\"lgbm-2001-01\",\"policy\":\"retrain\","
            + "\"reason\":\"PERFORMANCE\",\"summary\":\"Brier\","
            + "\"decided_at\":\"2001-05-14T02:00:00.000Z\","
            + "\"expires_at\":\"2001-05-15T02:00:00.000Z\","
            + "\"cooldown_until\":\"2001-05-21T02:00:00.000Z\",\"attempt\":1,\"dry_run\":true,"
            + "\"incident_id\":\"i-91d0f4be7720c3aa5e11\","
            + "\"alert_fingerprints\":[\"f-0a77b1c29e6d4f5583b2\"],"
            + "\"training_start\":\"2001-03-15T00:00:00.000Z\","
            + "\"training_end\":\"2001-05-14T00:00:00.000Z\",\"labelled_rows\":61204,"
            + "\"parameters\":{\"git_ref\":\"main\",\"pipeline\":\"flights_delay_train\"},"
            + "\"advice\":null,\"approved_by\":null,\"config_hash\":\"5d1f0c2b7a9e8834\","
            + "\"trace_parent\":null}";
    assertThat(text(OutputJson.bytes(OutputReader.trigger(json.getBytes(StandardCharsets.UTF_8)))))
        .isEqualTo(json);
  }

  @Test
  void trigger_withoutDryRun_isOne() throws IOException {
    String json =
        "{\"trigger_id\":\"t\",\"model_id\":\"m\",\"model_version\":\"1\",\"policy\":\"p\","
            + "\"summary\":\"s\",\"decided_at\":\"2001-05-14T02:00:00Z\","
            + "\"expires_at\":\"2001-05-14T02:00:00Z\",\"cooldown_until\":\"2001-05-14T02:00:00Z\","
            + "\"reason\":\"NEW_REASON\"}";
    Output.RetrainingTrigger trigger = OutputReader.trigger(json.getBytes(StandardCharsets.UTF_8));
    assertThat(trigger.dryRun()).isTrue();
    assertThat(trigger.reason()).isEqualTo(Output.Reason.UNKNOWN);
  }

  /** Avro and JSON of one record say the same, as the Avro library reads it. */
  @Test
  void metric_asAvro_saysTheSame() throws IOException {
    for (Metric metric :
        List.of(metric(0.25, 0.125, HISTOGRAM, Withheld.OVERLAP), metric(null, null, null, null))) {
      sameFields(Schemas.METRICS, OutputAvro.bytes(metric), OutputJson.bytes(metric));
    }
  }

  @Test
  void audit_asAvro_saysTheSame() throws IOException {
    AuditRecord audit =
        new AuditRecord(
            "m", 7, TIME, "weir", AuditAction.TRIGGER_EMITTED, "rt-1", "{}", "c", "p", "h");
    sameFields(Schemas.AUDIT, OutputAvro.bytes(audit), OutputJson.bytes(audit));
  }

  @Test
  void deadLetter_asAvro_saysTheSame() throws IOException {
    DeadLetter letter =
        new DeadLetter(
            "t",
            1,
            2,
            TIME,
            Reason.TOO_OLD,
            "f",
            "why",
            "m",
            "p",
            "7",
            new byte[] {1, 2},
            new byte[] {-1},
            3,
            "ab",
            Map.of("b", new byte[] {3}, "a", new byte[0]));
    sameFields(Schemas.DEAD_LETTERS, OutputAvro.bytes(letter), OutputJson.bytes(letter));
    assertThat(OutputReader.deadLetter(OutputJson.bytes(letter)))
        .usingRecursiveComparison()
        .isEqualTo(letter);
  }

  private static void sameFields(Schema schema, byte[] avro, byte[] json) throws IOException {
    assertThat(Schemas.fingerprint(avro)).isEqualTo(Schemas.fingerprint(schema));
    GenericRecord record =
        new GenericDatumReader<GenericRecord>(schema)
            .read(null, DecoderFactory.get().binaryDecoder(avro, 10, avro.length - 10, null));
    JsonNode node = JSON.readTree(json);
    for (Schema.Field field : schema.getFields()) {
      assertThat(String.valueOf(plain(GenericFields.of(record), field.name())))
          .as(field.name())
          .isEqualTo(String.valueOf(plain(new JsonFields(JsonText.object(json)), field.name())));
      assertThat(node.has(field.name())).isTrue();
    }
  }

  private static Object plain(JsonFields fields, String name) {
    Object value = fields.value(name);
    return normal(value);
  }

  /** Numbers as doubles: JSON writes 0.0 as 0. */
  private static Object normal(Object value) {
    if (value instanceof Number number) {
      return number.doubleValue() + 0.0;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(OutputJsonTest::normal).toList();
    }
    if (value instanceof Map<?, ?> map) {
      java.util.TreeMap<String, Object> sorted = new java.util.TreeMap<>();
      map.forEach((key, item) -> sorted.put(String.valueOf(key), normal(item)));
      return sorted;
    }
    return value;
  }

  @Test
  void records_haveKeyAndHeadersOfTheirTopic() {
    Metric metric = metric(0.25, null, null, null);
    OutputRecord record = OutputRecords.of(metric, "prod");
    assertThat(record.topicSuffix()).isEqualTo("metrics");
    assertThat(text(record.key())).isEqualTo(metric.finding().series().id());
    assertThat(text(record.headers().get("ce_specversion"))).isEqualTo("1.0");
    assertThat(text(record.headers().get("ce_type"))).isEqualTo("dev.weir.metric.v1");
    assertThat(text(record.headers().get("ce_source"))).isEqualTo("/weir/prod/m");
    assertThat(text(record.headers().get("ce_subject"))).isEqualTo("m");
    assertThat(text(record.headers().get("ce_time"))).isEqualTo("2001-03-02T00:00:00.000Z");
    assertThat(text(record.headers().get("ce_dataschema"))).isEqualTo("urn:dev.weir:metrics:1");
    assertThat(text(record.headers().get("content-type"))).isEqualTo("application/json");
    OutputRecord avro = OutputRecords.of(metric, "prod", OutputRecords.Format.AVRO);
    assertThat(avro.value()).isEqualTo(OutputAvro.bytes(metric));
    assertThat(text(avro.headers().get("content-type"))).isEqualTo("application/avro");
  }
}
