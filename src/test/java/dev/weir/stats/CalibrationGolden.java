package dev.weir.stats;

import static dev.weir.stats.GoldenCase.doubles;
import static dev.weir.stats.GoldenCase.longs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.stats.summary.Calibration;
import dev.weir.stats.summary.FixedPoint;
import dev.weir.stats.summary.GoldenTables;
import dev.weir.stats.summary.Measured;
import dev.weir.stats.summary.Murphy;
import dev.weir.stats.summary.ScoreTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Golden functions of calibration: Weir's table and read-outs on the bins that the case names. */
final class CalibrationGolden implements GoldenFunctions {
  private static final double HALF_UNIT = 0x1p-31;

  /** Where a value equal to an edge belongs. */
  private enum Closed {
    LEFT,
    RIGHT
  }

  @Override
  public void register(GoldenRegistry registry) {
    registry.compute(
        "ece_equal_width", c -> new Calibration(uniform(c, Closed.LEFT)).expectedError().get());
    registry.compute(
        "mce_equal_width", c -> new Calibration(uniform(c, Closed.LEFT)).maximumError().get());
    registry.compute("rmsce_equal_width", CalibrationGolden::rootMeanSquare);
    registry.compute("reliability_curve", CalibrationGolden::curve);
    registry.compute("ece_mapie", c -> new Calibration(mapieUniform(c)).expectedError().get());
    registry.compute(
        "ece_equal_mass_mapie", c -> new Calibration(mapieQuantile(c)).expectedError().get());
    registry.compute("ece_confidence_multiclass", CalibrationGolden::confidence);
    registry.compute("brier_decomposition", CalibrationGolden::decomposition);
    registry.compute("brier_decomposition_binned_forecast", CalibrationGolden::midpoints);
    registry.compute(
        "binary_table_readout",
        c ->
            GoldenTables.binary(
                c.inputs().path("rows"), c.inputs().path("spiegelhalter_variance_sum").asText()));
    registry.compute(
        "spiegelhalter_z",
        c -> Map.of("z", ClassificationGolden.outcomes(c).spiegelhalterZ().orElseThrow()));
    registry.leaveOut(
        "not one of Weir's metrics; see ece_equal_width",
        "ace_netcal",
        "top_label_ece_mapie",
        "kolmogorov_smirnov_calibration",
        "kuiper_calibration");
    registry.leaveOut("a p-value of one look; see calibration_log_e", "hosmer_lemeshow");
    registry.leaveOut(
        "Weir publishes Murphy's parts, which add up to the Brier score exactly",
        "brier_decomposition_bias_corrected");
  }

  /** numpy.linspace multiplies by the step; torchmetrics has edges of single precision. */
  private static double[] uniformEdges(GoldenCase golden) {
    int bins = bins(golden);
    boolean single = golden.params().path("bin_rule").asText().startsWith("torchmetrics");
    double step = 1.0 / bins;
    return IntStream.range(1, bins)
        .mapToDouble(i -> single ? (double) i / bins : i * step)
        .toArray();
  }

  private static int bin(double[] edges, double value, Closed closed) {
    return (int)
        Arrays.stream(edges)
            .filter(edge -> closed == Closed.LEFT ? edge <= value : edge < value)
            .count();
  }

  private static ScoreTable table(
      double[] scores, boolean[] positive, double[] edges, Closed closed) {
    ScoreTable table = new ScoreTable(edges.length + 1);
    for (int i = 0; i < scores.length; i++) {
      table.add(bin(edges, scores[i], closed), FixedPoint.probability(scores[i]), positive[i], 1);
    }
    return table;
  }

  private static double[] scores(GoldenCase golden) {
    return doubles(golden.data().path("p"));
  }

