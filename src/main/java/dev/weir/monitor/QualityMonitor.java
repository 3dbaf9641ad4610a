package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.Column;
import dev.weir.baseline.ColumnSummary;
import dev.weir.baseline.ProfileSummary;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.EvidenceSettings;
import dev.weir.stats.inference.Family;
import dev.weir.stats.inference.Intervals;
import dev.weir.stats.inference.RateEvidence;
import dev.weir.stats.inference.Side;
import dev.weir.stats.summary.DelaySummary;
import dev.weir.stats.summary.Measured;
import dev.weir.stats.summary.NumericSummary;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Quality of inputs: volume, duplicates, and per feature the rates of values that are missing, not
 * a number, of the wrong type, out of range or never seen, beside plain statistics.
 *
 * <p>Each rate is judged by itself, upwards only, against the reference's rate plus the tolerance
 * ({@code statistics.md} 4.5). Values that are infinite count as not a number. The share of
 * repeated deliveries, which the reference cannot tell, is judged against {@code
 * quality.duplicates}, of all traffic only: above it no other series of the window gives evidence,
 * so somebody must hear of it.
 */
final class QualityMonitor implements Monitor {
  static final String ID = "quality";

  private static final double[] LEVELS = {.05, .25, .50, .75, .95};
  private static final String[] LEVEL_IDS = {"p05", "p25", "p50", "p75", "p95"};
  private static final double CONFIDENCE = 0.95;
  private static final int MOST_EXTREME = 5;
  private static final String DUPLICATE_RATE = "duplicate_rate";

  /** What a bound of 0 is taken for, so that one copy in a long life is no alarm; ratio. */
  private static final double SMALLEST_BOUND = 1e-6;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<String> metrics() {
    return List.of(
        "volume",
        DUPLICATE_RATE,
        "missing_rate",
        "nan_rate",
        "type_error_rate",
        "out_of_range_rate",
        "unseen_rate",
        "mean",
        "std",
        "min",
        "max",
        "p05",
        "p25",
        "p50",
        "p75",
        "p95",
        "distinct",
        "freshness_p95");
  }

  @Override
  public Optional<MonitorSettings.Common> common(MonitorSettings settings) {
    return settings.quality().map(MonitorSettings.Quality::common);
  }

  @Override
  public Optional<Family> family() {
    return Optional.of(Family.QUALITY);
  }

  /** A rate: how often something happened, out of how many. */
  private record Rate(String metric, long hits, long total) {}

  /** The rates of a column of a window. */
  private static List<Rate> rates(ColumnSummary column) {
    List<Rate> rates = new ArrayList<>();
    long records = column.records();
    rates.add(new Rate("missing_rate", column.missing(), records));
    if (column.column().numeric()) {
      NumericSummary numbers = column.numbers();
      rates.add(
          new Rate(
              "nan_rate",
              numbers.nan() + numbers.plusInfinity() + numbers.minusInfinity(),
              records));
      rates.add(new Rate("type_error_rate", column.typeErrors(), records));
      rates.add(new Rate("out_of_range_rate", numbers.under() + numbers.over(), numbers.n()));
    } else {
      rates.add(new Rate("type_error_rate", column.typeErrors(), records));
    }
    if (column.column().categorical()) {
      rates.add(new Rate("unseen_rate", column.categories().unseen(), column.n()));
    }
    return rates;
  }

  /** The same rates of the reference, as bounds are drawn from them. */
  private static List<Rate> referenceRates(Baseline.Reference reference, boolean declaredRange) {
    List<Rate> rates = new ArrayList<>();
    for (Rate rate : rates(reference.summary())) {
      switch (rate.metric()) {
        // The reference's own range leaves two outer spacings of its order statistics.
        case "out_of_range_rate" ->
            rates.add(
                new Rate(
                    rate.metric(),
                    declaredRange ? rate.hits() : Math.min(1, rate.total()),
                    rate.total()));
        // Counted on the half that did not make the list.
        case "unseen_rate" ->
            rates.add(
                new Rate(
                    rate.metric(), reference.splitHalf().unseen(), reference.splitHalf().rows()));
        default -> rates.add(rate);
      }
    }
    return rates;
  }

