package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.CohortSummary;
import dev.weir.baseline.Column;
import dev.weir.baseline.ColumnSummary;
import dev.weir.baseline.LabelSettings;
import dev.weir.baseline.ProfileSettings;
import dev.weir.baseline.ProfileSummary;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.Interval;
import dev.weir.stats.inference.WindowCounts;
import dev.weir.stats.summary.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects the findings of one monitor about one window, and settles what the window itself
 * settles: too few rows, no baseline, undefined, provisional, evidence withheld.
 */
final class Report {
  private final Monitor monitor;
  private final MonitorSettings.Common common;
  private final JudgedSeries series;
  private final Place place;
  private final WindowContext window;
  private final Labelling labelling;
  private final SegmentReference segmentReference;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * How far the labels of a cohort are.
   *
   * @param cohort whether labels matter at all
   * @param complete whether the cohort is final
   * @param provisional whether its values are to be marked so
   * @param completeness labelled share
   */
  record Labelling(
      boolean cohort, boolean complete, boolean provisional, @Nullable Double completeness) {
    static final Labelling NONE = new Labelling(false, true, false, null);
  }

  /**
   * What is reported on.
   *
   * @param withheld why the window gives no evidence, whatever its labels; null: it may
   * @param gated one row per entity, which evidence counts; null: all rows
   * @param earlier the window that this one is compared with; null: none
   * @param reference what the window is compared with
   * @param state what ordered detectors carry; null: they have no turn
   */
  record Place(
      WindowContext window,
      Labelling labelling,
      @Nullable Withheld withheld,
      @Nullable ProfileSummary gated,
      @Nullable ProfileSummary earlier,
      SegmentReference reference,
      @Nullable OrderedState state) {}

  Report(Monitor monitor, MonitorSettings.Common common, JudgedSeries series, Place place) {
    this.monitor = monitor;
    this.common = common;
    this.series = series;
    this.place = place;
    this.window = place.window();
    this.labelling = place.labelling();
    segmentReference = place.reference();
  }

  MonitorSettings monitors() {
    return series.settings().monitors();
  }

  ProfileSettings profile() {
    return series.settings().profile();
  }

  Optional<Baseline> baseline() {
    return series.baseline();
  }

  @Nullable String segment() {
    return window.segment();
  }

  long windowStart() {
    return window.windowStart();
  }

  long windowEnd() {
    return window.windowEnd();
  }

  /** How long after the end of the window this is known, in milliseconds. */
  long age() {
    return window.tick() - window.windowEnd();
  }

  /** Seasonal cell of the window, from 0. */
  int season() {
    return segmentReference.season();
  }

  /** Whether rows are compared with an earlier window, not with the baseline. */
  boolean moving() {
    return series.settings().against().moves();
  }

  /** A column of the earlier window; empty if there is none. */
  ColumnSummary earlier(Column column) {
    ProfileSummary earlier = place.earlier();
    return earlier == null
        ? new ColumnSummary(column)
        : earlier.column(earlier.layout().indexOf(column.name(), column.role()));
  }

  /** What evidence is divided by where records depend on each other; 1 where that is measured. */
  double dispersion() {
    return series.settings().dispersion().orElse(1.0);
  }

  boolean tumbling() {
    return window.tumbling();
  }

  /** The rows of a column of the window that evidence counts: all, or one per entity. */
  ColumnSummary counted(ColumnSummary current) {
    ProfileSummary gated = place.gated();
    if (gated == null) {
      return current;
    }
    Column column = current.column();
    return gated.column(gated.layout().indexOf(column.name(), column.role()));
  }

  /** Whether the baseline tells seasonal cells apart. */
  boolean seasonal() {
    return segmentReference.seasonal();
  }

  /** Rows of the whole reference that are mixed into a cell, in effect sizes only. */
  long shrink() {
    return series.settings().shrink();
  }

  /** The column in the reference rows of the window's segment and cell. */
  Optional<Baseline.Reference> reference(Column column) {
    return segmentReference.column(column);
  }

  /** The column in the reference rows of the window's segment, all cells together. */
  Optional<Baseline.Reference> wholeReference(Column column) {
    return segmentReference.wholeColumn(column);
  }

  /** What became of the reference's predictions in the window's segment and cell. */
  Optional<Baseline.Outcomes> outcomes() {
    return segmentReference.outcomes();
  }

  /** What became of the reference's predictions in the window's segment, all cells together. */
  Optional<Baseline.Outcomes> wholeOutcomes() {
    return segmentReference.wholeOutcomes();
  }

  /** The reference's cohort in the window's segment and cell, absent labels by their rule. */
  Optional<CohortSummary> completed() {
    return segmentReference.completed();
  }

  /** The reference's cohort in the window's segment, all cells together. */
  Optional<CohortSummary> wholeCompleted() {
    return segmentReference.wholeCompleted();
  }

  /** What ordered detectors carry; absent: they have no turn. */
  Optional<OrderedState> state() {
    return Optional.ofNullable(place.state());
  }

  List<Finding> findings() {
    return findings;
  }

  /** What a missing label counts as, in the words of the evidence. */
  static AbsentLabels absentLabels(LabelSettings.Absent absent) {
    return switch (absent) {
      case CENSORED -> AbsentLabels.CENSORED;
      case NEGATIVE -> AbsentLabels.NEGATIVE;
      case POSITIVE -> AbsentLabels.POSITIVE;
      case MISSING_AT_RANDOM -> AbsentLabels.MISSING_AT_RANDOM;
    };
  }

