package dev.weir.monitor;

import dev.weir.baseline.Baseline;
import dev.weir.baseline.Column;
import dev.weir.stats.divergence.Comparison;
import dev.weir.stats.divergence.Divergence;
import dev.weir.stats.divergence.Divergences;
import dev.weir.stats.inference.AbsentLabels;
import dev.weir.stats.inference.CategoryReference;
import dev.weir.stats.inference.DriftEvidence;
import dev.weir.stats.inference.EvidencePlan;
import dev.weir.stats.inference.EvidenceSettings;
import dev.weir.stats.inference.WindowCounts;
import dev.weir.stats.summary.CategoricalLayout;
import dev.weir.stats.summary.CategoricalSummary;
import dev.weir.stats.summary.NumericSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Distances and drift evidence of one column, whatever it is a column of: features, predictions or
 * labels are all told apart from their reference in this one way.
 */
final class ColumnComparison {
  private static final String JUDGED = "total_variation";
  private static final int EXPECTED_PER_CELL = 5;
  private static final double[] NO_EDGES = {};

  private static final List<Distance> DISTANCES =
      Divergences.all().stream().map(Distance::of).toList();

  /**
   * A distance of the catalogue as it is reported.
   *
   * @param onTheLine whether it is read from the fine bins of numbers
   */
  private record Distance(Divergence divergence, String id, Unit unit, boolean onTheLine) {
    static Distance of(Divergence divergence) {
      String id = divergence.id();
      return new Distance(
          divergence,
          id,
          Unit.valueOf(divergence.unit().toUpperCase(Locale.ROOT)),
          divergence.needsOrder());
    }
  }

  private ColumnComparison() {}

  static List<String> metrics() {
    List<String> metrics = new ArrayList<>();
    Divergences.all().forEach(divergence -> metrics.add(divergence.id()));
    metrics.add(JudgedSeries.DISPERSION);
    return metrics;
  }

  // Evidence.

  /**
   * The judged metric of a numeric column.
   *
   * @param cells makes the reference of each seasonal cell
   */
  static JudgedMetric ofNumbers(
      String column, Supplier<List<NumericSummary>> cells, double tolerance, AbsentLabels absent) {
    return judged(
            column,
            tolerance,
            (delta, dispersion) ->
                DriftEvidence.numeric(
                    cells.get().stream().map(NumericSummary::coarseCounts).toArray(long[][]::new),
                    new EvidenceSettings(tolerance, delta, dispersion),
                    absent))
        .of(() -> line(cells.get()));
  }

  /**
   * The judged metric of a categorical column.
   *
   * @param cells makes the reference of each seasonal cell
   */
  static JudgedMetric ofCategories(
      String column, Supplier<List<Categories>> cells, double tolerance, AbsentLabels absent) {
    return judged(
            column,
            tolerance,
            (delta, dispersion) ->
                categorical(
                    cells.get(), new EvidenceSettings(tolerance, delta, dispersion), absent))
        .of(() -> categories(cells.get()));
  }

  /** A categorical column of the reference, and the chance of what was never seen. */
  record Categories(CategoricalSummary summary, Baseline.SplitHalf half) {}

  private static JudgedMetric judged(String column, double tolerance, JudgedMetric.PlanMaker plan) {
    return new JudgedMetric(JUDGED, column, tolerance, plan, (made, season) -> tolerance);
  }

  private static EvidencePlan categorical(
      List<Categories> cells, EvidenceSettings settings, AbsentLabels absent) {
    CategoricalLayout layout = cells.get(0).summary().layout();
    int[] named = named(layout);
    long[][] counts =
        cells.stream().map(cell -> counts(cell.summary(), named)).toArray(long[][]::new);
    CategoryReference plan =
        CategoryReference.of(
                Arrays.stream(counts)
                    .map(cell -> Arrays.copyOf(cell, named.length))
                    .toArray(long[][]::new))
            .distinct(layout.known().size())
            .unseen(
                cells.stream().mapToLong(cell -> cell.half().unseen()).toArray(),
                cells.stream().mapToLong(cell -> cell.half().rows()).toArray());
    if (hasOther(layout, named)) {
      plan = plan.other(Arrays.stream(counts).mapToLong(cell -> cell[named.length]).toArray());
    }
    for (String group : layout.groups()) {
      plan = plan.group(members(layout, group, named));
    }
    return DriftEvidence.categorical(plan, settings, absent);
  }

  private static Cells line(List<NumericSummary> seasons) {
    return Cells.line(
        seasons.get(0).layout().coarseEdges(),
        seasons.stream().map(NumericSummary::coarseCounts).toArray(long[][]::new));
  }

  private static Cells categories(List<Categories> seasons) {
    CategoricalLayout layout = seasons.get(0).summary().layout();
    int[] named = named(layout);
    List<String> names = new ArrayList<>();
    for (int cell : named) {
      names.add(layout.known().get(cell));
    }
    if (hasOther(layout, named)) {
      names.add(CategoricalLayout.OTHER);
    }
    names.add(CategoricalLayout.UNSEEN);
    return Cells.categories(
        names,
        List.copyOf(layout.groups()),
        seasons.stream().map(season -> counts(season.summary(), named)).toArray(long[][]::new));
  }

