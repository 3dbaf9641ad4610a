package dev.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Memory of the TaskManagers of a cluster at one moment, each the most that one of them has, in
 * bytes.
 *
 * @param resident what the machine gives to the process
 * @param peak the most that it ever gave
 * @param heap what is used of its heap, with what is not collected yet
 * @param cache what RocksDB's block cache holds, which its write buffers are charged to
 */
record ClusterMemory(long resident, long peak, long heap, long cache) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static ClusterMemory of(LocalCluster cluster, String job) throws IOException {
    long heap = 0;
    for (JsonNode one : taskManagers(cluster)) {
      String id = encoded(one.path("id").asText());
      for (JsonNode metric :
          get(cluster, "/taskmanagers/" + id + "/metrics?get=Status.JVM.Memory.Heap.Used")) {
        heap = Math.max(heap, metric.path("value").asLong());
      }
    }
    return new ClusterMemory(
        resident(cluster, "VmRSS:"), resident(cluster, "VmHWM:"), heap, cache(cluster, job));
  }

  /** The most of each. */
  ClusterMemory max(ClusterMemory other) {
    return new ClusterMemory(
        Math.max(resident, other.resident),
        Math.max(peak, other.peak),
        Math.max(heap, other.heap),
        Math.max(cache, other.cache));
  }

  /** Resident memory, heap and cache in MB, as cells of a table. */
  String cells() {
    return String.format(Locale.ROOT, "%d | %d | %d", resident >> 20, heap >> 20, cache >> 20);
  }

  /** Managed memory of a TaskManager, all of which RocksDB may have. */
  static long managed(LocalCluster cluster) throws IOException {
    return taskManagers(cluster).path(0).path("memoryConfiguration").path("managedMemory").asLong();
  }

  private static JsonNode taskManagers(LocalCluster cluster) throws IOException {
    return get(cluster, "/taskmanagers").path("taskmanagers");
  }

  private static long resident(LocalCluster cluster, String which) throws IOException {
    long most = 0;
    for (int number = 1; number <= cluster.taskManagers(); number++) {
      long pid = cluster.process("taskmanager-" + number).running().orElseThrow().pid();
      for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"))) {
        if (line.startsWith(which)) {
          most = Math.max(most, Long.parseLong(line.replaceAll("\\D", "")) << 10);
        }
      }
    }
    return most;
  }

  /**
   * Every state says what the cache holds that all of a TaskManager share: one of each is asked.
   */
  private static long cache(LocalCluster cluster, String job) throws IOException {
    long most = 0;
    for (JsonNode vertex : get(cluster, "/jobs/" + job).path("vertices")) {
      String metrics =
          "/jobs/" + job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
      for (JsonNode metric : get(cluster, metrics)) {
        String name = metric.path("id").asText();
        if (name.endsWith("rocksdb_block-cache-usage")) {
          for (JsonNode value : get(cluster, metrics + "?agg=max&get=" + encoded(name))) {
            most = Math.max(most, value.path("max").asLong());
          }
          break;
        }
      }
    }
    return most;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static JsonNode get(LocalCluster cluster, String path) throws IOException {
    try (InputStream in = URI.create(cluster.address() + path).toURL().openStream()) {
      return JSON.readTree(in);
    }
  }
}
