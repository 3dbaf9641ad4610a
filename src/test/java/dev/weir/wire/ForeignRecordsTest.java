package dev.weir.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.DeadLetter.Reason;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import dev.weir.testing.KeptFeatures;
import dev.weir.wire.ForeignFormat.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Payloads as the documentation of their servers shows them. What is expected was read off them by
 * hand.
 */
class ForeignRecordsTest {
  private static final long APPENDED = 1_700_000_000_000L;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** KServe, documentation of the inference logger: the iris model asked about two flowers. */
  private static final String KSERVE_REQUEST =
      "{\"instances\": [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]}";

  private static final String KSERVE_RESPONSE = "{\"predictions\": [1, 1]}";
  private static final String KSERVE_ID = "0009174a-24a8-4603-b098-09c8799950e9";

  /** Amazon SageMaker Model Monitor, documentation of captured data, with fewer columns. */
  private static final String CAPTURE =
      "{\"captureData\":{\"endpointInput\":{\"observedContentType\":\"text/csv\",\"mode\":\"INPUT\",\"data\":\"69,0,153.7\\n"
          + "\",\"encoding\":\"CSV\"},\"endpointOutput\":{\"observedContentType\":\"text/csv;"
          + " charset=utf-8\",\"mode\":\"OUTPUT\","
          + "\"data\":\"0.0254181120544672\",\"encoding\":\"CSV\"}},\"eventMetadata\":{\"eventId\":"
          + "\"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee\",\"inferenceTime\":\"2022-02-14T17:25:49Z\"},"
          + "\"eventVersion\":\"0\"}";

  /** Open Inference Protocol, the request and answer of its REST example. */
  private static final String OIP_REQUEST =
      "{\"id\":\"42\",\"inputs\":[{\"name\":\"input0\",\"shape\":[2,2],\"datatype\":\"UINT32\","
          + "\"data\":[1,2,3,4]},{\"name\":\"input1\",\"shape\":[2],\"datatype\":\"BOOL\","
          + "\"data\":[true,false]}],\"outputs\":[{\"name\":\"output0\"}]}";

  private static final String OIP_RESPONSE =
      "{\"id\":\"42\",\"model_name\":\"m\",\"model_version\":\"7\",\"outputs\":[{\"name\":\"output0\","
          + "\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[[0.25,0.75],[0.5,0.5]]},{\"name\":\"label\",\"shape\":[2,1],\"datatype\":\"BYTES\",\"data\":[\"late\",\"on"
          + " time\"]}]}";

  private static RawRecord record(String value, Map<String, String> headers) {
    Map<String, byte[]> bytes = new TreeMap<>();
    headers.forEach((name, text) -> bytes.put(name, text.getBytes(UTF_8)));
    return new KeptRecord("weir.predictions", 3, 17, APPENDED, null, value.getBytes(UTF_8), bytes);
  }

  private static Map<String, String> kserve(String side, String time) {
    return Map.of(
        "ce_specversion", "1.0",
        "ce_type", "org.kubeflow.serving.inference." + side,
        "ce_source", "http://localhost:9081/",
        "ce_id", KSERVE_ID,
        "ce_time", time,
        "ce_inferenceservicename", "sklearn-iris",
        "content-type", "application/json");
  }

  private static ForeignFormat format(Kind kind, List<String> names, Map<String, String> outputs) {
    return new ForeignFormat(kind, "iris", names, outputs);
  }

  private static ForeignRecords.Rows rows(Input input, ForeignFormat format, RawRecord record) {
    return new ForeignRecords(input, format, true).rows(record);
  }

  /** The rows, each as the decoder of the input reads it. */
  private static List<Event> events(Input input, ForeignFormat format, RawRecord record) {
    EventDecoder decoder =
        new EventDecoder(
            input,
            new DecoderSettings(TimeBounds.fixed(1, Long.MAX_VALUE), true, null),
            SchemaSource.NONE);
    ForeignRecords.Rows rows = rows(input, format, record);
    assertThat(rows.deadLetter()).isNull();
    List<Event> events = new ArrayList<>();
    for (RawRecord row : rows.records()) {
      Decoded decoded = decoder.decode(row);
      assertThat(decoded).as("%s", decoded).isInstanceOf(Decoded.Good.class);
      Event event = ((Decoded.Good) decoded).event();
      events.add(event instanceof Event.Features features ? KeptFeatures.of(features) : event);
    }
    return events;
  }

