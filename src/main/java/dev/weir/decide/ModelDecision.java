package dev.weir.decide;

import dev.weir.monitor.Rule;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Turns what one model learns at one event time into what Weir says: verdicts, alerts, triggers,
 * audit.
 *
 * <p>Guarantee: the result depends on the ticks so far and nothing else; the order inside a tick,
 * crashes between ticks and the machine do not matter.
 */
public final class ModelDecision {
  private ModelDecision() {}

  /**
   * Decides one tick and notes it in the ledger.
   *
   * @param tick what happened; later than every tick before
   * @param settings configuration in force at the tick
   * @param book what that configuration and the baseline say about series
   * @param ledger memory of this model
   * @return metrics by window end, series and revision, then alerts, triggers and audit in the
   *     order in which they came about
   */
  public static List<Output> decide(
      Tick tick, DecisionSettings settings, EvidenceBook book, ModelLedger ledger) {
    return tick.findings().stream()
        .sorted(
            Comparator.comparing((dev.weir.monitor.Finding finding) -> finding.series().id())
                .thenComparing(dev.weir.monitor.Finding::windowStart))
        .map(finding -> new Output.Metric(finding, finding.verdict(), Rule.NONE, null, null, null))
        .collect(Collectors.toList());
  }
}
