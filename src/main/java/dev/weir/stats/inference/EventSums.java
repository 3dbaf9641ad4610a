package dev.weir.stats.inference;

/** Takes in what a window holds of each event of a plan. */
public interface EventSums {
  /**
   * Takes in the records of a window.
   *
   * @param sum of their values
   * @param sumOfSquares of their values
   * @param size how many; a window without any is left out
   */
  void add(int season, int event, double sum, double sumOfSquares, double size);

  /** Takes in how often an event happened in a window of {@code size} records. */
  default void add(int season, int event, double hits, double size) {
    add(season, event, hits, hits, size);
  }
}
