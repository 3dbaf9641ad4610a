package dev.weir.cli;

import dev.weir.baseline.Against;
import dev.weir.baseline.Baseline;
import dev.weir.baseline.SeasonCalendar;
import dev.weir.decide.DecisionSettings;
import dev.weir.event.CanonicalJson;
import dev.weir.flink.state.Model;
import dev.weir.monitor.Judged;
import dev.weir.monitor.Power;
import dev.weir.spec.JobSpec;
import dev.weir.stats.inference.Dispersion;
import dev.weir.stats.inference.StepUp;
import dev.weir.stats.inference.Weights;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The judged series of a model: what share of the false-alarm budget each has, and what it finds.
 * Series of segments are counted, because they are many and alike.
 */
final class SeriesTable {
  private static final String ROW = "%-16s  %-56s  %8s  %6s  %9s  %8s  %s";

  private final DecisionSettings decision;
  private final double rowsPerWindow;
  private final double versionShare;
  private final SeasonCalendar seasons;
  private final Against against;
  private final List<Judged> all;

  private SeriesTable(
      DecisionSettings decision, Against against, Baseline baseline, List<Judged> all) {
    this.decision = decision;
    this.rowsPerWindow = baseline.rowsPerWindow();
    this.seasons = baseline.seasons();
    this.against = against;
    this.versionShare = Weights.ofFirstVersions(Math.max(1, decision.versions().size()));
    this.all = all;
  }

  /** The series of a job file, compared with its own reference. */
  static SeriesTable of(JobSpec spec) {
    Baseline baseline = JobFolder.baseline(spec, null);
    return new SeriesTable(
        spec.decision(),
        spec.reference().against(),
        baseline,
        new Model(spec, baseline).judged().all());
  }

  /** For people. */
  void print(PrintWriter out) {
    out.println(
        all.size()
            + " series are judged against "
            + number(rowsPerWindow)
            + " reference rows a window of "
            + number(decision.windowDays())
            + " d; one false alarm in "
            + number(decision.budgetDays())
            + " d for all of them.");
    if (against.moves()) {
      out.println(
          "Inputs and predictions are compared with "
              + against.id()
              + ": distances and plain rules, no evidence.");
    }
    if (seasons.divides()) {
      out.println(
          "Each window is compared with its cell of "
              + seasons.by().id()
              + " ("
              + seasons.cells()
              + " cells, clocks of "
              + seasons.zone()
              + ").");
    }
    out.println(
        "log_e: the evidence that alarms alone, in nats. smallest: about the smallest rise");
    out.println("of a probability or scaled loss that is found within the time of a false alarm.");
    out.println();
    row(out, "family", "series", "weight", "log_e", "tolerance", "smallest", "");
    for (Judged judged : whole()) {
      Power power = power(judged);
      row(
          out,
          family(judged),
          name(judged),
          number(power.weight()),
          number(power.logThreshold()),
          number(judged.tolerance()),
          smallest(power),
          power.low() ? "LOW_POWER" : "");
    }
    segmented().forEach((family, series) -> printSegments(family, series, out));
  }

  private void printSegments(String family, List<Judged> series, PrintWriter out) {
    double weight = series.get(0).weight() * versionShare;
    double logThreshold = StepUp.logThreshold(decision.budgetDays(), weight, decision.windowDays());
    String name = "each of " + series.size() + " in segments";
    row(out, family, name, number(weight), number(logThreshold), "", "", "");
  }

  /** One object a line, series of segments included. */
  void printJson(PrintWriter out) {
    for (Judged judged : all) {
      Power power = power(judged);
      OptionalDouble smallest = power.smallestChange();
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("family", family(judged));
      fields.put("monitor", judged.monitor());
      fields.put("metric", judged.metric());
      fields.put("feature", judged.feature());
      fields.put("segment", judged.segment());
      fields.put("weight", power.weight());
      fields.put("log_e_threshold", power.logThreshold());
      fields.put("tolerance", judged.tolerance());
      fields.put("season", seasons.by().id());
      fields.put("dispersion", largest(judged.dispersion()));
      if (judged.segment() == null) {
        fields.put("smallest_change", smallest.isPresent() ? smallest.getAsDouble() : null);
        fields.put("low_power", power.low());
      }
      out.println(CanonicalJson.write(fields));
    }
  }

  private static double largest(Dispersion dispersion) {
    return Arrays.stream(dispersion.values()).max().orElse(1);
  }

  private Power power(Judged judged) {
    return Power.of(
        judged, versionShare, decision.budgetDays(), decision.windowDays(), rowsPerWindow);
  }

  private List<Judged> whole() {
    return all.stream().filter(judged -> judged.segment() == null).toList();
  }

  private Map<String, List<Judged>> segmented() {
    Map<String, List<Judged>> byFamily = new LinkedHashMap<>();
    for (Judged judged : all) {
      if (judged.segment() != null) {
        byFamily.computeIfAbsent(family(judged), unused -> new ArrayList<>()).add(judged);
      }
    }
    return byFamily;
  }

  private static String family(Judged judged) {
    return judged.family().name().toLowerCase(Locale.ROOT);
  }

  private static String name(Judged judged) {
    String column = judged.feature() == null ? "" : " of " + judged.feature();
    return Plain.text(judged.monitor() + "." + judged.metric() + column);
  }

  private static String smallest(Power power) {
    if (power.smallestChange().isPresent()) {
      return number(power.smallestChange().getAsDouble());
    }
    return power.low() ? "none" : "-";
  }

  private static void row(PrintWriter out, Object... cells) {
    out.println(String.format(Locale.ROOT, ROW, cells).stripTrailing());
  }

  /** Three significant digits, for people. */
  private static String number(double value) {
    return CanonicalJson.number(new BigDecimal(value, new MathContext(3)).doubleValue());
  }
}
