package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What model servers write, in the form of their documentation, on a real broker: the job says what
 * a replay of the same rows says.
 */
class ModelServerIT {
  private static final int HOURS = 12;
  private static final int AN_HOUR = 60;

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;

  /** Two rows that were asked about at once. */
  private record Request(String id, long time, int[] x, String[] channel, String[] score) {
    static Request of(int i) {
      Random random = new Random(i);
      int[] x = new int[2];
      String[] channel = new String[2];
      String[] score = new String[2];
      for (int row = 0; row < 2; row++) {
        x[row] = random.nextInt(100);
        channel[row] = random.nextInt(3) == 0 ? "shop" : "web";
        score[row] = "0." + (100 + random.nextInt(900));
      }
      return new Request("r" + i, SmallTraffic.START + i * SmallTraffic.MINUTE, x, channel, score);
    }

    String iso() {
      return Instant.ofEpochMilli(time).toString();
    }

    /** In the second half the model is wrong. */
    int labelClass(int row) {
      boolean high = Double.parseDouble(score[row]) >= 0.5;
      boolean right = time < SmallTraffic.START + HOURS * SmallTraffic.HOUR / 2;
      return high == right ? 1 : 0;
    }

    long known() {
      return time + 20 * SmallTraffic.MINUTE;
    }
  }

  /** How a server says it. */
  private enum Server {
    KSERVE("{format: kserve, names: [x, channel], outputs: {score: 0}}", "unversioned") {
      @Override
      List<ProducerRecord<byte[], byte[]>> records(Request request) {
        String in =
            "{\"instances\": [[%d, \"%s\"], [%d, \"%s\"]]}"
                .formatted(request.x[0], request.channel[0], request.x[1], request.channel[1]);
        String out = "{\"predictions\": [%s, %s]}".formatted((Object[]) request.score);
        return List.of(
            cloudEvent(record(Topic.FEATURES, request.time, in), request, "request"),
            cloudEvent(record(Topic.PREDICTIONS, request.time, out), request, "response"),
            ownLabel(request, 0),
            ownLabel(request, 1));
      }
    },
    OIP_V2("{format: oip-v2, outputs: {score: 'probabilities:1'}}", "7") {
      @Override
      List<ProducerRecord<byte[], byte[]>> records(Request request) {
        String in =
            """
            {"id": "%s", "inputs": [
              {"name": "x", "shape": [2], "datatype": "INT64", "data": [%d, %d]},
              {"name": "channel", "shape": [2, 1], "datatype": "BYTES", "data": ["%s", "%s"]}]}\
            """
                .formatted(
                    request.id, request.x[0], request.x[1], request.channel[0], request.channel[1]);
        String out =
            """
            {"id": "%s", "model_name": "small", "model_version": "7", "outputs": [
              {"name": "probabilities", "shape": [2, 2], "datatype": "FP64", "data": [0, %s, 0, %s]}]}\
            """
                .formatted(request.id, request.score[0], request.score[1]);
        return List.of(
            record(Topic.FEATURES, request.time, in),
            record(Topic.PREDICTIONS, request.time, out),
            ownLabel(request, 0),
            ownLabel(request, 1));
      }
    },
    SAGEMAKER_CAPTURE(
        "{format: sagemaker-capture, names: [x, channel], outputs: {score: 0}}", "unversioned") {
      @Override
      List<ProducerRecord<byte[], byte[]>> records(Request request) {
        String line =
            """
            {"captureData": {
              "endpointInput": {"observedContentType": "text/csv", "mode": "INPUT",
                "data": "%d,%s\\n%d,%s\\n", "encoding": "CSV"},
              "endpointOutput": {"observedContentType": "text/csv; charset=utf-8", "mode": "OUTPUT",
                "data": "%s\\n%s", "encoding": "CSV"}},
             "eventMetadata": {"eventId": "%s", "inferenceTime": "%s"}, "eventVersion": "0"}\
            """
                .formatted(
                    request.x[0],
                    request.channel[0],
                    request.x[1],
                    request.channel[1],
                    request.score[0],
                    request.score[1],
                    request.id,
                    request.iso());
        String truth =
            """
            {"groundTruthData": {"data": "%d\\n%d", "encoding": "CSV"},
             "eventMetadata": {"eventId": "%s"}, "eventVersion": "0"}\
            """
                .formatted(request.labelClass(0), request.labelClass(1), request.id);
        return List.of(
            record(Topic.FEATURES, request.time, line),
            record(Topic.PREDICTIONS, request.time, line),
            record(Topic.LABELS, request.known(), truth));
      }
    };

