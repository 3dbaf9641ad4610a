package dev.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a Flink cluster over its REST interface. Every call throws {@link IOException}
 * if the cluster does not answer or refuses, with its reason.
 */
final class FlinkRest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String BOUNDARY = "weir-job-jar";

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI address;

  /** The interface at an address such as {@code http://127.0.0.1:8081}. */
  FlinkRest(URI address) {
    this.address = address;
  }

  /** Slots of all TaskManagers that have registered. */
  int slots() throws IOException {
    return get("/overview").path("slots-total").asInt();
  }

  /** All jobs: id, name, state. */
  JsonNode jobs() throws IOException {
    return get("/jobs/overview").path("jobs");
  }

  /** A job with its tasks. */
  JsonNode job(String id) throws IOException {
    return get("/jobs/" + id);
  }

  /** Whether a job and all its tasks run. */
  boolean isRunning(String id) throws IOException {
    JsonNode job = job(id);
    for (JsonNode vertex : job.path("vertices")) {
      if (!vertex.path("status").asText().equals("RUNNING")) {
        return false;
      }
    }
    return job.path("state").asText().equals("RUNNING");
  }

  /** Number of the newest checkpoint that a job completed since its JobManager runs; 0: none. */
  long newestCheckpoint(String id) throws IOException {
    return checkpoint(id).path("id").asLong();
  }

  /** The newest checkpoint that a job completed since its JobManager runs. */
  JsonNode checkpoint(String id) throws IOException {
    return get("/jobs/" + id + "/checkpoints").path("latest").path("completed");
  }

  /**
   * Submits a jar; returns the id of the job, which has been accepted but may not run yet.
   *
   * @param settings of Flink, which replace those of the cluster for this job
   * @param from savepoint or checkpoint to go on from; null: none
   */
  String submit(
      Path jar,
      int parallelism,
      List<String> arguments,
      Map<String, String> settings,
      @Nullable String from)
      throws IOException {
    String uploaded = upload(jar).path("filename").asText();
    ObjectNode body = JSON.createObjectNode().put("parallelism", parallelism);
    ArrayNode words = body.putArray("programArgsList");
    arguments.forEach(words::add);
    ObjectNode configuration = body.putObject("flinkConfiguration");
    settings.forEach(configuration::put);
    if (from != null) {
      body.put("savepointPath", from);
    }
    String name = uploaded.substring(uploaded.lastIndexOf('/') + 1);
    return post("/jars/" + name + "/run", body).path("jobid").asText();
  }

  private JsonNode upload(Path jar) throws IOException {
    String head =
        "--"
            + BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
            + jar.getFileName()
            + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n";
    return send(
        request("/jars/upload")
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(
                BodyPublishers.concat(
                    BodyPublishers.ofString(head),
                    BodyPublishers.ofFile(jar),
                    BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n"))));
  }

  /**
   * Begins to stop a job with a savepoint; returns the id of that request.
   *
   * @param drain whether all windows are closed first, as at the end of all time
   * @param folder where the savepoint goes
   */
  String stop(String id, boolean drain, Path folder) throws IOException {
    ObjectNode body =
        JSON.createObjectNode()
            .put("drain", drain)
            .put("targetDirectory", folder.toUri().toString());
    return post("/jobs/" + id + "/stop", body).path("request-id").asText();
  }

  /** What became of a request to stop: {@code status} and, completed, {@code operation}. */
  JsonNode savepoint(String id, String request) throws IOException {
    return get("/jobs/" + id + "/savepoints/" + request);
  }

  /** The metrics of a task whose names end in this, each summed up over its subtasks. */
  List<JsonNode> metrics(String id, String vertex, String ending) throws IOException {
    String metrics = "/jobs/" + id + "/vertices/" + vertex + "/subtasks/metrics";
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode metric : get(metrics)) {
      String name = metric.path("id").asText();
      if (name.endsWith("." + ending)) {
        String query = URLEncoder.encode(name, StandardCharsets.UTF_8);
        get(metrics + "?agg=sum&get=" + query).forEach(found::add);
      }
    }
    return found;
  }

  /** The last cause in an answer of Flink, which wraps it in stack traces. */
  static String reason(String body) {
    String text = body;
    try {
      JsonNode errors = JSON.readTree(body).path("errors");
      text = errors.isEmpty() ? body : errors.get(errors.size() - 1).asText();
    } catch (IOException e) {
      // Not JSON: then it is shown as it is.
    }
    int cause = text.lastIndexOf("Caused by: ");
    String shown = cause < 0 ? text : text.substring(cause + "Caused by: ".length());
    return shown.lines().findFirst().orElse("");
  }

  private JsonNode get(String path) throws IOException {
    return send(request(path).GET());
  }

  private JsonNode post(String path, JsonNode body) throws IOException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString())));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(address.resolve(path)).timeout(PATIENCE);
  }

  private JsonNode send(HttpRequest.Builder builder) throws IOException {
    HttpRequest request = builder.build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IOException(
            request.uri() + " answers " + answer.statusCode() + ": " + reason(answer.body()));
      }
      return JSON.readTree(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
