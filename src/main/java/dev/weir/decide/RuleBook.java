package dev.weir.decide;

import dev.weir.monitor.MonitorSettings;
import dev.weir.monitor.MonitorSettings.Common;
import dev.weir.monitor.MonitorSettings.Override;
import dev.weir.monitor.PlainRule;
import dev.weir.monitor.PlainRule.Comparison;
import dev.weir.monitor.Series;
import dev.weir.monitor.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which plain rules and which severity apply to a series. Rules of an override replace those of its
 * monitor on the same metric; {@code quality.volume}, {@code quality.freshness} and {@code
 * labels.expect_within} are plain rules too.
 */
final class RuleBook {
  private record Block(Common common, List<Override> overrides, List<PlainRule> implied) {}

  private final Map<String, Block> blocks = new HashMap<>();

  RuleBook(MonitorSettings monitors, OptionalDouble meanVolume) {
    monitors
        .quality()
        .ifPresent(
            quality ->
                blocks.put(
                    "quality",
                    new Block(
                        quality.common(), quality.overrides(), impliedBy(quality, meanVolume))));
    monitors
        .drift()
        .ifPresent(
            drift -> blocks.put("drift", new Block(drift.common(), drift.overrides(), List.of())));
    monitors.predictionDrift().ifPresent(block -> add("prediction_drift", block.common()));
    monitors.labelDrift().ifPresent(block -> add("label_drift", block.common()));
    monitors.multivariateDrift().ifPresent(block -> add("multivariate_drift", block.common()));
    monitors.performance().ifPresent(block -> add("performance", block.common()));
    monitors.calibration().ifPresent(block -> add("calibration", block.common()));
    monitors.coverage().ifPresent(block -> add("coverage", block.common()));
    monitors
        .labels()
        .ifPresent(
            labels ->
                blocks.put("labels", new Block(labels.common(), List.of(), impliedBy(labels))));
    monitors
        .estimatedPerformance()
        .ifPresent(block -> add("estimated_performance", block.common()));
    monitors.conceptDrift().ifPresent(block -> add("concept_drift", block.common()));
    monitors.comparison().ifPresent(block -> add("comparison", block.common()));
  }

  private void add(String monitor, Common common) {
    blocks.put(monitor, new Block(common, List.of(), List.of()));
  }

  private static List<PlainRule> impliedBy(
      MonitorSettings.Quality quality, OptionalDouble meanVolume) {
    List<PlainRule> rules = new ArrayList<>();
    Double share = quality.volume();
    if (share != null && share > 0 && meanVolume.isPresent()) {
      rules.add(rule("volume", Comparison.LESS, share * meanVolume.getAsDouble()));
      rules.add(rule("volume", Comparison.GREATER, meanVolume.getAsDouble() / share));
    }
    Duration freshness = quality.freshness();
    if (freshness != null) {
      rules.add(rule("freshness_p95", Comparison.GREATER, seconds(freshness)));
    }
    return rules;
  }

  private static List<PlainRule> impliedBy(MonitorSettings.Labels labels) {
    Duration within = labels.expectWithin();
    return within == null
        ? List.of()
        : List.of(rule("label_delay_p95", Comparison.GREATER, seconds(within)));
  }

  private static PlainRule rule(String metric, Comparison comparison, double limit) {
    return new PlainRule(metric, comparison, limit, 1, List.of(), false, null);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** The monitors that are on, by id. */
  SortedSet<String> monitors() {
    return new TreeSet<>(blocks.keySet());
  }

  /** The rules on a series, in the order of the job file. */
  List<PlainRule> rules(Series series) {
    Block block = blocks.get(series.monitor());
    if (block == null) {
      return List.of();
    }
    List<PlainRule> rules = new ArrayList<>(matching(overriding(block, series), series));
    if (rules.isEmpty()) {
      rules.addAll(matching(block.common().rules(), series));
    }
    rules.addAll(matching(block.implied(), series));
    return rules;
  }

  private static List<PlainRule> overriding(Block block, Series series) {
    List<PlainRule> rules = new ArrayList<>();
    for (Override override : block.overrides()) {
      if (series.feature() != null && override.features().contains(series.feature())) {
        rules.addAll(override.rules());
      }
    }
    return rules;
  }

  private static List<PlainRule> matching(List<PlainRule> rules, Series series) {
    List<PlainRule> matching = new ArrayList<>();
    for (PlainRule rule : rules) {
      boolean feature =
          rule.features().isEmpty()
              || (series.feature() != null && rule.features().contains(series.feature()));
      boolean segment = rule.segments() || series.segment() == null;
      if (rule.metric().equals(series.metric()) && feature && segment) {
        matching.add(rule);
      }
    }
    return matching;
  }

  /** Severity of alerts of a series; that of {@code rule} if it names one. */
  Severity severity(Series series, @Nullable PlainRule rule) {
    if (rule != null && rule.severity() != null) {
      return rule.severity();
    }
    Block block = blocks.get(series.monitor());
    if (block == null) {
      return Severity.WARNING;
    }
    for (Override override : block.overrides()) {
      Severity severity = override.severity();
      if (severity != null
          && series.feature() != null
          && override.features().contains(series.feature())) {
        return severity;
      }
    }
    return block.common().severity();
  }
}
