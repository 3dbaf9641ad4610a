package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the web server of a Flink says to whoever asks. */
final class FlinkPages {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final String address;

  /** The Flink whose log says where it listens. */
  FlinkPages(String log) {
    Matcher place = Pattern.compile("Rest endpoint listening at (\\S+:\\d+)").matcher(log);
    assertThat(place.find()).as("where Flink listens").isTrue();
    this.address = "http://" + place.group(1);
  }

  String address() {
    return address;
  }

  /** Its pages about itself and about its job. */
  List<String> all() throws Exception {
    List<String> paths =
        new ArrayList<>(
            List.of(
                "/config",
                "/overview",
                "/jobs/overview",
                "/jobmanager/config",
                "/jobmanager/environment",
                "/jobmanager/logs",
                "/taskmanagers"));
    String job = job();
    for (String page :
        List.of(
            "",
            "/config",
            "/plan",
            "/exceptions",
            "/checkpoints",
            "/checkpoints/config",
            "/accumulators",
            "/jobmanager/config",
            "/jobmanager/environment")) {
      paths.add("/jobs/" + job + page);
    }
    List<String> pages = new ArrayList<>();
    for (String path : paths) {
      HttpResponse<String> answer = get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      pages.add(answer.body());
    }
    return pages;
  }

  /** The id of its one job. */
  String job() throws Exception {
    JsonNode jobs = JSON.readTree(get("/jobs").body()).get("jobs");
    assertThat(jobs.size()).isEqualTo(1);
    return jobs.get(0).get("id").asText();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(address + path)).build(), BodyHandlers.ofString());
  }

  /** How it answers a request with a body. */
  HttpResponse<String> ask(String method, String path, String body) throws Exception {
    // A refused order ends its connection, so the next one must not find it in the pool.
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address + path))
                .header("Content-Type", "application/json")
                .header("Origin", "https://elsewhere.example.com")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }
}
