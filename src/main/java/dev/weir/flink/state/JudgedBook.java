package dev.weir.flink.state;

import dev.weir.baseline.Baseline;
import dev.weir.decide.EvidenceBook;
import dev.weir.monitor.JudgedSeries;
import dev.weir.monitor.Series;
import java.util.Optional;
import java.util.OptionalDouble;

/** What monitors judge, in the words of the decision. */
record JudgedBook(JudgedSeries judged) implements EvidenceBook {
  @Override
  public Optional<EvidenceBook.Judged> judged(Series series) {
    return judged
        .find(series)
        .map(
            found ->
                new EvidenceBook.Judged(
                    found.weight(),
                    found.plan(),
                    found.basis(),
                    baselineId(),
                    found::cells,
                    judged.tellsDispersion(found) ? found.dispersion() : null));
  }

  @Override
  public String baselineId() {
    return judged.baseline().map(Baseline::id).orElse("");
  }

  @Override
  public OptionalDouble meanVolume() {
    return judged.baseline().filter(baseline -> baseline.windows() > 0).stream()
        .mapToDouble(Baseline::rowsPerWindow)
        .findFirst();
  }

  @Override
  public OptionalDouble meanSquaredLoss() {
    return judged.meanSquaredLoss().stream().mapToDouble(Double::doubleValue).findFirst();
  }
}
