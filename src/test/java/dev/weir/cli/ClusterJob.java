package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The job of a deployment on a cluster of processes, submitted as people do: the jar over REST.
 *
 * @param cluster where it runs
 * @param id Flink's id of it
 */
record ClusterJob(LocalCluster cluster, String id) {
  /** What {@code ./mvnw package} builds for clusters. */
  static final Path JAR =
      Path.of(System.getProperty("weir.home", "."), "target", "weir-job.jar").toAbsolutePath();

  /** Flink's jars alone. */
  static final Path LIBRARY = JAR.resolveSibling("flink-lib");

  /** The end of the name of a gauge of records. */
  private static final Pattern RECORDS =
      Pattern.compile("\\.input\\.(\\w+)\\.outcome\\.(\\w+)\\.records$");

  /**
   * Settings of a broker that has a second way in, whose clients are told to come by another port,
   * which leads there.
   *
   * @param port free port for the second way
   * @param advertised port that its clients are told
   */
  static Map<String, String> secondListener(int port, int advertised) {
    return secondListener("${broker}", "${controller}", port, advertised);
  }

  /** The same for a broker whose usual ports are these. */
  static Map<String, String> secondListener(
      String broker, String controller, int port, int advertised) {
    String both = "CLIENTS://127.0.0.1:" + broker;
    return Map.of(
        "listeners",
        both + ",CONTROLLER://127.0.0.1:" + controller + ",SECOND://127.0.0.1:" + port,
        "advertised.listeners",
        both + ",SECOND://127.0.0.1:" + advertised,
        "listener.security.protocol.map",
        "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT,SECOND:PLAINTEXT",
        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
        "1000");
  }

  /** Submits the job of a deployment, which reaches its broker at an address. */
  static ClusterJob submit(
      LocalCluster cluster,
      KafkaRig rig,
      String bootstrapServers,
      int parallelism,
      Map<String, String> settings,
      String... more)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--bootstrap-servers",
                bootstrapServers,
                "--topic-prefix",
                rig.kafka().topicPrefix(),
                "--deployment",
                rig.kafka().deployment()));
    arguments.addAll(List.of(more));
    ClusterJob job =
        new ClusterJob(cluster, cluster.rest().submit(JAR, parallelism, arguments, settings, null));
    job.awaitRunning();
    return job;
  }

  /** Ends a cluster with this process, also when the tests are ended from outside. */
  static LocalCluster owned(LocalCluster cluster) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    cluster.end();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                }));
    return cluster;
  }

  /** Waits until all tasks run; a JobManager that is just coming back counts as not yet. */
  void awaitRunning() {
    KafkaRig.await("tasks that run", this::isRunning);
  }

  boolean isRunning() {
    try {
      return cluster.rest().isRunning(id);
    } catch (IOException e) {
      return false;
    }
  }

  /** Number of the newest completed checkpoint, 0 if the JobManager knows none. */
  long checkpoint() {
    try {
      return cluster.rest().newestCheckpoint(id);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Takes a checkpoint now, beside those of the interval, and waits until it is over. */
  void takeCheckpoint() {
    JsonNode asked = ask(HttpRequest.newBuilder().POST(BodyPublishers.ofString("{}")), "");
    HttpRequest.Builder answer = HttpRequest.newBuilder().GET();
    String request = "/" + asked.path("request-id").asText();
    KafkaRig.await(
        "the end of a checkpoint",
        () -> ask(answer, request).path("status").path("id").asText().equals("COMPLETED"));
  }

  private JsonNode ask(HttpRequest.Builder request, String path) {
    URI address = cluster.address().resolve("/jobs/" + id + "/checkpoints" + path);
    try {
      return new ObjectMapper()
          .readTree(
              HttpClient.newHttpClient()
                  .send(
                      request.uri(address).header("Content-Type", "application/json").build(),
                      BodyHandlers.ofInputStream())
                  .body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Bytes of state in the newest checkpoint, whether it wrote them or an earlier one. */
  long stateBytes() throws IOException {
    return cluster.rest().checkpoint(id).path("state_size").asLong();
  }

  /** How long the newest checkpoint took. */
  Duration checkpointDuration() throws IOException {
    return Duration.ofMillis(cluster.rest().checkpoint(id).path("end_to_end_duration").asLong());
  }

  /** Transactions that could not be committed, since the tasks run: Flink's own count. */
  long failedCommittables() {
    return sum("failedCommittables");
  }

  /** A metric of whichever task has it, summed up over subtasks; 0 while nobody answers. */
  long sum(String name) {
    try {
      double sum = 0;
      FlinkRest rest = cluster.rest();
      for (JsonNode vertex : rest.job(id).path("vertices")) {
        for (JsonNode metric : rest.metrics(id, vertex.path("id").asText(), name)) {
          sum += metric.path("sum").asDouble();
        }
      }
      return (long) sum;
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * What became of the records of each input, as {@code input outcome}; nothing while nobody
   * answers.
   */
  Map<String, Long> records() {
    Map<String, Long> records = new TreeMap<>();
    try {
      FlinkRest rest = cluster.rest();
      for (JsonNode vertex : rest.job(id).path("vertices")) {
        for (JsonNode metric : rest.metrics(id, vertex.path("id").asText(), "records")) {
          Matcher name = RECORDS.matcher(metric.path("id").asText());
          if (name.find()) {
            records.put(name.group(1) + " " + name.group(2), metric.path("sum").asLong());
          }
        }
      }
    } catch (IOException e) {
      records.clear();
    }
    return records;
  }

  /** Whether it has run from its submission on, without a restart. */
  boolean neverRestarted() throws IOException {
    return cluster.rest().job(id).path("timestamps").path("RESTARTING").asLong() == 0;
  }

  /** Ends the job as at the end of all time: every window closes. */
  void drain() throws IOException {
    FlinkRest rest = cluster.rest();
    String request = rest.stop(id, true, cluster.folder().resolve("savepoints"));
    KafkaRig.await("the last savepoint", () -> isCompleted(request));
    JsonNode failure = rest.savepoint(id, request).path("operation").path("failure-cause");
    assertThat(failure.isMissingNode()).as("savepoint: %s", failure).isTrue();
    KafkaRig.await("the end of the job", () -> state().equals("FINISHED"));
  }

  private boolean isCompleted(String request) {
    try {
      JsonNode answer = cluster.rest().savepoint(id, request);
      return answer.path("status").path("id").asText().equals("COMPLETED");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String state() {
    try {
      return cluster.rest().job(id).path("state").asText();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
