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
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hour after hour of new ids, versions, segments and categories whose labels never come, and an
 * hour of ten times as many: what is kept grows to a plateau and comes back to it, every bound that
 * bites is counted and said, every record is accounted for, and no TaskManager ever took more
 * memory than it was given. What was measured goes to {@code target/plateau-*.md}.
 */
class PlateauIT {
  private static final int TIMES = 10;

  /**
   * How much bytes of the plateau may still rise: a store keeps what it has not yet compacted. Were
   * nothing forgotten, they would be more than five times as many.
   */
  private static final double UNCOMPACTED = 2;

  /** Ids that are sent at once. */
  private static final int SLICE = 10_000;

  private static final String PROCESS_SIZE = "1536m";
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /**
   * How much is sent.
   *
   * @param hours of event time
   * @param rows ids an hour
   * @param full hour after which nothing grows: labels and corrections are waited for 2 hours
   * @param burst hour of ten times as many; 3 hours later nothing is left of them
   * @param mostPending ids that may wait, which only the burst exceeds
   */
  private record Size(int hours, int rows, int full, int burst, int mostPending) {
    int rows(int hour) {
      return hour == burst ? TIMES * rows : rows;
    }

    /** Records of each input. */
    long sent() {
      return (long) rows * (hours + TIMES - 1);
    }
  }

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
            "true",
            // What is asked for is what holds now.
            "metrics.fetcher.update-interval",
            "200 ms"),
        Map.of());
  }

  @Test
  void endlessKeys_reachAPlateau() throws Exception {
    reachAPlateau("short", new Size(9, 3_000, 3, 5, 18_000));
  }

  @Test
  @Tag("slow")
  void endlessKeysForALongTime_reachAPlateau() throws Exception {
    reachAPlateau("long", new Size(16, 40_000, 3, 8, 240_000));
  }

  private static void reachAPlateau(String name, Size size) throws Exception {
    Path job = SmallTraffic.job(Files.createDirectories(folder.resolve(name)), 10);
    String spec =
        Files.readString(job)
            .replace("horizon: 3h, corrections_for: 2h", "horizon: 1h, corrections_for: 1h");
    String limits = "limits: {max_pending: %d, max_versions: 2}%n".formatted(size.mostPending());
    Files.writeString(job, spec + limits);
    try (KafkaRig rig = new KafkaRig(cluster.bootstrapServers(), name, folder)) {
      rig.publish(JobFolder.load(job, null), SmallTraffic.START - Duration.ofDays(1).toMillis());
      ClusterJob running = ClusterJob.submit(cluster, rig, cluster.bootstrapServers(), 2, Map.of());
      List<Look> looks = new ArrayList<>();
      for (int hour = 0; hour < size.hours(); hour++) {
        looks.add(look(rig, running, hour, size.rows(hour)));
      }
      report(name, size, looks);
      assertPlateau(size, looks);
      assertBoundsAreCountedAndSaid(rig, running);
      assertAllIsAccountedFor(running, size);
      assertThat(running.neverRestarted()).as("no restart").isTrue();
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
        .isBetween(waiting * 3 / 2, (long) size.mostPending());
    assertThat(most(after, Look::stateBytes))
        .as("bytes of state: %s", looks)
        .isLessThan((long) (UNCOMPACTED * most(before, Look::stateBytes)));
    assertMemoryIsAsGiven(
        looks.stream().map(Look::memory).reduce(ClusterMemory::max).orElseThrow());
  }

  private static void assertMemoryIsAsGiven(ClusterMemory most) throws IOException {
    assertThat(most.peak())
        .as("the most resident bytes that a TaskManager ever had")
        .isLessThanOrEqualTo(MemorySize.parse(PROCESS_SIZE).getBytes());
    assertThat(most.cache())
        .as("bytes of RocksDB's cache")
        .isBetween(1L, ClusterMemory.managed(cluster));
  }

  private static void assertBoundsAreCountedAndSaid(KafkaRig rig, ClusterJob running) {
    assertThat(running.sum("kind.limit_reached.notices")).as("notices of limits").isPositive();
    assertThat(rig.outputs(Topic.ALERTS))
        .anyMatch(line -> line.contains("limit_reached") && line.contains("max_pending"))
        .anyMatch(line -> line.contains("limit_reached") && line.contains("max_versions"))
        .anyMatch(line -> line.contains("limit_reached") && line.contains("max_segments"))
        .as("an alert of categories that the reference does not have")
        .anyMatch(line -> line.contains("unseen_rate"))
        .as("an alert of labels that do not come")
        .anyMatch(line -> line.contains("completeness"));
    assertThat(rig.outputs(Topic.METRICS))
        .as("evidence is withheld where a bound bit")
        .anyMatch(line -> line.contains("\"withheld\":\"limit\""));
  }

  /**
   * Nobody's label comes, so what does not wait any more has expired, whether it was left out for a
   * bound or not; and what is kept is what waits by these counts and the predictions of the hour
   * before, which have expired and for an hour could still be corrected.
   */
  private static void assertAllIsAccountedFor(ClusterJob running, Size size) {
    long sent = size.sent();
    Map<String, Long> counts = settled(running, Map.of("in", sent));
    assertThat(counts).containsEntry("features used", sent);
    for (String input : List.of("predictions", "labels")) {
      assertThat(counts.get(input + " expired") + counts.get(input + " waiting"))
          .as("%s that expired or wait: %s", input, counts)
          .isEqualTo(sent);
    }
    assertThat(running.sum("pending_predictions"))
        .as("ids that are kept: %s", counts)
        .isCloseTo(
            counts.get("predictions waiting") + counts.get("labels waiting") + size.rows(),
            withinPercentage(5));
  }

  /** The counts of a job that has read everything, once each input has these outcomes. */
  private static Map<String, Long> settled(ClusterJob running, Map<String, Long> outcomes) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      Map<String, Long> counts = running.records();
      Map<String, Long> expected = expected(outcomes);
      if (counts.entrySet().containsAll(expected.entrySet()) || System.nanoTime() > end) {
        assertThat(counts).containsAllEntriesOf(expected);
        return counts;
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private static Map<String, Long> expected(Map<String, Long> outcomes) {
    Map<String, Long> expected = new TreeMap<>();
    for (Input input : Input.values()) {
      outcomes.forEach((outcome, count) -> expected.put(input.id() + " " + outcome, count));
      for (String never : List.of("duplicate", "late", "dead_lettered")) {
        expected.put(input.id() + " " + never, 0L);
      }
    }
    return expected;
  }

  /** Ten times as many records as usual change no result; what waits lies in Kafka. */
  @Test
  @Tag("slow")
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

  /**
   * For a minute ten times as many records a second as before and after: those that are too many
   * wait in Kafka, not in memory, are worked off, and none is lost.
   */
  @Test
  @Tag("slow")
  void burst_waitsInKafkaAndIsWorkedOff() throws Exception {
    Path job = SmallTraffic.job(Files.createDirectories(folder.resolve("tenfold")), 10);
    try (KafkaRig rig = new KafkaRig(cluster.bootstrapServers(), "tenfold", folder)) {
      rig.publish(JobFolder.load(job, null), SmallTraffic.START - Duration.ofDays(1).toMillis());
      ClusterJob running = ClusterJob.submit(cluster, rig, cluster.bootstrapServers(), 2, Map.of());
      Burst burst = new Burst(cluster, rig, running);
      burst.run(PATIENCE);
      Files.write(target("tenfold"), burst.report());
      assertThat(burst.mostUnread()).as("records that waited in Kafka").isPositive();
      assertMemoryIsAsGiven(burst.memory());
      assertThat(burst.longestCheckpoint()).isLessThan(Duration.ofMinutes(1));
      settled(running, Map.of("in", burst.sent(), "used", burst.sent(), "waiting", 0L));
      assertThat(running.neverRestarted()).as("no restart").isTrue();
      running.drain();
    }
  }

  /** An hour of ids that were never seen, each with a category, a segment and labels of its own. */
  private static List<Event> endless(int hour, int from, int to, int rows) {
    List<Event> events = new ArrayList<>();
    for (int i = from; i < to; i++) {
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
      for (Event event : SmallTraffic.labelled(hour + "-" + i, time(hour, i, rows), random)) {
        events.get(event.input()).add(event);
      }
    }
  }

  private static long time(int hour, int row, int rows) {
    return SmallTraffic.START + hour * SmallTraffic.HOUR + row * SmallTraffic.HOUR / rows;
  }

  /** Sends an hour and looks at memory until a checkpoint that began afterwards is complete. */
  private static Look look(KafkaRig rig, ClusterJob running, int hour, int rows) throws Exception {
    long start = System.nanoTime();
    ClusterMemory[] most = {memory(running)};
    for (int from = 0; from < rows; from += SLICE) {
      rig.send(endless(hour, from, Math.min(rows, from + SLICE), rows));
      most[0] = most[0].max(memory(running));
    }
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
    long waiting = running.sum("pending_predictions");
    most[0] = most[0].max(memory(running));
    return new Look(hour, waiting, running.stateBytes(), most[0], millis);
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
                + " wait. TaskManagers of %s, %d MB of it managed; the most that one of them ever"
                + " had resident is %d MB.",
            size.rows(),
            TIMES,
            size.burst(),
            size.mostPending(),
            PROCESS_SIZE,
            ClusterMemory.managed(cluster) >> 20,
            most(looks, look -> look.memory().peak()) >> 20));
    lines.add("");
    lines.add("| hour | ids that wait | state, MB | resident, MB | heap, MB | cache, MB | s |");
    lines.add("|---|---|---|---|---|---|---|");
    for (Look look : looks) {
      lines.add(
          String.format(
              Locale.ROOT,
              "| %d | %,d | %.1f | %s | %.1f |",
              look.hour(),
              look.waiting(),
              look.stateBytes() / 1e6,
              look.memory().cells(),
              look.millis() / 1e3));
    }
    Files.write(target(name), lines);
  }

  private static Path target(String name) throws IOException {
    return Files.createDirectories(Path.of("target")).resolve("plateau-" + name + ".md");
  }
}
