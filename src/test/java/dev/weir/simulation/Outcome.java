package dev.weir.simulation;

import java.util.Arrays;
import java.util.Locale;

/** What one watcher did in all runs of a scenario. */
final class Outcome {
  static final int NEVER = Integer.MAX_VALUE;

  private final int before;
  private final int[] delays;
  private int runs;
  private int falseRuns;
  private long falseWindows;

  /**
   * Empty.
   *
   * @param runs how many there will be
   * @param before windows in which nothing has changed
   */
  Outcome(int runs, int before) {
    this.before = before;
    this.delays = new int[runs];
  }

  void add(boolean[] alarms) {
    int quiet = 0;
    for (int window = 0; window < before; window++) {
      quiet += alarms[window] ? 1 : 0;
    }
    falseWindows += quiet;
    falseRuns += quiet > 0 ? 1 : 0;
    int first = before;
    while (first < alarms.length && !alarms[first]) {
      first++;
    }
    delays[runs++] = first < alarms.length ? first - before + 1 : NEVER;
  }

  /** Runs with an alarm before anything changed. */
  int falseRuns() {
    return falseRuns;
  }

  /** Alarms before anything changed, in all runs. */
  long falseAlarms() {
    return falseWindows;
  }

  /** Share of runs that alarmed after the change. */
  double found() {
    return Arrays.stream(delays).filter(delay -> delay != NEVER).count() / (double) runs;
  }

  /** Windows from the change to the alarm that so many runs needed at most; 1 is at once. */
  int delay(double quantile) {
    int[] sorted = delays.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(quantile * sorted.length) - 1];
  }

  /** False alarms as the report shows them. */
  String falseCell() {
    if (before == 0) {
      return "";
    }
    double windows = 100.0 * falseWindows / ((double) runs * before);
    return falseRuns == 0
        ? "0"
        : percent(100.0 * falseRuns / runs) + " of runs, " + percent(windows) + " of windows";
  }

  /** What was found as the report shows it. */
  String foundCell() {
    String median = shown(delay(0.5));
    return percent(100 * found()) + ", " + median + ", " + shown(delay(0.9));
  }

  private static String shown(int delay) {
    return delay == NEVER ? "-" : Integer.toString(delay);
  }

  private static String percent(double percent) {
    return percent >= 9.95 || percent == Math.rint(percent)
        ? Math.round(percent) + "%"
        : String.format(Locale.ROOT, percent < 0.1 ? "%.2g%%" : "%.1f%%", percent);
  }
}
