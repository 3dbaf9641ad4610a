package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.flink.kafka.Topic;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that comes back commits once more what its savepoint prepared. What the broker answers must
 * not alarm for nothing.
 */
class CommitIT {
  private static final byte[] UNDECODABLE = {1, 2, 3};

  @TempDir private Path folder;

  @Test
  void commitThatIsRepeated_isNotCountedAsFailed() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"));
        KafkaRig rig = new KafkaRig(broker, "repeated", folder)) {
      String savepoint = savepointWithATransaction(rig);
      int port = Scrape.freePort();
      JobClient restarted = rig.start(1, savepoint, Scrape.reporter(port));
      KafkaRig.await(
          "the second commit",
          () -> committables(port, "alreadyCommitted") + committables(port, "failed") > 0);
      assertThat(committables(port, "failed")).isZero();
      rig.stop(restarted, true);
      assertThat(rig.records(Topic.DEAD_LETTERS)).hasSize(1);
    }
  }

  /** Only the savepoint of this job commits, and so holds a transaction. */
  private static String savepointWithATransaction(KafkaRig rig) throws Exception {
    JobClient running = rig.start(1, null, Map.of("execution.checkpointing.interval", "1h"));
    rig.send(Topic.LABELS, 0, SmallTraffic.START, null, UNDECODABLE);
    KafkaRig.await("a dead letter", () -> rig.openTransactions() > 0);
    return rig.stop(running, false);
  }

  /** Flink's own count of what became of transactions. */
  private static long committables(int port, String fate) {
    return Scrape.of(port)
        .by("flink_taskmanager_job_task_operator_" + fate + "Committables")
        .getOrDefault("", 0L);
  }
}
