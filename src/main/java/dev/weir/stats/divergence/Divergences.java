package dev.weir.stats.divergence;

import java.util.List;
import java.util.Optional;

/** The closed catalogue of distances: a new one is one record and one line here. */
public final class Divergences {
  private static final List<Divergence> ALL =
      List.of(
          new PopulationStability(PopulationStability.HALF),
          new PopulationStabilityExcess(),
          new KolmogorovSmirnov(),
          new Wasserstein(),
          new JensenShannon(),
          new Hellinger(),
          new TotalVariation(),
          new KullbackLeibler(PopulationStability.HALF),
          new ChiSquare());

  private Divergences() {}

  /** All distances, in the order of the metric ids in the README. */
  public static List<Divergence> all() {
    return ALL;
  }

  /** The distance with this metric id. */
  public static Optional<Divergence> byId(String id) {
    return ALL.stream().filter(divergence -> divergence.id().equals(id)).findFirst();
  }
}
