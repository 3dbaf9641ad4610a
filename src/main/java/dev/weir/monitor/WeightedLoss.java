package dev.weir.monitor;

import dev.weir.baseline.LabelledLosses;
import dev.weir.stats.inference.InverseProbabilityWeighting;
import dev.weir.stats.summary.DelaySummary;
import dev.weir.stats.summary.LossSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The mean loss that a cohort will have once its labels are there, from those that came within the
 * age that all its predictions have reached: each counts for as many as the reference says will be
 * labelled like it ({@code statistics.md} 5.3).
 *
 * <p>All predictions of a cohort are taken at one age, that of the youngest, so that nothing is
 * selected by when a prediction was made. A stratum is a class and a run of neighbouring score bins
 * with at least {@value #FEWEST} labels in the reference, for a delay that depends on the score.
 * Absent where a class has fewer in the reference, or a stratum is labelled too rarely by then.
 *
 * <p>Blind to a change of the delay, so it is never evidence.
 */
final class WeightedLoss {
  /** Fewest labels of the reference from which the delay of a stratum is known. */
  static final int FEWEST = 50;

  private final LabelledLosses current;
  private final LabelledLosses reference;
  private final int lastDelayBin;

  private WeightedLoss(LabelledLosses current, LabelledLosses reference, int lastDelayBin) {
    this.current = current;
    this.reference = reference;
    this.lastDelayBin = lastDelayBin;
  }

  /**
   * The estimate.
   *
   * @param ageMillis age of the youngest prediction of the cohort, at most the horizon
   */
  static Optional<InverseProbabilityWeighting.Estimate> of(
      LabelledLosses current, LabelledLosses reference, long ageMillis) {
    return new WeightedLoss(current, reference, DelaySummary.lastBinWithin(ageMillis / 1000.0))
        .estimate();
  }

  /** Labelled predictions of all classes and bins. */
  static long labelled(LabelledLosses losses) {
    long labelled = 0;
    for (int labelClass = 0; labelClass < LabelledLosses.CLASSES; labelClass++) {
      labelled += ofClass(losses, labelClass);
    }
    return labelled;
  }

  private static long ofClass(LabelledLosses losses, int labelClass) {
    long labelled = 0;
    for (int bin = 0; bin < LabelledLosses.BINS; bin++) {
      labelled += losses.all(labelClass, bin).n();
    }
    return labelled;
  }

  private Optional<InverseProbabilityWeighting.Estimate> estimate() {
    List<InverseProbabilityWeighting.Cell> cells = new ArrayList<>();
    for (int labelClass = 0; labelClass < LabelledLosses.CLASSES; labelClass++) {
      long known = ofClass(reference, labelClass);
      if (known >= FEWEST) {
        addStrata(labelClass, known, cells);
      } else if (known > 0 || ofClass(current, labelClass) > 0) {
        return Optional.empty();
      }
    }
    return InverseProbabilityWeighting.estimate(
        cells, InverseProbabilityWeighting.LEAST_PROBABILITY);
  }

  /** A run of bins ends as soon as it and the rest have enough labels each. */
  private void addStrata(int labelClass, long known, List<InverseProbabilityWeighting.Cell> cells) {
    long rest = known;
    long matured = 0;
    LossSummary before = new LossSummary();
    LossSummary now = new LossSummary();
    for (int bin = 0; bin < LabelledLosses.BINS; bin++) {
      long ofBin = reference.all(labelClass, bin).n();
      rest -= ofBin;
      matured += ofBin;
      before.merge(reference.within(labelClass, bin, lastDelayBin));
      now.merge(current.within(labelClass, bin, lastDelayBin));
      boolean last = bin == LabelledLosses.BINS - 1;
      if (last || (matured >= FEWEST && rest >= FEWEST)) {
        cells.add(
            new InverseProbabilityWeighting.Cell(
                0, (double) before.n() / matured, matured, now.n(), now.sum(), now.sumOfSquares()));
        matured = 0;
        before = new LossSummary();
        now = new LossSummary();
      }
    }
  }
}
