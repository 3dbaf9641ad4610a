package dev.weir.stats;

import static dev.weir.stats.GoldenCase.doubles;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.stats.divergence.ChiSquare;
import dev.weir.stats.divergence.Comparison;
import dev.weir.stats.divergence.Divergence;
import dev.weir.stats.divergence.Hellinger;
import dev.weir.stats.divergence.JensenShannon;
import dev.weir.stats.divergence.KolmogorovSmirnov;
import dev.weir.stats.divergence.KullbackLeibler;
import dev.weir.stats.divergence.PopulationStability;
import dev.weir.stats.divergence.PopulationStabilityExcess;
import dev.weir.stats.divergence.TotalVariation;
import dev.weir.stats.divergence.Wasserstein;
import dev.weir.stats.summary.GoldenTables;
import dev.weir.stats.summary.Measured;
import dev.weir.stats.summary.NumericLayout;
import dev.weir.stats.summary.NumericSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Golden functions of {@code stats.divergence}, each with the bins that the case names. */
final class DistancesGolden implements GoldenFunctions {
  private static final double LN_2 = Math.log(2);

  @Override
  public void register(GoldenRegistry registry) {
    registry.compute("kl_divergence", DistancesGolden::kullbackLeibler);
    registry.compute("psi_probabilities", c -> value(new PopulationStability(0), shares(c)));
    registry.compute("jensen_shannon_distance", DistancesGolden::jensenShannon);
    registry.compute("jensen_shannon_divergence", c -> square(new JensenShannon(), shares(c)));
    registry.compute("hellinger_distance", c -> value(new Hellinger(), shares(c)));
    registry.compute("total_variation", c -> value(new TotalVariation(), shares(c)));
    registry.compute("wasserstein_1_positions", DistancesGolden::onPositions);
    registry.compute("wasserstein_1", c -> wasserstein(c, 1));
    registry.compute(
        "wasserstein_normed_evidently", c -> wasserstein(c, populationDeviation(reference(c))));
    registry.compute("hellinger_distance_binned", c -> value(new Hellinger(), equalWidth(c)));
    registry.compute(
        "histogram_intersection_complement_binned",
        c -> value(new TotalVariation(), equalWidth(c)));
    registry.compute("psi_binned", DistancesGolden::psiWithFloor);
    registry.compute("quantile_bin_counts", DistancesGolden::quantileBins);
    registry.compute(
        "jensen_shannon_evidently", c -> value(new JensenShannon(), sturges(c)) * Math.sqrt(LN_2));
    registry.compute("hellinger_evidently", DistancesGolden::hellingerEvidently);
    registry.compute("chi_square_2sample", DistancesGolden::chiSquare);
    registry.compute("psi_excess", DistancesGolden::psiExcess);
    registry.compute("histogram_distance_bounds", DistancesGolden::bounds);
    registry.compute("ks_2samp", DistancesGolden::kolmogorovSmirnov);
    registry.compute("ks_2samp_exact_ties", DistancesGolden::kolmogorovSmirnov);
    registry.compute(
        "nannyml_kolmogorov_smirnov",
        c -> chunks(c, pair -> new KolmogorovSmirnov().between(fine(pair))));
    registry.compute(
        "nannyml_wasserstein",
        c -> chunks(c, pair -> new Wasserstein().between(Comparison.ofLine(line(pair, 1)))));
    registry.compute(
        "nannyml_jensen_shannon", c -> chunks(c, pair -> new JensenShannon().between(doane(pair))));
    registry.compute(
        "nannyml_hellinger", c -> chunks(c, pair -> new Hellinger().between(doane(pair))));
    registry.compute(
        "rff_mmd2_unbiased",
        c ->
            GoldenTables.discrepancy(
                doubles(c.inputs().path("mean_reference")),
                c.inputs().path("n_reference").asDouble(),
                doubles(c.inputs().path("mean_current")),
                c.inputs().path("n_current").asDouble()));
    registry.leaveOut(
        "a floor for empty cells without renormalising; Weir adds half a count to every cell",
        "psi_evidently",
        "kl_evidently");
    registry.leaveOut(
        "not one of Weir's distances; total variation bounds it", "l_infinity_distance");
    registry.leaveOut(
        "-ln of Hellinger's affinity, with a floor in empty cells; see hellinger_distance_binned",
        "bhattacharyya_frouros_binned");
    registry.leaveOut("not one of Weir's distances; see wasserstein_1", "energy_distance");
  }