  private static String json(RawRecord record) throws Exception {
    return JSON.readTree(record.value()).toString();
  }

  @Test
  void kserveRequest_isOneFeaturesRecordForEachInstance() throws Exception {
    ForeignFormat iris =
        format(
            Kind.KSERVE,
            List.of("sepal_length", "sepal_width", "petal_length", "petal_width"),
            Map.of("predicted_class", "0"));
    RawRecord request = record(KSERVE_REQUEST, kserve("request", "2021-04-10T00:23:26.0789529Z"));
    assertThat(rows(Input.FEATURES, iris, request).records())
        .extracting(ForeignRecordsTest::json)
        .containsExactly(
            "{\"prediction_id\":\""
                + KSERVE_ID
                + "#0\",\"model_id\":\"iris\",\"features\":"
                + "{\"sepal_length\":6.8,\"sepal_width\":2.8,\"petal_length\":4.8,\"petal_width\":1.4},"
                + "\"event_time\":1618014206078}",
            "{\"prediction_id\":\""
                + KSERVE_ID
                + "#1\",\"model_id\":\"iris\",\"features\":"
                + "{\"sepal_length\":6.0,\"sepal_width\":3.4,\"petal_length\":4.5,\"petal_width\":1.6},"
                + "\"event_time\":1618014206078}");
    assertThat(events(Input.FEATURES, iris, request)).hasSize(2);
  }

  @Test
  void kserveResponse_hasTheIdsOfItsRequest_andItsClass() {
    ForeignFormat iris = format(Kind.KSERVE, List.of(), Map.of("predicted_class", "0"));
    RawRecord response =
        record(KSERVE_RESPONSE, kserve("response", "2021-04-10T00:23:26.080736102Z"));
    List<Event> events = events(Input.PREDICTIONS, iris, response);
    assertThat(events)
        .extracting(Event::predictionId)
        .containsExactly(KSERVE_ID + "#0", KSERVE_ID + "#1");
    Event.Prediction first = (Event.Prediction) events.get(0);
    assertThat(first.predictedClass()).isEqualTo("1");
    assertThat(first.modelVersion()).isEqualTo("unversioned");
    // date -u -d 2021-04-10T00:23:26Z +%s
    assertThat(first.time()).isEqualTo(1_618_014_206_080L);
  }

  @Test
  void kserveEventOfTheOtherSide_onlyMovesTimeOn() {
    ForeignFormat iris = format(Kind.KSERVE, List.of(), Map.of("predicted_class", "0"));
    RawRecord response = record(KSERVE_RESPONSE, kserve("response", "2021-04-10T00:23:26Z"));
    RawRecord heartbeat = rows(Input.FEATURES, iris, response).records().get(0);
    assertThat(
            new EventDecoder(
                    Input.FEATURES,
                    new DecoderSettings(TimeBounds.fixed(1, Long.MAX_VALUE), true, null),
                    SchemaSource.NONE)
                .decode(heartbeat))
        .isEqualTo(new Decoded.Heartbeat(1_618_014_206_000L));
  }

  @Test
  void structuredCloudEvent_isTheSameEvent() throws Exception {
    ForeignFormat iris = format(Kind.KSERVE, List.of("a", "b", "c", "d"), Map.of("score", "0"));
    String event =
        "{\"specversion\":\"1.0\",\"type\":\"org.kubeflow.serving.inference.request\",\"id\":\"x\","
            + "\"time\":\"2021-04-10T00:23:26Z\",\"data\":"
            + KSERVE_REQUEST
            + "}";
    RawRecord record =
        record(event, Map.of("content-type", "application/cloudevents+json; charset=UTF-8"));
    assertThat(events(Input.FEATURES, iris, record))
        .extracting(Event::predictionId)
        .containsExactly("x#0", "x#1");
  }

