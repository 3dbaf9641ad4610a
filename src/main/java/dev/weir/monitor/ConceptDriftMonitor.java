package dev.weir.monitor;

import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.Loss;
import dev.weir.stats.inference.Family;
import dev.weir.stats.sequential.ChangeDetector;
import dev.weir.stats.summary.FixedPoint;
import dev.weir.stats.summary.LossSummary;
import dev.weir.stats.summary.OrderedOutcomes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Concept drift: ordered detectors on the first judged loss of all traffic ({@code statistics.md}
 * 7). Shown, never judged: they have no false-alarm guarantee.
 *
 * <p>{@code adwin}, {@code page_hinkley} and {@code ddm} are the number of changes they saw in the
 * cohort; {@code bocpd} is the most probable number of outcomes since the last change, and {@code
 * regime_age} how long before the end of the window that change was: it dates alerts by plain rules
 * of the same cohort, and there is none while no change was seen. {@code ddm} needs right and
 * wrong, so it is there for losses of binary decisions only.
 */
final class ConceptDriftMonitor implements Monitor {
  private static final String AGE = "regime_age";

  private static final double EVEN = 0.5;
  private static final double MILLIS_PER_SECOND = 1000;

  @Override
  public String id() {
    return "concept_drift";
  }

  @Override
  public List<String> metrics() {
    return List.of("adwin", "page_hinkley", "ddm", "bocpd", AGE);
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.conceptDrift().map(MonitorSettings.ConceptDrift::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.empty();
  }

  @Override
  public void judge(CohortSummary cohort, Report report) {
    OrderedOutcomes outcomes = cohort.ordered().orElse(null);
    OrderedState state = report.state().orElse(null);
    if (outcomes == null || state == null || cohort.layout().losses().isEmpty()) {
      return;
    }
    List<String> wanted = report.monitors().conceptDrift().orElseThrow().detectors();
    LossSummary reference = References.cohort(report, cohort).loss(0);
    Sides sides = new Sides(report, cohort.loss(0).n(), reference.n(), outcomes.overflowed());
    if (wants(wanted, "adwin")) {
      sides.add("adwin", changes(outcomes, state.adwin(), 0, true));
    }
    if (wants(wanted, "page_hinkley")) {
      sides.add("page_hinkley", changes(outcomes, state.pageHinkley(), 0, true));
    }
    Optional<Double> limit = lossAtEvenOdds(cohort);
    if (wants(wanted, "ddm") && limit.isPresent()) {
      sides.add("ddm", changes(outcomes, state.ddm(), limit.get(), false));
    }
    if (wants(wanted, "bocpd")) {
      Run run = run(outcomes, state, reference);
      sides.add("bocpd", run.length());
      state.regime().add(report.windowStart(), run.fed());
      OptionalDouble age = age(outcomes, state.regime(), run, report);
      if (age.isPresent()) {
        sides.add(AGE, Unit.SECOND, age);
      }
    }
  }

  private static boolean wants(List<String> wanted, String detector) {
    return wanted.isEmpty() || wanted.contains(detector);
  }

  private record Sides(Report report, long current, long reference, boolean overflowed) {
    void add(String metric, double value) {
      add(metric, Unit.COUNT, OptionalDouble.of(value));
    }

    void add(String metric, Unit unit, OptionalDouble value) {
      report
          .of(metric, null, unit)
          .n(current)
          .against(reference)
          .value(overflowed ? OptionalDouble.empty() : value)
          .add();
    }
  }

  /** Feeds the losses, or whether they pass a limit, and counts the changes. */
  private static long changes(
      OrderedOutcomes outcomes, ChangeDetector detector, double limit, boolean losses) {
    long[] changes = {0};
    outcomes.forEachLoss(
        outcome -> {
          double loss = loss(outcome);
          double value = losses ? loss : loss > limit ? 1 : 0;
          if (detector.update(value) == ChangeDetector.Signal.CHANGE) {
            changes[0]++;
          }
        });
    return changes[0];
  }

  /**
   * Where the change points are.
   *
   * @param length outcomes since the most probable change
   * @param fed outcomes of this cohort that have a loss
   */
  private record Run(long length, long fed) {}

  private static Run run(OrderedOutcomes outcomes, OrderedState state, LossSummary reference) {
    double mean = reference.mean().map(found -> found.value()).orElse(0.0);
    double variance = reference.variance().map(found -> found.value()).orElse(0.0);
    double deviation = variance > 0 ? Math.sqrt(variance) : 1;
    long[] fed = {0};
    outcomes.forEachLoss(
        outcome -> {
          state.bocpd().update((loss(outcome) - mean) / deviation);
          fed[0]++;
        });
    return new Run(state.bocpd().mostProbableRunLength(), fed[0]);
  }

  /** From the first outcome of the regime to the end of the window, in seconds. */
  private static OptionalDouble age(
      OrderedOutcomes outcomes, RegimeClock clock, Run run, Report report) {
    if (clock.reachesTheFirst(run.length()) || run.length() < 1) {
      return OptionalDouble.empty();
    }
    OptionalLong began = clock.began(run.length());
    if (run.length() <= run.fed()) {
      long[] left = {run.fed() - run.length()};
      long[] time = {report.windowEnd()};
      outcomes.forEachLoss(
          outcome -> {
            if (left[0]-- == 0) {
              time[0] = outcome.timeMillis();
            }
          });
      began = OptionalLong.of(time[0]);
    }
    return began.isPresent()
        ? OptionalDouble.of((report.windowEnd() - began.getAsLong()) / MILLIS_PER_SECOND)
        : OptionalDouble.empty();
  }

  private static double loss(OrderedOutcomes.Outcome outcome) {
    return (double) outcome.loss() / FixedPoint.ONE;
  }

  /** The scaled loss of a probability of one half: above it the decision was wrong. */
  private static Optional<Double> lossAtEvenOdds(CohortSummary cohort) {
    Loss loss = cohort.layout().losses().get(0);
    return switch (loss.name()) {
      case "error_rate" -> Optional.of(EVEN);
      case "brier" ->
          cohort.layout().binary() ? Optional.of(EVEN * EVEN / loss.max()) : Optional.empty();
      case "log_loss" ->
          cohort.layout().binary()
              ? Optional.of(-StrictMath.log(EVEN) / loss.max())
              : Optional.empty();
      default -> Optional.empty();
    };
  }
}
