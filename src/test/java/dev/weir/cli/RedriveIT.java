package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters on a real broker, sent again as they are and mended. */
class RedriveIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long NOW = SmallTraffic.START + SmallTraffic.HOURS * SmallTraffic.HOUR;

  @TempDir private static Path folder;

  @Test
  void mendedRecords_comeBackAndAreUsed() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"));
        KafkaRig rig = new KafkaRig(broker, "redrive", folder)) {
      Path job = SmallTraffic.job(folder, 10);
      rig.publish(JobFolder.load(job, null), SmallTraffic.START - Duration.ofDays(1).toMillis());
      SmallTraffic traffic = SmallTraffic.of(21);
      JobClient running = rig.start(KafkaRig.PARTITIONS, null);
      for (List<Event> events : traffic.events().values()) {
        rig.send(events);
      }
      RecordMetadata wrong =
          rig.send(Topic.PREDICTIONS, 0, NOW, "key".getBytes(UTF_8), prediction("\"high\""));
      RecordMetadata noise = rig.send(Topic.PREDICTIONS, 1, NOW, null, new byte[] {1, 2, 3});
      RecordMetadata stranger = rig.send(Topic.FEATURES, 0, NOW, null, features("nobody"));
      rig.awaitRead();

      Ran all = redrive(broker, "--dry-run", "--reason", "WRONG_TYPE,UNKNOWN_MODEL");
      assertThat(all.code()).as(all.err()).isZero();
      assertThat(all.out().lines())
          .containsExactly(
              place(stranger) + " UNKNOWN_MODEL would be sent",
              place(wrong) + " WRONG_TYPE would be sent");
      assertThat(redrive(broker, "--dry-run", "--model", "nobody").out().lines()).hasSize(1);
      assertThat(redrive(broker, "--dry-run", "--input", "labels").out().lines())
          .allMatch(line -> line.contains("LABEL_BEFORE_PREDICTION"));
      assertThat(redrive(broker, "--dry-run", "--since", "2025-06-02T12:00:00.001Z").out())
          .isEmpty();

      Path mended =
          Files.writeString(
              folder.resolve("mended.jsonl"),
              mended(wrong, prediction("0.25")) + mended(stranger, features("small")));
      Ran sent = redrive(broker, "--from", mended.toString());
      assertThat(sent.code()).as(sent.err()).isZero();
      assertThat(sent.out().lines())
          .containsExactly(
              place(stranger) + " UNKNOWN_MODEL sent", place(wrong) + " WRONG_TYPE sent");
      assertThat(sent.err()).contains("2 sent, 0 gone");

      // As it is, it ends where it ended before.
      assertThat(redrive(broker, "--reason", "UNDECODABLE").out())
          .contains(place(noise) + " UNDECODABLE sent");
      rig.lookAt(Topic.FEATURES);
      rig.lookAt(Topic.PREDICTIONS);
      rig.awaitRead();
      rig.stop(running, true);

      List<ConsumerRecord<byte[], byte[]>> again =
          rig.records(Topic.PREDICTIONS).stream()
              .filter(record -> record.headers().lastHeader(Redrive.HEADER) != null)
              .toList();
      assertThat(again).hasSize(2);
      assertThat(again)
          .anyMatch(record -> record.key() != null && new String(record.key(), UTF_8).equals("key"))
          .allMatch(record -> record.headers().lastHeader(Redrive.HEADER).value()[0] == '1');
      assertThat(rig.outputs(Topic.DEAD_LETTERS))
          .filteredOn(line -> !line.contains("LABEL_BEFORE_PREDICTION"))
          .as("the three, and the noise once more")
          .hasSize(4);
      assertUsed(rig, traffic, job);
    }
  }

  /** What a replay of the good records and the mended ones counts, and the dead letters beside. */
  private static void assertUsed(KafkaRig rig, SmallTraffic traffic, Path job) throws Exception {
    Map<Input, List<Event>> events = new EnumMap<>(traffic.events());
    events.put(
        Input.FEATURES, with(events, Input.FEATURES, SmallTraffic.features("m", NOW, 7, "web")));
    events.put(
        Input.PREDICTIONS,
        with(events, Input.PREDICTIONS, SmallTraffic.prediction("m", NOW, 0.25)));
    ReplayRun replay =
        ReplayRun.of(job, new SmallTraffic(events).write(folder), 1, folder.resolve("replay"));
    KafkaRig.assertSame(
        "metrics.jsonl",
        rig.outputs(Topic.METRICS),
        Files.readAllLines(replay.folder().resolve("metrics.jsonl")));
    Map<String, Map<String, Long>> expected = new TreeMap<>();
    for (Input input : Input.values()) {
      Map<String, Long> counts = replay.counts(input);
      long more = input == Input.FEATURES ? 1 : input == Input.PREDICTIONS ? 3 : 0;
      counts.merge("in", more, Long::sum);
      counts.merge("dead_lettered", more, Long::sum);
      counts.values().removeIf(count -> count == 0);
      expected.put(input.id(), counts);
    }
    assertThat(rig.counts()).isEqualTo(expected);
  }

  private static List<Event> with(Map<Input, List<Event>> events, Input input, Event more) {
    List<Event> all = new ArrayList<>(events.get(input));
    all.add(more);
    return all;
  }

  @Test
  void whatCannotBeDone_isSaid() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka-2"));
        KafkaRig rig = new KafkaRig(broker, "redrive", folder.resolve("2"))) {
      // Forged: it is about a topic that is no input.
      rig.send(Topic.DEAD_LETTERS, 0, NOW, null, letter("secrets", 0));
      rig.send(Topic.DEAD_LETTERS, 0, NOW, null, letter("redrive.labels", 99));
      rig.send(Topic.DEAD_LETTERS, 0, NOW, null, "no letter".getBytes(UTF_8));
      Ran ran = redrive(broker);
      assertThat(ran.code()).isEqualTo(5);
      assertThat(ran.out().lines())
          .containsExactlyInAnyOrder(
              "secrets 0 0 UNDECODABLE no input", "redrive.labels 0 99 UNDECODABLE gone");
      assertThat(ran.err()).contains("2 records could not be sent again");

      Path file = Files.writeString(folder.resolve("bad.jsonl"), "\n{\"topic\": 1}\n");
      Ran refused = redrive(broker, "--from", file.toString());
      assertThat(refused.code()).isEqualTo(3);
      assertThat(refused.err()).contains("bad.jsonl:2: topic, partition, offset and value");
      Files.writeString(file, "{\"topic\":\"t\",\"partition\":0,\"offset\":3,\"value\":{}}");
      Ran unknown = redrive(broker, "--from", file.toString());
      assertThat(unknown.code()).isEqualTo(3);
      assertThat(unknown.err()).contains("no dead letter").contains("t 0 3");
      assertThat(redrive(broker, "--since", "yesterday").code()).isEqualTo(2);
      assertThat(redrive(broker, "--reason", "BORED").code()).isEqualTo(2);
    }
  }

  private static byte[] letter(String topic, long offset) {
    return ("{\"topic\":\"%s\",\"partition\":0,\"offset\":%d,\"record_time\":null,"
            + "\"reason\":\"UNDECODABLE\",\"field\":null,\"detail\":\"\",\"model_id\":null,"
            + "\"prediction_id\":null,\"schema_id\":null,\"key\":null,\"head\":null,"
            + "\"value_size\":0,\"value_sha256\":\"\",\"headers\":{}}")
        .formatted(topic, offset)
        .getBytes(UTF_8);
  }

  private static Ran redrive(EmbeddedBroker broker, String... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "redrive",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--topic-prefix",
                "redrive."));
    words.addAll(List.of(more));
    return Ran.command(words.toArray());
  }

  private static String place(RecordMetadata place) {
    return place.topic() + " " + place.partition() + " " + place.offset();
  }

  private static String mended(RecordMetadata place, byte[] value) throws Exception {
    JsonNode body = JSON.readTree(value);
    return "{\"topic\":\"%s\",\"partition\":%d,\"offset\":%d,\"value\":%s}%n"
        .formatted(place.topic(), place.partition(), place.offset(), body);
  }

  private static byte[] prediction(String score) {
    return ("{\"prediction_id\":\"m\",\"model_id\":\"small\",\"model_version\":\"v1\","
            + "\"prediction_time\":%d,\"score\":%s}")
        .formatted(NOW, score)
        .getBytes(UTF_8);
  }

  private static byte[] features(String model) {
    return ("{\"prediction_id\":\"m\",\"model_id\":\"%s\",\"event_time\":%d,"
            + "\"features\":{\"x\":7,\"channel\":\"web\"}}")
        .formatted(model, NOW)
        .getBytes(UTF_8);
  }
}
