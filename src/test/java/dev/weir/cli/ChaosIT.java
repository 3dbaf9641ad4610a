package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Topic;
import dev.weir.wire.OutputRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults, one after the other, while the stream goes on: the outputs are those of a run without
 * faults and those of a replay, record by record, and their numbers those of plain arithmetic.
 *
 * <p>{@code -Dweir.chaos.faults=50} for more of them, {@code -Dweir.chaos.seed=N} for others,
 * {@code -Dweir.chaos.kind=pause_job_manager} for one kind alone; the seed is part of every
 * failure. What was measured goes to {@code target/chaos.md}.
 */
class ChaosIT {
  private static final int FAULTS = Integer.getInteger("weir.chaos.faults", 10);
  private static final long SEED = Long.getLong("weir.chaos.seed", 1);

  /** The only kind, null for all. */
  private static final Fault KIND =
      Optional.ofNullable(System.getProperty("weir.chaos.kind"))
          .map(name -> Fault.valueOf(name.toUpperCase(Locale.ROOT)))
          .orElse(null);

  private static final long YESTERDAY = SmallTraffic.START - Duration.ofDays(1).toMillis();

  /** Hours of the stream that pass during a fault. */
  private static final int HOURS_PER_FAULT = 4;

  /** Longest recovery that is promised. */
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  /** Faults and how long the job needed to be itself again. */
  private record Recovery(Fault fault, double seconds) {}

  /** The logs of a run that failed are kept. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path folder;

  private static CommitGate gate;
  private static LocalCluster cluster;

  private final Random random = new Random(SEED);
  private final SmallTraffic traffic = SmallTraffic.of(SEED, HOURS_PER_FAULT * (FAULTS + 2));
  private final List<Recovery> recoveries = new ArrayList<>();

  @BeforeAll
  static void startCluster() throws IOException {
    int port = EmbeddedBroker.freePort();
    gate = new CommitGate(port);
    cluster = ClusterJob.owned(LocalCluster.start(folder.resolve("cluster"), settings(port)));
  }

  @AfterAll
  static void stopCluster() throws IOException {
    gate.close();
    if (cluster != null) {
      cluster.end();
      assertThat(cluster.running()).as("processes left").isEmpty();
    }
  }

  @Test
  void faults_loseAndRepeatAndChangeNothing() throws Exception {
    Path file = SmallTraffic.job(folder, 10);
    ReplayRun replay = ReplayRun.of(file, traffic.write(folder), 1, folder.resolve("replay"));
    JobFolder job = JobFolder.load(file, null);
    Map<Topic, List<String>> undisturbed = undisturbed(job);
    ClusterIT.assertSameAsReplay(undisturbed, replay);
    TrafficTruth.assertSaidIn(undisturbed.get(Topic.METRICS), traffic);
    try (KafkaRig rig = new KafkaRig(cluster.bootstrapServers(), "faults", folder);
        CommittedReader reader = new CommittedReader(rig)) {
      rig.publish(job, YESTERDAY);
      disturb(rig);
      Map<Topic, List<String>> outputs = rig.outputs();
      int again = assertRepeatsAreRecorded(rig);
      for (Topic topic : undisturbed.keySet()) {
        KafkaRig.assertSame(
            "seed " + SEED + ", " + topic,
            withoutRepeats(topic, outputs.get(topic)),
            undisturbed.get(topic));
      }
      reader.assertSameAsAReaderAfterwards(rig);
      report(outputs, again);
    }
  }

  /** The commit of a checkpoint that carries a trigger comes after the broker gave up waiting. */
  @Test
  void expiredTransaction_isNoticedAndItsTriggersComeAgain() throws Exception {
    Path file = SmallTraffic.job(folder, 10);
    Path inputs = Files.createDirectories(folder.resolve("expired"));
    SmallTraffic day = SmallTraffic.of(SEED, 18);
    ReplayRun replay = ReplayRun.of(file, day.write(inputs), 1, inputs.resolve("replay"));
    try (KafkaRig rig = new KafkaRig(cluster.bootstrapServers(), "late", folder)) {
      rig.publish(JobFolder.load(file, null), YESTERDAY);
      Set<Map.Entry<String, Long>> sent = new HashSet<>();
      for (Map.Entry<Input, List<Event>> input : day.events().entrySet()) {
        rig.send(input.getValue());
        sent.add(Map.entry(input.getKey().id() + " in", (long) input.getValue().size()));
      }
      // No checkpoint comes by itself: until the first, nothing may be missing from it. Else the
      // next transaction expires too, the job comes back, and time stands still in what it had
      // read to the end, until that is given up.
      ClusterJob running =
          ClusterJob.submit(
              cluster,
              rig,
              gate.address(),
              1,
              Map.of("execution.checkpointing.interval", "1h"),
              "--transaction-timeout",
              "30");
      KafkaRig.await("all to be read", () -> running.records().entrySet().containsAll(sent));
      gate.shut();
      running.takeCheckpoint();
      KafkaRig.await("the end of a transaction", () -> gate.held() > 0);
      assertThat(rig.outputs(Topic.RETRAINING_TRIGGERS)).as("committed by now").isEmpty();
      KafkaRig.await("the broker giving up", () -> rig.openTransactions() == 0);
      gate.open();
      KafkaRig.await("an alarm", () -> running.failedCommittables() > 0);
      KafkaRig.await(
          "triggers",
          () -> {
            running.takeCheckpoint();
            return !rig.outputs(Topic.RETRAINING_TRIGGERS).isEmpty();
          });
      assertThat(assertRepeatsAreRecorded(rig)).as("triggers sent again").isPositive();
      running.drain();

      List<String> triggers = rig.outputs(Topic.RETRAINING_TRIGGERS);
      assertThat(triggers).doesNotHaveDuplicates();
      KafkaRig.assertSame(
          "triggers", triggers, Files.readAllLines(replay.folder().resolve("triggers.jsonl")));
    } finally {
      gate.open();
    }
  }