  /** Positions of the categories that are events: those kept by name and members of groups. */
  private static int[] named(CategoricalLayout layout) {
    TreeSet<Integer> named = new TreeSet<>();
    for (int i = 0; i < layout.kept().size(); i++) {
      named.add(i);
    }
    for (String group : layout.groups()) {
      for (String member : layout.groupMembers(group)) {
        int index = layout.known().indexOf(member);
        if (index >= 0) {
          named.add(index);
        }
      }
    }
    return named.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] members(CategoricalLayout layout, String group, int[] named) {
    List<String> members = layout.groupMembers(group);
    List<Integer> cells = new ArrayList<>();
    for (int cell = 0; cell < named.length; cell++) {
      if (members.contains(layout.known().get(named[cell]))) {
        cells.add(cell);
      }
    }
    return cells.stream().mapToInt(Integer::intValue).toArray();
  }

  private static boolean hasOther(CategoricalLayout layout, int[] named) {
    return layout.known().size() > named.length;
  }

  /** Counts of the named categories, then of other known ones if there are, then of unseen ones. */
  private static long[] counts(CategoricalSummary summary, int[] named) {
    long[] known = summary.knownCounts();
    boolean other = hasOther(summary.layout(), named);
    long[] counts = new long[named.length + (other ? 2 : 1)];
    long sum = 0;
    for (int cell = 0; cell < named.length; cell++) {
      counts[cell] = known[named[cell]];
      sum += counts[cell];
    }
    if (other) {
      counts[named.length] = summary.n() - summary.unseen() - sum;
    }
    counts[counts.length - 1] = summary.unseen();
    return counts;
  }

  private static WindowCounts window(int season, NumericSummary current, long absent) {
    return DriftEvidence.window(season, current.coarseCounts(), absent);
  }

  private static WindowCounts window(int season, CategoricalSummary current, long absent) {
    return DriftEvidence.window(season, counts(current, named(current.layout())), absent);
  }

  // Findings.

  /**
   * Reports the distances of a numeric column.
   *
   * @param whole the reference of all cells, towards which that of the cell is drawn
   * @param counted the rows of the window that evidence counts
   * @param shown ids to report beside the judged one; empty: all that fit
   * @param absent records whose value is not known for want of a label
   */
  static void report(
      Report report,
      Column column,
      NumericSummary reference,
      NumericSummary whole,
      NumericSummary current,
      Supplier<NumericSummary> counted,
      List<String> shown,
      long absent) {
    Histogram histogram =
        new Histogram(
            reference.layout().coarseEdges(),
            List.of(),
            reference.coarseCounts(),
            current.coarseCounts(),
            reference.missing(),
            current.missing());
    Sides sides =
        new Sides(
            column,
            reference.n(),
            current.n(),
            shrunk(report, Comparison.of(reference, current), () -> Comparison.of(whole, current)),
            histogram);
    report(report, sides, shown, () -> window(report.season(), counted.get(), absent));
  }

  /** Reports the distances of a categorical column. */
  static void report(
      Report report,
      Column column,
      CategoricalSummary reference,
      CategoricalSummary whole,
      CategoricalSummary current,
      Supplier<CategoricalSummary> counted,
      List<String> shown,
      long absent) {
    Histogram histogram =
        new Histogram(
            NO_EDGES,
            reference.layout().cells(),
            reference.counts(),
            current.counts(),
            reference.missing(),
            current.missing());
    Sides sides =
        new Sides(
            column,
            reference.n(),
            current.n(),
            shrunk(report, Comparison.of(reference, current), () -> Comparison.of(whole, current)),
            histogram);
    report(report, sides, shown, () -> window(report.season(), counted.get(), absent));
  }

  /** A cell of few rows says little by itself; no bound is ever made from this. */
  private static Comparison shrunk(Report report, Comparison cell, Supplier<Comparison> whole) {
    return report.seasonal() && !report.moving() ? cell.shrunk(whole.get(), report.shrink()) : cell;
  }

  /** Both sides of a column. */
  private record Sides(
      Column column, long reference, long current, Comparison comparison, Histogram histogram) {}

  private static void report(
      Report report, Sides sides, List<String> shown, Supplier<WindowCounts> counts) {
    for (Distance distance : DISTANCES) {
      String id = distance.id();
      boolean judged = id.equals(JUDGED);
      if (!judged && !shown.isEmpty() && !shown.contains(id)) {
        continue;
      }
      if (distance.onTheLine() && !sides.column().numeric()) {
        continue;
      }
      Report.Draft draft =
          report
              .of(id, sides.column().name(), distance.unit())
              .moving(report.moving() && sides.column().role() != Column.Role.LABEL)
              .n(sides.current())
              .against(sides.reference())
              .needs(enough(sides, distance))
              .value(distance.divergence().between(sides.comparison()));
      if (judged) {
        draft.counts(counts);
      }
      if (id.equals("psi")) {
        draft.histogram(sides.histogram());
      }
      draft.add();
    }
  }

  private static boolean enough(Sides sides, Distance distance) {
    if (distance.onTheLine()) {
      return !distance.id().equals("ks")
          || sides.comparison().line().map(line -> line.bins() > 1).orElse(true);
    }
    return sides.current() >= (long) EXPECTED_PER_CELL * sides.comparison().cells();
  }
}
