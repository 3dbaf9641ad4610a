package dev.weir.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Flink's Prometheus reporter answered once, over HTTP. */
record Scrape(Map<String, Map<String, Double>> series) {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private static final Pattern LINE =
      Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? ([^ ]+)$", Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  /** Settings of a reporter on a port that was free a moment ago. */
  static Map<String, String> reporter(int port) {
    return Map.of(
        "metrics.reporter.prom.factory.class",
        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
        "metrics.reporter.prom.port",
        String.valueOf(port));
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Asks the reporter; nothing at all while it does not answer yet. */
  static Scrape of(int port) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
            .timeout(Duration.ofSeconds(20))
            .build();
    Map<String, Map<String, Double>> series = new HashMap<>();
    try {
      String text = CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
      for (Matcher line = LINE.matcher(text); line.find(); ) {
        String labels = line.group(2) == null ? "" : line.group(2);
        series
            .computeIfAbsent(line.group(1), name -> new HashMap<>())
            .put(labels, Double.valueOf(line.group(3)));
      }
    } catch (java.net.ConnectException e) {
      return new Scrape(Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return new Scrape(series);
  }

  Set<String> names() {
    return new TreeSet<>(series.keySet());
  }

  /** The values of a metric, summed up by these labels, without those that are 0. */
  Map<String, Long> by(String name, String... labels) {
    Map<String, Long> sums = new TreeMap<>();
    series
        .getOrDefault(name, Map.of())
        .forEach(
            (text, value) -> {
              Map<String, String> all = new HashMap<>();
              for (Matcher label = LABEL.matcher(text); label.find(); ) {
                all.put(label.group(1), label.group(2));
              }
              StringBuilder key = new StringBuilder();
              for (String label : labels) {
                key.append(key.isEmpty() ? "" : " ").append(all.get(label));
              }
              sums.merge(key.toString(), value.longValue(), Long::sum);
            });
    sums.values().removeIf(value -> value == 0);
    return sums;
  }
}
