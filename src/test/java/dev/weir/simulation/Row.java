package dev.weir.simulation;

import java.util.List;

/**
 * The frame of a scenario: one row of the report.
 *
 * @param what the stream, in words
 * @param runs how often it is drawn
 * @param before windows in which nothing changes; an alarm there is false
 * @param after windows from the change on; 0: nothing ever changes
 * @param seed of all runs
 * @param promises what must come out
 */
record Row(String what, int runs, int before, int after, long seed, List<Promise> promises) {
  static Row of(String what, int runs, int before, int after, long seed, Promise... promises) {
    return new Row(what, runs, before, after, seed, List.of(promises));
  }

  int windows() {
    return before + after;
  }
}
