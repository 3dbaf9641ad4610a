package dev.weir.spec;

import dev.weir.baseline.SeasonCalendar;
import dev.weir.baseline.SeasonSurvey;
import dev.weir.event.CanonicalJson;
import dev.weir.monitor.PlainRule.Comparison;
import dev.weir.stats.inference.ClopperPearson;
import dev.weir.stats.inference.WindowsToAlarm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Reports what will work, but hardly as meant, with this reference. */
final class ReferenceWarnings {
  private static final double MILLIS_PER_DAY = Duration.ofDays(1).toMillis();

  /** A detectable effect above so many tolerances is low power. */
  private static final double LOW_POWER = 5;

  /** Share of the budget that is not kept for later model versions. */
  private static final double NOT_RESERVED = 0.9;

  /** Tilts of the evidence, each with an upper and a lower side. */
  private static final int TILTS_AND_SIDES = 16;

  /** 95th percentile of the Kolmogorov distribution. */
  private static final double KOLMOGOROV_95 = 1.36;

  private final Resolution resolution;
  private final ReferenceFacts facts;
  private final Duration size;
  private final List<Long> windows;

  private ReferenceWarnings(Resolution resolution, ReferenceFacts facts) {
    this.resolution = resolution;
    this.facts = facts;
    this.size = Durations.parse(Blocks.needText(resolution.block("window"), "size"));
    this.windows = facts.windowCounts(size, Inference.zone(resolution.document()));
  }

  /** Looks at everything. */
  static void check(Resolution resolution, ReferenceFacts facts) {
    ReferenceWarnings warnings = new ReferenceWarnings(resolution, facts);
    warnings.warnConstants();
    warnings.warnEmptyWindows();
    warnings.warnNoise();
    warnings.warnSeason();
    warnings.warnLeakage();
    warnings.warnLowPower();
  }

  private void warnConstants() {
    Set<String> calendar = Set.copyOf(Blocks.texts(resolution.block("columns").get("calendar")));
    for (String feature : Names.features(resolution)) {
      if (facts.has(feature)
          && !calendar.contains(feature)
          && facts.column(feature).distinct() <= 1) {
        warnConstant(feature);
      }
    }
    List<String> written = resolution.document().texts("columns.ignore");
    for (String column : Blocks.texts(resolution.block("columns").get("ignore"))) {
      if (facts.has(column) && facts.column(column).distinct() == 0 && !written.contains(column)) {
        warnConstant(column);
      }
    }
  }

  private void warnConstant(String feature) {
    String values = facts.column(feature).distinct() == 0 ? "no value" : "one value";
    warn(
        featureAt(feature),
        "W401",
        "feature '" + feature + "' has " + values + " in the whole reference",
        "nothing can be compared with it; put it into columns.ignore");
  }

  private String featureAt(String feature) {
    for (String list : List.of("numeric", "categorical", "embedding")) {
      List<String> written = resolution.document().texts("columns." + list);
      if (written.contains(feature)) {
        return "columns." + list + "[" + written.indexOf(feature) + "]";
      }
    }
    return "reference";
  }

  private void warn(String path, String code, String message, String... notes) {
    resolution.warning(path, code, message, notes);
  }

  private void warnEmptyWindows() {
    long least = Blocks.whole(resolution.block("window"), "min_events");
    long full = windows.stream().filter(count -> count >= least).count();
    if (!windows.isEmpty() && full * 2 < windows.size()) {
      String path =
          resolution.document().has("window.min_events") ? "window.min_events" : "window.size";
      warn(
          path,
          "W402",
          "only "
              + full
              + " of "
              + windows.size()
              + " reference windows of "
              + Durations.write(size)
              + " hold min_events ("
              + least
              + ")",
          "most verdicts will be NOT_ENOUGH_DATA; take a longer window or fewer min_events");
    }
  }

  private double meanRows() {
    return windows.stream().mapToLong(Long::longValue).average().orElse(0);
  }

  private void warnNoise() {
    for (String monitor : MetricCatalogue.monitors()) {
      String path = "monitors." + monitor + ".rules";
      for (int i = 0; resolution.document().has(path + "[" + i + "]"); i++) {
        String rule = path + "[" + i + "]";
        JobDocument document = resolution.document();
        String when = document.text(rule).isPresent() ? rule : rule + ".when";
        document.text(when).ifPresent(text -> warnNoise(when, RuleGrammar.parse(text)));
      }
    }
  }

  private void warnNoise(String path, RuleGrammar rule) {
    boolean above =
        rule.comparison() == Comparison.GREATER || rule.comparison() == Comparison.GREATER_OR_EQUAL;
    OptionalDouble noise = noise(rule.metric());
    if (above && noise.isPresent() && rule.limit() < noise.getAsDouble()) {
      warn(
          path,
          "W403",
          rule.metric()
              + " > "
              + CanonicalJson.number(rule.limit())
              + " holds without any drift in windows of this size",
          "chance alone reaches "
              + CanonicalJson.number(Math.rint(noise.getAsDouble() * 1e4) / 1e4)
              + " with "
              + Math.round(meanRows())
              + " rows a window");
    }
  }