  /** The value without its bound; null where Weir says that there is none. */
  private static @Nullable Double value(Divergence divergence, Comparison comparison) {
    return divergence.between(comparison).map(Measured::value).orElse(null);
  }

  private static double square(Divergence divergence, Comparison comparison) {
    double value = divergence.between(comparison).orElseThrow().value();
    return value * value;
  }

  private static Comparison shares(GoldenCase golden) {
    return Comparison.ofCounts(doubles(golden.data().path("p")), doubles(golden.data().path("q")));
  }

  /** The case's KL(p||q) has p in the place of the current window. */
  private static @Nullable Object kullbackLeibler(GoldenCase golden) {
    Comparison swapped =
        Comparison.ofCounts(doubles(golden.data().path("q")), doubles(golden.data().path("p")));
    Double nats = value(new KullbackLeibler(0), swapped);
    return nats == null ? null : nats / natsPerUnit(golden);
  }

  private static double natsPerUnit(GoldenCase golden) {
    return golden.params().path("base").asText().equals("e") ? 1 : LN_2;
  }

  private static Object jensenShannon(GoldenCase golden) {
    double distance = new JensenShannon().between(shares(golden)).orElseThrow().value();
    return distance * Math.sqrt(LN_2 / natsPerUnit(golden));
  }

  /** Bins of width 1 around the positions, so that midpoints are the positions. */
  private static Object onPositions(GoldenCase golden) {
    double[] p = doubles(golden.data().path("p"));
    double[] edges = IntStream.range(1, p.length).mapToDouble(i -> i - 0.5).toArray();
    double[] q = doubles(golden.data().path("q"));
    return value(
        new Wasserstein(),
        Comparison.ofLine(new Comparison.Line(edges, p, q, -0.5, p.length - 0.5, 1)));
  }

  private static double[] reference(GoldenCase golden) {
    return sorted(golden.data().path("reference"));
  }

  private static double[] current(GoldenCase golden) {
    return sorted(golden.data().path("current"));
  }

  private static double[] sorted(JsonNode array) {
    double[] values = doubles(array);
    Arrays.sort(values);
    return values;
  }

