package dev.weir.cli;

import dev.weir.event.Event;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.StreamingJob;
import dev.weir.flink.kafka.Topic;
import dev.weir.spec.JobSpec;
import dev.weir.wire.Decoded;
import dev.weir.wire.EventEncoder;
import dev.weir.wire.Row;
import dev.weir.wire.RowEvents;
import dev.weir.wire.TableReader;
import dev.weir.wire.TimeBounds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Plays the files of a stream into its topics in the order of event time, as its producers did:
 * features and predictions when they were made, labels when they became known.
 *
 * <p>Values are Avro in single-object encoding, keys the prediction id, record times event times.
 */
final class StreamFeed implements AutoCloseable {
  /** How far the feed may be ahead of what was judged: two weeks of event time. */
  static final long HEAD_START_MILLIS = Duration.ofDays(14).toMillis();

  private final KafkaSettings kafka;
  private final KafkaProducer<byte[], byte[]> producer;
  private final PriorityQueue<Reel> reels =
      new PriorityQueue<>(Comparator.comparingLong((Reel reel) -> reel.time));
  private final long firstEventTime;
  private long allowed = Long.MIN_VALUE;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong eventTime = new AtomicLong(Long.MIN_VALUE);

  /** A feed of these files. */
  StreamFeed(JobSpec spec, Map<Event.Input, Path> files, KafkaSettings kafka) {
    this.kafka = kafka;
    Properties properties = kafka.properties();
    properties.setProperty("linger.ms", "20");
    properties.setProperty("compression.type", "lz4");
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    files.forEach((input, file) -> reels.add(new Reel(spec, input, file)));
    reels.removeIf(reel -> reel.event == null);
    firstEventTime = reels.stream().mapToLong(reel -> reel.time).min().orElse(0);
  }

  /**
   * Plays everything, no further than it is allowed; returns when all of it is in the topics.
   *
   * @throws IllegalStateException if it is interrupted
   */
  void play() {
    while (!reels.isEmpty()) {
      Reel reel = reels.remove();
      Event event = reel.event;
      if (event == null) {
        continue;
      }
      awaitAllowed(event.time());
      send(event);
      reel.advance();
      reels.add(reel);
      reels.removeIf(done -> done.event == null);
    }
    producer.flush();
  }

  /** Lets the feed play to this event time, exclusive; never takes back what was allowed. */
  synchronized void allow(long until) {
    if (until > allowed) {
      allowed = until;
      notifyAll();
    }
  }

  private synchronized void awaitAllowed(long time) {
    if (allowed == Long.MIN_VALUE) {
      allowed = time + HEAD_START_MILLIS;
    }
    while (time >= allowed) {
      producer.flush();
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("the feed was interrupted", e);
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a demo shows what arrived
  private void send(Event event) {
    String topic = kafka.name(Topic.of(event.input().id()));
    byte[] key = event.predictionId().getBytes(StandardCharsets.UTF_8);
    producer.send(new ProducerRecord<>(topic, null, event.time(), key, EventEncoder.avro(event)));
    sent.incrementAndGet();
    eventTime.set(event.time());
  }

  /** Event time of the first record, epoch milliseconds; there is one. */
  long firstEventTime() {
    return firstEventTime;
  }

  /** Records sent so far. */
  long sent() {
    return sent.get();
  }

  /** Event time reached so far, epoch milliseconds; {@link Long#MIN_VALUE} before the first. */
  long eventTime() {
    return eventTime.get();
  }

  @Override
  public void close() {
    producer.close();
    reels.forEach(Reel::close);
  }

  /** One file, with its next event. */
  private static final class Reel {
    private final TableReader table;
    private final RowEvents events;
    private @Nullable Event event;
    private long time;

    Reel(JobSpec spec, Event.Input input, Path file) {
      table = TableReader.open(file);
      events =
          new RowEvents(
              input, spec.modelId(), StreamingJob.columnRoles(spec), TimeBounds.OF_FILES, false);
      events.requireColumns(table);
      advance();
    }

    void advance() {
      event = null;
      for (Row row = table.next(); row != null; row = table.next()) {
        if (events.read(row) instanceof Decoded.Good good) {
          event = good.event();
          time = event.time();
          return;
        }
      }
    }

    void close() {
      try {
        table.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The files of a stream folder: {@code features}, {@code predictions}, {@code labels}. */
  static Map<Event.Input, Path> files(Path folder) {
    Map<Event.Input, Path> files = new EnumMap<>(Event.Input.class);
    List<String> absent = new ArrayList<>();
    for (Event.Input input : Event.Input.values()) {
      Path file = folder.resolve(input.id() + ".csv.gz");
      if (Files.isRegularFile(file)) {
        files.put(input, file);
      } else {
        absent.add(file.toString());
      }
    }
    if (!absent.isEmpty()) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "the stream of the quick start is incomplete: no "
              + String.join(", ", absent)
              + "; it comes with the repository");
    }
    return files;
  }
}
