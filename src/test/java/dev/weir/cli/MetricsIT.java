package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Topic;
import dev.weir.flink.metric.JobMetric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The metrics of a running job as Prometheus reads them, against what the job wrote to its topics;
 * and that everything in {@code k8s/} that names a metric of Flink or of ours names one that is
 * there.
 */
class MetricsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern METRIC = Pattern.compile("\\bflink_[a-zA-Z_]+");
  private static final byte[] UNDECODABLE = {1, 2, 3};

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() throws IOException {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void metrics_sayWhatTheTopicsSay_andARestartForgetsNothing() throws Exception {
    SmallTraffic traffic = SmallTraffic.of(21);
    JobFolder job = JobFolder.load(SmallTraffic.job(folder, 10), null);
    try (KafkaRig rig = new KafkaRig(broker, "metrics", folder)) {
      rig.publish(job, SmallTraffic.START - Duration.ofDays(1).toMillis());
      int port = Scrape.freePort();
      JobClient running = rig.start(2, null, Scrape.reporter(port));
      Map<String, Long> sent = send(rig, traffic);
      rig.awaitRead();

      AtomicReference<Scrape> last = new AtomicReference<>(new Scrape(Map.of()));
      KafkaRig.await("the metrics", () -> settled(last, port, rig, sent));
      Scrape before = last.get();
      assertThat(before.names()).containsAll(ours()).containsAll(namesInManifests());
      assertCountsAddUp(before, sent);
      assertThat(letters(before)).isEqualTo(letters(rig));
      assertThat(alerts(before)).isEqualTo(alerts(rig)).isNotEmpty();
      assertThat(before.by(JobMetric.VERDICTS.prometheusName(), "verdict"))
          .isEqualTo(count(rig, Topic.METRICS, "verdict"));
      assertThat(one(before, JobMetric.TRIGGERS_ISSUED))
          .isEqualTo(rig.records(Topic.RETRAINING_TRIGGERS).size())
          .isPositive();
      assertThat(one(before, JobMetric.TRIGGERS_REEMITTED)).isZero();
      assertThat(one(before, JobMetric.TRIGGER_CONFLICTS)).isZero();
      Map<String, Long> windows = before.by(JobMetric.WINDOWS_JUDGED.prometheusName(), "kind");
      Map<String, Long> rows = before.by(JobMetric.ROWS_JUDGED.prometheusName(), "kind");
      assertThat(windows).containsOnlyKeys("profile", "cohort", "early_loss");
      windows.forEach((kind, judged) -> assertThat(rows.get(kind)).as(kind).isGreaterThan(judged));
      assertThat(before.by(JobMetric.EVENT_TIME_LAG_SECONDS.prometheusName(), "input"))
          .as("the traffic is of another year")
          .containsOnlyKeys("features", "labels", "predictions");

      String savepoint = rig.stop(running, false);
      int other = Scrape.freePort();
      JobClient restarted = rig.start(1, savepoint, Scrape.reporter(other));
      KafkaRig.await(
          "the metrics after the restart",
          () -> {
            last.set(Scrape.of(other));
            return !records(last.get()).isEmpty() && !alerts(last.get()).isEmpty();
          });
      assertThat(records(last.get())).isEqualTo(records(before));
      assertThat(letters(last.get())).isEqualTo(letters(before));
      assertThat(alerts(last.get())).isEqualTo(alerts(before));
      rig.stop(restarted, true);
    }
  }

  /** Sends everything, and a record that nobody can read to each partition. */
  private static Map<String, Long> send(KafkaRig rig, SmallTraffic traffic) throws Exception {
    Map<String, Long> sent = new TreeMap<>();
    for (Input input : Input.values()) {
      List<Event> events = traffic.events().get(input);
      rig.send(events);
      for (int partition = 0; partition < KafkaRig.PARTITIONS; partition++) {
        rig.send(Topic.of(input.id()), partition, SmallTraffic.START, null, UNDECODABLE);
      }
      sent.put(input.id(), (long) events.size() + KafkaRig.PARTITIONS);
    }
    return sent;
  }

  /** Whether all is counted and no trigger is on its way any more. */
  private static boolean settled(
      AtomicReference<Scrape> last, int port, KafkaRig rig, Map<String, Long> sent) {
    Scrape scrape = Scrape.of(port);
    last.set(scrape);
    Map<String, Long> records = records(scrape);
    return sent.entrySet().stream()
            .allMatch(entry -> entry.getValue().equals(records.get(entry.getKey() + " in")))
        && scrape.names().containsAll(ours())
        && one(scrape, JobMetric.TRIGGERS_ISSUED) > 0
        && one(scrape, JobMetric.TRIGGERS_WAITING) == 0
        && letters(scrape).equals(letters(rig));
  }

  private static void assertCountsAddUp(Scrape scrape, Map<String, Long> sent) {
    Map<String, Long> records = records(scrape);
    sent.forEach(
        (input, in) -> {
          long others =
              Stream.of("used", "duplicate", "late", "expired", "dead_lettered", "waiting")
                  .mapToLong(outcome -> records.getOrDefault(input + " " + outcome, 0L))
                  .sum();
          assertThat(others).as(input).isEqualTo(in);
          assertThat(records.get(input + " used")).as(input).isPositive();
          assertThat(records.get(input + " late")).as(input).isPositive();
        });
  }

  private static Map<String, Long> records(Scrape scrape) {
    return scrape.by(JobMetric.RECORDS.prometheusName(), "input", "outcome");
  }

  private static Map<String, Long> letters(Scrape scrape) {
    return scrape.by(JobMetric.DEAD_LETTERS.prometheusName(), "input", "reason");
  }

  private static Map<String, Long> alerts(Scrape scrape) {
    return scrape.by(JobMetric.ALERTS_OPEN.prometheusName(), "model", "severity");
  }

  private static long one(Scrape scrape, JobMetric metric) {
    return scrape.by(metric.prometheusName()).getOrDefault("", 0L);
  }

  private static Map<String, Long> letters(KafkaRig rig) {
    Map<String, Long> counts = new TreeMap<>();
    for (JsonNode letter : lines(rig, Topic.DEAD_LETTERS)) {
      String key = letter.get("topic").asText() + " " + letter.get("reason").asText();
      counts.merge(key, 1L, Long::sum);
    }
    return counts;
  }

  /** The alerts whose last record says that they fire. */
  private static Map<String, Long> alerts(KafkaRig rig) {
    Map<String, JsonNode> newest = new TreeMap<>();
    for (JsonNode alert : lines(rig, Topic.ALERTS)) {
      newest.merge(
          alert.get("fingerprint").asText(),
          alert,
          (one, other) -> rank(one).compareTo(rank(other)) >= 0 ? one : other);
    }
    Map<String, Long> counts = new TreeMap<>();
    for (JsonNode alert : newest.values()) {
      if (alert.get("status").asText().equals("FIRING")) {
        String key = alert.get("model_id").asText() + " " + alert.get("severity").asText();
        counts.merge(key, 1L, Long::sum);
      }
    }
    return counts;
  }

  private static String rank(JsonNode alert) {
    return alert.get("starts_at").asText() + String.format("%06d", alert.get("sequence").asInt());
  }

  private static Map<String, Long> count(KafkaRig rig, Topic topic, String field) {
    Map<String, Long> counts = new TreeMap<>();
    lines(rig, topic).forEach(line -> counts.merge(line.get(field).asText(), 1L, Long::sum));
    return counts;
  }

  private static List<JsonNode> lines(KafkaRig rig, Topic topic) {
    return rig.outputs(topic).stream().map(MetricsIT::parsed).toList();
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> ours() {
    return Stream.of(JobMetric.values()).map(JobMetric::prometheusName).toList();
  }

  /** Every metric of Flink that rules and dashboards name. */
  private static Set<String> namesInManifests() throws IOException {
    Set<String> names = new TreeSet<>();
    if (!Files.isDirectory(Path.of("k8s"))) {
      return names;
    }
    try (Stream<Path> files = Files.walk(Path.of("k8s"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        for (Matcher name = METRIC.matcher(Files.readString(file)); name.find(); ) {
          names.add(name.group());
        }
      }
    }
    return names;
  }
}
