package dev.weir.monitor;

import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.Comparisons;
import dev.weir.stats.inference.Family;
import dev.weir.stats.inference.PairedComparison;
import dev.weir.stats.inference.PairedSums;
import dev.weir.stats.summary.PairedLosses;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Champion and challenger on the same prediction ids ({@code statistics.md} 9): the first judged
 * loss of both, pair by pair, over all final cohorts since the comparison began.
 *
 * <p>Guarantee: if neither is better, the probability that {@code promotion} is ever other than 0
 * is at most alpha, however often one looks (Ville 1939). A new champion, job file or baseline
 * begins a new comparison. Reported under the version of the challenger, for all traffic.
 *
 * <p>{@code paired_difference} is the mean of the champion's minus the challenger's scaled loss,
 * with an interval that holds at all times; {@code promotion} is 1 for PROMOTE, -1 for KEEP, 0 for
 * UNDECIDED; {@code pairs_needed} is how many more pairs a verdict needs if they go on as so far;
 * the two {@code log_e} are the evidence of either side, of which ln(2/alpha) nats are a verdict.
 */
final class ComparisonMonitor implements Monitor {
  private static final double TIGHTEST_AT = 2000;

  @Override
  public String id() {
    return "comparison";
  }

  @Override
  public List<String> metrics() {
    return List.of(
        "paired_difference", "promotion", "pairs_needed", "challenger_log_e", "champion_log_e");
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.comparison().map(MonitorSettings.Comparison::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.empty();
  }

  @Override
  public void judge(CohortSummary cohort, Report report) {
    ComparisonState state = report.state().map(OrderedState::comparison).orElse(null);
    Comparisons comparisons = cohort.comparisons();
    Comparisons.Leading leading = comparisons.leading().orElse(null);
    if (state == null || !report.tumbling()) {
      return;
    }
    if (leading != null) {
      state.fold(leading);
      report(state, cohort.layout().losses().get(0).name().equals("error_rate"), report);
    } else if (comparisons.overflowed()) {
      // So many champions that nothing was kept: said, not passed over.
      report.of("promotion", null, Unit.NONE).whateverSize().add();
    }
  }

  private static void report(ComparisonState state, boolean signs, Report report) {
    PairedLosses pairs = state.pairs();
    long n = pairs.n();
    double alpha = report.monitors().comparison().orElseThrow().alpha();
    PairedSums sums =
        signs
            ? new PairedSums(
                true, n, (double) pairs.challengerBetter(), (double) pairs.championBetter())
            : new PairedSums(false, n, pairs.sum(), pairs.sumOfSquares());
    PairedSums tempered = sums.times(1 / report.dispersion());
    PairedComparison compared = tempered.compared();
    PairedComparison.Verdict verdict = compared.verdict(alpha);
    double mean = pairs.sum() / n;
    Sides sides = new Sides(report, n, state.champion());
    sides
        .of("paired_difference", Unit.NONE)
        .value(mean)
        .interval(Optional.of(PairedComparison.interval(mean, tempered.n(), alpha, TIGHTEST_AT)))
        .add();
    sides.of("promotion", Unit.NONE).value(number(verdict)).add();
    sides.of("pairs_needed", Unit.COUNT).value(more(tempered, verdict, alpha, n)).add();
    sides.of("challenger_log_e", Unit.NAT).value(compared.logEvidenceForChallenger()).add();
    sides.of("champion_log_e", Unit.NAT).value(compared.logEvidenceForChampion()).add();
  }

  private record Sides(Report report, long pairs, String champion) {
    Report.Draft of(String metric, Unit unit) {
      return report.of(metric, null, unit).n(pairs).comparedWith("version/" + champion);
    }
  }

  private static double number(PairedComparison.Verdict verdict) {
    return switch (verdict) {
      case PROMOTE -> 1;
      case KEEP -> -1;
      case UNDECIDED -> 0;
    };
  }

  private static OptionalDouble more(
      PairedSums sums, PairedComparison.Verdict verdict, double alpha, long n) {
    if (verdict != PairedComparison.Verdict.UNDECIDED) {
      return OptionalDouble.of(0);
    }
    return sums.pairsNeeded(alpha, n).stream().mapToDouble(all -> (double) (all - n)).findFirst();
  }
}
