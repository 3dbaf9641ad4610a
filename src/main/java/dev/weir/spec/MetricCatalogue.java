package dev.weir.spec;

import dev.weir.baseline.Task;
import dev.weir.monitor.Monitors;
import dev.weir.stats.divergence.Divergence;
import dev.weir.stats.divergence.Divergences;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which monitor has which metrics: what the rules of a job file may name, and where. It is what the
 * catalogues of monitors and of distances say, so that a file may name what is published.
 */
final class MetricCatalogue {
  private static final Map<String, List<String>> BY_MONITOR = Monitors.metrics();

  private static final List<String> DISTANCES =
      Divergences.all().stream().map(Divergence::id).toList();

  private MetricCatalogue() {}

  /** Ids of all monitors, in the order in which they are shown. */
  static List<String> monitors() {
    return List.copyOf(BY_MONITOR.keySet());
  }

  /** Metrics of one monitor. */
  static List<String> of(String monitor) {
    return BY_MONITOR.getOrDefault(monitor, List.of());
  }

  /** Monitors that have a metric. */
  static List<String> monitorsOf(String metric) {
    return BY_MONITOR.entrySet().stream()
        .filter(entry -> entry.getValue().contains(metric))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Distances of two distributions. */
  static List<String> distances() {
    return DISTANCES;
  }

  /** Whether a metric of a monitor exists for one of the tasks. */
  static boolean fitsTasks(String monitor, String metric, List<String> tasks) {
    Set<Task> needed = Monitors.tasks(monitor, metric);
    return needed.isEmpty() || needed.stream().map(Task::id).anyMatch(tasks::contains);
  }

  /** Whether a distance exists for categories. */
  static boolean fitsCategories(String metric) {
    return !Divergences.byId(metric).map(Divergence::needsOrder).orElse(false);
  }
}
