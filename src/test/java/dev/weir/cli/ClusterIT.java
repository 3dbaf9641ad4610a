package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.Event;
import dev.weir.flink.kafka.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code weir-job.jar} on a cluster of processes with nothing but Flink on its class path: it says
 * what a replay says, also when a TaskManager dies in the middle and its successor must be sent a
 * megabyte of models.
 */
class ClusterIT {
  private static final long YESTERDAY = SmallTraffic.START - Duration.ofDays(1).toMillis();
  private static final SmallTraffic TRAFFIC = SmallTraffic.of(17);

  /** Columns of a model that is too large to go with each operator. */
  private static final int COLUMNS = 600;

  /** What a replay writes as well. */
  static final Map<Topic, String> FILES =
      Map.of(
          Topic.METRICS, "metrics.jsonl",
          Topic.ALERTS, "alerts.jsonl",
          Topic.RETRAINING_TRIGGERS, "triggers.jsonl");

  @TempDir private static Path folder;
  private static LocalCluster cluster;
  private static JobFolder job;
  private static ReplayRun replay;
  private static Map<Topic, List<String>> undisturbed;

  @BeforeAll
  static void runUndisturbed() throws Exception {
    Path file = SmallTraffic.job(folder, 10);
    replay = ReplayRun.of(file, TRAFFIC.write(folder), 1, folder.resolve("replay"));
    job = JobFolder.load(file, null);
    String[] up = {
      "up",
      "--checkpoint-interval",
      "1",
      "--flink",
      "heartbeat.interval=1s",
      "--flink",
      "heartbeat.timeout=6s"
    };
    assertThat(command(up)).satisfies(ClusterIT::isDone);
    cluster = ClusterJob.owned(LocalCluster.in(folder.resolve("cluster")).orElseThrow());
    try (KafkaRig rig = new KafkaRig(cluster.bootstrapServers(), "undisturbed", folder)) {
      rig.publish(job, YESTERDAY);
      ClusterJob running = submitted(rig);
      sendPart(rig, 0);
      sendPart(rig, 1);
      rig.awaitRead();
      running.drain();
      undisturbed = rig.outputs();
    }
  }

  @AfterAll
  static void stopCluster() {
    Ran down = command("down");
    Ran again = command("down");

    assertThat(down).satisfies(ClusterIT::isDone);
    assertThat(down.err()).contains("Ended 4 processes");
    assertThat(again).satisfies(ClusterIT::isDone);
    assertThat(again.err()).contains("Nothing runs in");
    assertThat(cluster.running()).as("processes left").isEmpty();
  }

  /** Runs {@code weir cluster} on the cluster of this test. */
  private static Ran command(String... words) {
    List<String> all = new ArrayList<>(List.of("cluster", words[0], "--dir"));
    all.add(folder.resolve("cluster").toString());
    all.addAll(List.of(words).subList(1, words.length));
    return Ran.command(all.toArray());
  }

