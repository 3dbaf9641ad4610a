package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.Control;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Topic;
import dev.weir.flink.state.ControlRecord;
import dev.weir.wire.ControlEncoder;
import dev.weir.wire.EventEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Savepoints of every release, kept in {@code src/test/resources/savepoints} with the control
 * records that the release had published: this jar goes on from each as from its own, with another
 * job file, without a model, at another parallelism, and dying once more.
 *
 * <p>{@code -Dweir.savepoint=VERSION} writes that of this release ({@code src/docs/operations.md}).
 */
class UpgradeIT {
  private static final Path SAVEPOINTS = Path.of("src/test/resources/savepoints");
  private static final long YESTERDAY = SmallTraffic.START - Duration.ofDays(1).toMillis();
  private static final SmallTraffic TRAFFIC = SmallTraffic.of(29);
  private static final String DEPLOYMENT = "upgrade";
  private static final String REMOVED = "removed";

  private static final String CONTROL = "control/";
  private static final int FEW = 60;

  /** The savepoint holds the first of these parts of the traffic; a death follows the second. */
  private static final int PARTS = 3;

  /** When job files change; in the second part. */
  private static final long CHANGE = SmallTraffic.START + 5 * SmallTraffic.HOUR;

  @TempDir private static Path folder;
  private static JobFolder before;
  private static JobFolder removed;
  private static JobFolder changed;

  @BeforeAll
  static void loadJobs() throws Exception {
    Path file = SmallTraffic.job(folder, 10);
    before = JobFolder.load(file, null);
    String text = Files.readString(file);
    removed = JobFolder.load(edited("removed.yaml", text, "model: small", "model: removed"), null);
    changed =
        JobFolder.load(edited("changed.yaml", text, "accuracy < 0.5", "accuracy < 0.6"), null);
  }

  private static Path edited(String name, String text, String old, String with) throws Exception {
    assertThat(text).contains(old);
    return Files.writeString(folder.resolve(name), text.replace(old, with));
  }

  static List<String> releases() throws IOException {
    try (Stream<Path> files = Files.list(SAVEPOINTS)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  void savepointOfARelease_isGoneOnFromAsFromAnOwnOne(String release) throws Exception {
    Map<Topic, List<String>> own;
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka-own"));
        KafkaRig rig = new KafkaRig(broker, DEPLOYMENT, folder.resolve("own"))) {
      publish(rig, release);
      String savepoint = firstPart(rig);
      Map<Topic, List<String>> first = rig.outputs();
      own = without(first, goOn(rig, rig.start(1, savepoint)));
    }
    assertThat(own.get(Topic.METRICS)).isNotEmpty();
    assertThat(own.get(Topic.RETRAINING_TRIGGERS)).isNotEmpty();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka-" + release));
        KafkaRig rig = new KafkaRig(broker, DEPLOYMENT, folder.resolve("of-" + release))) {
      publish(rig, release);
      send(rig, part(0));
      sendToTheRemovedModel(rig);
      Map<Topic, List<String>> outputs = goOn(rig, rig.startOnCopies(1, unpacked(release)));
      own.forEach(
          (topic, lines) -> KafkaRig.assertSame(release + ", " + topic, outputs.get(topic), lines));
    }
  }

