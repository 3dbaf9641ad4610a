package dev.weir.stats.inference;

import java.util.List;
import java.util.Optional;

/**
 * An early estimate of the mean loss of a cohort whose labels are still coming, for display only:
 * each labelled record counts for all that will be labelled like it.
 *
 * <p>Unbiased if the delay does not depend on the outcome given class and score decile, and has not
 * changed; hence never evidence. Cells labelled with a probability below the least allowed are left
 * out together with all younger ages, never clipped: clipping is biased. Sources: Horvitz and
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
   * @param labelled labelled records
   * @param loss sum of their losses
   */
  public record Cell(long age, double probability, double labelled, double loss) {}

  /**
   * An estimate.
   *
   * @param value weighted mean loss
   * @param effectiveN the number of equally weighted records that would be as precise
   */
  public record Estimate(double value, double effectiveN) {}

  /** The estimate; absent if no labelled record is left. */
  public static Optional<Estimate> estimate(List<Cell> cells, double leastProbability) {
    long youngest = Long.MIN_VALUE;
    for (Cell cell : cells) {
      if (cell.probability() < leastProbability) {
        youngest = Math.max(youngest, cell.age());
      }
    }
    double loss = 0;
    double weight = 0;
    double squares = 0;
    for (Cell cell : cells) {
      if (cell.age() > youngest) {
        loss += cell.loss() / cell.probability();
        weight += cell.labelled() / cell.probability();
        squares += cell.labelled() / (cell.probability() * cell.probability());
      }
    }
    return weight > 0
        ? Optional.of(new Estimate(loss / weight, weight * weight / squares))
        : Optional.empty();
  }
}
