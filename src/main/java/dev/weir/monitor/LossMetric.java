package dev.weir.monitor;

import dev.weir.baseline.Loss;
import dev.weir.baseline.Task;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.EvidenceSettings;
import dev.weir.stats.inference.HarmEvidence;
import dev.weir.stats.inference.WindowCounts;
import dev.weir.stats.summary.FixedPoint;
import dev.weir.stats.summary.LossSummary;
import dev.weir.stats.summary.Measured;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How a judged loss becomes a metric, evidence and a threshold ({@code statistics.md} 4.6). */
final class LossMetric {
  private final Loss loss;

  LossMetric(Loss loss) {
    this.loss = loss;
  }

  /** Id of the metric that carries its evidence. */
  String id() {
    return switch (loss.name()) {
      case "error_rate" -> "accuracy";
      case "squared_error" -> "rmse";
      default -> loss.name();
    };
  }

  /** The task it belongs to, in a model with classes. */
  boolean isOf(Task task) {
    boolean number =
        switch (loss.name()) {
          case "mae", "squared_error", "pinball" -> true;
          default -> false;
        };
    return number == (task == Task.REGRESSION);
  }

  /** Whether it is 0 or 1. */
  private boolean zeroOne() {
    return loss.name().equals("error_rate");
  }

  /** The metric's value at a mean scaled loss. */
  double value(double scaledMean) {
    return switch (loss.name()) {
      case "error_rate" -> 1 - scaledMean;
      case "squared_error" -> StrictMath.sqrt(scaledMean * loss.max());
      default -> scaledMean * loss.max();
    };
  }

  /**
   * The plan against a reference.
   *
   * @param cells its losses in each seasonal cell
   */
  EvidencePlan plan(List<LossSummary> cells, EvidenceSettings settings, AbsentLabels absent) {
    long[] totals = cells.stream().mapToLong(LossSummary::n).toArray();
    if (zeroOne()) {
      return HarmEvidence.zeroOne(
          cells.stream().mapToLong(LossMetric::ones).toArray(), totals, settings, absent);
    }
    return HarmEvidence.bounded(
        totals,
        numbers(cells, LossSummary::mean),
        numbers(cells, LossSummary::variance),
        settings,
        absent);
  }

  /** A number of each cell; 0 where there are too few losses, as the bound there is vacuous. */
  private static double[] numbers(
      List<LossSummary> cells, Function<LossSummary, Optional<Measured>> number) {
    return cells.stream()
        .mapToDouble(cell -> number.apply(cell).map(Measured::value).orElse(0.0))
        .toArray();
  }

  WindowCounts window(int season, LossSummary current, long absent) {
    return zeroOne()
        ? HarmEvidence.zeroOneWindow(season, ones(current), current.n(), absent)
        : HarmEvidence.boundedWindow(
            season,
            current.n(),
            current.exactSum().high(),
            current.exactSum().low(),
            current.exactSumOfSquares().high(),
            current.exactSumOfSquares().low(),
            absent);
  }

  /** How many losses are 1, all others being 0. */
  private static long ones(LossSummary losses) {
    return losses.exactSum().toBigInteger().longValueExact() / FixedPoint.ONE;
  }
}
