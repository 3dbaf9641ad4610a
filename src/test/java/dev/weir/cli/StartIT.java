package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.event.Event;
import dev.weir.flink.kafka.Topic;
import dev.weir.wire.TriggerIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a job refuses to start on, and beside what: one clear message each, and nothing written. And
 * that of several deliveries of a trigger one is acted on.
 */
class StartIT {
  private static final long YESTERDAY = SmallTraffic.START - Duration.ofDays(1).toMillis();

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static Path jobs;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
    jobs = Files.createDirectories(folder.resolve("jobs/small"));
    Files.move(SmallTraffic.job(jobs, 10), jobs.resolve("weir.yaml"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private static Ran run(String prefix, String... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--job",
                jobs,
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--topic-prefix",
                prefix + ".",
                "--deployment",
                prefix,
                "--checkpoints",
                folder.resolve("no-checkpoints")));
    arguments.addAll(List.of(more));
    return Ran.command(arguments.toArray());
  }

  private static void assertRefused(Ran ran, int code, String... words) {
    assertThat(ran.err()).contains(words).doesNotContain("\tat ");
    assertThat(ran.code()).as(ran.err()).isEqualTo(code);
  }

  @Test
  void missingTopics_areNamedWithTheRemedy() {
    assertRefused(
        run("nothing"), 4, "has no topic nothing.alerts, nothing.audit", "weir topics --create");
  }

  @Test
  void transactionsLongerThanTheBrokerAllows_areSaidWithBothNumbers() throws Exception {
    try (KafkaRig rig = new KafkaRig(broker, "long", folder)) {
      assertRefused(
          run("long", "--transaction-timeout", "3600"),
          4,
          "allows transactions of at most 900000 ms",
          "the job asks for 3600000 ms");
      assertRefused(
          run("long", "--transaction-timeout", "320"), 2, "--transaction-timeout 320", "320 s");
      assertThat(rig.records(Topic.AUDIT)).isEmpty();
    }
  }

  @Test
  void retentionShorterThanTheHorizon_isNamedWithTopicAndModel() throws Exception {
    try (KafkaRig rig = new KafkaRig(broker, "short", folder);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, "short.labels"),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("retention.ms", "3600000"), AlterConfigOp.OpType.SET))))
          .all()
          .get(60, TimeUnit.SECONDS);

      assertRefused(
          run("short"),
          4,
          "keeps records of short.labels for PT1H",
          "the model 'small' waits for labels for PT3H",
          "retention.ms");
      assertThat(rig.records(Topic.AUDIT)).isEmpty();
    }
  }

  @Test
  void secondJobOfADeployment_isRefused_andEveryTriggerStartsOnce() throws Exception {
    SmallTraffic traffic = SmallTraffic.of(13);
    try (KafkaRig rig = new KafkaRig(broker, "twice", folder)) {
      rig.publish(JobFolder.load(jobs.resolve("weir.yaml"), null), YESTERDAY);
      JobClient first = rig.start(1, null);
      for (List<Event> events : traffic.events().values()) {
        rig.send(events);
      }
      rig.awaitRead();

      assertRefused(
          run("twice"), 4, "the deployment 'twice' is run by another job", "--deployment");
      // One that did not ask: it ends for good, and the first goes on.
      JobClient rogue = rig.start(1, null, List.of());
      assertThatThrownBy(() -> rogue.getJobExecutionResult().get(120, TimeUnit.SECONDS))
          .hasStackTraceContaining("the deployment 'twice' is run by another job");
      rig.forget(rogue);
      assertThat(first.getJobStatus().get()).isNotEqualTo(JobStatus.FAILED);
      String savepoint = rig.stopPatiently(first);

      // A new beginning beside what is there needs to be asked for, here and on a cluster.
      assertRefused(run("twice"), 4, "the deployment 'twice' has run before", "--begin-again");
      JobClient empty = rig.start(1, null);
      assertThatThrownBy(() -> empty.getJobExecutionResult().get(120, TimeUnit.SECONDS))
          .hasStackTraceContaining("the deployment 'twice' has run before");
      rig.forget(empty);
      JobClient restored = rig.start(1, savepoint);
      rig.stop(restored, true);
      assertEveryTriggerStartsOnce(rig);
    }
  }

  private static void assertEveryTriggerStartsOnce(KafkaRig rig) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> triggers = rig.records(Topic.RETRAINING_TRIGGERS);
    assertThat(triggers).isNotEmpty();
    Set<String> expected = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> trigger : triggers) {
      expected.add(TriggerIdentity.of(trigger.value()).triggerId());
    }
    Instant now = Instant.ofEpochMilli(SmallTraffic.START + SmallTraffic.HOURS * SmallTraffic.HOUR);
    ReferenceOrchestrator orchestrator = new ReferenceOrchestrator(Set.of());
    int starts = 0;
    // Delivered twice, then read again from the beginning by one that was restarted.
    for (int delivery = 0; delivery < 2; delivery++) {
      for (ConsumerRecord<byte[], byte[]> trigger : triggers) {
        starts += orchestrator.starts(trigger.value(), now) ? 1 : 0;
      }
    }
    ReferenceOrchestrator restarted = new ReferenceOrchestrator(orchestrator.ids());
    ReferenceOrchestrator late = new ReferenceOrchestrator(Set.of());
    for (ConsumerRecord<byte[], byte[]> trigger : triggers) {
      starts += restarted.starts(trigger.value(), now) ? 1 : 0;
      assertThat(late.starts(trigger.value(), now.plus(Duration.ofDays(365)))).isFalse();
    }
    assertThat(starts).isEqualTo(expected.size());
    assertThat(late.refused()).allMatch(refusal -> refusal.startsWith("expired "));
    assertThat(restarted.refused()).allMatch(refusal -> refusal.startsWith("known "));
  }
}
