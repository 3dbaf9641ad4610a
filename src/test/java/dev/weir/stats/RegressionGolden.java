package dev.weir.stats;

import static dev.weir.stats.GoldenCase.doubles;

import dev.weir.stats.summary.NumericLayout;
import dev.weir.stats.summary.RegressionLayout;
import dev.weir.stats.summary.RegressionOutcomeSummary;
import java.util.Arrays;
import java.util.Map;

/** Golden functions of regression and intervals that summaries of outcomes can answer. */
final class RegressionGolden implements GoldenFunctions {
  @Override
  public void register(GoldenRegistry registry) {
    registry.compute("regression_errors", RegressionGolden::errors);
    registry.compute("interval_coverage_width", RegressionGolden::coverage);
    registry.compute(
        "winkler_interval_score", c -> intervals(c, "confidence").winkler().orElseThrow());
    registry.compute("pinball", RegressionGolden::pinball);
    registry.compute("sample_quantile", RegressionGolden::quantile);
    registry.leaveOut(
        "needs the whole predictive distribution; Weir gets a value and one interval",
        "crps_gaussian",
        "crps_ensemble",
        "gaussian_nll",
        "interval_score_gaussian_mean",
        "check_score_gaussian_mean",
        "sharpness",
        "quantile_calibration_error",
        "pit_gaussian");
    registry.leaveOut(
        "not one of Weir's metrics; see pinball, coverage and winkler",
        "d2_pinball",
        "coverage_width_criterion",
        "size_stratified_coverage");
    registry.leaveOut(
        "makes intervals; Weir judges those of the producer", "split_conformal_quantile");
  }

  private static RegressionLayout layout(double[] labels, double nominal) {
    double[] sorted = labels.clone();
    Arrays.sort(sorted);
    return RegressionLayout.of(NumericLayout.of(sorted), nominal);
  }

  private static Object errors(GoldenCase golden) {
    double[] labels = doubles(golden.data().path("y"));
    double[] values = doubles(golden.data().path("mu"));
    RegressionOutcomeSummary summary = new RegressionOutcomeSummary(layout(labels, 0.9));
    for (int i = 0; i < labels.length; i++) {
      summary.add(values[i], labels[i], 1);
    }
    return Map.of(
        "mae", summary.meanAbsoluteError().orElseThrow(),
        "rmse", summary.rootMeanSquaredError().orElseThrow(),
        "r2", summary.r2().orElseThrow());
  }

  private static RegressionOutcomeSummary intervals(GoldenCase golden, String nominal) {
    double[] labels = doubles(golden.data().path("y"));
    double[] lower = doubles(golden.data().path("lower"));
    double[] upper = doubles(golden.data().path("upper"));
    RegressionOutcomeSummary summary =
        new RegressionOutcomeSummary(layout(labels, golden.params().path(nominal).asDouble()));
    for (int i = 0; i < labels.length; i++) {
      summary.addInterval(lower[i], upper[i], labels[i], 1);
    }
    return summary;
  }

  private static Object coverage(GoldenCase golden) {
    RegressionOutcomeSummary summary = intervals(golden, "nominal");
    return Map.of(
        "coverage", summary.coverage().orElseThrow(),
        "mean_width", summary.meanWidth().orElseThrow());
  }

  private static Object pinball(GoldenCase golden) {
    double[] labels = doubles(golden.data().path("y"));
    double[] values = doubles(golden.data().path("mu"));
    double level = golden.params().path("quantile").asDouble();
    double total = 0;
    for (int i = 0; i < labels.length; i++) {
      total += RegressionOutcomeSummary.pinball(labels[i] - values[i], level);
    }
    return total / labels.length;
  }

  /** The rule of Weir's reference edges; levels in the cases are whole thousandths. */
  private static Object quantile(GoldenCase golden) {
    double[] sorted = doubles(golden.data().path("scores"));
    Arrays.sort(sorted);
    int thousandths = (int) Math.rint(1000 * golden.params().path("q").asDouble());
    return Map.of("linear", NumericLayout.quantile(sorted, thousandths, 1000));
  }
}