  /** Begins a finding. */
  Draft of(String metric, @Nullable String feature, Unit unit) {
    return new Draft(metric, feature, unit);
  }

  /** One finding in the making; everything not said is absent. */
  final class Draft {
    private final String metric;
    private final @Nullable String feature;
    private final Unit unit;
    private long n;
    private @Nullable Long reference;
    private boolean compared;
    private boolean enough = true;
    private boolean anySize;
    private boolean aboutLabels;
    private boolean aboutCopies;
    private boolean moving;
    private @Nullable Measured value;
    private @Nullable Interval interval;
    private @Nullable Histogram histogram;
    private @Nullable Supplier<WindowCounts> counts;
    private @Nullable Supplier<Optional<Attribution>> attribution;
    private List<String> blindTo = List.of();
    private @Nullable String comparedWith;

    private Draft(String metric, @Nullable String feature, Unit unit) {
      this.metric = metric;
      this.feature = feature;
      this.unit = unit;
    }

    /** Rows behind the value. */
    Draft n(long rows) {
      n = rows;
      return this;
    }

    /** Compared with the reference: without rows there is nothing to compare with. */
    Draft against(long referenceRows) {
      reference = referenceRows;
      compared = true;
      return this;
    }

    /** Rows of the reference, where the value does not depend on them. */
    Draft beside(long referenceRows) {
      reference = referenceRows;
      return this;
    }

    /** Whether there are as many rows as the metric needs, beside {@code min_events}. */
    Draft needs(boolean enoughRows) {
      enough &= enoughRows;
      return this;
    }

    /** Compared with an earlier window, not with the baseline. */
    Draft moving(boolean withEarlier) {
      moving = withEarlier;
      return this;
    }

    /** The value counts rows itself, so no number of them is too small. */
    Draft whateverSize() {
      anySize = true;
      return this;
    }

    /** The value is about the labels themselves: once final, it is no less so without them. */
    Draft aboutLabels() {
      aboutLabels = true;
      return this;
    }

    /** The value is about repeated deliveries: they are evidence here, and withhold none. */
    Draft aboutCopies() {
      aboutCopies = true;
      return this;
    }

    Draft value(Optional<Measured> measured) {
      value = measured.orElse(null);
      return this;
    }

    Draft value(OptionalDouble exact) {
      value = exact.isPresent() ? Measured.exact(exact.getAsDouble()) : null;
      return this;
    }

    Draft value(double exact) {
      value = Measured.exact(exact);
      return this;
    }

    Draft interval(Optional<Interval> around) {
      interval = around.orElse(null);
      return this;
    }

    Draft histogram(Histogram counted) {
      histogram = counted;
      return this;
    }

    /** What evidence needs from this window, asked for only if it is to be folded. */
    Draft counts(Supplier<WindowCounts> supplier) {
      counts = supplier;
      return this;
    }

    /** What a change of the loss is due to, asked for only if evidence is to be folded. */
    Draft attribution(Supplier<Optional<Attribution>> supplier) {
      attribution = supplier;
      return this;
    }

    /** Compared with this, and with no reference. */
    Draft comparedWith(String what) {
      comparedWith = what;
      moving = true;
      return this;
    }

    Draft blindTo(String what) {
      blindTo = List.of(what);
      return this;
    }

    void add() {
      Optional<Judged> judged = series.find(monitor.id(), metric, feature, window.segment());
      Verdict verdict = verdict();
      boolean shown = !verdict.withoutValue();
      Measured measured = shown ? value : null;
      Interval around = shown ? interval : null;
      Withheld withheld = judged.isPresent() ? withheld() : null;
      boolean folds = judged.isPresent() && withheld == null && verdict != Verdict.NO_BASELINE;
      findings.add(
          new Finding(
              new Series(
                  profile().modelId(),
                  window.modelVersion(),
                  monitor.id(),
                  metric,
                  feature,
                  window.segment()),
              window.windowStart(),
              window.windowEnd(),
              window.tick(),
              window.revision(),
              measured == null ? null : measured.value() + 0.0,
              unit,
              around == null ? null : finite(around.low()),
              around == null ? null : finite(around.high()),
              judged.map(found -> found.threshold(season())).orElse(null),
              n,
              reference,
              verdict,
              labelling.completeness(),
              measured == null ? null : measured.errorBound(),
              withheld,
              blindTo,
              moving ? null : segmentReference.seasonName(),
              moving || segmentReference.id() == null ? comparedWith : segmentReference.id(),
              shown ? histogram : null,
              folds && counts != null ? counts.get().encoded() : null,
              folds && attribution != null ? attribution.get().orElse(null) : null,
              series.settings().configHash()));
    }

    private Verdict verdict() {
      if (compared && (reference == null || reference == 0)) {
        return Verdict.NO_BASELINE;
      }
      if (!enough || (!anySize && n < common.minEvents())) {
        return Verdict.NOT_ENOUGH_DATA;
      }
      if (value == null) {
        return Verdict.UNDEFINED;
      }
      boolean provisional = aboutLabels ? !labelling.complete() : labelling.provisional();
      return provisional ? Verdict.PROVISIONAL : Verdict.NOT_JUDGED;
    }

    private @Nullable Withheld withheld() {
      if (!window.tumbling()) {
        return Withheld.OVERLAP;
      }
      if (!labelling.complete()) {
        return Withheld.LABELS;
      }
      Withheld why = place.withheld();
      return why == Withheld.DUPLICATES && aboutCopies ? null : why;
    }
  }

  private static @Nullable Double finite(double end) {
    return Double.isFinite(end) ? end + 0.0 : null;
  }
}
