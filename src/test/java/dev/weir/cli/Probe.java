package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.flink.kafka.Grant;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The clients of one principal, which try what a grant is for. */
final class Probe implements AutoCloseable {
  private static final long SECONDS = 30;

  private final KafkaSettings kafka;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Admin admin;

  Probe(KafkaSettings kafka) {
    this.kafka = kafka;
    Properties writing = properties();
    // An idempotent producer first asks for an id, and dies if nothing at all may be written.
    writing.setProperty("enable.idempotence", "false");
    this.producer =
        new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer());
    Properties reading = properties();
    reading.setProperty("isolation.level", "read_committed");
    this.consumer =
        new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.admin = Admin.create(properties());
  }

  private Properties properties() {
    Properties properties = kafka.properties();
    properties.setProperty("retry.backoff.ms", "20");
    properties.setProperty("retry.backoff.max.ms", "50");
    properties.setProperty("reconnect.backoff.max.ms", "50");
    return properties;
  }

  /** Whether the broker lets this principal do what the grant is for. */
  boolean isAllowed(Grant grant) {
    return switch (grant.resource()) {
      case GROUP -> isAllowed(() -> commit(grant));
      case TRANSACTIONAL_ID -> isAllowed(() -> begin(grant.name() + "probe"));
      default ->
          switch (grant.operation()) {
            case READ -> isAllowed(() -> read(grant.name()));
            case WRITE -> mayWrite(grant.name());
            case CREATE -> isAllowed(() -> create(grant.name()));
            case DESCRIBE_CONFIGS -> isAllowed(() -> describe(grant.name()));
            default -> throw new AssertionError("nobody tries " + grant.words());
          };
    };
  }

  boolean mayWrite(String topic) {
    byte[] bytes = "{}".getBytes(UTF_8);
    return isAllowed(
        () ->
            producer
                .send(new ProducerRecord<>(topic, 0, bytes, bytes))
                .get(SECONDS, TimeUnit.SECONDS));
  }

  private interface Attempt {
    void make() throws Exception;
  }

  private static boolean isAllowed(Attempt attempt) {
    try {
      attempt.make();
      return true;
    } catch (AuthorizationException e) {
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return false;
      }
      throw new AssertionError("neither allowed nor refused", e);
    } catch (Exception e) {
      throw new AssertionError("neither allowed nor refused", e);
    }
  }

  /** Reads a record that is there. */
  private void read(String topic) {
    if (firstOf(topic, Duration.ofSeconds(SECONDS)) == null) {
      throw new AssertionError("nothing to read on " + topic);
    }
  }

  /** The value of a record of a topic; null: none for now. */
  byte @Nullable [] first(Topic topic) {
    return firstOf(kafka.name(topic), Duration.ofMillis(500));
  }

  private byte @Nullable [] firstOf(String topic, Duration patience) {
    consumer.assign(
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList());
    consumer.seekToBeginning(consumer.assignment());
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        if (record.value() != null) {
          return record.value();
        }
      }
    }
    return null;
  }

  private void commit(Grant grant) {
    Properties properties = properties();
    properties.setProperty("group.id", grant.name());
    Topic topic =
        switch (grant.party()) {
          case ORCHESTRATOR -> Topic.RETRAINING_TRIGGERS;
          case NOTIFIER -> Topic.ALERTS;
          default -> Topic.FEATURES;
        };
    try (KafkaConsumer<byte[], byte[]> member =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      member.commitSync(
          Map.of(new TopicPartition(kafka.name(topic), 0), new OffsetAndMetadata(0)),
          Duration.ofSeconds(SECONDS));
    }
  }

  private void begin(String transactionalId) {
    Properties properties = properties();
    properties.setProperty("transactional.id", transactionalId);
    try (KafkaProducer<byte[], byte[]> writer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      writer.initTransactions();
    }
  }

  private void create(String topic) throws Exception {
    try {
      admin
          .createTopics(
              List.of(new NewTopic(topic, 1, (short) 1)),
              new CreateTopicsOptions().validateOnly(true))
          .all()
          .get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      // It is there already, which one is told only if one might have made it.
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private void describe(String topic) throws Exception {
    admin
        .describeConfigs(List.of(new ConfigResource(ConfigResource.Type.TOPIC, topic)))
        .all()
        .get(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close();
    admin.close(Duration.ofSeconds(5));
  }
}
