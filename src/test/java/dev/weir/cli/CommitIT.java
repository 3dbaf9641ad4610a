package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.flink.kafka.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of commits that come twice, or too late: nothing alarms for nothing, no start fails,
 * and what is lost can be had again.
 */
class CommitIT {
  private static final byte[] UNDECODABLE = {1, 2, 3};
  private static final long YESTERDAY = SmallTraffic.START - Duration.ofDays(1).toMillis();

  @TempDir private Path folder;

  /** A job that comes back commits once more what its savepoint prepared. */
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

  /** A job that was stopped for so long that its broker has forgotten its transactions. */
  @Test
  void commitThatTheBrokerForgot_isCountedAndStopsNothing() throws Exception {
    Map<String, String> forgetful =
        Map.of(
            "transactional.id.expiration.ms", "3000",
            "transaction.remove.expired.transaction.cleanup.interval.ms", "1000",
            "producer.id.expiration.ms", "3000",
            "producer.id.expiration.check.interval.ms", "1000");
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(folder.resolve("kafka"), forgetful, List.of());
        KafkaRig rig = new KafkaRig(broker, "forgotten", folder)) {
      String savepoint = savepointWithATransaction(rig);
      assertThat(rig.records(Topic.DEAD_LETTERS)).hasSize(1);
      KafkaRig.await("forgetting", () -> rig.transactions().isEmpty());
      int port = Scrape.freePort();
      JobClient restarted = rig.start(1, savepoint, Scrape.reporter(port));
      KafkaRig.await("the second commit", () -> committables(port, "failed") > 0);
      rig.send(Topic.LABELS, 0, SmallTraffic.START, null, UNDECODABLE);
      KafkaRig.await("a commit", () -> rig.records(Topic.DEAD_LETTERS).size() == 2);
      rig.stop(restarted, true);
      assertThat(rig.records(Topic.DEAD_LETTERS)).hasSize(2);
    }
  }

  /** What a transaction held that expired before its commit comes again from an older savepoint. */
  @Test
  void outputsOfAnExpiredTransaction_comeAgainFromASavepointBeforeIt() throws Exception {
    Path job = SmallTraffic.job(folder, 10);
    SmallTraffic traffic = SmallTraffic.of(23);
    ReplayRun replay = ReplayRun.of(job, traffic.write(folder), 1, folder.resolve("replay"));
    int port = EmbeddedBroker.freePort();
    int controller = EmbeddedBroker.freePort();
    int second = EmbeddedBroker.freePort();
    try (CommitGate gate = new CommitGate(second);
        EmbeddedBroker broker =
            EmbeddedBroker.open(
                folder.resolve("kafka"),
                port,
                controller,
                ClusterJob.secondListener(
                    String.valueOf(port), String.valueOf(controller), second, gate.port()));
        KafkaRig rig = new KafkaRig(broker, "expired", folder)) {
      rig.publish(JobFolder.load(job, null), YESTERDAY);
      int metrics = Scrape.freePort();
      JobClient running =
          rig.startThrough(gate.address(), Duration.ofSeconds(8), Scrape.reporter(metrics));
      rig.send(traffic, 0, 50);
      rig.awaitRead();
      rig.awaitQuiet();
      String before = rig.savepoint(running);

      gate.shut();
      rig.send(traffic, 50, 90);
      KafkaRig.await("a commit that is held", () -> gate.held() > 0);
      KafkaRig.await("the broker giving up", () -> rig.openTransactions() == 0);
      gate.open();
      KafkaRig.await("an alarm", () -> committables(metrics, "failed") > 0);
      rig.kill(running);

      JobClient again = rig.start(KafkaRig.PARTITIONS, before);
      rig.send(traffic, 90, 100);
      rig.awaitRead();
      rig.stop(again, true);
      for (Map.Entry<Topic, String> output : ClusterIT.FILES.entrySet()) {
        KafkaRig.assertSame(
            output.getValue(),
            rig.outputs(output.getKey()).stream().distinct().toList(),
            Files.readAllLines(replay.folder().resolve(output.getValue())));
      }
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
