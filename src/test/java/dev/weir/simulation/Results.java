package dev.weir.simulation;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What all watchers did in all runs of a scenario. */
final class Results {
  private final Row row;
  private final Map<Watcher, Outcome> outcomes = new EnumMap<>(Watcher.class);
  private final Map<String, Double> measures = new TreeMap<>();

  Results(Row row) {
    this.row = row;
  }

  void add(Run run) {
    run.alarms()
        .forEach(
            (watcher, alarms) ->
                outcomes
                    .computeIfAbsent(watcher, key -> new Outcome(row.runs(), row.before()))
                    .add(alarms));
    run.measures().forEach((name, value) -> measures.merge(name, value, Math::max));
  }

  Row row() {
    return row;
  }

  /** Absent: this watcher has nothing to look at in the scenario. */
  Optional<Outcome> of(Watcher watcher) {
    return Optional.ofNullable(outcomes.get(watcher));
  }

  Outcome weir() {
    return of(Watcher.WEIR).orElseThrow();
  }

  /** The largest value of a number in all runs. */
  double measured(String name) {
    Double value = measures.get(name);
    if (value == null) {
      throw new IllegalArgumentException("nothing measured " + name + ", only " + measures);
    }
    return value;
  }

  Map<String, Double> measures() {
    return measures;
  }
}
