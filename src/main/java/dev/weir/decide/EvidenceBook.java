package dev.weir.decide;

import dev.weir.monitor.Cells;
import dev.weir.monitor.JudgedSeries;
import dev.weir.monitor.Series;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.EvidencePlan;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the decision must know about configuration and baseline in force: which series are judged,
 * how, and a few numbers of the reference.
 *
 * <p>Answers depend on nothing but that configuration and baseline.
 */
public interface EvidenceBook {
  /** How a series is judged; empty: it is only shown. */
  Optional<Judged> judged(Series series);

  /** Baseline in force; empty text: none. */
  String baselineId();

  /** Mean rows per window in the reference; empty: not known. */
  OptionalDouble meanVolume();

  /** Mean square of the first scaled loss in the reference; empty: no loss is judged. */
  OptionalDouble meanSquaredLoss();

  /**
   * The book of a configuration and a baseline.
   *
   * @param catalogue every judged series under both
   * @param baselineId the baseline; empty text: none
   * @param rowsPerWindow mean rows per window in the reference; 0: not known
   */
  static EvidenceBook of(JudgedSeries catalogue, String baselineId, double rowsPerWindow) {
    return new CataloguedEvidence(catalogue, baselineId, rowsPerWindow);
  }

  /**
   * How one series is judged.
   *
   * @param weight share of the false-alarm budget for this (monitor, metric, feature, segment), all
   *     versions together: in (0,1]
   * @param plan events, bounds and tilts
   * @param basis equal exactly as long as window, label rules, events and bounds of this series are
   *     equal; evidence starts again from 0 when it changes
   * @param baselineId baseline that the plan was made from; findings of another one give no
   *     evidence
   * @param cells what the series is made of, for words about where it changed; asked for only when
   *     an alert is raised
   * @param dispersion what evidence is divided by, where the series says for its monitor and column
   *     how counts scatter now; null: it does not
   */
  record Judged(
      double weight,
      EvidencePlan plan,
      String basis,
      String baselineId,
      Supplier<Optional<Cells>> cells,
      @Nullable Dispersion dispersion) {}
}
