package dev.weir.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Orders in which rows may arrive without being late. */
final class Arrivals {
  private Arrivals() {}

  /**
   * Every row after its time by chance, and by less than the lateness: no row is then older than
   * another before it by the lateness.
   *
   * @param time of a row, epoch milliseconds
   */
  static <T> List<T> outOfOrder(
      List<T> rows, ToLongFunction<T> time, long lateness, Random random) {
    TreeMap<Long, List<T>> byArrival = new TreeMap<>();
    for (T row : rows) {
      long arrival = time.applyAsLong(row) + random.nextLong(lateness);
      byArrival.computeIfAbsent(arrival, any -> new ArrayList<>()).add(row);
    }
    return byArrival.values().stream().flatMap(List::stream).toList();
  }
}