  private static double populationDeviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Math.sqrt(
        Arrays.stream(values).map(x -> (x - mean) * (x - mean)).average().orElseThrow());
  }

  private static NumericSummary summary(NumericLayout layout, double[] values) {
    NumericSummary summary = new NumericSummary(layout);
    Arrays.stream(values).forEach(summary::add);
    return summary;
  }

  /** Weir's own fine bins: the exact distance must lie within the bound. */
  private static Object wasserstein(GoldenCase golden, double deviation) {
    Pair pair = new Pair(reference(golden), current(golden));
    Comparison comparison = Comparison.ofLine(line(pair, Math.max(deviation, 0.001)));
    return new Wasserstein().between(comparison).orElseThrow();
  }

  /** Two samples, each in ascending order. */
  private record Pair(double[] reference, double[] current) {}

  private static Comparison.Line line(Pair pair, double deviation) {
    NumericLayout layout = NumericLayout.of(pair.reference());
    return new Comparison.Line(
        layout.fineEdges(),
        toDoubles(summary(layout, pair.reference()).fineCounts()),
        toDoubles(summary(layout, pair.current()).fineCounts()),
        Math.min(pair.reference()[0], pair.current()[0]),
        Math.max(last(pair.reference()), last(pair.current())),
        deviation);
  }

  private static double last(double[] values) {
    return values[values.length - 1];
  }

  private static Comparison fine(Pair pair) {
    return Comparison.ofLine(line(pair, 1));
  }

  /** The distance alone: Weir decides on e-values, so no p-value goes with it. */
  private static Object kolmogorovSmirnov(GoldenCase golden) {
    String alternative = golden.params().path("alternative").asText("two-sided");
    if (!alternative.equals("two-sided")) {
      throw new OtherVariant("one-sided; a distance has no direction");
    }
    Pair pair = new Pair(sorted(golden.data().path("x")), sorted(golden.data().path("y")));
    return Map.of("statistic", new KolmogorovSmirnov().between(fine(pair)).orElseThrow());
  }

  /** One value for each chunk of the current sample, in its order. */
  private static Object chunks(GoldenCase golden, Function<Pair, Optional<Measured>> distance) {
    double[] reference = sorted(golden.data(0));
    double[] current = doubles(golden.data(1));
    int size = golden.params().path("chunk_size").asInt();
    List<Measured> values = new ArrayList<>();
    for (int from = 0; from < current.length; from += size) {
      double[] chunk = Arrays.copyOfRange(current, from, from + size);
      Arrays.sort(chunk);
      values.add(distance.apply(new Pair(reference, chunk)).orElseThrow());
    }
    return Map.of("value", values);
  }

  /** numpy's "doane" bins of the reference; what lies outside is one more cell. */
  private static Comparison doane(Pair pair) {
    double[] reference = pair.reference();
    double n = reference.length;
    double mean = Arrays.stream(reference).average().orElseThrow();
    double deviation = populationDeviation(reference);
    double skew = Arrays.stream(reference).map(x -> Math.pow((x - mean) / deviation, 3)).sum() / n;
    double spread = Math.sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
    double wanted = 1 + Math.log(n) / LN_2 + Math.log(1 + Math.abs(skew) / spread) / LN_2;
    int bins = (int) Math.ceil(wanted);
    double low = reference[0];
    double high = last(reference);
    double step = (high - low) / bins;
    double[] edges = IntStream.range(1, bins).mapToDouble(i -> i * step + low).toArray();
    return Comparison.ofCounts(
        withOutside(edges, reference, low, high), withOutside(edges, pair.current(), low, high));
  }

  private static double[] withOutside(double[] edges, double[] values, double low, double high) {
    double[] counts = new double[edges.length + 2];
    for (double value : values) {
      boolean inside = value >= low && value <= high;
      int bin = (int) Arrays.stream(edges).filter(edge -> edge <= value).count();
      counts[inside ? bin : edges.length + 1]++;
    }
    return counts;
  }

  private static @Nullable Object hellingerEvidently(GoldenCase golden) {
    boolean text = golden.data().path("reference").get(0).isTextual();
    if (!text && Arrays.stream(reference(golden)).distinct().count() <= 20) {
      throw new OtherVariant("merges cells where the reference has few distinct values");
    }
    return value(new Hellinger(), sturges(golden));
  }

  private static int sturgesBins(int n) {
    return (int) Math.ceil(Math.log(n) / LN_2 + 1);
  }

  private static Object chiSquare(GoldenCase golden) {
    if (golden.params().path("yates").asBoolean()) {
      throw new OtherVariant("Yates' correction; Weir's statistic has none");
    }
    JsonNode table = golden.data().path("table");
    Comparison comparison = Comparison.ofCounts(doubles(table.get(0)), doubles(table.get(1)));
    return Map.of(
        "statistic", new ChiSquare().between(comparison).orElseThrow(),
        "dof", ChiSquare.degreesOfFreedom(comparison));
  }

  private static Object psiExcess(GoldenCase golden) {
    Comparison counts =
        Comparison.ofCounts(
            doubles(golden.inputs().path("reference")), doubles(golden.inputs().path("current")));
    return Map.of(
        "psi", new PopulationStability(0.5).between(counts).orElseThrow(),
        "psi_excess", new PopulationStabilityExcess().between(counts).orElseThrow(),
        "noise95", PopulationStabilityExcess.noise95(counts).orElseThrow());
  }

  private static Object bounds(GoldenCase golden) {
    double[] edges = doubles(golden.inputs().path("edges"));
    Comparison comparison =
        Comparison.ofLine(
            new Comparison.Line(
                Arrays.copyOfRange(edges, 1, edges.length - 1),
                doubles(golden.inputs().path("reference")),
                doubles(golden.inputs().path("current")),
                edges[0],
                last(edges),
                1));
    Measured ks = new KolmogorovSmirnov().between(comparison).orElseThrow();
    Measured wasserstein = new Wasserstein().between(comparison).orElseThrow();
    return Map.of(
        "ks_lower", ks.value(),
        "ks_upper", ks.value() + ks.errorBound(),
        "wasserstein", wasserstein.value(),
        "wasserstein_error", wasserstein.errorBound());
  }

  private static double[] toDoubles(long[] counts) {
    return Arrays.stream(counts).asDoubleStream().toArray();
  }

  private static double[] pooled(GoldenCase golden) {
    return DoubleStream.concat(Arrays.stream(reference(golden)), Arrays.stream(current(golden)))
        .sorted()
        .toArray();
  }

  private static Comparison equalWidth(GoldenCase golden) {
    return equalWidth(golden, golden.params().path("bins").asInt());
  }

  /** Equal-width bins between the smallest and largest value of both samples, by numpy.linspace. */
  private static Comparison equalWidth(GoldenCase golden, int bins) {
    double[] pooled = pooled(golden);
    double low = pooled[0];
    double step = (pooled[pooled.length - 1] - low) / bins;
    double[] edges = IntStream.range(1, bins).mapToDouble(i -> i * step + low).distinct().toArray();
    NumericLayout layout = NumericLayout.ofEdges(edges, 0, 0, low, pooled[pooled.length - 1]);
    return Comparison.of(summary(layout, reference(golden)), summary(layout, current(golden)));
  }

  private static Comparison sturges(GoldenCase golden) {
    if (golden.data().path("reference").get(0).isTextual()) {
      return categories(golden);
    }
    if (Arrays.stream(reference(golden)).distinct().count() <= 20) {
      return categories(golden);
    }
    return equalWidth(golden, sturgesBins(pooled(golden).length));
  }

  private static Comparison categories(GoldenCase golden) {
    Map<String, double[]> counts = new TreeMap<>();
    golden.data().path("reference").forEach(value -> count(counts, value)[0]++);
    golden.data().path("current").forEach(value -> count(counts, value)[1]++);
    return Comparison.ofCounts(
        counts.values().stream().mapToDouble(pair -> pair[0]).toArray(),
        counts.values().stream().mapToDouble(pair -> pair[1]).toArray());
  }

  private static double[] count(Map<String, double[]> counts, JsonNode value) {
    return counts.computeIfAbsent(value.asText(), key -> new double[2]);
  }

  private static Object psiWithFloor(GoldenCase golden) {
    double floor = golden.params().path("zero_replacement").asDouble();
    Comparison counts = equalWidth(golden);
    double[] p = new double[counts.cells()];
    double[] q = new double[counts.cells()];
    Arrays.setAll(p, k -> floored(counts.reference(k), counts.referenceTotal(), floor));
    Arrays.setAll(q, k -> floored(counts.current(k), counts.currentTotal(), floor));
    return value(new PopulationStability(0), Comparison.ofCounts(p, q));
  }

  private static double floored(double count, double total, double floor) {
    return count == 0 ? floor : count / total;
  }

  private static Object quantileBins(GoldenCase golden) {
    int bins = golden.params().path("bins").asInt();
    NumericLayout layout = NumericLayout.of(reference(golden), bins, bins);
    return Map.of(
        "inner_edges", layout.coarseEdges(),
        "reference_counts", summary(layout, reference(golden)).coarseCounts(),
        "current_counts", summary(layout, current(golden)).coarseCounts());
  }
}