  /** A broker with a second way in, through the gate, and a Flink that notices soon. */
  private static ClusterSettings settings(int port) {
    return new ClusterSettings(
        ClusterJob.LIBRARY,
        2,
        1,
        true,
        Duration.ofSeconds(1),
        Map.of(
            "heartbeat.interval",
            "1s",
            "heartbeat.timeout",
            "6s",
            "high-availability.zookeeper.client.session-timeout",
            "6s",
            "restart-strategy.exponential-delay.max-backoff",
            "5s",
            // Processes that live for a minute never earn back what the second compiler takes.
            "env.java.opts.all",
            "-XX:TieredStopAtLevel=1"),
        ClusterJob.secondListener(port, gate.port()));
  }

  private Map<Topic, List<String>> undisturbed(JobFolder job) throws Exception {
    try (KafkaRig rig = new KafkaRig(cluster.bootstrapServers(), "undisturbed", folder)) {
      rig.publish(job, YESTERDAY);
      ClusterJob running = ClusterJob.submit(cluster, rig, gate.address(), 2, Map.of());
      for (int part = 0; part < FAULTS + 2; part++) {
        sendPart(rig, part);
      }
      rig.awaitRead();
      running.drain();
      return rig.outputs();
    }
  }

  private void disturb(KafkaRig rig) throws Exception {
    ClusterJob running = ClusterJob.submit(cluster, rig, gate.address(), 2, Map.of());
    sendPart(rig, 0);
    for (int number = 1; number <= FAULTS; number++) {
      Fault fault = faults().get(number - 1);
      int part = number;
      fault.prepare(gate);
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  sendPart(rig, part);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      LockSupport.parkNanos(Duration.ofMillis(random.nextInt(2_000)).toNanos());
      long before = running.checkpoint();
      fault.happen(cluster, gate, random, FAULTS > 10 ? 30 : 12);
      // Some take their time; a JobManager that died knows of no checkpoint.
      before = Math.max(before, running.checkpoint());
      String what = "recovery from " + fault + ", number " + number + " of seed " + SEED;
      recoveries.add(new Recovery(fault, recovery(what, running, before)));
      sending.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    sendPart(rig, FAULTS + 1);
    rig.awaitRead();
    running.drain();
  }

  /** Every kind of fault at least once, in an order of the seed; or one kind alone. */
  private List<Fault> faults() {
    if (KIND != null) {
      return Collections.nCopies(FAULTS, KIND);
    }
    Random order = new Random(SEED);
    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
    while (faults.size() < FAULTS) {
      faults.add(Fault.values()[order.nextInt(Fault.values().length)]);
    }
    Collections.shuffle(faults, order);
    return faults;
  }

  /**
   * Starts again what died and waits until all tasks run and a checkpoint is complete that began
   * afterwards; seconds that it took.
   */
  private static double recovery(String what, ClusterJob running, long before) {
    long start = System.nanoTime();
    long[] known = {before};
    KafkaRig.await(
        what,
        PATIENCE,
        () -> {
          try {
            cluster.startMissing();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
          long newest = running.checkpoint();
          if (!running.isRunning()) {
            // What was completed until now may have been begun before the fault.
            known[0] = Math.max(known[0], newest);
            return false;
          }
          return newest >= known[0] + 2;
        });
    return (System.nanoTime() - start) / 1e9;
  }

  private void sendPart(KafkaRig rig, int part) throws Exception {
    for (List<Event> events : traffic.events().values()) {
      int size = events.size();
      rig.send(events.subList(size * part / (FAULTS + 2), size * (part + 1) / (FAULTS + 2)));
    }
  }

  /** Only triggers may come again, with the same bytes, and each repeat says that it is one. */
  private static List<String> withoutRepeats(Topic topic, List<String> lines) {
    return topic == Topic.RETRAINING_TRIGGERS ? lines.stream().distinct().toList() : lines;
  }

  /** That extra copies of triggers are as many as those marked as sent again; how many. */
  private static int assertRepeatsAreRecorded(KafkaRig rig) throws IOException {
    int marked = 0;
    List<String> ids = new ArrayList<>();
    for (var record : rig.records(Topic.RETRAINING_TRIGGERS)) {
      ids.add(new ObjectMapper().readTree(record.value()).get("trigger_id").asText());
      marked += record.headers().lastHeader(OutputRecords.REEMITTED) == null ? 0 : 1;
    }
    assertThat(ids.size() - ids.stream().distinct().count())
        .as("seed %s: copies of triggers beyond the first", SEED)
        .isLessThanOrEqualTo(marked);
    return marked;
  }

  private void report(Map<Topic, List<String>> outputs, int again) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("seed " + SEED + ", " + FAULTS + " faults, " + again + " triggers sent again");
    lines.add("");
    lines.add(refusedCommits() + " commits were refused after a restart, and nothing was missing.");
    lines.add("");
    outputs.forEach((topic, records) -> lines.add("- " + topic.suffix() + ": " + records.size()));
    lines.add("");
    lines.add("| fault | times | median | longest |");
    lines.add("|---|---|---|---|");
    for (Fault fault : Fault.values()) {
      row(lines, fault.name().toLowerCase(Locale.ROOT), seconds(fault));
    }
    List<Double> all = recoveries.stream().map(Recovery::seconds).sorted().toList();
    row(lines, "all", all);
    Files.write(Files.createDirectories(Path.of("target")).resolve("chaos.md"), lines);
  }

  /** Commits of which the committer said that somebody newer has their transactional id. */
  private static long refusedCommits() throws IOException {
    long refused = 0;
    for (int number = 1; number <= cluster.taskManagers(); number++) {
      refused +=
          Files.readAllLines(cluster.process("taskmanager-" + number).log()).stream()
              .filter(line -> line.contains("Unable to commit transaction"))
              .count();
    }
    return refused;
  }

  private List<Double> seconds(Fault fault) {
    return recoveries.stream()
        .filter(recovery -> recovery.fault() == fault)
        .map(Recovery::seconds)
        .sorted()
        .toList();
  }

  private static void row(List<String> lines, String name, List<Double> seconds) {
    if (!seconds.isEmpty()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %d | %.1f s | %.1f s |",
              name.replace('_', ' '),
              seconds.size(),
              seconds.get(seconds.size() / 2),
              seconds.get(seconds.size() - 1)));
    }
  }
}