  @Test
  void openInferenceRequest_takesTensorsApartRowByRow() throws Exception {
    ForeignFormat named =
        format(Kind.OIP_V2, List.of("a", "b", "flag"), Map.of("score", "output0:1"));
    assertThat(rows(Input.FEATURES, named, record(OIP_REQUEST, Map.of())).records())
        .extracting(ForeignRecordsTest::json)
        .containsExactly(
            "{\"prediction_id\":\"42#0\",\"model_id\":\"iris\",\"features\":{\"a\":1,\"b\":2,\"flag\":true},"
                + "\"event_time\":1700000000000}",
            "{\"prediction_id\":\"42#1\",\"model_id\":\"iris\",\"features\":{\"a\":3,\"b\":4,\"flag\":false},"
                + "\"event_time\":1700000000000}");
    ForeignFormat unnamed = format(Kind.OIP_V2, List.of(), Map.of("score", "output0:1"));
    assertThat(rows(Input.FEATURES, unnamed, record(OIP_REQUEST, Map.of())).records())
        .extracting(ForeignRecordsTest::json)
        .first()
        .asString()
        .contains("\"features\":{\"input0\":[1,2],\"input1\":true}");
  }

  @Test
  void openInferenceResponse_isReadByTensorAndColumn() {
    ForeignFormat format =
        format(Kind.OIP_V2, List.of(), Map.of("score", "output0:1", "predicted_class", "label"));
    List<Event> events = events(Input.PREDICTIONS, format, record(OIP_RESPONSE, Map.of()));
    assertThat(events)
        .extracting(event -> ((Event.Prediction) event).score())
        .containsExactly(0.75, 0.5);
    assertThat(events)
        .extracting(event -> ((Event.Prediction) event).predictedClass())
        .containsExactly("late", "on time");
    assertThat(((Event.Prediction) events.get(0)).modelVersion()).isEqualTo("7");
  }

  @Test
  void capturedLine_isAPredictionWithItsInputs_andFeatures() throws Exception {
    ForeignFormat churn =
        format(Kind.SAGEMAKER_CAPTURE, List.of("account", "plan", "minutes"), Map.of("score", "0"));
    RawRecord line = record(CAPTURE, Map.of());
    String id = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee#0";
    // date -u -d 2022-02-14T17:25:49Z +%s
    assertThat(json(rows(Input.PREDICTIONS, churn, line).records().get(0)))
        .isEqualTo(
            "{\"prediction_id\":\""
                + id
                + "\",\"model_id\":\"iris\",\"features\":{\"account\":69,"
                + "\"plan\":0,\"minutes\":153.7},\"prediction_time\":1644859549000,"
                + "\"model_version\":\"unversioned\",\"score\":0.0254181120544672}");
    assertThat(json(rows(Input.FEATURES, churn, line).records().get(0)))
        .isEqualTo(
            "{\"prediction_id\":\""
                + id
                + "\",\"model_id\":\"iris\",\"features\":{\"account\":69,"
                + "\"plan\":0,\"minutes\":153.7},\"event_time\":1644859549000}");
    assertThat(events(Input.PREDICTIONS, churn, line)).hasSize(1);
  }

  @Test
  void capturedJsonInBase64_withProbabilitiesBesideThePredictions_isRead() throws Exception {
    // printf '{"predictions":[1],"probabilities":[0.85]}' | base64
    String line =
        CAPTURE
            .replace("text/csv; charset=utf-8", "application/json")
            .replace(
                "\"0.0254181120544672\",\"encoding\":\"CSV\"",
                "\"eyJwcmVkaWN0aW9ucyI6WzFdLCJwcm9iYWJpbGl0aWVzIjpbMC44NV19\",\"encoding\":\"BASE64\"")
            .replace("\"eventId\"", "\"inferenceId\":\"order-9\",\"eventId\"");
    ForeignFormat format =
        format(
            Kind.SAGEMAKER_CAPTURE,
            List.of("account", "plan", "minutes"),
            Map.of("score", "probabilities", "predicted_class", "0"));
    Event.Prediction prediction =
        (Event.Prediction) events(Input.PREDICTIONS, format, record(line, Map.of())).get(0);
    assertThat(prediction.predictionId()).isEqualTo("order-9#0");
    assertThat(prediction.score()).isEqualTo(0.85);
    assertThat(prediction.predictedClass()).isEqualTo("1");
  }

