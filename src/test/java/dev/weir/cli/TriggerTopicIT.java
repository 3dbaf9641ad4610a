package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others write to the trigger topic: it is told, and stops nothing. */
class TriggerTopicIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SmallTraffic TRAFFIC = SmallTraffic.of(11, 2 * SmallTraffic.HOURS);
  private static final long YESTERDAY = SmallTraffic.START - Duration.ofDays(1).toMillis();

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static JobFolder job;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
    job = JobFolder.load(SmallTraffic.job(folder, 10), null);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void recordsOfOthersOnTheTriggerTopic_areTold_andStopNothing() throws Exception {
    try (KafkaRig rig = new KafkaRig(broker, "forged", folder)) {
      rig.publish(job, YESTERDAY);
      JobClient running = rig.startWithoutRestarts(2);
      send(rig, 0, 80);
      KafkaRig.await("a trigger", () -> !rig.records(Topic.RETRAINING_TRIGGERS).isEmpty());
      ConsumerRecord<byte[], byte[]> ours = rig.records(Topic.RETRAINING_TRIGGERS).get(0);
      forge(rig, ours);
      rig.awaitRead("read-back", Topic.RETRAINING_TRIGGERS);
      send(rig, 80, 100);
      rig.awaitRead();
      rig.stop(running, true);

      Set<String> told = new TreeSet<>();
      Set<String> ids = new TreeSet<>();
      for (String line : rig.outputs(Topic.ALERTS)) {
        JsonNode alert = JSON.readTree(line);
        if (alert.get("monitor").asText().equals("weir")) {
          told.add(alert.at("/labels/alertname").asText() + " " + alert.get("severity").asText());
          ids.add(alert.at("/labels/feature").asText());
        }
      }
      assertThat(told)
          .containsExactly("weir.trigger_conflict CRITICAL", "weir.trigger_unknown CRITICAL");
      assertThat(ids).containsExactly("", id(ours));
      assertStartedOnce(rig, ours);
    }
  }

  /** Every kind of record that somebody with the right to write can put there. */
  private static void forge(KafkaRig rig, ConsumerRecord<byte[], byte[]> ours) throws Exception {
    String text = new String(ours.value(), UTF_8);
    List<byte[]> values = new ArrayList<>();
    values.add(text.replace("\"dry_run\":true", "\"dry_run\":false").getBytes(UTF_8));
    values.add(text.replace("rt-", "rt-forged-").getBytes(UTF_8));
    values.add(text.replace("\"model_id\":\"small\"", "\"model_id\":\"nobody\"").getBytes(UTF_8));
    values.add("no trigger".getBytes(UTF_8));
    values.add(new byte[0]);
    values.add(null);
    values.add(ours.value());
    for (byte[] value : values) {
      rig.send(Topic.RETRAINING_TRIGGERS, ours.partition(), ours.timestamp(), ours.key(), value);
    }
    rig.send(Topic.RETRAINING_TRIGGERS, 1 - ours.partition(), ours.timestamp(), null, ours.value());
  }

  /** A consumer that keeps the rules starts nothing for copies, nor for what has expired. */
  private static void assertStartedOnce(KafkaRig rig, ConsumerRecord<byte[], byte[]> ours)
      throws IOException {
    JsonNode trigger = JSON.readTree(ours.value());
    TriggerConsumer late = new TriggerConsumer(Instant.parse(trigger.get("expires_at").asText()));
    TriggerConsumer inTime = new TriggerConsumer(Instant.parse(trigger.get("decided_at").asText()));
    for (ConsumerRecord<byte[], byte[]> record : rig.records(Topic.RETRAINING_TRIGGERS)) {
      byte[] value = record.value() == null ? new byte[0] : record.value();
      late.take(value);
      // As if the policy were no rehearsal: then only the copies are to be told apart.
      inTime.take(
          new String(value, UTF_8)
              .replace("\"dry_run\":true", "\"dry_run\":false")
              .getBytes(UTF_8));
    }
    assertThat(late.starts()).isEmpty();
    assertThat(inTime.starts()).containsOnlyOnce(id(ours));
  }

  private static String id(ConsumerRecord<byte[], byte[]> trigger) throws IOException {
    return JSON.readTree(trigger.value()).get("trigger_id").asText();
  }

  /** A part of the traffic of every input, by arrival, from and to so many hundredths of it. */
  private static void send(KafkaRig rig, int from, int to) throws Exception {
    for (Input input : Input.values()) {
      List<Event> events = TRAFFIC.events().get(input);
      rig.send(events.subList(events.size() * from / 100, events.size() * to / 100));
    }
  }
}
