package dev.weir.simulation;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What one run of a scenario showed: who alarmed in which window, and numbers beside. */
final class Run {
  private final int windows;
  private final Map<Watcher, boolean[]> alarms = new EnumMap<>(Watcher.class);
  private final Map<String, Double> measures = new TreeMap<>();

  Run(int windows) {
    this.windows = windows;
    for (int window = 0; window < windows; window++) {
      watch(Watcher.ALWAYS, window, true);
    }
  }

  /** A watcher looked at a window, and alarmed or not. */
  void watch(Watcher watcher, int window, boolean alarmed) {
    boolean[] all = alarms.computeIfAbsent(watcher, key -> new boolean[windows]);
    all[window] |= alarmed;
  }

  /** A number of which the largest of all runs counts. */
  void measure(String name, double value) {
    measures.merge(name, value, Math::max);
  }

  Map<Watcher, boolean[]> alarms() {
    return alarms;
  }

  Map<String, Double> measures() {
    return measures;
  }
}
