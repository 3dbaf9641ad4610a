package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.Control;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.Environments;
import dev.weir.flink.kafka.KafkaHistory;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.SchemaLocation;
import dev.weir.flink.kafka.StartCheck;
import dev.weir.flink.kafka.StreamingJob;
import dev.weir.flink.kafka.Topic;
import dev.weir.flink.state.ControlRecord;
import dev.weir.wire.ControlEncoder;
import dev.weir.wire.EventEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * One deployment of the streaming job on a broker: its topics, what is sent to them, the job and
 * what it wrote.
 */
final class KafkaRig implements AutoCloseable {
  static final int PARTITIONS = 2;

  /** Topics let more through than the job takes. */
  private static final int LARGEST_RECORD = 12 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** Looks at open transactions, each longer than 50 ms, that are several checkpoints together. */
  private static final int QUIET_LOOKS = 100;

  private final KafkaSettings kafka;
  private final Path folder;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private final List<JobClient> jobs = new ArrayList<>();

  /** A deployment with this name and topics of its own. */
  KafkaRig(EmbeddedBroker broker, String name, Path folder) throws Exception {
    this(broker.bootstrapServers(), name, folder);
  }

  /** A deployment with this name and topics of its own on the broker at an address. */
  KafkaRig(String bootstrapServers, String name, Path folder) throws Exception {
    KafkaSettings usual = KafkaSettings.of(bootstrapServers);
    this.kafka =
        new KafkaSettings(
            usual.bootstrapServers(),
            name + ".",
            Map.of(),
            Map.of(),
            name,
            usual.transactionTimeout(),
            usual.idleness());
    this.folder = Files.createDirectories(folder.resolve(name));
    this.admin = Admin.create(kafka.properties());
    Properties sending = kafka.properties();
    sending.setProperty("max.request.size", String.valueOf(LARGEST_RECORD));
    sending.setProperty("buffer.memory", String.valueOf(4 * LARGEST_RECORD));
    this.producer =
        new KafkaProducer<>(sending, new ByteArraySerializer(), new ByteArraySerializer());
    // Times are those of events, long ago: nothing may be thrown away for its age.
    Map<String, String> settings =
        Map.of(
            "message.timestamp.type",
            "CreateTime",
            "retention.ms",
            "-1",
            "max.message.bytes",
            String.valueOf(LARGEST_RECORD));
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      int partitions = topic.kind() == Topic.Kind.CONTROL ? 1 : PARTITIONS;
      topics.add(new NewTopic(kafka.name(topic), partitions, (short) 1).configs(settings));
    }
    admin.createTopics(topics).all().get();
  }

  /** Deletes a topic with all that is in it, and makes one of the same name. */
  void makeAnew(Topic topic) throws Exception {
    String name = kafka.name(topic);
    admin.deleteTopics(List.of(name)).all().get(30, TimeUnit.SECONDS);
    await("a deleted topic", () -> !names().contains(name));
    admin
        .createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
        .all()
        .get(30, TimeUnit.SECONDS);
    ends.keySet().removeIf(partition -> partition.topic().equals(name));
  }

  private Set<String> names() {
    try {
      return admin.listTopics().names().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Publishes control records as of an event time. */
  void publish(List<? extends Control> controls, long time) throws Exception {
    for (Control control : controls) {
      ControlEncoder.ControlMessage message = ControlEncoder.message(control);
      Topic topic = Topic.of(message.topic().id());
      send(topic, 0, time, message.keyBytes(), message.value());
    }
  }

  /** Publishes a job file with its baseline as of an event time. */
  void publish(JobFolder job, long time) throws Exception {
    publish(job.control().stream().map(ControlRecord::control).toList(), time);
  }

  /** Sends events in their order, now as Avro, now as JSON; ids are spread over the partitions. */
  void send(List<Event> events) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Event event : events) {
      boolean even = records.size() % 2 == 0;
      byte[] value = even ? EventEncoder.avro(event) : EventEncoder.json(event);
      int partition = Math.floorMod(event.predictionId().hashCode(), PARTITIONS);
      String topic = kafka.name(Topic.of(event.input().id()));
      records.add(new ProducerRecord<>(topic, partition, event.time(), null, value));
    }
    sendAll(records);
  }

  /** Sends a part of the traffic of every input, from and to so many hundredths of its arrivals. */
  void send(SmallTraffic traffic, int from, int to) throws Exception {
    for (List<Event> events : traffic.events().values()) {
      send(events.subList(events.size() * from / 100, events.size() * to / 100));
    }
  }

  /** Sends a value; where it came to lie. */
  RecordMetadata send(
      Topic topic, int partition, long time, byte @Nullable [] key, byte @Nullable [] value)
      throws Exception {
    RecordMetadata place =
        producer.send(new ProducerRecord<>(kafka.name(topic), partition, time, key, value)).get();
    ends.put(new TopicPartition(place.topic(), place.partition()), place.offset() + 1);
    return place;
  }

  /** How many transactions of this deployment the broker still waits for. */
  int openTransactions() {
    return (int)
        transactions().stream().filter(found -> found.state() == TransactionState.ONGOING).count();
  }

  /** The transactions of this deployment that the broker remembers. */
  List<TransactionListing> transactions() {
    try {
      return admin.listTransactions().all().get(30, TimeUnit.SECONDS).stream()
          .filter(found -> found.transactionalId().startsWith(kafka.transactionPrefix()))
          .toList();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the job has had nothing to write for a while of many checkpoints. */
  void awaitQuiet() {
    int[] looks = {0};
    await(
        "an end of writing",
        () -> {
          looks[0] = openTransactions() == 0 ? looks[0] + 1 : 0;
          return looks[0] >= QUIET_LOOKS;
        });
  }

  /** Whether a consumer has joined a group. */
  boolean hasMember(String group) {
    try {
      return !admin
          .describeConsumerGroups(List.of(group))
          .all()
          .get(30, TimeUnit.SECONDS)
          .get(group)
          .members()
          .isEmpty();
    } catch (ExecutionException e) {
      // Nobody has joined yet, so there is no such group.
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends many values, as they were put together, and waits for all of them. */
  List<RecordMetadata> sendAll(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    List<Future<RecordMetadata>> sending = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : records) {
      sending.add(producer.send(record));
    }
    List<RecordMetadata> places = new ArrayList<>();
    for (Future<RecordMetadata> sent : sending) {
      RecordMetadata place = sent.get();
      places.add(place);
      ends.merge(
          new TopicPartition(place.topic(), place.partition()), place.offset() + 1, Math::max);
    }
    return places;
  }

  /** The name of a topic of this deployment. */
  String name(Topic topic) {
    return kafka.name(topic);
  }

  /** Takes note of what others sent to an input. */
  void lookAt(Topic topic) throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      latest.put(new TopicPartition(kafka.name(topic), partition), OffsetSpec.latest());
    }
    admin
        .listOffsets(latest)
        .all()
        .get(30, TimeUnit.SECONDS)
        .forEach((partition, offset) -> ends.put(partition, offset.offset()));
  }

  /** Starts the job, from a savepoint or checkpoint if one is given. */
  JobClient start(int parallelism, @Nullable String from) throws Exception {
    return start(parallelism, from, Map.of());
  }

  /** Starts the job so that the first failure ends it. */
  JobClient startWithoutRestarts(int parallelism) throws Exception {
    return start(parallelism, null, Map.of("restart-strategy.type", "none"));
  }

  /** Starts the job so that partitions no longer hold back time after a silence. */
  JobClient start(int parallelism, @Nullable String from, Duration idleness) throws Exception {
    KafkaSettings impatient =
        new KafkaSettings(
            kafka.bootstrapServers(),
            kafka.topicPrefix(),
            kafka.topicNames(),
            kafka.client(),
            kafka.deployment(),
            kafka.transactionTimeout(),
            idleness);
    return start(impatient, history(false), parallelism, from, Map.of());
  }

  /** Starts the job so that it reaches its broker by another way, with shorter transactions. */
  JobClient startThrough(
      String bootstrapServers, Duration transactionTimeout, Map<String, String> settings)
      throws Exception {
    KafkaSettings detour =
        new KafkaSettings(
            bootstrapServers,
            kafka.topicPrefix(),
            kafka.topicNames(),
            kafka.client(),
            kafka.deployment(),
            transactionTimeout,
            kafka.idleness());
    return start(detour, KafkaHistory.UNKNOWN, PARTITIONS, null, settings);
  }

  /** A savepoint of a job that goes on. */
  String savepoint(JobClient job) throws Exception {
    return job.triggerSavepoint(
            folder.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Starts the job without state, although there may have been or be another one. */
  JobClient startAgain(int parallelism) throws Exception {
    return start(kafka, KafkaHistory.UNKNOWN, parallelism, null, Map.of());
  }

  /** Starts the job with these settings of Flink besides the usual ones. */
  JobClient start(int parallelism, @Nullable String from, Map<String, String> settings)
      throws Exception {
    return start(kafka, history(false), parallelism, from, settings);
  }

  /** Starts the job from state that was written over other topics with the same records. */
  JobClient startOnCopies(int parallelism, String from) throws Exception {
    return start(kafka, history(true), parallelism, from, Map.of());
  }

  private KafkaHistory history(boolean sameOffsets) {
    return new StartCheck(kafka).history(sameOffsets);
  }

  private JobClient start(
      KafkaSettings ends,
      KafkaHistory history,
      int parallelism,
      @Nullable String from,
      Map<String, String> settings)
      throws Exception {
    Configuration configuration =
        Environments.streaming(folder.resolve("checkpoints"), Duration.ofSeconds(1));
    configuration.addAll(Configuration.fromMap(settings));
    if (from != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, from);
    }
    StreamExecutionEnvironment env = Environments.local(configuration, parallelism);
    Path counts = Files.createDirectories(folder.resolve("counts"));
    StreamingJob.define(env, ends, SchemaLocation.NONE, true, history, counts);
    JobClient job = env.executeAsync(ends.deployment());
    jobs.add(job);
    return job;
  }

  /** Waits until a completed checkpoint holds everything that was sent to the inputs. */
  void awaitRead() throws Exception {
    awaitRead(PATIENCE);
  }

  /** The same, no longer than patience lasts for each input. */
  void awaitRead(Duration patience) throws Exception {
    for (Input input : Input.values()) {
      awaitRead(input.id(), patience);
    }
  }

  /** Whether a completed checkpoint holds everything that was sent to the inputs. */
  boolean hasRead() {
    return unread() == 0;
  }

  /** Waits until a completed checkpoint holds the control records that were sent. */
  void awaitControl() throws Exception {
    awaitRead("control", PATIENCE);
  }

  /** Waits until a completed checkpoint holds what this rig sent to a topic. */
  void awaitRead(String consumer, Topic topic) {
    await(consumer, () -> hasRead(kafka.deployment() + "-" + consumer, List.of(kafka.name(topic))));
  }

  private void awaitRead(String consumer, Duration patience) throws Exception {
    String group = kafka.deployment() + "-" + consumer;
    List<String> topics = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      boolean control = consumer.equals("control") && topic.kind() == Topic.Kind.CONTROL;
      if (control || topic.suffix().equals(consumer)) {
        topics.add(kafka.name(topic));
      }
    }
    await("reading " + consumer, patience, () -> hasRead(group, topics));
  }

  private boolean hasRead(String group, List<String> topics) {
    return unread(group, topics) == 0;
  }

  /** Records that were sent to the inputs and that no completed checkpoint holds. */
  long unread() {
    long unread = 0;
    for (Input input : Input.values()) {
      unread += unread(kafka.group(input.id()), List.of(name(Topic.of(input.id()))));
    }
    return unread;
  }

  private long unread(String group, List<String> topics) {
    try {
      Map<TopicPartition, OffsetAndMetadata> read =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get(30, TimeUnit.SECONDS);
      long unread = 0;
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        if (topics.contains(end.getKey().topic())) {
          OffsetAndMetadata offset = read.get(end.getKey());
          unread += Math.max(0, end.getValue() - (offset == null ? 0 : offset.offset()));
        }
      }
      return unread;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static void await(String what, BooleanSupplier condition) {
    await(what, PATIENCE, condition);
  }

  /** Waits for a condition, no longer than patience lasts. */
  static void await(String what, Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("gave up on %s", what).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  /** Stops the job with a savepoint and returns where that is. */
  String stop(JobClient job, boolean drain) throws Exception {
    CompletableFuture<String> savepoint =
        job.stopWithSavepoint(
            drain, folder.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL);
    String path = savepoint.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    job.getJobExecutionResult().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    jobs.remove(job);
    return path;
  }

  /** Ends the job as a failure would: nothing is written any more; its newest checkpoint. */
  String kill(JobClient job) throws Exception {
    job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    job.getJobExecutionResult().exceptionally(cancelled -> null).get(60, TimeUnit.SECONDS);
    jobs.remove(job);
    return RunCommand.newest(folder.resolve("checkpoints")).orElseThrow().toUri().toString();
  }

  /** Waits for a job that fails for good, and tells why. */
  Throwable failure(JobClient job) throws Exception {
    Throwable failure =
        job.getJobExecutionResult()
            .handle((result, why) -> why)
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(failure).as("why the job failed").isNotNull();
    jobs.remove(job);
    return failure;
  }

  /** How this deployment speaks to its broker. */
  KafkaSettings kafka() {
    return kafka;
  }

  /** What every output topic holds, in canonical order. */
  Map<Topic, List<String>> outputs() {
    Map<Topic, List<String>> outputs = new EnumMap<>(Topic.class);
    for (Topic topic : Topic.values()) {
      if (topic.kind() == Topic.Kind.OUTPUT) {
        outputs.put(topic, outputs(topic));
      }
    }
    return outputs;
  }

  /** The committed values of an output topic, sorted, without the prefix of topics. */
  List<String> outputs(Topic topic) {
    return records(topic).stream()
        .map(record -> new String(record.value(), UTF_8).replace('"' + kafka.topicPrefix(), "\""))
        .sorted()
        .toList();
  }

  /** That two outputs hold the same lines, each as often; only what differs is shown. */
  static void assertSame(String what, List<String> lines, List<String> expected) {
    Map<String, Integer> surplus = new TreeMap<>();
    lines.forEach(line -> surplus.merge(line, 1, Integer::sum));
    expected.forEach(line -> surplus.merge(line, -1, Integer::sum));
    surplus.values().removeIf(count -> count == 0);
    assertThat(surplus.entrySet().stream().limit(40))
        .as("%s: lines too many (positive) or missing, of %d", what, surplus.size())
        .isEmpty();
  }

  /** The committed records of a topic. */
  List<ConsumerRecord<byte[], byte[]>> records(Topic topic) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    settings.put("isolation.level", "read_committed");
    List<TopicPartition> partitions = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      partitions.add(new TopicPartition(kafka.name(topic), partition));
    }
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> all = consumer.endOffsets(partitions);
      await(
          "reading " + topic,
          () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            return all.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
          });
    }
    return records;
  }

  /** The counts that the drained job left, without those that are 0. */
  Map<String, Map<String, Long>> counts() throws IOException {
    Map<String, Map<String, Long>> counts = new TreeMap<>();
    for (String line : OutputFiles.take(folder.resolve("counts"), "counts")) {
      String[] words = line.split(" ");
      if (!words[2].equals("0")) {
        counts
            .computeIfAbsent(words[0], any -> new TreeMap<>())
            .put(words[1], Long.valueOf(words[2]));
      }
    }
    return counts;
  }

  @Override
  public void close() {
    for (JobClient job : jobs) {
      job.cancel().orTimeout(60, TimeUnit.SECONDS).exceptionally(failed -> null).join();
    }
    producer.close(Duration.ofSeconds(5));
    admin.close(Duration.ofSeconds(5));
  }
}
