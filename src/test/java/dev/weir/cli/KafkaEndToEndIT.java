package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.Control;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Topic;
import dev.weir.flink.state.ControlRecord;
import dev.weir.wire.EventEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The streaming job on a real broker, with everything that goes wrong in streams: it says what a
 * replay says.
 */
class KafkaEndToEndIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long YESTERDAY = SmallTraffic.START - Duration.ofDays(1).toMillis();

  /** When records come that cannot be used, in the middle of a window. */
  private static final long SPOILT = SmallTraffic.START + 13 * SmallTraffic.HOUR / 2;

  /** What a file cannot hold, because it is of one model. */
  private static final String UNKNOWN_MODEL = "UNKNOWN_MODEL";

  private static final String EARLY = "LABEL_BEFORE_PREDICTION";

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() throws IOException {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void stream_saysWhatAReplaySays() throws Exception {
    SmallTraffic traffic = SmallTraffic.of(11);
    Path job = SmallTraffic.job(folder, 10);
    ReplayRun replay = ReplayRun.of(job, spoilt(traffic), 1, folder.resolve("replay"));
    try (KafkaRig rig = new KafkaRig(broker, "stream", folder)) {
      rig.publish(JobFolder.load(job, null), YESTERDAY);
      JobClient running = rig.start(KafkaRig.PARTITIONS, null);
      List<String> letters = new ArrayList<>();
      // Labels go first, so that many of them arrive before what they are about.
      for (Input input : List.of(Input.LABELS, Input.FEATURES, Input.PREDICTIONS)) {
        List<Event> events = traffic.events().get(input);
        int middle = firstOf(events);
        rig.send(events.subList(0, middle));
        letters.addAll(sendUnusable(rig, input));
        rig.send(events.subList(middle, events.size()));
      }
      rig.awaitRead();
      rig.stop(running, true);

      ClusterIT.assertSameAsReplay(rig.outputs(), replay);
      assertThat(replay.floods()).containsExactlyInAnyOrder("features", "predictions", "labels");
      assertOnce(rig.outputs(Topic.RETRAINING_TRIGGERS), "trigger_id");
      assertCounts(rig, replay, letters);
      assertDeadLetters(rig, replay, letters);
    }
  }

  private static void assertOnce(List<String> lines, String id) throws IOException {
    Set<String> ids = new HashSet<>();
    for (String line : lines) {
      assertThat(ids.add(JSON.readTree(line).get(id).asText()))
          .as("first %s of %s", id, line)
          .isTrue();
    }
  }

  /** The first event after the records that cannot be used. */
  private static int firstOf(List<Event> events) {
    int first = 0;
    while (events.get(first).time() < SPOILT) {
      first++;
    }
    return first;
  }

  /** The traffic as files, with as many lines that cannot be used as the stream has records. */
  private static Map<Input, Path> spoilt(SmallTraffic traffic) throws IOException {
    Map<Input, Path> files = traffic.write(folder);
    for (Map.Entry<Input, Path> file : files.entrySet()) {
      List<String> lines = new ArrayList<>(Files.readAllLines(file.getValue()));
      int bad = KafkaRig.PARTITIONS * (unusable(file.getKey()).size() - 1);
      int middle = firstOf(traffic.events().get(file.getKey()));
      lines.addAll(middle, Collections.nCopies(bad, "{\"prediction_id\": "));
      Files.write(file.getValue(), lines);
    }
    return files;
  }

  /** What cannot be used, by reason and a number. */
  private static Map<String, byte[]> unusable(Input input) {
    long now = SPOILT;
    Map<String, byte[]> unusable = new TreeMap<>();
    unusable.put("UNDECODABLE 1", new byte[] {1, 2, 3});
    // A header of ours, then a text that claims half a gigabyte.
    byte[] hostile = new byte[15];
    System.arraycopy(header(input, now), 0, hostile, 0, 10);
    System.arraycopy(new byte[] {-128, -108, -21, -36, 3}, 0, hostile, 10, 5);
    unusable.put("UNDECODABLE 2", hostile);
    unusable.put("UNDECODABLE 3", "{\"prediction_id\": ".getBytes(UTF_8));
    unusable.put("UNKNOWN_SCHEMA 4", new byte[] {0, 0, 0, 0, 9, 1, 2});
    unusable.put("MISSING_FIELD 5", "{\"model_id\": \"small\"}".getBytes(UTF_8));
    unusable.put(UNKNOWN_MODEL + " 6", json(input, "nobody", now));
    unusable.put("TIME_IN_FUTURE 7", json(input, "small", now + Duration.ofMinutes(6).toMillis()));
    unusable.put("TOO_OLD 8", json(input, "small", now - Duration.ofDays(91).toMillis()));
    return unusable;
  }

  /** Sends what cannot be used to every partition of an input; where it lies and why. */
  private static List<String> sendUnusable(KafkaRig rig, Input input) throws Exception {
    Topic topic = Topic.of(input.id());
    List<String> letters = new ArrayList<>();
    for (int partition = 0; partition < KafkaRig.PARTITIONS; partition++) {
      for (Map.Entry<String, byte[]> value : unusable(input).entrySet()) {
        RecordMetadata place = rig.send(topic, partition, SPOILT, null, value.getValue());
        String reason = value.getKey().split(" ")[0];
        letters.add(topic.suffix() + " " + partition + " " + place.offset() + " " + reason);
      }
    }
    return letters;
  }

  private static byte[] header(Input input, long now) {
    return switch (input) {
      case FEATURES -> EventEncoder.avro(SmallTraffic.features("x", now, 1, "web"));
      case PREDICTIONS -> EventEncoder.avro(SmallTraffic.prediction("x", now, 0.5));
      case LABELS -> EventEncoder.avro(SmallTraffic.label("x", now, "1", 0, false));
    };
  }

  private static byte[] json(Input input, String model, long time) {
    String rest =
        switch (input) {
          case FEATURES -> "\"event_time\": %d, \"features\": {\"x\": 1}";
          case PREDICTIONS -> "\"prediction_time\": %d, \"model_version\": \"v1\", \"score\": 0.5";
          case LABELS -> "\"label_time\": %d, \"label_class\": \"1\"";
        };
    return ("{\"prediction_id\": \"bad\", \"model_id\": \"%s\", ".formatted(model)
            + rest.formatted(time)
            + "}")
        .getBytes(UTF_8);
  }

  /** What a replay counts, and each record of an unknown model as read and as a dead letter. */
  private static void assertCounts(KafkaRig rig, ReplayRun replay, List<String> letters)
      throws IOException {
    long unknown = letters.stream().filter(letter -> letter.endsWith(UNKNOWN_MODEL)).count();
    long more = unknown / Input.values().length;
    Map<String, Map<String, Long>> expected = new TreeMap<>();
    for (Input input : Input.values()) {
      Map<String, Long> counts = replay.counts(input);
      counts.merge("in", more, Long::sum);
      counts.merge("dead_lettered", more, Long::sum);
      counts.values().removeIf(count -> count == 0);
      expected.put(input.id(), counts);
    }
    assertThat(rig.counts()).isEqualTo(expected);
    assertThat(replay.counts(Input.LABELS).values()).as("every fate is there").doesNotContain(0L);
  }

  private static void assertDeadLetters(KafkaRig rig, ReplayRun replay, List<String> letters)
      throws IOException {
    List<String> places = new ArrayList<>();
    Set<String> early = new TreeSet<>();
    for (String line : rig.outputs(Topic.DEAD_LETTERS)) {
      JsonNode letter = JSON.readTree(line);
      String reason = letter.get("reason").asText();
      if (reason.equals(EARLY)) {
        early.add(letter.get("prediction_id").asText());
        continue;
      }
      places.add(
          letter.get("topic").asText()
              + " "
              + letter.get("partition")
              + " "
              + letter.get("offset")
              + " "
              + reason);
    }
    assertThat(places).containsExactlyInAnyOrderElementsOf(letters);
    Set<String> expected = new TreeSet<>();
    for (JsonNode letter : replay.lines("dead-letters.jsonl")) {
      if (letter.get("reason").asText().equals(EARLY)) {
        expected.add(letter.get("prediction_id").asText());
      }
    }
    assertThat(early).isEqualTo(expected).isNotEmpty();
  }

  @Test
  void jobFileThatChangesWhileRunning_holdsFromItsTimeOn() throws Exception {
    long from = SmallTraffic.START + 6 * SmallTraffic.HOUR;
    SmallTraffic traffic = SmallTraffic.of(12);
    JobFolder first = JobFolder.load(SmallTraffic.job(folder, 10), null);
    JobFolder second = JobFolder.load(SmallTraffic.job(folder, 20), null);
    assertThat(first.spec().configHash()).isNotEqualTo(second.spec().configHash());
    try (KafkaRig rig = new KafkaRig(broker, "change", folder)) {
      rig.publish(first, YESTERDAY);
      JobClient running = rig.start(KafkaRig.PARTITIONS, null);
      for (List<Event> events : traffic.events().values()) {
        rig.send(events.stream().filter(event -> event.time() < from).toList());
      }
      rig.awaitRead();
      Control.JobFile file = (Control.JobFile) first(second.control());
      rig.publish(
          List.of(
              new Control.JobFile(
                  file.modelId(),
                  file.configHash(),
                  file.source(),
                  file.resolved(),
                  file.format(),
                  from,
                  file.actor(),
                  file.comment())),
          from);
      rig.awaitControl();
      for (List<Event> events : traffic.events().values()) {
        rig.send(events.stream().filter(event -> event.time() >= from).toList());
      }
      rig.awaitRead();
      rig.stop(running, true);

      Set<String> before = new HashSet<>();
      Set<String> after = new HashSet<>();
      for (String line : rig.outputs(Topic.METRICS)) {
        JsonNode metric = JSON.readTree(line);
        long start = Instant.parse(metric.get("window_start").asText()).toEpochMilli();
        (start < from ? before : after).add(metric.get("config_hash").asText());
      }
      assertThat(before).containsExactly(first.spec().configHash());
      assertThat(after).containsExactly(second.spec().configHash());
    }
  }

  private static Control first(List<ControlRecord> records) {
    return records.get(0).control();
  }
}
