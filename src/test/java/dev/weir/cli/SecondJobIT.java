package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.flink.kafka.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A second job of a deployment that came past the check at the start: it ends for good, nothing of
 * what it decided becomes visible, and the first one says in the end what it says alone.
 */
class SecondJobIT {
  private static final long YESTERDAY = SmallTraffic.START - Duration.ofDays(1).toMillis();

  @TempDir private Path folder;

  @Test
  void secondJob_endsAtItsFirstCheckpointAndStartsNothing() throws Exception {
    SmallTraffic traffic = SmallTraffic.of(11, 2 * SmallTraffic.HOURS);
    Path job = SmallTraffic.job(folder, 10);
    ReplayRun replay = ReplayRun.of(job, traffic.write(folder), 1, folder.resolve("replay"));
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"));
        KafkaRig rig = new KafkaRig(broker, "twice", folder)) {
      rig.publish(JobFolder.load(job, null), YESTERDAY);
      JobClient first = rig.start(KafkaRig.PARTITIONS, null);
      rig.send(traffic, 0, 80);
      rig.awaitRead();
      KafkaRig.await("a trigger", () -> !rig.records(Topic.RETRAINING_TRIGGERS).isEmpty());
      rig.awaitQuiet();

      // It reads the same records and decides the same trigger.
      JobClient second = rig.startAgain(KafkaRig.PARTITIONS);
      assertThat(rig.failure(second))
          .hasStackTraceContaining("the deployment 'twice' is run by another job")
          .hasStackTraceContaining(first.getJobID().toString());
      // It leaves nothing that would hide what the first one goes on to say.
      KafkaRig.await("no open transaction", () -> rig.openTransactions() == 0);
      rig.send(traffic, 80, 100);
      rig.awaitRead();
      rig.stop(first, true);

      for (var output : ClusterIT.FILES.entrySet()) {
        KafkaRig.assertSame(
            output.getValue(),
            rig.outputs(output.getKey()),
            Files.readAllLines(replay.folder().resolve(output.getValue())));
      }
      assertStartedOnceEach(rig.records(Topic.RETRAINING_TRIGGERS));
    }
  }

  /** What a consumer that keeps the rules starts, as if the policy were no rehearsal. */
  private static void assertStartedOnceEach(List<ConsumerRecord<byte[], byte[]>> triggers)
      throws Exception {
    TriggerConsumer consumer = new TriggerConsumer(Instant.EPOCH);
    List<String> ids = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : triggers) {
      String text = new String(record.value(), UTF_8);
      consumer.take(text.replace("\"dry_run\":true", "\"dry_run\":false").getBytes(UTF_8));
      ids.add(new ObjectMapper().readTree(record.value()).get("trigger_id").asText());
    }
    assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
    assertThat(consumer.starts()).containsExactlyElementsOf(ids);
  }
}
