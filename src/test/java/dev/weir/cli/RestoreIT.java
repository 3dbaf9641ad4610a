package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.Event;
import dev.weir.flink.Environments;
import dev.weir.flink.kafka.SchemaLocation;
import dev.weir.flink.kafka.StreamingJob;
import dev.weir.flink.kafka.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The streaming job that is stopped or dies half-way, and goes on: what it wrote is, record by
 * record, what an undisturbed job wrote.
 */
class RestoreIT {
  private static final long YESTERDAY = SmallTraffic.START - Duration.ofDays(1).toMillis();
  private static final SmallTraffic TRAFFIC = SmallTraffic.of(13);

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static JobFolder job;
  private static Map<Topic, List<String>> undisturbed;
  private static Map<String, Map<String, Long>> counts;

  /** How the first job ends and what the second begins from. */
  private interface Interruption {
    String happen(KafkaRig rig, JobClient running) throws Exception;
  }

  @BeforeAll
  static void runUndisturbed() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
    job = JobFolder.load(SmallTraffic.job(folder, 10), null);
    try (KafkaRig rig = new KafkaRig(broker, "undisturbed", folder)) {
      rig.publish(job, YESTERDAY);
      JobClient running = rig.start(2, null);
      sendHalf(rig, 0);
      sendHalf(rig, 1);
      rig.awaitRead();
      rig.stop(running, true);
      undisturbed = rig.outputs();
      counts = rig.counts();
    }
    for (Topic topic : List.of(Topic.METRICS, Topic.ALERTS, Topic.RETRAINING_TRIGGERS)) {
      assertThat(undisturbed.get(topic)).as(topic.name()).isNotEmpty();
    }
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void savepoint_isGoneOnFromAtAnotherParallelism() throws Exception {
    assertSameAsUndisturbed("savepoint", 2, 1, (rig, running) -> rig.stop(running, false));
  }

  @Test
  void death_losesAndRepeatsNothing() throws Exception {
    assertSameAsUndisturbed("death", 2, 2, KafkaRig::kill);
  }

  /** All checkpoints are lost: what was said before is said again, and nothing else. */
  @Test
  void beginningAgain_repeatsAndContradictsNothing() throws Exception {
    try (KafkaRig rig = new KafkaRig(broker, "again", folder)) {
      rig.publish(job, YESTERDAY);
      JobClient first = rig.start(2, null);
      sendHalf(rig, 0);
      rig.awaitRead();
      rig.kill(first);
      JobClient second = rig.startAgain(2);
      sendHalf(rig, 1);
      rig.awaitRead();
      rig.stop(second, true);
      for (Topic topic : undisturbed.keySet()) {
        KafkaRig.assertSame(
            topic.name(),
            rig.outputs(topic).stream().distinct().toList(),
            undisturbed.get(topic).stream().distinct().toList());
      }
    }
  }

  /** Else all that is sent again is read, and nothing comes of it, and nobody is told. */
  @Test
  void stateOfATopicThatIsGone_isRefused() throws Exception {
    try (KafkaRig rig = new KafkaRig(broker, "anew", folder)) {
      rig.publish(job, YESTERDAY);
      JobClient first = rig.start(2, null);
      sendHalf(rig, 0);
      rig.awaitRead();
      String checkpoint = rig.kill(first);
      Map<Topic, List<String>> written = rig.outputs();
      rig.makeAnew(Topic.FEATURES);

      assertThat(rig.failure(rig.start(2, checkpoint)))
          .rootCause()
          .hasMessageContaining("made anew since (anew.features)");
      assertThat(rig.outputs()).as("written by it").isEqualTo(written);
    }
  }

  /** Else one stop in a dozen in the midst of reading is refused, and the job restarted. */
  @Test
  void savepoint_doesNotDependOnWhichReaderHearsOfItsEndFirst() throws Exception {
    try (KafkaRig rig = new KafkaRig(broker, "graph", folder)) {
      rig.publish(job, YESTERDAY);
      StreamExecutionEnvironment env =
          Environments.local(
              Environments.streaming(folder.resolve("none"), Duration.ofSeconds(1)), 2);
      StreamingJob.define(env, rig.kafka(), SchemaLocation.NONE, true, null);
      assertThat(env.getStreamGraph().isEnableCheckpointsAfterTasksFinish()).isFalse();
    }
  }

  private static void assertSameAsUndisturbed(
      String name, int before, int after, Interruption interruption) throws Exception {
    try (KafkaRig rig = new KafkaRig(broker, name, folder)) {
      rig.publish(job, YESTERDAY);
      JobClient first = rig.start(before, null);
      sendHalf(rig, 0);
      rig.awaitRead();
      // What follows is read, and no checkpoint holds it, if the job dies soon enough.
      sendHalf(rig, 1);
      String state = interruption.happen(rig, first);
      JobClient second = rig.start(after, state);
      rig.awaitRead();
      rig.stop(second, true);
      Map<Topic, List<String>> outputs = rig.outputs();
      for (Topic topic : undisturbed.keySet()) {
        KafkaRig.assertSame(topic.name(), outputs.get(topic), undisturbed.get(topic));
      }
      assertThat(rig.counts()).isEqualTo(counts);
    }
  }

  /** Half of the traffic of every input, by arrival. */
  private static void sendHalf(KafkaRig rig, int half) throws Exception {
    for (List<Event> events : TRAFFIC.events().values()) {
      int middle = events.size() / 2;
      rig.send(half == 0 ? events.subList(0, middle) : events.subList(middle, events.size()));
    }
  }
}