  /**
   * What a distance reaches by chance in a window of mean size. Without a change the chi-square
   * distance of B bins has mean (B - 1)(1/n + 1/m) and two standard deviations of {@code 2 sqrt(2
   * (B - 1))(1/n + 1/m)}; the others follow by their second-order expansions.
   */
  private OptionalDouble noise(String metric) {
    double rows = meanRows();
    if (rows <= 0) {
      return OptionalDouble.empty();
    }
    double spread = 1 / rows + 1.0 / facts.rows();
    double freedom = Blocks.whole(resolution.block("summaries"), "bins") - 1.0;
    double chiSquare = (freedom + 2 * Math.sqrt(2 * freedom)) * spread;
    return switch (metric) {
      case "psi" -> OptionalDouble.of(chiSquare);
      case "kl" -> OptionalDouble.of(chiSquare / 2);
      case "hellinger" -> OptionalDouble.of(Math.sqrt(chiSquare / 8));
      case "jensen_shannon" -> OptionalDouble.of(Math.sqrt(chiSquare / (8 * StrictMath.log(2.0))));
      case "ks" -> OptionalDouble.of(KOLMOGOROV_95 * Math.sqrt(spread));
      default -> OptionalDouble.empty();
    };
  }

  /** Says why a season is not used as declared, and where nothing can be compared. */
  private void warnSeason() {
    Optional<SeasonCalendar> declared = MeaningCheck.seasons(resolution);
    if (declared.isEmpty() || !declared.get().divides()) {
      return;
    }
    SeasonSurvey.Choice choice = facts.seasons(declared.get());
    String used =
        choice.calendar().divides()
            ? choice.calendar().by().id() + " is used instead"
            : "the whole reference is used instead";
    for (SeasonSurvey.TooFine finer : choice.tooFine()) {
      warn(
          "seasonality.by",
          "W404",
          finer.small()
              + " of "
              + finer.used()
              + " cells of "
              + finer.season().id()
              + " have fewer than "
              + SeasonSurvey.FEWEST_ROWS
              + " rows or "
              + SeasonSurvey.FEWEST_DATES
              + " dates in the reference",
          "the smallest is "
              + new SeasonCalendar(finer.season(), declared.get().zone()).name(finer.smallest())
              + ": "
              + finer.rows()
              + " rows, dates: "
              + finer.dates(),
          used);
    }
    if (choice.unused() > 0) {
      warn(
          "seasonality.by",
          "W404",
          choice.unused()
              + " of "
              + choice.calendar().cells()
              + " cells of "
              + choice.calendar().by().id()
              + " have no row in the reference",
          "windows there will be NO_BASELINE");
    }
  }

  private void warnLeakage() {
    Leakage.find(resolution, facts)
        .forEach(
            (feature, how) ->
                warn(
                    featureAt(feature),
                    "W406",
                    "feature '" + feature + "' predicts the label too well: " + how,
                    "is it known before the prediction, or does it leak the label?"));
  }

  /** One warning for all numeric features, which share their weight and their bounds. */
  private void warnLowPower() {
    Map<String, Object> drift = Blocks.copy(resolution.block("monitors").get("drift"));
    int features = Names.features(resolution).size();
    if (!Boolean.TRUE.equals(drift.get("evidence")) || features == 0 || meanRows() <= 0) {
      return;
    }
    double tolerance = Blocks.number(drift, "tolerance");
    OptionalDouble effect = detectableEffect(features, tolerance);
    if (effect.isEmpty() || effect.getAsDouble() > LOW_POWER * tolerance) {
      String smallest =
          effect.isEmpty()
              ? "no change at all"
              : "only changes above "
                  + CanonicalJson.number(Math.rint(effect.getAsDouble() * 1000) / 1000);
      warn(
          "monitors.drift",
          "W408",
          "LOW_POWER: drift finds " + smallest + " within the time of one false alarm",
          "the reference has "
              + facts.rows()
              + " rows, "
              + Math.round(meanRows())
              + " a window; more rows, fewer features or a larger tolerance help");
    }
  }

  private OptionalDouble detectableEffect(int features, double tolerance) {
    double bins = Blocks.number(resolution.block("summaries"), "bins");
    double segments = Blocks.texts(resolution.root().get("segments")).isEmpty() ? 1 : 0.5;
    double share = Blocks.number(resolution.block("weights"), "drift");
    double weight = share * NOT_RESERVED * segments / features;
    if (weight <= 0) {
      return OptionalDouble.empty();
    }
    double events = 2 * bins - 1;
    SeasonSurvey.Choice season =
        facts.seasons(MeaningCheck.seasons(resolution).orElse(SeasonCalendar.NONE));
    double bounds = 2 * events * season.calendar().cells();
    double delta = Blocks.number(resolution.block("reference"), "delta") * weight / bounds;
    Double dispersion = Blocks.numberOrNull(resolution.root(), "dispersion");
    double fewer = dispersion == null ? 1 : dispersion;
    double rows = season.fewestRows() / fewer;
    double upper = ClopperPearson.upper(rows / 2, rows, delta) + tolerance;
    return new WindowsToAlarm(
            weight,
            size.toMillis() / MILLIS_PER_DAY,
            (int) (events * TILTS_AND_SIDES),
            meanRows() / fewer,
            SpecReader.budgetDays(resolution.root()))
        .detectableRise(0.5, upper);
  }
}