  /** Submits the job of a deployment as people do. */
  private static ClusterJob submitted(KafkaRig rig, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "submit",
                "--job",
                folder.resolve("weir-10.yaml").toString(),
                "--topic-prefix",
                rig.kafka().topicPrefix(),
                "--deployment",
                rig.kafka().deployment()));
    words.addAll(List.of(more));
    Ran submit = command(words.toArray(String[]::new));
    assertThat(submit).satisfies(ClusterIT::isDone);
    ClusterJob job = new ClusterJob(cluster, submit.out().strip());
    job.awaitRunning();
    return job;
  }

  private static void isDone(Ran ran) {
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
  }

  @Test
  void job_saysWhatAReplaySays() throws Exception {
    assertSameAsReplay(undisturbed, replay);
  }

  @Test
  void status_namesProcessesAndJobs() {
    Ran status = command("status");

    assertThat(status).satisfies(ClusterIT::isDone);
    assertThat(status.out())
        .contains("kafka " + cluster.bootstrapServers(), "flink " + cluster.address())
        .containsPattern("taskmanager-2 pid \\d+")
        .containsPattern("job [0-9a-f]{32} FINISHED weir undisturbed");
  }

  @Test
  void secondClusterInAFolder_isRefused() {
    Ran second = command("up");

    assertThat(second.code()).isEqualTo(ExitCode.USAGE.number());
    assertThat(second.err()).contains("runs in", "weir cluster down --dir");
  }

  @Test
  void moreTasksThanSlots_areRefused() {
    Ran refused =
        command("submit", "--job", folder.resolve("weir-10.yaml").toString(), "--parallelism", "3");

    assertThat(refused.code()).isEqualTo(ExitCode.USAGE.number());
    assertThat(refused.err()).contains("--parallelism 3 needs as many slots");
  }

  @Test
  void deploymentThatHasRun_beginsAgainWhereItIsAskedFor() throws Exception {
    try (KafkaRig rig = new KafkaRig(cluster.bootstrapServers(), "again", folder)) {
      rig.publish(job, YESTERDAY);
      rig.send(Topic.AUDIT, 1, SmallTraffic.START, null, "{}".getBytes(UTF_8));
      ClusterJob running = submitted(rig, "--begin-again");
      sendPart(rig, 0);
      rig.awaitRead();
      running.drain();

      assertThat(rig.outputs(Topic.METRICS)).isNotEmpty();
    }
  }

  @Test
  void killedTaskManager_losesAndRepeatsNothing() throws Exception {
    try (KafkaRig rig = new KafkaRig(cluster.bootstrapServers(), "killed", folder)) {
      rig.publish(job, YESTERDAY);
      rig.publish(wide(), YESTERDAY);
      ClusterJob running = submitted(rig);
      // What runs has its own copies, or the cluster of a job could not be of several machines.
      Files.delete(modelsBesideTheJob());
      sendPart(rig, 0);
      rig.awaitRead();
      // What follows is read, and no checkpoint holds it, if the process dies soon enough.
      sendPart(rig, 1);
      cluster.process("taskmanager-1").kill();
      assertThat(command("status").code()).isEqualTo(ExitCode.FOUND.number());
      assertThat(command("mend").out().strip()).isEqualTo("started taskmanager-1");
      running.awaitRunning();
      rig.awaitRead();
      running.drain();

      Map<Topic, List<String>> outputs = rig.outputs();
      undisturbed.forEach(
          (topic, lines) -> KafkaRig.assertSame(topic.name(), outputs.get(topic), lines));
      assertSameAsReplay(outputs, replay);
    }
  }

  /** A model of which nothing comes, and whose baseline is larger than a megabyte. */
  private static JobFolder wide() throws IOException {
    Random random = new Random(5);
    List<String> rows = new ArrayList<>();
    rows.add("prediction_id,event_time" + columns(column -> ",x" + column));
    for (int row = 0; row < 1_000; row++) {
      rows.add("r" + row + ",2025-05-01T00:00:00Z" + columns(column -> "," + random.nextDouble()));
    }
    Files.write(folder.resolve("wide.csv"), rows);
    Path file =
        Files.writeString(
            folder.resolve("wide.yaml"),
            """
            weir: 1
            model: wide
            reference: wide.csv
            window: {size: 1h}
            labels: {horizon: 1h}
            """);
    return JobFolder.load(file, null);
  }

  private static String columns(IntFunction<String> cell) {
    return IntStream.range(0, COLUMNS).mapToObj(cell).collect(Collectors.joining());
  }

  /** The file of models that the job was submitted with, where that was written. */
  private static Path modelsBesideTheJob() throws IOException {
    try (Stream<Path> files = Files.list(cluster.folder().resolve("tmp"))) {
      List<Path> models =
          files
              .filter(file -> file.getFileName().toString().startsWith("weir-known-models"))
              .toList();
      assertThat(models)
          .hasSize(1)
          .first()
          .satisfies(file -> assertThat(file.toFile().length()).isGreaterThan(1 << 20));
      return models.get(0);
    }
  }

  /** That what a stream said is, line by line, what a replay of its records says. */
  static void assertSameAsReplay(Map<Topic, List<String>> outputs, ReplayRun replay)
      throws Exception {
    for (Map.Entry<Topic, String> output : FILES.entrySet()) {
      List<String> expected = Files.readAllLines(replay.folder().resolve(output.getValue()));
      assertThat(expected).as(output.getValue()).isNotEmpty();
      KafkaRig.assertSame(output.getValue(), outputs.get(output.getKey()), expected);
    }
  }

  /** Half of the traffic of every input, by arrival. */
  private static void sendPart(KafkaRig rig, int half) throws Exception {
    for (List<Event> events : TRAFFIC.events().values()) {
      int middle = events.size() / 2;
      rig.send(half == 0 ? events.subList(0, middle) : events.subList(middle, events.size()));
    }
  }
}
