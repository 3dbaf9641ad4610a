package dev.weir.cli;

import static java.util.Objects.requireNonNull;

import dev.weir.event.DeadLetter;
import dev.weir.event.Event;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Topic;
import dev.weir.wire.OutputReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the originals of dead letters again.
 *
 * <p>Guarantee: an original is fetched from, and sent to, an input topic of this deployment only,
 * whatever a dead letter says; each is sent once, with its key and headers; all are acknowledged by
 * all copies when {@link #run} returns.
 */
final class Redrive {
  /** Header of a record that was sent again. */
  static final String HEADER = "weir-redrive";

  /** Headers that say how to read a value; one that was mended is plain JSON. */
  private static final Set<String> FORMAT_HEADERS = Set.of("__value_schema_id", "content-type");

  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaSettings kafka;
  private final Filter filter;
  private final MendedRecords mended;
  private final boolean dryRun;
  private final Map<State, Integer> counts = new EnumMap<>(State.class);
  private final TreeMap<Place, DeadLetter.Reason> letters = new TreeMap<>();

  /**
   * A run over all dead letters that a filter chooses.
   *
   * @param dryRun whether nothing is sent
   */
  Redrive(KafkaSettings kafka, Filter filter, MendedRecords mended, boolean dryRun) {
    this.kafka = kafka;
    this.filter = filter;
    this.mended = mended;
    this.dryRun = dryRun;
  }

  /** Where a record stands. */
  record Place(String topic, int partition, long offset) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::topic)
            .thenComparingInt(Place::partition)
            .thenComparingLong(Place::offset);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return topic + " " + partition + " " + offset;
    }
  }

  /**
   * Which dead letters are meant. Times are append times of the originals, epoch milliseconds; a
   * dead letter without one is in every span.
   */
  record Filter(
      Set<DeadLetter.Reason> reasons,
      @Nullable String model,
      Set<Event.Input> inputs,
      long since,
      long until) {
    boolean chooses(DeadLetter letter) {
      Long time = letter.recordTime();
      return reasons.contains(letter.reason())
          && (model == null || model.equals(letter.modelId()))
          && (time == null || time >= since && time < until);
    }
  }

  /** What became of a dead letter. */
  private enum State {
    SENT,
    GONE,
    NO_INPUT
  }

  /** What was done: how many were sent and not, and the places of all that were chosen. */
  record Account(int sent, int gone, int elsewhere, Set<Place> places) {
    int lost() {
      return gone + elsewhere;
    }

    String inWords(boolean dryRun) {
      return String.format(
          Locale.ROOT,
          "%d dead letters chosen: %d %s, %d gone, %d in no input topic",
          places.size(),
          sent,
          dryRun ? "would be sent" : "sent",
          gone,
          elsewhere);
    }
  }

  /** Does it; {@code lines} hears of each record. */
  Account run(Consumer<String> lines) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer();
        KafkaProducer<byte[], byte[]> producer = producer()) {
      readLetters(consumer);
      Map<TopicPartition, List<Place>> wanted =
          new TreeMap<>(
              Comparator.comparing(TopicPartition::topic)
                  .thenComparingInt(TopicPartition::partition));
      for (Place place : letters.keySet()) {
        if (!mended.asksFor(place)) {
          continue;
        }
        if (inputTopics().contains(place.topic())) {
          wanted
              .computeIfAbsent(
                  new TopicPartition(place.topic(), place.partition()), any -> new ArrayList<>())
              .add(place);
        } else if (isInput(place)) {
          note(place, State.NO_INPUT, lines);
        }
      }
      for (Map.Entry<TopicPartition, List<Place>> entry : wanted.entrySet()) {
        redrive(entry.getKey(), entry.getValue(), consumer, producer, lines);
      }
    } catch (KafkaException e) {
      throw new CommandFailure(
          ExitCode.NOT_REACHABLE,
          "Kafka at " + kafka.bootstrapServers() + " does not do what it is asked: " + e,
          e);
    } catch (ExecutionException e) {
      throw new CommandFailure(
          ExitCode.NOT_REACHABLE, "a record was not taken by Kafka: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted", e);
    }
    return new Account(
        counts.getOrDefault(State.SENT, 0),
        counts.getOrDefault(State.GONE, 0),
        counts.getOrDefault(State.NO_INPUT, 0),
        letters.keySet());
  }

  /** Control records are never sent again: what they say may have been said otherwise since. */
  private boolean isInput(Place place) {
    for (Topic topic : Topic.values()) {
      if (topic.kind() == Topic.Kind.CONTROL && kafka.names(topic).contains(place.topic())) {
        return false;
      }
    }
    return filter.inputs().size() == Event.Input.values().length;
  }

  private Set<String> inputTopics() {
    return filter.inputs().stream()
        .flatMap(input -> kafka.names(Topic.of(input.id())).stream())
        .collect(Collectors.toSet());
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Properties properties = kafka.properties();
    properties.setProperty("isolation.level", "read_committed");
    properties.setProperty("auto.offset.reset", "none");
    properties.setProperty("enable.auto.commit", "false");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Properties properties = kafka.properties();
    properties.setProperty("acks", "all");
    properties.setProperty("enable.idempotence", "true");
    properties.setProperty("max.request.size", String.valueOf(64 << 20));
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void readLetters(KafkaConsumer<byte[], byte[]> consumer) {
    String name = kafka.name(Topic.DEAD_LETTERS);
    List<TopicPartition> partitions =
        consumer.partitionsFor(name).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        DeadLetter letter = letter(record);
        if (letter != null && filter.chooses(letter)) {
          letters.put(
              new Place(letter.topic(), letter.partition(), letter.offset()), letter.reason());
        }
      }
    }
  }

  /** What cannot be read as a dead letter was not written by the job. */
  private static @Nullable DeadLetter letter(ConsumerRecord<byte[], byte[]> record) {
    try {
      return record.value() == null ? null : OutputReader.deadLetter(record.value());
    } catch (IOException e) {
      return null;
    }
  }

  private void redrive(
      TopicPartition partition,
      List<Place> places,
      KafkaConsumer<byte[], byte[]> consumer,
      KafkaProducer<byte[], byte[]> producer,
      Consumer<String> lines)
      throws ExecutionException, InterruptedException {
    Map<Place, Future<RecordMetadata>> sending = new TreeMap<>();
    fetch(
        partition,
        places,
        consumer,
        original -> {
          Place place = new Place(original.topic(), original.partition(), original.offset());
          if (!dryRun) {
            sending.put(place, producer.send(again(place, original)));
          }
          return place;
        },
        place -> note(place, State.SENT, lines),
        place -> note(place, State.GONE, lines));
    for (Future<RecordMetadata> sent : sending.values()) {
      sent.get();
    }
  }

  /** Reads the originals in the order of their offsets; jumps over what lies between them. */
  private static void fetch(
      TopicPartition partition,
      List<Place> places,
      KafkaConsumer<byte[], byte[]> consumer,
      Function<ConsumerRecord<byte[], byte[]>, Place> found,
      Consumer<Place> sent,
      Consumer<Place> gone) {
    List<TopicPartition> one = List.of(partition);
    consumer.assign(one);
    long end = requireNonNull(consumer.endOffsets(one).get(partition));
    long begin = requireNonNull(consumer.beginningOffsets(one).get(partition));
    Map<Long, ConsumerRecord<byte[], byte[]>> read = new HashMap<>();
    for (Place place : places) {
      if (place.offset() < begin || place.offset() >= end) {
        gone.accept(place);
        continue;
      }
      ConsumerRecord<byte[], byte[]> original = read.remove(place.offset());
      if (original == null) {
        read.clear();
        consumer.seek(partition, place.offset());
        try {
          while (read.isEmpty() && consumer.position(partition) < end) {
            consumer.poll(POLL).forEach(record -> read.put(record.offset(), record));
          }
        } catch (OffsetOutOfRangeException e) {
          // Thrown away since its topic was asked where it begins.
          read.clear();
        }
        original = read.remove(place.offset());
      }
      if (original == null) {
        gone.accept(place);
      } else {
        sent.accept(found.apply(original));
      }
    }
  }

  private ProducerRecord<byte[], byte[]> again(
      Place place, ConsumerRecord<byte[], byte[]> original) {
    boolean otherValue = mended.values().containsKey(place);
    Headers headers = new RecordHeaders();
    for (Header header : original.headers()) {
      boolean tellsFormat = FORMAT_HEADERS.contains(header.key());
      if (!header.key().equals(HEADER) && !(otherValue && tellsFormat)) {
        headers.add(header);
      }
    }
    headers.add(HEADER, new byte[] {'1'});
    // Its time stays, where the topic does not give its own: event times are compared with it.
    Long time = original.timestamp() < 0 ? null : Long.valueOf(original.timestamp());
    return new ProducerRecord<>(
        original.topic(),
        null,
        time,
        original.key(),
        mended.value(place, original.value()),
        headers);
  }

  private void note(Place place, State state, Consumer<String> lines) {
    counts.merge(state, 1, Integer::sum);
    String word =
        switch (state) {
          case SENT -> dryRun ? "would be sent" : "sent";
          case GONE -> "gone";
          case NO_INPUT -> "no input";
        };
    lines.accept(place + " " + letters.get(place) + " " + word);
  }
}
