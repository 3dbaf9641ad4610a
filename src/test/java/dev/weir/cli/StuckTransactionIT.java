package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.flink.kafka.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.tools.TransactionsCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The open transaction of a job that will never come back hides what others write after it, until
 * it is found and ended with Kafka's own tool, as the runbook says.
 */
class StuckTransactionIT {
  private static final long TIME = SmallTraffic.START;

  @TempDir private Path folder;

  @Test
  void openTransactionOfADeadJob_isListedAndEndedByKafkasTool() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"));
        KafkaRig rig = new KafkaRig(broker, "stuck", folder)) {
      String ended = rig.kafka().transactionPrefix() + "-ended";
      String stuck = rig.kafka().transactionPrefix() + "-stuck";
      write(rig, ended, "committed", true);
      write(rig, stuck, "never committed", false);
      rig.send(Topic.ALERTS, 0, TIME, null, "later".getBytes(UTF_8));
      assertThat(rig.outputs(Topic.ALERTS)).containsExactly("committed");

      assertThat(states(broker))
          .anyMatch(row -> row.contains(ended) && row.contains("CompleteCommit"))
          .anyMatch(row -> row.contains(stuck) && row.contains("Ongoing"));
      kafkaTransactions(broker, "forceTerminateTransaction", "--transactionalId", stuck);

      KafkaRig.await("what was hidden", () -> rig.outputs(Topic.ALERTS).size() == 2);
      assertThat(rig.outputs(Topic.ALERTS)).containsExactly("committed", "later");
      assertThat(rig.openTransactions()).isZero();
    }
  }

  /** Writes one record as the sink of a job does, whose process may be gone before the commit. */
  private static void write(KafkaRig rig, String transactionalId, String value, boolean commit) {
    Properties properties = rig.kafka().properties();
    properties.setProperty("transactional.id", transactionalId);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(
          new ProducerRecord<>(rig.name(Topic.ALERTS), 0, TIME, null, value.getBytes(UTF_8)));
      producer.flush();
      if (commit) {
        producer.commitTransaction();
      }
    } finally {
      // Without a moment to end anything, as a process that was killed.
      producer.close(Duration.ZERO);
    }
  }

  private List<String> states(EmbeddedBroker broker) throws Exception {
    return kafkaTransactions(broker, "list");
  }

  /** Runs {@code kafka-transactions.sh} as a process of its own; the lines that it printed. */
  private List<String> kafkaTransactions(EmbeddedBroker broker, String... words) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TransactionsCommand.class.getName(),
                "--bootstrap-server",
                broker.bootstrapServers()));
    command.addAll(Arrays.asList(words));
    Path printed = folder.resolve(words[0] + ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(words[0]).isTrue();
    List<String> lines = Files.readAllLines(printed);
    assertThat(process.exitValue()).as("%s: %s", words[0], lines).isZero();
    return lines;
  }
}