  @Override
  public List<JudgedMetric> judged(
      JudgeSettings settings, Baseline baseline, @Nullable String segment) {
    MonitorSettings.Quality quality = settings.monitors().quality().orElseThrow();
    List<JudgedMetric> judged = new ArrayList<>();
    if (segment == null && quality.duplicates() < 1) {
      judged.add(judgedDuplicates(quality));
    }
    for (Column column : baseline.profileLayout(settings.profile()).columns()) {
      if (column.role() != Column.Role.FEATURE || !quality.selection().includes(column.name())) {
        continue;
      }
      baseline
          .reference(column.name(), Column.Role.FEATURE, segment)
          .ifPresent(
              reference ->
                  referenceRates(reference, settings.profile().ranges().containsKey(column.name()))
                      .stream()
                      .filter(rate -> rate.total() > 0)
                      .forEach(
                          rate ->
                              judged.add(
                                  judged(
                                      quality,
                                      column.name(),
                                      rate.metric(),
                                      () -> rates(baseline, column, segment, rate, settings)))));
    }
    return judged;
  }

  /** The same rate in each seasonal cell of the reference. */
  private static List<Rate> rates(
      Baseline baseline,
      Column column,
      @Nullable String segment,
      Rate rate,
      JudgeSettings settings) {
    boolean declared = settings.profile().ranges().containsKey(column.name());
    return References.columns(baseline, column, segment).stream()
        .map(
            cell ->
                referenceRates(cell, declared).stream()
                    .filter(found -> found.metric().equals(rate.metric()))
                    .findFirst()
                    .orElseThrow())
        .toList();
  }

  /** Against a known rate, whatever the season; the reference has no repeated deliveries. */
  private static JudgedMetric judgedDuplicates(MonitorSettings.Quality quality) {
    double bound = Math.max(SMALLEST_BOUND, quality.duplicates());
    return new JudgedMetric(
        DUPLICATE_RATE,
        null,
        bound,
        (delta, dispersion) ->
            RateEvidence.nominal(
                bound,
                0,
                1,
                Dispersion.none(),
                EnumSet.of(Side.ABOVE),
                AbsentLabels.MISSING_AT_RANDOM),
        (plan, season) -> bound);
  }

  private static JudgedMetric judged(
      MonitorSettings.Quality quality, String feature, String metric, Supplier<List<Rate>> cells) {
    double tolerance = Tolerances.of(quality.overrides(), feature, quality.tolerance());
    return new JudgedMetric(
            metric,
            feature,
            tolerance,
            (delta, dispersion) -> {
              List<Rate> rates = cells.get();
              return RateEvidence.estimated(
                  rates.stream().mapToLong(Rate::hits).toArray(),
                  rates.stream().mapToLong(Rate::total).toArray(),
                  new EvidenceSettings(tolerance, delta, dispersion),
                  EnumSet.of(Side.ABOVE),
                  AbsentLabels.MISSING_AT_RANDOM);
            },
            (plan, season) -> ((RateEvidence) plan.get()).upper(season))
        .of(
            () ->
                Cells.single(
                    cells.get().stream().mapToDouble(Rate::hits).toArray(),
                    cells.get().stream().mapToDouble(Rate::total).toArray()));
  }

  @Override
  public void judge(ProfileSummary window, Report report) {
    MonitorSettings.Quality quality = report.monitors().quality().orElseThrow();
    report
        .of("volume", null, Unit.COUNT)
        .n(Math.max(window.predictionRows(), window.featureRows()))
        .whateverSize()
        .value(window.volume())
        .add();
    if (quality.looksForCopies() || window.predictionRows() > 0) {
      addDuplicates(window, report);
    }
    if (window.featureRows() == 0) {
      return;
    }
    for (int i = 0; i < window.layout().features(); i++) {
      Column column = window.layout().columns().get(i);
      if (quality.selection().includes(column.name())) {
        addRates(window.column(i), report);
        addStatistics(window.column(i), report);
        addFreshness(window, i, report);
      }
    }
  }

