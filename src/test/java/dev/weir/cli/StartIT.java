package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.flink.kafka.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job refuses to start on: one clear message each, and no result written. */
class StartIT {
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
    return run(jobs, prefix, more);
  }

  private static Ran run(Path job, String prefix, String... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--job",
                job,
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
  void moreCopiesThanBrokers_areSaidWithTheOption() {
    assertRefused(
        Ran.command(
            "topics",
            "--create",
            "--topic-prefix",
            "copied.",
            "--bootstrap-servers",
            broker.bootstrapServers()),
        4,
        "only 1 broker(s) are registered",
        "give --replication as many as there are brokers");
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
      set(admin, "short.labels", "retention.ms", "3600000");

      assertRefused(
          run("short"),
          4,
          "keeps records of short.labels for PT1H",
          "the model 'small' waits for labels for PT3H",
          "retention.ms");
      assertThat(rig.records(Topic.AUDIT)).isEmpty();
    }
  }

  private static void set(Admin admin, String topic, String name, String value) throws Exception {
    AlterConfigOp change =
        new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    admin
        .incrementalAlterConfigs(
            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
        .all()
        .get(60, TimeUnit.SECONDS);
  }

  @Test
  void baselineLargerThanItsTopicTakes_isSaidWithTheSetting() throws Exception {
    try (KafkaRig rig = new KafkaRig(broker, "tight", folder);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      set(admin, "tight.baselines", "max.message.bytes", "1000");

      assertRefused(
          run("tight"),
          4,
          "a baseline is larger than its topic takes",
          "give the topic tight.baselines the settings that 'weir topics' shows",
          "max.message.bytes");
      assertThat(rig.records(Topic.AUDIT)).isEmpty();
    }
  }

  @Test
  void modelsThatRecordsCannotTellApart_areNamedWithTheRemedy() throws Exception {
    Path several = folder.resolve("several");
    for (String model : List.of("one", "two")) {
      Path place = Files.createDirectories(several.resolve(model));
      String usual = Files.readString(SmallTraffic.job(place, 10));
      Files.writeString(
          place.resolve("weir.yaml"),
          usual.replace("model: small", "model: " + model) + "input: {format: flat-json}\n");
    }
    try (KafkaRig rig = new KafkaRig(broker, "several", folder)) {
      assertRefused(
          run(several, "several"),
          4,
          "input.format of one is flat-json, of two is flat-json",
          "a deployment reads flat-json for one model",
          "--deployment");
      assertThat(rig.records(Topic.AUDIT)).isEmpty();
    }
  }

  @Test
  void beginningAgainBesideEarlierResults_needsToBeAskedFor() throws Exception {
    try (KafkaRig rig = new KafkaRig(broker, "seen", folder)) {
      rig.send(Topic.AUDIT, 1, SmallTraffic.START, null, new byte[] {1});
      assertRefused(
          run("seen"),
          4,
          "the deployment 'seen' has run before (seen.audit holds records)",
          "--begin-again");
      try (KafkaConsumer<byte[], byte[]> reader = member("seen-features", "reader")) {
        reader.commitSync(Map.of(new TopicPartition("seen.features", 0), new OffsetAndMetadata(0)));
      }
      assertRefused(
          run("seen"), 4, "has run before (the group seen-features has committed offsets)");
    }
  }

  @Test
  void deploymentThatAnotherJobHolds_isNotStartedTwice() throws Exception {
    try (KafkaRig rig = new KafkaRig(broker, "held", folder);
        KafkaConsumer<byte[], byte[]> other = member("held-lease", "weir-job-other")) {
      other.subscribe(List.of("held.job-files"));
      AtomicBoolean done = new AtomicBoolean();
      CompletableFuture<Void> holding =
          CompletableFuture.runAsync(
              () -> {
                while (!done.get()) {
                  other.poll(Duration.ofMillis(200));
                }
              });
      KafkaRig.await("the other job", () -> rig.hasMember("held-lease"));
      try {
        assertRefused(
            run("held"),
            4,
            "the deployment 'held' is run by another job (weir-job-other on ",
            "--deployment");
        assertThat(rig.records(Topic.AUDIT)).isEmpty();
      } finally {
        done.set(true);
        holding.get(60, TimeUnit.SECONDS);
      }
    }
  }

  private static KafkaConsumer<byte[], byte[]> member(String group, String clientId) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(),
            "group.id", group,
            "client.id", clientId),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
