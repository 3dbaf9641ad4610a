package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hour after hour of new ids, versions, segments and categories whose labels never come, and an
 * hour of ten times as many: what is kept grows to a plateau and comes back to it, and no
 * TaskManager takes more memory than it was given. What was measured goes to {@code
 * target/bounded-*.md}.
 */
@Tag("unproven")
class PlateauIT {
  private static final int TIMES = 10;

  /** How much bytes of the plateau may still rise: a store keeps what it has not yet compacted. */
  private static final double UNCOMPACTED = 1.5;

  private static final String PROCESS_SIZE = "1536m";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /**
   * How much is sent.
   *
   * @param hours of event time
   * @param rows ids an hour
   * @param full hour after which nothing grows: labels and corrections are waited for 5 hours
   * @param burst hour of ten times as many
   * @param mostPending ids that may wait, which only the burst exceeds
   */
  private record Size(int hours, int rows, int full, int burst, int mostPending) {}

  /** What was seen after an hour, memory being the most during it. */
  private record Look(int hour, long waiting, long stateBytes, ClusterMemory memory, long millis) {}

  @TempDir private static Path folder;
  private static LocalCluster cluster;

  @BeforeAll
  static void startCluster() throws IOException {
    cluster = ClusterJob.owned(LocalCluster.start(folder.resolve("cluster"), settings()));
  }

  @AfterAll
  static void stopCluster() throws IOException {
    if (cluster != null) {
      cluster.end();
      assertThat(cluster.running()).as("processes left").isEmpty();
    }
  }

  private static ClusterSettings settings() {
    return new ClusterSettings(
        ClusterJob.LIBRARY,
        2,
        1,
        false,
        Duration.ofSeconds(1),
        Map.of(
            "taskmanager.memory.process.size",
            PROCESS_SIZE,
            "state.backend.rocksdb.metrics.block-cache-usage",
            "true"),
        Map.of());
  }

  @Test
  void endlessKeys_reachAPlateau() throws Exception {
    reachAPlateau("plateau", new Size(17, 3_000, 7, 9, 24_000));
  }

  @Test
  @Tag("slow")
  void endlessKeysForALongTime_reachAPlateau() throws Exception {
    reachAPlateau("long", new Size(24, 15_000, 8, 14, 120_000));
  }

  private static void reachAPlateau(String name, Size size) throws Exception {
    Path job = SmallTraffic.job(Files.createDirectories(folder.resolve(name)), 10);
    String limits = "limits: {max_pending: %d, max_versions: 2}%n".formatted(size.mostPending());
    Files.writeString(job, Files.readString(job) + limits);
    try (KafkaRig rig = new KafkaRig(cluster.bootstrapServers(), name, folder)) {
      rig.publish(JobFolder.load(job, null), SmallTraffic.START - Duration.ofDays(1).toMillis());
      ClusterJob running = ClusterJob.submit(cluster, rig, cluster.bootstrapServers(), 2, Map.of());
      List<Look> looks = new ArrayList<>();
      for (int hour = 0; hour < size.hours(); hour++) {
        int rows = hour == size.burst() ? TIMES * size.rows() : size.rows();
        looks.add(look(rig, running, hour, endless(hour, rows)));
      }
      report(name, size, looks);
      assertPlateau(size, looks);
      assertThat(running.isRunning()).isTrue();
      assertThat(rig.outputs(Topic.ALERTS))
          .anyMatch(line -> line.contains("limit_reached") && line.contains("max_pending"))
          .anyMatch(line -> line.contains("limit_reached") && line.contains("max_versions"));
      running.drain();
    }
  }

  private static void assertPlateau(Size size, List<Look> looks) throws IOException {
    List<Look> before = looks.subList(size.full(), size.burst());
    List<Look> after = looks.subList(size.hours() - 2, size.hours());
    long waiting = most(before, Look::waiting);
    assertThat(waiting).as("ids that wait: %s", looks).isPositive();
    // How far event time has come decides over a few ids at the edge of the horizon.
    assertThat(most(after, Look::waiting))
        .as("ids that wait: %s", looks)
        .isCloseTo(waiting, withinPercentage(5));
    assertThat(most(looks, Look::waiting))
        .as("ids that wait in the burst: %s", looks)
        .isBetween(waiting + 1, (long) size.mostPending());
    assertThat(most(after, Look::stateBytes))
        .as("bytes of state: %s", looks)
        .isLessThan((long) (UNCOMPACTED * most(before, Look::stateBytes)));
    assertThat(most(looks, look -> look.memory().resident()))
        .as("resident bytes of a TaskManager: %s", looks)
        .isLessThanOrEqualTo(MemorySize.parse(PROCESS_SIZE).getBytes());
    assertThat(most(looks, look -> look.memory().cache()))
        .as("bytes of RocksDB's cache: %s", looks)
        .isBetween(1L, ClusterMemory.managed(cluster));
  }

