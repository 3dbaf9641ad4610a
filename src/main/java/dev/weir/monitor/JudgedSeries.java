package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.ProfileSettings;
import dev.weir.event.WeirId;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.Family;
import dev.weir.stats.inference.Weights;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every series of a model that carries evidence, under one configuration and baseline, with its
 * weight and what it is tested against.
 *
 * <p>Guarantee: a function of configuration and baseline alone; the weights of all series sum to at
 * most 1, all versions of the model together. Without a baseline nothing is judged, nor with one
 * that was not made with the entities of the configuration.
 */
public final class JudgedSeries {
  /** Metric that says how counts scatter now. */
  public static final String DISPERSION = "dispersion";

  private final JudgeSettings settings;
  private final @Nullable Baseline baseline;
  private final List<Judged> all = new ArrayList<>();
  private final Map<Key, Judged> byKey = new HashMap<>();

  /** The first series of each monitor and column of all traffic, by that column. */
  private final Map<Key, Judged> telling = new HashMap<>();

  private record Key(
      String monitor, String metric, @Nullable String feature, @Nullable String segment) {}

  private record Candidate(
      Monitor monitor, Family family, @Nullable String segment, JudgedMetric metric) {}

  private JudgedSeries(JudgeSettings settings, @Nullable Baseline baseline) {
    this.settings = settings;
    this.baseline = baseline;
    // A reference that was not gated as the stream is tells of heavy users, not of a change.
    if (baseline == null || baseline.gates() != settings.profile().entity()) {
      return;
    }
    List<Candidate> candidates = candidates(settings, baseline);
    Map<Family, Weights.SeriesWeight> weights =
        Weights.of(counts(candidates), shares(settings.weights()));
    String basis = basis(settings.profile(), baseline);
    for (Candidate candidate : candidates) {
      Weights.SeriesWeight ofFamily = weights.get(candidate.family());
      if (ofFamily == null) {
        continue;
      }
      double weight = candidate.segment() == null ? ofFamily.unsegmented() : ofFamily.segmented();
      Optional<Dispersion> dispersion = dispersion(candidate, baseline);
      if (weight > 0 && dispersion.isPresent()) {
        add(candidate, weight, dispersion.get(), basis);
      }
    }
  }

  private void add(Candidate candidate, double weight, Dispersion dispersion, String basis) {
    Judged judged =
        new Judged(
            candidate.monitor().id(),
            candidate.metric(),
            candidate.segment(),
            candidate.family(),
            weight,
            settings.delta(),
            dispersion,
            basis);
    all.add(judged);
    byKey.put(
        new Key(judged.monitor(), judged.metric(), judged.feature(), judged.segment()), judged);
    if (judged.segment() == null && judged.family() != Family.QUALITY) {
      telling.putIfAbsent(new Key(judged.monitor(), DISPERSION, judged.feature(), null), judged);
    }
  }

  /**
   * Whether the series says, for its monitor and column, how counts scatter now. Rates of quality
   * do not: a column has several, and most are near 0; nor do segments.
   */
  @SuppressWarnings("ReferenceEquality") // the very series that was listed first
  public boolean tellsDispersion(Judged judged) {
    return telling.get(new Key(judged.monitor(), DISPERSION, judged.feature(), null)) == judged;
  }

  /** As the job file says, else as measured on the reference; empty if that was not done. */
  private Optional<Dispersion> dispersion(Candidate candidate, Baseline reference) {
    JudgedMetric metric = candidate.metric();
    return settings
        .dispersion()
        .map(Dispersion::uniform)
        .or(
            () ->
                reference
                    .dispersion(
                        dispersionKey(
                            candidate.monitor().id(),
                            metric.metric(),
                            metric.feature(),
                            candidate.segment()))
                    .map(Dispersion::perEvent));
  }

  /** The name under which a baseline keeps the measured dispersions of a series. */
  static String dispersionKey(
      String monitor, String metric, @Nullable String feature, @Nullable String segment) {
    return String.join(
        "|", monitor, metric, feature == null ? "" : feature, segment == null ? "" : segment);
  }

  /** The series of a configuration and baseline; none without a baseline. */
  public static JudgedSeries of(JudgeSettings settings, @Nullable Baseline baseline) {
    return new JudgedSeries(settings, baseline);
  }

  private static List<Candidate> candidates(JudgeSettings settings, Baseline baseline) {
    List<@Nullable String> segments = new ArrayList<>();
    segments.add(null);
    segments.addAll(baseline.segments());
    List<Candidate> candidates = new ArrayList<>();
    for (Monitor monitor : Monitors.catalogue()) {
      MonitorSettings.Common common = monitor.common(settings.monitors()).orElse(null);
      Family family = monitor.family().orElse(null);
      if (common == null || family == null || !common.evidence()) {
        continue;
      }
      for (@Nullable String segment : segments) {
        if (segment == null || common.segments()) {
          monitor
              .judged(settings, baseline, segment)
              .forEach(metric -> candidates.add(new Candidate(monitor, family, segment, metric)));
        }
      }
    }
    return candidates;
  }

  private static Map<Family, Weights.SeriesCount> counts(List<Candidate> candidates) {
    Map<Family, Weights.SeriesCount> counts = new EnumMap<>(Family.class);
    for (Candidate candidate : candidates) {
      counts.merge(
          candidate.family(),
          candidate.segment() == null
              ? new Weights.SeriesCount(1, 0)
              : new Weights.SeriesCount(0, 1),
          (a, b) ->
              new Weights.SeriesCount(
                  a.unsegmented() + b.unsegmented(), a.segmented() + b.segmented()));
    }
    return counts;
  }

  private static Map<Family, Double> shares(Map<String, Double> declared) {
    Map<Family, Double> shares = new EnumMap<>(Family.class);
    for (Family family : Family.values()) {
      String name = family.name().toLowerCase(Locale.ROOT);
      shares.put(family, declared.getOrDefault(name, family.share()));
    }
    return shares;
  }

  private static String basis(ProfileSettings profile, Baseline baseline) {
    return WeirId.of(16, baseline.id(), profile.window().toString(), profile.labels().toString());
  }

  /** All series, in the order of monitors and segments. */
  public List<Judged> all() {
    return List.copyOf(all);
  }

  /** The series that a finding is about, whatever its version; absent: it is only shown. */
  public Optional<Judged> find(Series series) {
    return find(series.monitor(), series.metric(), series.feature(), series.segment());
  }

  /** The series with this monitor, metric, feature and segment; absent: it is only shown. */
  public Optional<Judged> find(
      String monitor, String metric, @Nullable String feature, @Nullable String segment) {
    return Optional.ofNullable(byKey.get(new Key(monitor, metric, feature, segment)));
  }

  /** The configuration. */
  public JudgeSettings settings() {
    return settings;
  }

  /** The baseline; absent: nothing can be compared. */
  public Optional<Baseline> baseline() {
    return Optional.ofNullable(baseline);
  }

  /** Mean square of the first scaled loss in the reference; absent: no loss is judged. */
  public Optional<Double> meanSquaredLoss() {
    if (baseline == null || settings.profile().losses().isEmpty()) {
      return Optional.empty();
    }
    return baseline
        .completed(null)
        .map(cohort -> cohort.loss(0))
        .filter(loss -> loss.n() > 0)
        .map(loss -> loss.sumOfSquares() / loss.n());
  }
}