  private static ScoreTable table(GoldenCase golden, double[] edges, Closed closed) {
    long[] labels = longs(golden.data().path("y"));
    boolean[] positive = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      positive[i] = labels[i] == 1;
    }
    return table(scores(golden), positive, edges, closed);
  }

  private static int bins(GoldenCase golden) {
    return golden.params().path("bins").asInt();
  }

  private static ScoreTable uniform(GoldenCase golden, Closed closed) {
    return table(golden, uniformEdges(golden), closed);
  }

  private static double[] quantiles(GoldenCase golden, int parts, int from, int to) {
    double[] sorted = scores(golden);
    Arrays.sort(sorted);
    return IntStream.range(from, to)
        .mapToDouble(i -> percentile(sorted, i * (1.0 / parts) * 100))
        .distinct()
        .toArray();
  }

  /** numpy.percentile, whose rounding decides on which side of an edge a tied score falls. */
  private static double percentile(double[] sorted, double percent) {
    double rank = percent / 100 * (sorted.length - 1);
    int below = (int) Math.min(Math.floor(rank), sorted.length - 1);
    int above = Math.min(below + 1, sorted.length - 1);
    double fraction = rank - below;
    double step = sorted[above] - sorted[below];
    return fraction >= 0.5
        ? sorted[above] - step * (1 - fraction)
        : sorted[below] + step * fraction;
  }

  /** MAPIE's {@code num_bins} edges, the outer ones included, closed on the right. */
  private static ScoreTable mapieUniform(GoldenCase golden) {
    int intervals = bins(golden) - 1;
    double[] edges =
        IntStream.rangeClosed(0, intervals).mapToDouble(i -> i * (1.0 / intervals)).toArray();
    return table(golden, edges, Closed.RIGHT);
  }

  private static ScoreTable mapieQuantile(GoldenCase golden) {
    int intervals = bins(golden) - 1;
    return table(golden, quantiles(golden, intervals, 0, intervals + 1), Closed.RIGHT);
  }

  private static Object rootMeanSquare(GoldenCase golden) {
    Murphy parts = new Calibration(uniform(golden, Closed.LEFT)).murphy().orElseThrow();
    return Math.sqrt(parts.reliability().value());
  }

  private static Object curve(GoldenCase golden) {
    int bins = bins(golden);
    ScoreTable table =
        golden.params().path("strategy").asText().equals("uniform")
            ? uniform(golden, Closed.RIGHT)
            : table(golden, quantiles(golden, bins, 1, bins), Closed.RIGHT);
    List<Measured> predicted = new ArrayList<>();
    List<Double> positive = new ArrayList<>();
    for (int bin = 0; bin < table.bins(); bin++) {
      if (table.n(bin) > 0) {
        predicted.add(new Measured(table.sumOfScores(bin) / table.n(bin), HALF_UNIT));
        positive.add((double) table.positives(bin) / table.n(bin));
      }
    }
    return Map.of("mean_predicted", predicted, "fraction_positive", positive);
  }

  private static Object confidence(GoldenCase golden) {
    JsonNode rows = golden.data().path("P");
    long[] labels = longs(golden.data().path("y"));
    double[] confidence = new double[labels.length];
    boolean[] right = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      double[] probabilities = doubles(rows.get(i));
      int decided = ClassificationGolden.largest(probabilities);
      confidence[i] = probabilities[decided];
      right[i] = decided == labels[i];
    }
    ScoreTable table = table(confidence, right, uniformEdges(golden), Closed.LEFT);
    return new Calibration(table).expectedError().orElseThrow();
  }

  private static Object decomposition(GoldenCase golden) {
    Calibration calibration = new Calibration(uniform(golden, Closed.RIGHT));
    Murphy parts = calibration.murphy().orElseThrow();
    return Map.of(
        "reliability", parts.reliability(),
        "resolution", parts.resolution(),
        "uncertainty", parts.uncertainty(),
        "brier", calibration.brier().orElseThrow());
  }

  /** Scores replaced by the midpoint of their bin, so that the within-bin terms vanish. */
  private static Object midpoints(GoldenCase golden) {
    double[] thresholds = doubles(golden.params().path("thresholds"));
    double[] inner = Arrays.copyOfRange(thresholds, 1, thresholds.length - 1);
    double[] scores = scores(golden);
    long[] labels = longs(golden.data().path("y"));
    ScoreTable table = new ScoreTable(inner.length + 1);
    for (int i = 0; i < scores.length; i++) {
      int bin = bin(inner, scores[i], Closed.RIGHT);
      double midpoint = (thresholds[bin] + thresholds[bin + 1]) / 2;
      table.add(bin, FixedPoint.probability(midpoint), labels[i] == 1, 1);
    }
    Calibration calibration = new Calibration(table);
    Murphy parts = calibration.murphy().orElseThrow();
    return Map.of(
        "bs", calibration.brier().orElseThrow(),
        "reliability", parts.reliability(),
        "resolution", parts.resolution(),
        "uncertainty", parts.uncertainty());
  }
}