  /** Ten times as many records as usual change no result; what waits lies in Kafka. */
  @Test
  void burst_changesNoResult() throws Exception {
    int hours = 8;
    Map<Input, List<Event>> events = new EnumMap<>(Input.class);
    for (Input input : Input.values()) {
      events.put(input, new ArrayList<>());
    }
    for (int hour = 0; hour < hours; hour++) {
      labelled(hour, hour == hours / 2 ? TIMES * 2_000 : 2_000, events);
    }
    SmallTraffic traffic = new SmallTraffic(events);
    Path inputs = Files.createDirectories(folder.resolve("inputs"));
    Path job = SmallTraffic.job(inputs, 10);
    ReplayRun replay = ReplayRun.of(job, traffic.write(inputs), 1, inputs.resolve("replay"));
    try (KafkaRig rig = new KafkaRig(cluster.bootstrapServers(), "burst", folder)) {
      rig.publish(JobFolder.load(job, null), SmallTraffic.START - Duration.ofDays(1).toMillis());
      ClusterJob running = ClusterJob.submit(cluster, rig, cluster.bootstrapServers(), 2, Map.of());
      for (List<Event> some : events.values()) {
        rig.send(some);
      }
      rig.awaitRead(PATIENCE);
      running.drain();
      for (var output : ClusterIT.FILES.entrySet()) {
        KafkaRig.assertSame(
            output.getValue(),
            rig.outputs(output.getKey()),
            Files.readAllLines(replay.folder().resolve(output.getValue())));
      }
    }
  }

  /** An hour of ids that were never seen, each with a category, a segment and labels of its own. */
  private static List<Event> endless(int hour, int rows) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      long time = time(hour, i, rows);
      String id = hour + "-" + i;
      events.add(SmallTraffic.features(id, time, i % 100, "endless-" + id));
      events.add(SmallTraffic.prediction(id, time, 0.5, "v" + i % 97));
      events.add(SmallTraffic.label("nobody-" + id, time, "1", 0, false));
    }
    return events;
  }

  /** An hour of ids with one label each, after a quarter of an hour. */
  private static void labelled(int hour, int rows, Map<Input, List<Event>> events) {
    Random random = new Random(hour);
    for (int i = 0; i < rows; i++) {
      long time = time(hour, i, rows);
      String id = hour + "-" + i;
      double score = Math.round(random.nextDouble() * 1000) / 1000.0;
      String labelClass = random.nextDouble() < score ? "1" : "0";
      String channel = random.nextInt(3) == 0 ? "shop" : "web";
      events.get(Input.FEATURES).add(SmallTraffic.features(id, time, random.nextInt(100), channel));
      events.get(Input.PREDICTIONS).add(SmallTraffic.prediction(id, time, score));
      events
          .get(Input.LABELS)
          .add(SmallTraffic.label(id, time + SmallTraffic.HOUR / 4, labelClass, 0, false));
    }
  }

  private static long time(int hour, int row, int rows) {
    return SmallTraffic.START + hour * SmallTraffic.HOUR + row * SmallTraffic.HOUR / rows;
  }

  /** Sends an hour and looks at memory until a checkpoint that began afterwards is complete. */
  private static Look look(KafkaRig rig, ClusterJob running, int hour, List<Event> events)
      throws Exception {
    long start = System.nanoTime();
    ClusterMemory[] most = {ClusterMemory.of(cluster, running.id())};
    rig.send(events);
    KafkaRig.await(
        "reading",
        PATIENCE,
        () -> {
          most[0] = most[0].max(memory(running));
          return rig.hasRead();
        });
    long millis = (System.nanoTime() - start) / 1_000_000;
    long read = running.checkpoint();
    KafkaRig.await("a checkpoint", () -> running.checkpoint() > read + 1);
    most[0] = most[0].max(memory(running));
    return new Look(
        hour, running.sum("pending_predictions"), running.stateBytes(), most[0], millis);
  }

  private static ClusterMemory memory(ClusterJob running) {
    try {
      return ClusterMemory.of(cluster, running.id());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long most(List<Look> looks, ToLongFunction<Look> value) {
    return looks.stream().mapToLong(value).max().orElseThrow();
  }

  private static void report(String name, Size size, List<Look> looks) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d new ids an hour on each of three inputs, %d times as many in hour %d; at most %,d"
                + " wait. TaskManagers of %s, %d MB of it managed.",
            size.rows(),
            TIMES,
            size.burst(),
            size.mostPending(),
            PROCESS_SIZE,
            ClusterMemory.managed(cluster) >> 20));
    lines.add("");
    lines.add("| hour | ids that wait | state, MB | resident, MB | heap, MB | cache, MB | s |");
    lines.add("|---|---|---|---|---|---|---|");
    for (Look look : looks) {
      lines.add(
          String.format(
              Locale.ROOT,
              "| %d | %,d | %.1f | %d | %d | %d | %.1f |",
              look.hour(),
              look.waiting(),
              look.stateBytes() / 1e6,
              look.memory().resident() >> 20,
              look.memory().heap() >> 20,
              look.memory().cache() >> 20,
              look.millis() / 1e3));
    }
    Files.write(
        Files.createDirectories(Path.of("target")).resolve("bounded-" + name + ".md"), lines);
  }
}