  private static void addDuplicates(ProfileSummary window, Report report) {
    boolean features = worseAmongFeatures(window);
    long copies = features ? window.featureDuplicates() : window.predictionDuplicates();
    long rows = features ? window.featureRows() : window.predictionRows();
    report
        .of(DUPLICATE_RATE, null, Unit.RATIO)
        .n(rows)
        .whateverSize()
        .aboutCopies()
        .value(rows == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) copies / rows))
        .interval(Intervals.wilson(Math.min(copies, rows), rows))
        .counts(() -> RateEvidence.window(0, Math.min(copies, rows), rows, 0))
        .add();
  }

  /** Whether the deliveries of inputs hold a larger share of copies than those of predictions. */
  private static boolean worseAmongFeatures(ProfileSummary window) {
    return (double) window.featureDuplicates() * window.predictionRows()
            > (double) window.predictionDuplicates() * window.featureRows()
        || window.predictionRows() == 0;
  }

  /** The larger share of copies, among inputs and among predictions; 0 without deliveries. */
  static double duplicateRate(ProfileSummary window) {
    boolean features = worseAmongFeatures(window);
    long copies = features ? window.featureDuplicates() : window.predictionDuplicates();
    long rows = features ? window.featureRows() : window.predictionRows();
    return rows == 0 ? 0 : (double) copies / rows;
  }

  private static void addRates(ColumnSummary column, Report report) {
    String feature = column.column().name();
    boolean declared = report.profile().ranges().containsKey(feature);
    List<Rate> before =
        report
            .reference(column.column())
            .map(reference -> referenceRates(reference, declared))
            .orElse(List.of());
    List<Rate> current = rates(column);
    List<Rate> counted = rates(report.counted(column));
    for (int i = 0; i < current.size(); i++) {
      Rate rate = current.get(i);
      Rate evidence = counted.get(i);
      // The rates of one column are the same ones in one order, whatever its values.
      long referenceTotal = before.isEmpty() ? 0 : before.get(i).total();
      report
          .of(rate.metric(), feature, Unit.RATIO)
          .n(rate.total())
          .against(referenceTotal)
          .needs(rate.total() > 0)
          .value((double) rate.hits() / Math.max(1, rate.total()))
          .interval(Intervals.wilson(rate.hits(), rate.total()))
          .counts(() -> RateEvidence.window(report.season(), evidence.hits(), evidence.total(), 0))
          .add();
    }
  }

  private static void addStatistics(ColumnSummary column, Report report) {
    String feature = column.column().name();
    if (column.column().categorical()) {
      report.of("distinct", feature, Unit.COUNT).n(column.n()).value(distinct(column)).add();
    }
    if (!column.column().numeric()) {
      // A vector has neither an order nor categories.
      return;
    }
    NumericSummary numbers = column.numbers();
    long n = numbers.n();
    Optional<Measured> mean = numbers.mean();
    Optional<Measured> deviation = numbers.standardDeviation();
    report
        .of("mean", feature, Unit.NONE)
        .n(n)
        .value(mean)
        .interval(
            mean.flatMap(
                middle ->
                    deviation.flatMap(
                        spread ->
                            Intervals.student(middle.value(), spread.value(), n, CONFIDENCE))))
        .add();
    report.of("std", feature, Unit.NONE).n(n).value(deviation).add();
    report.of("min", feature, Unit.NONE).n(n).value(numbers.min()).add();
    report.of("max", feature, Unit.NONE).n(n).value(numbers.max()).add();
    for (int i = 0; i < LEVELS.length; i++) {
      Optional<Measured> quantile = n == 0 ? Optional.empty() : numbers.quantile(LEVELS[i]);
      report
          .of(LEVEL_IDS[i], feature, Unit.NONE)
          .n(n)
          .needs(n * Math.min(LEVELS[i], 1 - LEVELS[i]) >= MOST_EXTREME - 1e-9)
          .value(quantile)
          .add();
    }
  }

  private static OptionalDouble distinct(ColumnSummary column) {
    return column.categories().distinct().isPresent()
        ? OptionalDouble.of(column.categories().distinct().getAsLong())
        : OptionalDouble.empty();
  }

  private static void addFreshness(ProfileSummary window, int feature, Report report) {
    DelaySummary ages = window.freshness(feature).orElse(null);
    if (ages == null) {
      return;
    }
    report
        .of("freshness_p95", window.layout().columns().get(feature).name(), Unit.SECOND)
        .n(ages.labelled())
        .needs(ages.labelled() * .05 >= MOST_EXTREME - 1e-9)
        .value(ages.quantile(.95))
        .add();
  }
}