    private final String input;
    private final String version;

    Server(String input, String version) {
      this.input = input;
      this.version = version;
    }

    abstract List<ProducerRecord<byte[], byte[]>> records(Request request);

    private static ProducerRecord<byte[], byte[]> record(Topic topic, long time, String value) {
      return new ProducerRecord<>(topic.suffix(), null, time, null, value.getBytes(UTF_8));
    }

    private static ProducerRecord<byte[], byte[]> cloudEvent(
        ProducerRecord<byte[], byte[]> record, Request request, String side) {
      Map<String, String> headers =
          Map.of(
              "ce_specversion", "1.0",
              "ce_type", "org.kubeflow.serving.inference." + side,
              "ce_source", "http://localhost:9081/",
              "ce_id", request.id,
              "ce_time", request.iso(),
              "ce_inferenceservicename", "small",
              "content-type", "application/json");
      headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
      return record;
    }

    private static ProducerRecord<byte[], byte[]> ownLabel(Request request, int row) {
      String label =
          "{\"prediction_id\":\"%s#%d\",\"model_id\":\"small\",\"label_time\":%d,\"label_class\":\"%d\"}"
              .formatted(request.id, row, request.known(), request.labelClass(row));
      return record(Topic.LABELS, request.known(), label);
    }
  }

  @BeforeAll
  static void startBroker() throws IOException {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @ParameterizedTest
  @EnumSource
  void recordsOfAServer_sayWhatAReplayOfTheirRowsSays(Server server) throws Exception {
    Path place = Files.createDirectories(folder.resolve(server.name()));
    String usual = Files.readString(SmallTraffic.job(place, 10));
    Path job =
        Files.writeString(
            place.resolve("weir.yaml"),
            usual.replace("segments: [channel]\n", "") + "input: " + server.input + "\n");
    ReplayRun replay = ReplayRun.of(job, files(place, server), 1, place.resolve("replay"));
    try (KafkaRig rig = new KafkaRig(broker, server.name().toLowerCase(Locale.ROOT), place)) {
      long yesterday = SmallTraffic.START - Duration.ofDays(1).toMillis();
      rig.publish(JobFolder.load(job, null), yesterday);
      JobClient running = rig.start(KafkaRig.PARTITIONS, null);
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int i = 0; i < HOURS * AN_HOUR; i++) {
        for (ProducerRecord<byte[], byte[]> record : server.records(Request.of(i))) {
          records.add(
              new ProducerRecord<>(
                  rig.name(Topic.of(record.topic())),
                  i % KafkaRig.PARTITIONS,
                  record.timestamp(),
                  null,
                  record.value(),
                  record.headers()));
        }
      }
      rig.sendAll(records);
      rig.awaitRead();
      rig.stop(running, true);

      ClusterIT.assertSameAsReplay(rig.outputs(), replay);
    }
  }

  /** The same rows as files. */
  private static Map<Input, Path> files(Path place, Server server) throws IOException {
    Map<Input, List<String>> lines = new EnumMap<>(Input.class);
    for (Input input : Input.values()) {
      lines.put(input, new ArrayList<>());
    }
    for (int i = 0; i < HOURS * AN_HOUR; i++) {
      Request request = Request.of(i);
      for (int row = 0; row < 2; row++) {
        String id = "{\"prediction_id\":\"" + request.id + "#" + row + "\",";
        lines
            .get(Input.FEATURES)
            .add(
                id
                    + "\"event_time\":%d,\"x\":%d,\"channel\":\"%s\"}"
                        .formatted(request.time, request.x[row], request.channel[row]));
        lines
            .get(Input.PREDICTIONS)
            .add(
                id
                    + "\"prediction_time\":%d,\"model_version\":\"%s\",\"score\":%s}"
                        .formatted(request.time, server.version, request.score[row]));
        lines
            .get(Input.LABELS)
            .add(
                id
                    + "\"label_time\":%d,\"label_class\":\"%d\"}"
                        .formatted(request.known(), request.labelClass(row)));
      }
    }
    Map<Input, Path> files = new EnumMap<>(Input.class);
    for (Map.Entry<Input, List<String>> input : lines.entrySet()) {
      Path file = place.resolve(input.getKey().id() + ".jsonl");
      files.put(input.getKey(), Files.write(file, input.getValue()));
    }
    return files;
  }
}
