package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every record has one fate and every window its numbers, whatever dies or falls silent. */
class ConservationIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long YESTERDAY = SmallTraffic.START - Duration.ofDays(1).toMillis();
  private static final int RESTARTS = 5;

  /** The middle of the morning, when windows are open. */
  private static final long SILENT_FROM = SmallTraffic.START + 4 * SmallTraffic.HOUR;

  private static final Duration SOON = Duration.ofSeconds(2);

  /** Long enough for a slow machine to read on after an outage that is longer. */
  private static final Duration IDLENESS = Duration.ofSeconds(30);

  private static final Duration OUTAGE = IDLENESS.plusSeconds(3);

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static Path job;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
    job = SmallTraffic.job(folder, 10);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  /**
   * Labels early, late, never, corrected, withdrawn and repeated, a far future, and five deaths.
   */
  @Test
  void fiveRestarts_changeNoCountAndNoWindow() throws Exception {
    SmallTraffic traffic = SmallTraffic.of(51);
    ReplayRun replay = ReplayRun.of(job, traffic.write(folder), 1, folder.resolve("replay"));
    try (KafkaRig rig = new KafkaRig(broker, "restarts", folder)) {
      rig.publish(JobFolder.load(job, null), YESTERDAY);
      String state = null;
      for (int part = 0; part <= RESTARTS; part++) {
        JobClient running = rig.start(1 + part % 2, state);
        for (List<Event> events : traffic.events().values()) {
          int size = events.size();
          rig.send(
              events.subList(part * size / (RESTARTS + 1), (part + 1) * size / (RESTARTS + 1)));
        }
        farFuture(rig);
        rig.awaitRead();
        if (part < RESTARTS) {
          state = part % 2 == 0 ? rig.kill(running) : rig.stop(running, false);
        } else {
          rig.stop(running, true);
        }
      }
      assertThat(rig.counts()).isEqualTo(countsWith(replay, RESTARTS + 1));
      KafkaRig.assertSame(
          "metrics.jsonl",
          rig.outputs(Topic.METRICS),
          Files.readAllLines(replay.folder().resolve("metrics.jsonl")));
    }
  }

  /** A time of which everything after it would be late, if it were believed. */
  private static void farFuture(KafkaRig rig) throws Exception {
    long now = SmallTraffic.START;
    long far = Instant.parse("2262-01-01T00:00:00Z").toEpochMilli();
    for (Input input : Input.values()) {
      String rest =
          switch (input) {
            case FEATURES -> "\"event_time\": %d, \"features\": {\"x\": 1}";
            case PREDICTIONS -> "\"prediction_time\": %d, \"model_version\": \"v1\", \"score\": 0";
            case LABELS -> "\"label_time\": %d, \"label_class\": \"1\"";
          };
      String json = "{\"prediction_id\": \"far\", \"model_id\": \"small\", " + rest + "}";
      rig.send(Topic.of(input.id()), 0, now, null, json.formatted(far).getBytes(UTF_8));
    }
  }

  /** What a replay counts, if this many more of each input had been dead letters. */
  private static Map<String, Map<String, Long>> countsWith(ReplayRun replay, long deadLetters)
      throws Exception {
    Map<String, Map<String, Long>> expected = new TreeMap<>();
    for (Input input : Input.values()) {
      Map<String, Long> counts = replay.counts(input);
      counts.merge("in", deadLetters, Long::sum);
      counts.merge("dead_lettered", deadLetters, Long::sum);
      counts.values().removeIf(count -> count == 0);
      expected.put(input.id(), counts);
    }
    return expected;
  }

  /**
   * A partition of each input brings nothing for half an hour of event time and then all of it:
   * windows waited, and nobody could tell.
   */
  @Test
  void silentPartition_isWaitedFor() throws Exception {
    SmallTraffic traffic = SmallTraffic.of(52);
    ReplayRun replay = ReplayRun.of(job, traffic.write(folder), 1, folder.resolve("waited"));
    Silence silence = Silence.of(traffic, SILENT_FROM, SILENT_FROM + SmallTraffic.HOUR / 2);
    try (KafkaRig rig = new KafkaRig(broker, "waited", folder)) {
      rig.publish(JobFolder.load(job, null), YESTERDAY);
      JobClient running = rig.start(KafkaRig.PARTITIONS, null);
      send(rig, silence.before());
      send(rig, silence.others());
      farFuture(rig);
      rig.awaitRead();
      send(rig, silence.backlog());
      send(rig, silence.rest());
      rig.awaitRead();
      rig.stop(running, true);

      assertThat(rig.counts()).isEqualTo(countsWith(replay, 1));
      KafkaRig.assertSame(
          "metrics.jsonl",
          rig.outputs(Topic.METRICS),
          Files.readAllLines(replay.folder().resolve("metrics.jsonl")));
    }
  }

  /**
   * The same for hours, and for longer than windows wait: they close without the partition. What it
   * brings of them when it comes back is counted and said, and changes no other window.
   */
  @Test
  void partitionThatIsGivenUp_losesNothingWithoutARecord() throws Exception {
    SmallTraffic traffic = SmallTraffic.of(52);
    ReplayRun replay = ReplayRun.of(job, traffic.write(folder), 1, folder.resolve("given-up"));
    long until = SILENT_FROM + 3 * SmallTraffic.HOUR;
    Silence silence = Silence.of(traffic, SILENT_FROM, until);
    try (KafkaRig rig = new KafkaRig(broker, "silent", folder)) {
      rig.publish(JobFolder.load(job, null), YESTERDAY);
      JobClient running = rig.start(KafkaRig.PARTITIONS, null);
      send(rig, silence.before());
      rig.awaitRead();
      // Only this job gives up soon: whoever is read first elsewhere, nobody was given up.
      running = rig.start(KafkaRig.PARTITIONS, rig.stop(running, false), SOON);
      send(rig, silence.others());
      rig.awaitRead();
      // Windows go on without the silent partitions, as far as the others have come.
      long closed = until - SmallTraffic.HOUR;
      KafkaRig.await(
          "windows of silent partitions",
          () -> volumes(rig).containsKey(Instant.ofEpochMilli(closed - SmallTraffic.HOUR)));
      send(rig, silence.backlog());
      rig.awaitRead();
      running = rig.start(KafkaRig.PARTITIONS, rig.stop(running, false));
      send(rig, silence.rest());
      rig.awaitRead();
      rig.stop(running, true);

      Map<String, Map<String, Long>> counts = rig.counts();
      assertThat(counts.get("features")).isEqualTo(countsWith(replay, 0).get("features"));
      traffic
          .events()
          .forEach((input, events) -> assertFates(input, events.size(), counts.get(input.id())));
      assertThat(volumes(rig)).isEqualTo(onTime(silence, closed));
      assertThat(rig.outputs(Topic.ALERTS))
          .as("what came after its windows is said")
          .anyMatch(line -> line.contains("input_silent"));
    }
  }

  /**
   * All partitions are silent while the broker is gone, and none of them is given up for that:
   * windows wait for the one that is read last, for as long as for any that is silent.
   */
  @Test
  void outageLongerThanIdleness_givesNobodyUp() throws Exception {
    SmallTraffic traffic = SmallTraffic.of(53);
    ReplayRun replay = ReplayRun.of(job, traffic.write(folder), 1, folder.resolve("outage"));
    Path log = folder.resolve("stopped");
    int port = EmbeddedBroker.freePort();
    int controllerPort = EmbeddedBroker.freePort();
    EmbeddedBroker stopped = EmbeddedBroker.open(log, port, controllerPort, Map.of());
    try (KafkaRig rig = new KafkaRig(stopped, "outage", folder)) {
      rig.publish(JobFolder.load(job, null), YESTERDAY);
      Silence outage = Silence.of(traffic, SILENT_FROM, Long.MAX_VALUE);
      send(rig, outage.before());
      JobClient running = rig.start(KafkaRig.PARTITIONS, null, IDLENESS);
      rig.awaitRead();
      stopped.close();
      long end = System.nanoTime() + OUTAGE.toNanos();
      KafkaRig.await("the end of the outage", () -> System.nanoTime() > end);
      stopped = EmbeddedBroker.open(log, port, controllerPort, Map.of());
      send(rig, outage.others());
      rig.awaitRead();
      send(rig, outage.backlog());
      rig.awaitRead();
      rig.stop(running, true);

      assertThat(rig.counts()).isEqualTo(countsWith(replay, 0));
      KafkaRig.assertSame(
          "metrics.jsonl",
          rig.outputs(Topic.METRICS),
          Files.readAllLines(replay.folder().resolve("metrics.jsonl")));
    } finally {
      stopped.close();
    }
  }

  private static void assertFates(Input input, long sent, Map<String, Long> counted) {
    Map<String, Long> fates = new TreeMap<>(counted);
    assertThat(fates.remove("in")).as(input.id()).isEqualTo(sent);
    assertThat(fates.values().stream().mapToLong(Long::longValue).sum())
        .as("fates of %s: %s", input, fates)
        .isEqualTo(sent);
  }

  private static void send(KafkaRig rig, Map<Input, List<Event>> events) throws Exception {
    for (List<Event> some : events.values()) {
      rig.send(some);
    }
  }

  /** Rows of features by the start of their window, each window reported once. */
  private static Map<Instant, Integer> volumes(KafkaRig rig) {
    Map<Instant, Integer> volumes = new TreeMap<>();
    for (String line : rig.outputs(Topic.METRICS)) {
      JsonNode metric = parse(line);
      boolean all =
          metric.get("metric").asText().equals("volume")
              && metric.get("model_version").asText().equals("*")
              && metric.get("segment").isNull();
      if (all) {
        Instant start = Instant.parse(metric.get("window_start").asText());
        assertThat(volumes.put(start, metric.get("value").asInt()))
            .as("a report before %s", line)
            .isNull();
      }
    }
    return volumes;
  }

  /**
   * What {@link #volumes} must be, from the records alone: all that are on time by the records
   * before them in their own partition, without the backlog of windows that had closed.
   */
  private static Map<Instant, Integer> onTime(Silence silence, long closed) {
    Map<Instant, Integer> volumes = new TreeMap<>();
    List<Event> sent = new ArrayList<>();
    Set<Event> afterwards = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Map<Input, List<Event>> part :
        List.of(silence.before(), silence.others(), silence.backlog(), silence.rest())) {
      sent.addAll(part.get(Input.FEATURES));
    }
    silence.backlog().get(Input.FEATURES).stream()
        .filter(event -> event.time() < closed)
        .forEach(afterwards::add);
    for (Event event : TrafficTruth.onTime(sent)) {
      if (!afterwards.contains(event)) {
        volumes.merge(Instant.ofEpochMilli(TrafficTruth.window(event.time())), 1, Integer::sum);
      }
    }
    return volumes;
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new IllegalStateException(line, e);
    }
  }

  /**
   * Traffic of which one partition of each input is silent for a while.
   *
   * @param before what comes before the silence
   * @param others what the other partitions bring during the silence
   * @param backlog what the silent partition held back
   * @param rest what comes afterwards
   */
  private record Silence(
      Map<Input, List<Event>> before,
      Map<Input, List<Event>> others,
      Map<Input, List<Event>> backlog,
      Map<Input, List<Event>> rest) {

    /** By arrival, so that the order within each partition stays as it is. */
    static Silence of(SmallTraffic traffic, long from, long until) {
      Silence silence =
          new Silence(
              new EnumMap<>(Input.class),
              new EnumMap<>(Input.class),
              new EnumMap<>(Input.class),
              new EnumMap<>(Input.class));
      traffic.events().forEach((input, events) -> silence.add(input, events, from, until));
      return silence;
    }

    private void add(Input input, List<Event> events, long from, long until) {
      for (Map<Input, List<Event>> part : List.of(before, others, backlog, rest)) {
        part.put(input, new ArrayList<>());
      }
      long largest = Long.MIN_VALUE;
      for (Event event : events) {
        largest = Math.max(largest, event.time());
        part(largest, from, until, TrafficTruth.partition(event)).get(input).add(event);
      }
    }

    private Map<Input, List<Event>> part(long largest, long from, long until, int partition) {
      if (largest >= until) {
        return rest;
      }
      if (largest < from) {
        return before;
      }
      return partition == 1 ? backlog : others;
    }
  }
}
