package dev.weir.cli;

import dev.weir.event.Event;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Topic;
import dev.weir.wire.EventEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics full of traffic, and the job files of its models on the control topics. */
record BenchmarkTopics(KafkaSettings kafka, BenchmarkTraffic traffic, long ids) {
  static final int PARTITIONS = 4;

  /** Inputs that bring nothing must not keep windows from being judged within a round. */
  private static final Duration IDLENESS = Duration.ofSeconds(1);

  /** Settings for topics of one kind of traffic; features may be those of another. */
  static KafkaSettings settings(String servers, String prefix, String features, String name) {
    KafkaSettings usual = KafkaSettings.of(servers);
    return new KafkaSettings(
        servers,
        prefix,
        Map.of(Topic.FEATURES.suffix(), List.of(features)),
        Map.of("interceptor.classes", StartingGate.class.getName()),
        name,
        usual.transactionTimeout(),
        IDLENESS);
  }

  /** Makes them, and publishes the job files. */
  BenchmarkTopics make(Path folder, boolean labelled, String jobFile) throws IOException {
    new KafkaTopics(kafka)
        .create(
            1, PARTITIONS, Map.of("message.timestamp.type", "CreateTime", "retention.ms", "-1"));
    ApplyCommand.publish(kafka, ApplyCommand.missing(kafka, models(folder, labelled, jobFile)));
    return this;
  }

  /** Fills them. Returns the mean bytes of a features record. */
  long fill(boolean labelled) {
    Properties properties = kafka.properties();
    properties.setProperty("compression.type", traffic.whole() ? "lz4" : "none");
    properties.setProperty("linger.ms", "50");
    properties.setProperty("batch.size", "262144");
    properties.setProperty("buffer.memory", "67108864");
    long bytes = 0;
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (long i = 0; i < ids; i++) {
        bytes += send(producer, traffic.features(i));
        if (labelled) {
          send(producer, traffic.prediction(i));
          send(producer, traffic.label(i));
        }
      }
    }
    return bytes / ids;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // closing the producer waits for all
  private long send(KafkaProducer<byte[], byte[]> producer, Event event) {
    byte[] value = EventEncoder.avro(event);
    int partition = Math.floorMod(event.predictionId().hashCode(), PARTITIONS);
    String topic = kafka.name(Topic.of(event.input().id()));
    producer.send(new ProducerRecord<>(topic, partition, event.time(), null, value));
    return value.length;
  }

  private List<JobFolder> models(Path folder, boolean labelled, String jobFile) throws IOException {
    Files.createDirectories(folder);
    traffic.writeReference(folder.resolve("reference.csv"), labelled);
    List<JobFolder> models = new ArrayList<>();
    for (int i = 0; i < traffic.models(); i++) {
      Path file = folder.resolve("weir.yaml");
      String model = BenchmarkTraffic.model(i);
      Files.writeString(
          file, "weir: 1\nmodel: " + model + "\nreference: reference.csv\n" + jobFile);
      models.add(JobFolder.load(file, null));
    }
    return models;
  }
}
