package dev.weir.decide;

import dev.weir.monitor.JudgedSeries;
import dev.weir.monitor.Series;
import java.util.Optional;
import java.util.OptionalDouble;

/** The book that the catalogue of judged series makes. */
record CataloguedEvidence(JudgedSeries catalogue, String baselineId, double rowsPerWindow)
    implements EvidenceBook {
  @Override
  public Optional<Judged> judged(Series series) {
    return catalogue
        .find(series)
        .map(
            found ->
                new Judged(
                    found.weight(),
                    found.plan(),
                    found.basis(),
                    baselineId,
                    found::cells,
                    catalogue.tellsDispersion(found) ? found.dispersion() : null));
  }

  @Override
  public OptionalDouble meanVolume() {
    return rowsPerWindow > 0 ? OptionalDouble.of(rowsPerWindow) : OptionalDouble.empty();
  }

  @Override
  public OptionalDouble meanSquaredLoss() {
    return catalogue.meanSquaredLoss().map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
  }
}