  @Test
  void groundTruth_isALabel_knownWhenItWasAppended_andOtherLabelsPass() {
    ForeignFormat format = format(Kind.SAGEMAKER_CAPTURE, List.of("a"), Map.of("score", "0"));
    String truth =
        "{\"groundTruthData\":{\"data\":\"1\",\"encoding\":\"CSV\"},\"eventMetadata\":{\"eventId\":"
            + "\"order-9\"},\"eventVersion\":\"0\"}";
    Event.Label label = (Event.Label) events(Input.LABELS, format, record(truth, Map.of())).get(0);
    assertThat(label.predictionId()).isEqualTo("order-9#0");
    assertThat(label.labelClass()).isEqualTo("1");
    assertThat(label.time()).isEqualTo(APPENDED);
    RawRecord ours =
        record(
            "{\"prediction_id\":\"p\",\"model_id\":\"iris\",\"label_time\":1700000000000,\"label_class\":\"a\"}",
            Map.of());
    assertThat(rows(Input.LABELS, format, ours).records()).containsExactly(ours);
  }

  @Test
  void whatCannotBeTakenApart_isADeadLetterThatSaysWhy() {
    ForeignFormat capture =
        format(Kind.SAGEMAKER_CAPTURE, List.of("only", "two"), Map.of("score", "3"));
    assertBad(
        Input.FEATURES,
        capture,
        CAPTURE,
        Reason.WRONG_TYPE,
        "a row has 3 values, input.names has 2");
    assertBad(Input.PREDICTIONS, capture, "{}", Reason.MISSING_FIELD, "no output captured");
    assertBad(Input.PREDICTIONS, capture, "[1]", Reason.UNDECODABLE, "no JSON object");
    assertBad(Input.PREDICTIONS, capture, "{\"captureData\":", Reason.UNDECODABLE, "");
    ForeignFormat third =
        format(Kind.SAGEMAKER_CAPTURE, List.of("a", "b", "c"), Map.of("score", "3"));
    assertBad(Input.PREDICTIONS, third, CAPTURE, Reason.MISSING_FIELD, "looks for it at '3'");
    ForeignFormat kserve = format(Kind.KSERVE, List.of(), Map.of("score", "0"));
    assertBad(
        Input.FEATURES, kserve, KSERVE_REQUEST, Reason.UNDECODABLE, "no event of an inference");
    ForeignFormat oip = format(Kind.OIP_V2, List.of(), Map.of("score", "x"));
    assertBad(Input.FEATURES, oip, KSERVE_REQUEST, Reason.MISSING_FIELD, "id is missing");
    assertBad(
        Input.FEATURES,
        oip,
        "{\"id\":\"1\",\"inputs\":[{\"name\":\"a\",\"shape\":[3],\"data\":[1,2]}]}",
        Reason.UNDECODABLE,
        "oip-v2");
    String large = "{\"id\":\"1\",\"instances\":[" + "[1],".repeat(100_001) + "[1]]}";
    assertBad(
        Input.FEATURES,
        format(Kind.OIP_V2, List.of("a"), Map.of()),
        large,
        Reason.TOO_MANY_FIELDS,
        "over 100000");
  }

  private static void assertBad(
      Input input, ForeignFormat format, String value, Reason reason, String detail) {
    ForeignRecords.Rows rows = rows(input, format, record(value, Map.of()));
    assertThat(rows.records()).as(value).isEmpty();
    assertThat(rows.deadLetter().reason()).as(rows.deadLetter().detail()).isEqualTo(reason);
    assertThat(rows.deadLetter().detail()).contains(detail);
    assertThat(rows.deadLetter().offset()).isEqualTo(17);
  }

  @Test
  void changedBytes_neverThrow() {
    List<String> values =
        List.of(KSERVE_REQUEST, KSERVE_RESPONSE, CAPTURE, OIP_REQUEST, OIP_RESPONSE);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = values.get(i % values.size()).getBytes(UTF_8);
      for (int change = random.nextInt(4); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Input input = Input.values()[random.nextInt(3)];
      ForeignFormat format =
          format(Kind.values()[i % 3], List.of("a", "b", "c"), Map.of("score", "0"));
      RawRecord record =
          new KeptRecord(
              "t",
              0,
              i,
              APPENDED,
              null,
              bytes,
              record("", kserve("request", "2021-04-10T00:23:26Z")).headers());
      ForeignRecords.Rows rows = rows(input, format, record);
      assertThat(rows.records().isEmpty())
          .as("seed 5, record %d", i)
          .isEqualTo(rows.deadLetter() != null);
    }
  }
}
