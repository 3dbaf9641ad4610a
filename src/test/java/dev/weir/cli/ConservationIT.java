package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every record has one fate and every window its numbers, whatever dies between. */
class ConservationIT {
  private static final long YESTERDAY = SmallTraffic.START - Duration.ofDays(1).toMillis();
  private static final int RESTARTS = 5;

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static Path job;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
    job = SmallTraffic.job(folder, 10);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  /**
   * Labels early, late, never, corrected, withdrawn and repeated, a far future, and five deaths.
   */
  @Test
  void fiveRestarts_changeNoCountAndNoWindow() throws Exception {
    SmallTraffic traffic = SmallTraffic.of(51);
    ReplayRun replay = ReplayRun.of(job, traffic.write(folder), 1, folder.resolve("replay"));
    try (KafkaRig rig = new KafkaRig(broker, "restarts", folder)) {
      rig.publish(JobFolder.load(job, null), YESTERDAY);
      String state = null;
      for (int part = 0; part <= RESTARTS; part++) {
        JobClient running = rig.start(1 + part % 2, state);
        for (List<Event> events : traffic.events().values()) {
          int size = events.size();
          rig.send(
              events.subList(part * size / (RESTARTS + 1), (part + 1) * size / (RESTARTS + 1)));
        }
        farFuture(rig);
        rig.awaitRead();
        if (part < RESTARTS) {
          state = part % 2 == 0 ? rig.kill(running) : rig.stop(running, false);
        } else {
          rig.stop(running, true);
        }
      }
      Map<String, Map<String, Long>> expected = new TreeMap<>();
      for (Input input : Input.values()) {
        Map<String, Long> counts = replay.counts(input);
        counts.merge("in", RESTARTS + 1L, Long::sum);
        counts.merge("dead_lettered", RESTARTS + 1L, Long::sum);
        counts.values().removeIf(count -> count == 0);
        expected.put(input.id(), counts);
      }
      assertThat(rig.counts()).isEqualTo(expected);
      KafkaRig.assertSame(
          "metrics.jsonl",
          rig.outputs(Topic.METRICS),
          Files.readAllLines(replay.folder().resolve("metrics.jsonl")));
    }
  }

  /** A time of which everything after it would be late, if it were believed. */
  private static void farFuture(KafkaRig rig) throws Exception {
    long now = SmallTraffic.START;
    long far = Instant.parse("2262-01-01T00:00:00Z").toEpochMilli();
    for (Input input : Input.values()) {
      String rest =
          switch (input) {
            case FEATURES -> "\"event_time\": %d, \"features\": {\"x\": 1}";
            case PREDICTIONS -> "\"prediction_time\": %d, \"model_version\": \"v1\", \"score\": 0";
            case LABELS -> "\"label_time\": %d, \"label_class\": \"1\"";
          };
      String json = "{\"prediction_id\": \"far\", \"model_id\": \"small\", " + rest + "}";
      rig.send(Topic.of(input.id()), 0, now, null, json.formatted(far).getBytes(UTF_8));
    }
  }
}
