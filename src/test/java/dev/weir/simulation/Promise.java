package dev.weir.simulation;

import java.util.Locale;
import java.util.function.Predicate;

/**
 * What a scenario must show, in words for the report and as a check.
 *
 * @param words as the report says it
 * @param holds whether it is kept
 */
record Promise(String words, Predicate<Results> holds) {
  /** Weir stays quiet as long as nothing has changed. */
  static Promise noFalseAlarm() {
    return new Promise("0 false", results -> results.weir().falseRuns() == 0);
  }

  /** At most so many runs with a false alarm. */
  static Promise falseRunsAtMost(int runs) {
    return new Promise(
        "false in at most " + runs + " runs", results -> results.weir().falseRuns() <= runs);
  }

  /** Weir finds the change in every run, half of them in {@code median} windows. */
  static Promise found(int median, int ninetieth) {
    return new Promise(
        "all, median <= " + median + ", p90 <= " + ninetieth,
        results ->
            results.weir().found() == 1
                && results.weir().delay(0.5) <= median
                && results.weir().delay(0.9) <= ninetieth);
  }

  /** Half of the runs find it in so many windows. */
  static Promise median(int windows) {
    return new Promise("median <= " + windows, results -> results.weir().delay(0.5) <= windows);
  }

  /** Weir finds the change in every run. */
  static Promise all() {
    return new Promise("all found", results -> results.weir().found() == 1);
  }

  /** The share of runs that find the change. */
  static Promise foundBetween(double low, double high) {
    return new Promise(
        String.format(Locale.ROOT, "%.0f-%.0f%% found", 100 * low, 100 * high),
        results -> results.weir().found() >= low && results.weir().found() <= high);
  }

  /** Proves that the scenario can fail: without the safeguard more runs than this alarm. */
  static Promise bites(int moreThan) {
    return new Promise(
        "unguarded false in > " + moreThan + " runs",
        results -> results.of(Watcher.UNGUARDED).orElseThrow().falseRuns() > moreThan);
  }

  /** A measured number stays in a range. */
  static Promise measure(String name, double low, double high) {
    return new Promise(
        name + " in [" + low + ", " + high + "]",
        results -> results.measured(name) >= low && results.measured(name) <= high);
  }
}