  @Test
  void savepointOfAnotherDeployment_isRefused() throws Exception {
    String release = releases().get(0);
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka-other"));
        KafkaRig rig = new KafkaRig(broker, "other", folder.resolve("other"))) {
      rig.publish(before, YESTERDAY);

      assertThat(rig.failure(rig.start(1, unpacked(release))))
          .rootCause()
          .hasMessageContaining("the state is that of the deployment 'upgrade' on upgrade.*")
          .hasMessageContaining("this job is the deployment 'other' on other.*");
      assertThat(rig.outputs().values()).as("written by it").allMatch(List::isEmpty);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "weir.savepoint", matches = ".+")
  void write() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka-write"));
        KafkaRig rig = new KafkaRig(broker, DEPLOYMENT, folder.resolve("write"))) {
      rig.publish(before, YESTERDAY);
      rig.publish(removed, YESTERDAY);
      Path savepoint = Path.of(URI.create(firstPart(rig)));
      pack(savepoint, SAVEPOINTS.resolve(System.getProperty("weir.savepoint") + ".zip"));
    }
  }

  /** The first part by a job that stops with a savepoint, when nothing is left to commit. */
  private static String firstPart(KafkaRig rig) throws Exception {
    JobClient job = rig.start(2, null);
    send(rig, part(0));
    sendToTheRemovedModel(rig);
    rig.awaitRead();
    rig.awaitQuiet();
    int written = count(rig);
    String savepoint = rig.stop(job, false);
    // What a savepoint still has to commit, only the broker can commit that was there.
    assertThat(count(rig)).as("records that the savepoint committed").isEqualTo(written);
    return savepoint;
  }

  private static int count(KafkaRig rig) {
    return rig.outputs().values().stream().mapToInt(List::size).sum();
  }

  /** Goes on, with changes and a death; everything on the output topics. */
  private static Map<Topic, List<String>> goOn(KafkaRig rig, JobClient first) throws Exception {
    rig.publish(changed, CHANGE);
    rig.publish(
        List.of(new Control.JobFile(REMOVED, "", "", null, 1, CHANGE, "user:test", "")), CHANGE);
    rig.awaitControl();
    send(rig, part(1));
    rig.awaitRead();
    String checkpoint = rig.kill(first);
    JobClient second = rig.start(2, checkpoint);
    send(rig, part(2));
    rig.awaitRead();
    rig.stop(second, true);
    return rig.outputs();
  }

  private static Map<Topic, List<String>> without(
      Map<Topic, List<String>> some, Map<Topic, List<String>> all) {
    Map<Topic, List<String>> rest = new EnumMap<>(Topic.class);
    all.forEach(
        (topic, lines) -> {
          List<String> left = new ArrayList<>(lines);
          some.get(topic).forEach(left::remove);
          rest.put(topic, left);
        });
    return rest;
  }

  private static void send(KafkaRig rig, Map<Input, List<Event>> events) throws Exception {
    for (List<Event> some : events.values()) {
      rig.send(some);
    }
  }

  /** A part of the traffic of every input, by arrival. */
  private static Map<Input, List<Event>> part(int number) {
    Map<Input, List<Event>> part = new EnumMap<>(Input.class);
    TRAFFIC
        .events()
        .forEach(
            (input, events) -> {
              int size = events.size();
              part.put(input, events.subList(number * size / PARTS, (number + 1) * size / PARTS));
            });
    return part;
  }

  /** Another model is asked some of the same. */
  private static void sendToTheRemovedModel(KafkaRig rig) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Map.Entry<Input, List<Event>> input : part(0).entrySet()) {
      String topic = rig.name(Topic.of(input.getKey().id()));
      for (Event event : input.getValue().subList(0, FEW)) {
        String value = new String(EventEncoder.json(event), UTF_8);
        byte[] other = value.replace("\"small\"", '"' + REMOVED + '"').getBytes(UTF_8);
        records.add(new ProducerRecord<>(topic, records.size() % 2, event.time(), null, other));
      }
    }
    rig.sendAll(records);
  }

  /** A savepoint's files, and the control records beside them: topic and key are their names. */
  private static void pack(Path savepoint, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> parts = Files.list(savepoint)) {
      for (Path part : parts.sorted().toList()) {
        add(zip, part.getFileName().toString(), Files.readAllBytes(part));
      }
      for (JobFolder job : List.of(before, removed)) {
        for (ControlRecord record : job.control()) {
          ControlEncoder.ControlMessage message = ControlEncoder.message(record.control());
          String name = CONTROL + message.topic().id() + "/" + message.key();
          add(zip, name, message.value());
        }
      }
    }
  }

  private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
  }

  private static Map<String, byte[]> content(String release) throws IOException {
    Map<String, byte[]> content = new LinkedHashMap<>();
    try (InputStream in = Files.newInputStream(SAVEPOINTS.resolve(release));
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry part = zip.getNextEntry(); part != null; part = zip.getNextEntry()) {
        content.put(part.getName(), zip.readAllBytes());
      }
    }
    return content;
  }

  /** Publishes what the release had published when it began. */
  private static void publish(KafkaRig rig, String release) throws Exception {
    for (Map.Entry<String, byte[]> part : content(release).entrySet()) {
      if (part.getKey().startsWith(CONTROL)) {
        String[] place = part.getKey().substring(CONTROL.length()).split("/");
        byte[] key = place[1].getBytes(UTF_8);
        rig.send(Topic.of(place[0]), 0, YESTERDAY, key, part.getValue());
      }
    }
  }

  private static String unpacked(String release) throws IOException {
    Path savepoint = Files.createTempDirectory(folder, "savepoint");
    for (Map.Entry<String, byte[]> part : content(release).entrySet()) {
      if (!part.getKey().startsWith(CONTROL)) {
        Files.write(savepoint.resolve(part.getKey()), part.getValue());
      }
    }
    return savepoint.toUri().toString();
  }
}
