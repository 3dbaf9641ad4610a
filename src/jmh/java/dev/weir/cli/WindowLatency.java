package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.Event;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Topic;
import dev.weir.wire.EventEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long after a window can no longer grow its metrics and alerts are there for a reader with
 * {@code read_committed}: the job of production on live traffic, whose event time runs faster than
 * the clock.
 */
final class WindowLatency {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final Duration LATENESS = Duration.ofSeconds(5);

  private static final String JOB_FILE =
      "window: {size: 1m, lateness: 5s, min_events: 50}\n"
          + "labels: {horizon: 1m, corrections_for: 0s}\n"
          + "monitors: {quality: {duplicates: 1}, drift: {rules: [psi > %s]}}\n";

  /**
   * What closes at once.
   *
   * @param numeric numeric features of each model
   * @param perSecond events by the clock
   * @param speed event time against the clock
   * @param warmUp windows that do not count: code is still being compiled
   * @param counted windows that do
   * @param psi as often exceeded as not, so that alerts come and go
   */
  private record Shape(
      String name,
      int models,
      int numeric,
      int perSecond,
      int speed,
      int warmUp,
      int counted,
      double psi) {
    BenchmarkTraffic traffic() {
      return new BenchmarkTraffic(models, 1.0 / models, numeric, 3600 / speed * perSecond);
    }

    int windows(boolean quick) {
      return warmUp + (quick ? 5 : counted);
    }
  }

  /** Many models: a window of each closes every three seconds, with 600 rows. */
  private static final Shape MANY = new Shape("", 20, 20, 4_000, 20, 20, 60, 0.06);

  /** With three categories as many features as an event may hold; 300 rows every 15 seconds. */
  private static final Shape WIDE = new Shape("_wide", 1, 1_997, 20, 4, 8, 20, 0.11);

  private final String servers;
  private final Path folder;
  private final boolean quick;
  private final Shape shape;
  private volatile boolean done;

  /** When a window could no longer grow, by its end; nanoseconds. */
  private final Map<Long, Long> closed = new ConcurrentHashMap<>();

  /** When the last record of a topic and window was read, by both. */
  private final Map<String, Map<String, Long>> readable = new HashMap<>();

  private WindowLatency(String servers, Path folder, boolean quick, Shape shape) {
    this.servers = servers;
    this.folder = folder;
    this.quick = quick;
    this.shape = shape;
  }

  /** Many models of twenty features, then one of two thousand. */
  static void measure(String servers, Path folder, boolean quick, BenchmarkReport report)
      throws IOException, InterruptedException {
    for (Shape shape : List.of(MANY, WIDE)) {
      new WindowLatency(servers, folder, quick, shape).measure(report);
    }
  }

  private void measure(BenchmarkReport report) throws IOException, InterruptedException {
    BenchmarkTraffic traffic = shape.traffic();
    String name = "latency" + shape.name();
    KafkaSettings kafka = BenchmarkTopics.settings(servers, name + ".", name + ".features", name);
    new BenchmarkTopics(kafka, traffic, 0)
        .make(folder.resolve(name + "-job"), false, JOB_FILE.formatted(shape.psi()));
    Path checkpoints = Files.createDirectories(folder.resolve(name + "-checkpoints"));
    var env = Contender.WEIR_PROFILE.environment(checkpoints, 2);
    Contender.WEIR_PROFILE.define(env, kafka);
    try {
      JobClient job = env.executeAsync(name);
      Thread reader = new Thread(() -> read(kafka), "reader");
      reader.start();
      send(kafka, traffic);
      // What closed last has the time of a checkpoint, and more, to arrive.
      TimeUnit.SECONDS.sleep(30);
      done = true;
      reader.join();
      job.cancel().get(1, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the job did not end", e);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the job did not start", e);
    }
    report.note("latency: checkpoint interval s", Contender.CHECKPOINT_INTERVAL.toSeconds());
    readable.forEach(
        (topic, times) ->
            report.waited(
                "window of " + traffic.values() + " features closed to " + topic, seconds(times)));
  }

  private List<Double> seconds(Map<String, Long> times) {
    long counting = BenchmarkTraffic.START + shape.warmUp() * WINDOW.toMillis();
    List<Double> seconds = new ArrayList<>();
    times.forEach(
        (window, read) -> {
          long end = Long.parseLong(window.substring(window.indexOf(' ') + 1));
          if (end > counting && closed.containsKey(end)) {
            seconds.add((read - closed.get(end)) / 1e9);
          }
        });
    return seconds;
  }

  private void send(KafkaSettings kafka, BenchmarkTraffic traffic) {
    long began = System.nanoTime();
    long all = shape.windows(quick) * WINDOW.toSeconds() / shape.speed() * shape.perSecond();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.properties(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (long i = 0; i < all; i++) {
        long due = began + i * 1_000_000_000L / shape.perSecond();
        for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
          LockSupport.parkNanos(early);
        }
        Event.Features event = traffic.features(i);
        int partition = (int) (i % BenchmarkTopics.PARTITIONS);
        producer.send(
            new ProducerRecord<>(
                kafka.name(Topic.FEATURES),
                partition,
                event.time(),
                null,
                EventEncoder.avro(event)),
            closing(event.time(), partition));
      }
    }
  }

  /** Notes that a window cannot grow when the last partition has passed its end. */
  private org.apache.kafka.clients.producer.Callback closing(long time, int partition) {
    long end = Math.floorDiv(time - LATENESS.toMillis(), WINDOW.toMillis()) * WINDOW.toMillis();
    long phase = time - LATENESS.toMillis() - end;
    // The first record of each partition behind an end.
    boolean first =
        phase < 1000L * shape.speed() * BenchmarkTopics.PARTITIONS / shape.perSecond() + 1;
    return (metadata, failure) -> {
      if (first && failure == null && partition == BenchmarkTopics.PARTITIONS - 1) {
        closed.putIfAbsent(end, System.nanoTime());
      }
    };
  }

  private void read(KafkaSettings kafka) {
    Properties properties = kafka.properties();
    properties.setProperty("isolation.level", "read_committed");
    properties.setProperty("group.id", "latency-reader");
    properties.setProperty("auto.offset.reset", "earliest");
    ObjectMapper mapper = new ObjectMapper();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(kafka.name(Topic.METRICS), kafka.name(Topic.ALERTS)));
      while (!done) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
          note(record.topic(), mapper.readTree(new String(record.value(), UTF_8)));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("an output is no JSON", e);
    }
  }

  private void note(String topic, JsonNode record) {
    long now = System.nanoTime();
    boolean alert = topic.endsWith(Topic.ALERTS.suffix());
    String time = record.get(alert ? "updated_at" : "window_end").asText();
    String window = record.get("model_id").asText() + ' ' + Instant.parse(time).toEpochMilli();
    readable
        .computeIfAbsent(alert ? "alerts" : "metrics", any -> new ConcurrentHashMap<>())
        .merge(window, now, Math::max);
  }
}
