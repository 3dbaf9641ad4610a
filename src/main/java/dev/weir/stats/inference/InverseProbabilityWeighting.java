package dev.weir.stats.inference;

import java.util.List;
import java.util.Optional;

/**
 * An early estimate of the mean loss of a cohort whose labels are still coming, for display only:
 * each labelled record counts for all that will be labelled like it.
 *
 * <p>Consistent if the delay does not depend on the outcome given class and score decile, and has
 * not changed; hence never evidence. Cells labelled with a probability below the least allowed are
 * left out together with all younger ages, never clipped: clipping is biased. Sources: Horvitz and
 * Thompson (1952); Hajek (1971).
 */
public final class InverseProbabilityWeighting {
  /** Below this probability of being labelled a cell is left out. */
  public static final double LEAST_PROBABILITY = 0.05;

  private InverseProbabilityWeighting() {}

  /**
   * Labelled records of one class, score decile and age.
   *
   * @param age age of the predictions, in any unit; larger is older
   * @param probability share of matured predictions of the class and decile labelled by that age
   * @param matured matured predictions that the probability was counted on; infinite: it is known
   * @param labelled labelled records
   * @param loss sum of their losses
   * @param lossSquares sum of the squares of their losses
   */
  public record Cell(
      long age,
      double probability,
      double matured,
      double labelled,
      double loss,
      double lossSquares) {}

  /**
   * An estimate.
   *
   * @param value weighted mean loss
   * @param effectiveN the number of equally weighted records that would be as precise
   * @param standardError of the value, for records and for matured predictions drawn by chance
   */
  public record Estimate(double value, double effectiveN, double standardError) {}

  /** The estimate; absent if no labelled record is left. */
  public static Optional<Estimate> estimate(List<Cell> cells, double leastProbability) {
    long youngest = Long.MIN_VALUE;
    for (Cell cell : cells) {
      if (cell.probability() < leastProbability) {
        youngest = Math.max(youngest, cell.age());
      }
    }
    long last = youngest;
    List<Cell> kept = cells.stream().filter(cell -> cell.age() > last).toList();
    double loss = 0;
    double weight = 0;
    double squares = 0;
    for (Cell cell : kept) {
      loss += cell.loss() / cell.probability();
      weight += cell.labelled() / cell.probability();
      squares += cell.labelled() / (cell.probability() * cell.probability());
    }
    if (!(weight > 0)) {
      return Optional.empty();
    }
    double value = loss / weight;
    return Optional.of(
        new Estimate(value, weight * weight / squares, Math.sqrt(spread(kept, value)) / weight));
  }

  /**
   * Variance of the weighted sum of what losses lie off the value. Both parts are linearised:
   * records are weighted as they are, and a probability p counted on m predictions has variance
   * p(1-p)/m, which moves the sum s of its cell by s/p for each unit.
   */
  private static double spread(List<Cell> cells, double value) {
    double variance = 0;
    for (Cell cell : cells) {
      double p = cell.probability();
      double off = (cell.loss() - value * cell.labelled()) / p;
      double offSquares =
          cell.lossSquares() - 2 * value * cell.loss() + value * value * cell.labelled();
      variance += offSquares / (p * p) + off * off * (1 - p) / (p * cell.matured());
    }
    return Math.max(0, variance);
  }
}
