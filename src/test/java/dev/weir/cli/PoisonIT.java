package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.DeadLetter;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Topic;
import dev.weir.wire.EventEncoder;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile records among good ones on a real broker: nothing fails, the job says what a replay says
 * of the good ones among lines that are none, and every hostile one is a dead letter with its place
 * and reason.
 */
class PoisonIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SEED = 41;
  private static final int HOURS = 12;

  @TempDir private Path folder;

  @Test
  void oneInTen_changesNothing() throws Exception {
    run(33_000, 10_000);
  }

  @Test
  @Tag("slow")
  void aHundredThousandAmongAMillion_changeNothing() throws Exception {
    run(333_334, 100_000);
  }

  private void run(int ids, int hostile) throws Exception {
    Path job = SmallTraffic.job(folder, 10);
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"));
        KafkaRig rig = new KafkaRig(broker, "poison", folder)) {
      rig.publish(JobFolder.load(job, null), SmallTraffic.START - Duration.ofDays(1).toMillis());
      int badControl = poisonControl(rig);
      JobClient running = rig.startWithoutRestarts(KafkaRig.PARTITIONS);
      Map<String, String> letters = new TreeMap<>();
      long[] heap = new long[4];
      long started = System.nanoTime();
      for (int quarter = 0; quarter < heap.length; quarter++) {
        for (Input input : Input.values()) {
          int each = hostile / Input.values().length / heap.length;
          letters.putAll(send(rig, input, quarter, ids / heap.length, each));
        }
        rig.awaitRead();
        heap[quarter] = heapAfterCollection();
      }
      long millis = (System.nanoTime() - started) / 1_000_000;
      assertThat(running.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
      rig.stop(running, true);
      System.out.printf(
          "poison: %,d good and %,d hostile records in %,d ms; MB of heap after each quarter: %s%n",
          3 * ids, letters.size(), millis, Arrays.toString(heap));

      assertThat(deadLetters(rig, badControl, letters)).isEqualTo(letters);
      assertSaysWhatAReplaySays(rig, job, letters);
      // The first quarter has loaded everything that is loaded once.
      assertThat(heap[3]).as("MB of heap at the end, against %d", heap[1]).isLessThan(heap[1] + 96);
    }
  }

  private static long heapAfterCollection() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
  }

  /** Job files and baselines that cannot be used, at which nothing may stop either. */
  private static int poisonControl(KafkaRig rig) throws Exception {
    String file =
        "{\"model_id\":\"small\",\"config_hash\":\"0\",\"source\":\"\",\"resolved\":\"{}\","
            + "\"format\":1,\"effective_from\":null,\"actor\":\"user:eve\",\"comment\":\"\"}";
    byte[] key = "small".getBytes(UTF_8);
    rig.send(Topic.JOB_FILES, 0, SmallTraffic.START, key, file.getBytes(UTF_8));
    rig.send(Topic.JOB_FILES, 0, SmallTraffic.START, key, new byte[] {9, 9});
    rig.send(
        Topic.BASELINES, 0, SmallTraffic.START, key, "{\"model_id\":\"small\"}".getBytes(UTF_8));
    rig.send(Topic.FEEDBACK, 0, SmallTraffic.START, key, "[]".getBytes(UTF_8));
    return 4;
  }

  /**
   * Sends a quarter of an input, hostile ones spread over it, and adds it to the file of the input,
   * in which a line that is none stands for each hostile one; their places and reasons.
   */
  private Map<String, String> send(KafkaRig rig, Input input, int quarter, int ids, int hostile)
      throws Exception {
    Topic topic = Topic.of(input.id());
    Random random = new Random(SEED + quarter);
    HostileRecords source = new HostileRecords(SEED * 31 + quarter, input);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<HostileRecords.Hostile> spoilt = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    int left = hostile;
    for (int i = 0; i < ids; i++) {
      Event event = event(input, quarter * ids + i, 4 * ids);
      lines.add(SmallTraffic.line(event));
      int partition = Math.floorMod(event.predictionId().hashCode(), KafkaRig.PARTITIONS);
      byte[] value = i % 2 == 0 ? EventEncoder.avro(event) : EventEncoder.json(event);
      records.add(new ProducerRecord<>(rig.name(topic), partition, event.time(), null, value));
      while (left > 0 && random.nextInt(ids - i) < left) {
        left--;
        HostileRecords.Hostile one =
            quarter == 0 && spoilt.isEmpty() ? source.tenMegabytes() : source.next(event.time());
        add(rig, topic, event.time(), one, records, spoilt, places, left);
        spoil(lines, one);
        if (quarter == 0 && spoilt.size() == 1) {
          HostileRecords.Hostile another = source.next(event.time());
          add(rig, topic, event.time(), another, records, spoilt, places, left);
          spoil(lines, another);
        }
      }
    }
    Files.write(file(input), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    List<RecordMetadata> sent = rig.sendAll(records);
    Map<String, String> letters = new TreeMap<>();
    for (int i = 0; i < places.size(); i++) {
      RecordMetadata place = sent.get(places.get(i));
      letters.put(
          topic.suffix() + " " + place.partition() + " " + place.offset(),
          spoilt.get(i).reason() == null ? "" : spoilt.get(i).reason().name());
    }
    return letters;
  }

  private Path file(Input input) {
    return folder.resolve(input.id() + ".jsonl");
  }

  /** A file is of one model, so it cannot hold what is of another. */
  private static void spoil(List<String> lines, HostileRecords.Hostile one) {
    if (one.reason() != DeadLetter.Reason.UNKNOWN_MODEL) {
      lines.add("{");
    }
  }

  private static void add(
      KafkaRig rig,
      Topic topic,
      long time,
      HostileRecords.Hostile one,
      List<ProducerRecord<byte[], byte[]>> records,
      List<HostileRecords.Hostile> spoilt,
      List<Integer> places,
      int turn) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            rig.name(topic), turn % KafkaRig.PARTITIONS, time, one.key(), one.value());
    one.headers().forEach(record.headers()::add);
    places.add(records.size());
    records.add(record);
    spoilt.add(one);
  }

  /** Those of the inputs by place, each once; where several reasons fit, none is compared. */
  private static Map<String, String> deadLetters(
      KafkaRig rig, int badControl, Map<String, String> expected) throws Exception {
    Map<String, String> letters = new TreeMap<>();
    int control = 0;
    for (String line : rig.outputs(Topic.DEAD_LETTERS)) {
      JsonNode letter = JSON.readTree(line);
      String topic = letter.get("topic").asText();
      if (Topic.of(topic).kind() == Topic.Kind.CONTROL) {
        control++;
        continue;
      }
      String place = topic + " " + letter.get("partition") + " " + letter.get("offset");
      boolean anyReason = "".equals(expected.get(place));
      String twice = letters.put(place, anyReason ? "" : letter.get("reason").asText());
      assertThat(twice).as("a dead letter before that of %s", place).isNull();
    }
    assertThat(control).as("dead letters of control topics").isEqualTo(badControl);
    return letters;
  }

  private void assertSaysWhatAReplaySays(KafkaRig rig, Path job, Map<String, String> letters)
      throws Exception {
    Map<Input, Path> files = new EnumMap<>(Input.class);
    for (Input input : Input.values()) {
      files.put(input, file(input));
    }
    ReplayRun replay = ReplayRun.of(job, files, 1, folder.resolve("replay"));
    ClusterIT.assertSameAsReplay(rig.outputs(), replay);
    assertThat(replay.floods()).containsExactlyInAnyOrder("features", "predictions", "labels");
    Map<String, Map<String, Long>> counts = new TreeMap<>();
    for (Input input : Input.values()) {
      Map<String, Long> one = replay.counts(input);
      long unknown =
          letters.entrySet().stream()
              .filter(letter -> letter.getKey().startsWith(input.id() + " "))
              .filter(letter -> letter.getValue().equals(DeadLetter.Reason.UNKNOWN_MODEL.name()))
              .count();
      one.merge("in", unknown, Long::sum);
      one.merge("dead_lettered", unknown, Long::sum);
      one.values().removeIf(count -> count == 0);
      counts.put(input.id(), one);
    }
    assertThat(rig.counts()).isEqualTo(counts);
  }

  /** The good records: in order, one label each, wrong more often than not in the second half. */
  private static Event event(Input input, int i, int of) {
    Random random = new Random(SEED * 1_000_003 + i);
    double score = Math.round(random.nextDouble() * 1000) / 1000.0;
    boolean positive = random.nextDouble() < (i > of / 2 ? 1 - score : score);
    String channel = random.nextInt(3) == 0 ? "shop" : "web";
    long time = SmallTraffic.START + (long) i * HOURS * SmallTraffic.HOUR / of;
    String id = "p" + i;
    return switch (input) {
      case FEATURES -> SmallTraffic.features(id, time, random.nextInt(100), channel);
      case PREDICTIONS -> SmallTraffic.prediction(id, time + 1_000, score);
      case LABELS ->
          SmallTraffic.label(id, time + 20 * SmallTraffic.MINUTE, positive ? "1" : "0", 0, false);
    };
  }
}
