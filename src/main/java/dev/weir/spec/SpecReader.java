package dev.weir.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.baseline.Against;
import dev.weir.baseline.FeaturePlan;
import dev.weir.baseline.LabelSettings;
import dev.weir.baseline.Loss;
import dev.weir.baseline.ProfileSettings;
import dev.weir.baseline.Season;
import dev.weir.baseline.Task;
import dev.weir.baseline.WindowSettings;
import dev.weir.decide.Condition;
import dev.weir.decide.DecisionSettings;
import dev.weir.decide.RetrainingPolicy;
import dev.weir.event.CanonicalJson;
import dev.weir.event.WeirId;
import dev.weir.monitor.MonitorSettings;
import dev.weir.monitor.MonitorSettings.Common;
import dev.weir.monitor.MonitorSettings.Selection;
import dev.weir.monitor.PlainRule;
import dev.weir.monitor.Severity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns a job file in which everything is filled in into records. Reads no file and decides
 * nothing, so it gives the same records everywhere.
 */
final class SpecReader {
  private static final double MILLIS_PER_DAY = Duration.ofDays(1).toMillis();
  private static final int HASH_DIGITS = 16;

  private final Map<String, Object> root;
  private final String resolved;
  private final String source;
  private final String configHash;

  private SpecReader(Map<String, Object> root, String resolved, String source) {
    this.root = root;
    this.resolved = resolved;
    this.source = source;
    byte[] bytes = resolved.getBytes(StandardCharsets.UTF_8);
    this.configHash = WeirId.sha256(bytes).substring(0, HASH_DIGITS);
  }

  /**
   * The records of a resolved job file.
   *
   * @throws IllegalArgumentException if it is not one
   */
  static JobSpec read(String resolved, String source) {
    try {
      Object tree = JobSchema.plain(new ObjectMapper().readTree(resolved));
      Map<String, Object> root = Blocks.copy(tree);
      return new SpecReader(root, CanonicalJson.write(root), source).spec();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    } catch (ClassCastException e) {
      throw new IllegalArgumentException("not a resolved job file: " + e.getMessage(), e);
    }
  }

  private Map<String, Object> block(String key) {
    return Blocks.copy(root.get(key));
  }

  private JobSpec spec() {
    Map<String, Object> input = block("input");
    MonitorSettings monitors = monitors();
    return new JobSpec(
        Blocks.needText(root, "model"),
        configHash,
        source,
        resolved,
        reference(),
        columns(),
        Blocks.texts(block("columns").get("ignore")),
        new JobSpec.Input(
            Blocks.text(input, "format").orElse("auto"),
            Blocks.texts(input.get("names")),
            textMap(input.get("outputs"))),
        Optional.ofNullable(root.get("entity")).map(Object::toString),
        dispersion(),
        seasonality(),
        profile(monitors),
        monitors,
        decision(monitors),
        limits(),
        forPeople());
  }

  private JobSpec.Reference reference() {
    Map<String, Object> reference = block("reference");
    return new JobSpec.Reference(
        Blocks.needText(reference, "path"),
        Blocks.text(reference, "sha256").orElse(null),
        Blocks.text(reference, "from").map(Cells::instant).orElse(null),
        Blocks.text(reference, "to").map(Cells::instant).orElse(null),
        Against.of(Blocks.needText(reference, "against"))
            .orElseThrow(() -> new IllegalArgumentException("reference.against is not known")),
        Blocks.number(reference, "delta"));
  }

  private JobSpec.Columns columns() {
    Map<String, Object> columns = block("columns");
    Map<String, String> byRole = new TreeMap<>();
    for (Role role : Role.values()) {
      Blocks.text(columns, role.id()).ifPresent(column -> byRole.put(role.id(), column));
    }
    return new JobSpec.Columns(
        byRole, textMap(columns.get("class_scores")), Blocks.texts(columns.get("tags")));
  }

  private static Map<String, String> textMap(@Nullable Object value) {
    Map<String, String> texts = new TreeMap<>();
    Blocks.copy(value).forEach((key, inner) -> texts.put(key, plainText(inner)));
    return texts;
  }

  private static String plainText(Object value) {
    return value instanceof Number number
        ? CanonicalJson.number(number.doubleValue())
        : value.toString();
  }

  private Optional<Double> dispersion() {
    Double number = Blocks.numberOrNull(root, "dispersion");
    return Optional.ofNullable(number);
  }

  private JobSpec.Seasonality seasonality() {
    Map<String, Object> season = block("seasonality");
    return new JobSpec.Seasonality(
        Season.of(Blocks.needText(season, "by"))
            .orElseThrow(() -> new IllegalArgumentException("seasonality.by is not known")),
        ZoneId.of(Blocks.needText(season, "time_zone")),
        Blocks.whole(season, "shrink"));
  }

  private JobSpec.Limits limits() {
    Map<String, Object> limits = block("limits");
    return new JobSpec.Limits(
        mostFeatures(),
        Math.max(0, features(block("columns")).size() - mostFeatures()),
        (int) Blocks.whole(limits, "max_versions"),
        (int) Blocks.whole(limits, "max_entities"),
        Blocks.whole(limits, "max_pending"),
        duration(limits, "future"),
        duration(limits, "past"));
  }

  private int mostFeatures() {
    return (int) Blocks.whole(block("limits"), "max_features");
  }

  private Map<String, String> forPeople() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String key : List.of("owner", "description", "target_unit")) {
      Blocks.text(root, key).ifPresent(text -> texts.put(key, text));
    }
    return texts;
  }

  private static Duration duration(Map<String, Object> block, String key) {
    return Durations.parse(Blocks.needText(block, key));
  }

  private static @Nullable Duration durationOrNull(Map<String, Object> block, String key) {
    return Blocks.text(block, key).map(Durations::parse).orElse(null);
  }

  // What shapes summaries.

  private ProfileSettings profile(MonitorSettings monitors) {
    Map<String, Object> columns = block("columns");
    Map<String, Object> summaries = block("summaries");
    boolean interval = columns.containsKey("lower") && columns.containsKey("upper");
    Map<String, ProfileSettings.Range> ranges = new TreeMap<>();
    monitors
        .quality()
        .ifPresent(
            quality ->
                quality
                    .ranges()
                    .forEach(
                        (feature, range) ->
                            ranges.put(
                                feature,
                                new ProfileSettings.Range(range.lowest(), range.highest()))));
    return new ProfileSettings(
        Blocks.needText(root, "model"),
        tasks(),
        Blocks.needText(root, "positive_class"),
        features(columns).stream().limit(mostFeatures()).toList(),
        columns.containsKey("score"),
        columns.containsKey("value"),
        columns.containsKey("predicted_class"),
        interval,
        interval ? monitors.coverage().map(MonitorSettings.Coverage::nominal).orElse(null) : null,
        monitors.performance().map(MonitorSettings.Performance::losses).orElse(List.of()),
        (int) Blocks.whole(summaries, "bins"),
        (int) Blocks.whole(summaries, "fine_bins"),
        (int) Blocks.whole(summaries, "top_categories"),
        monitors.drift().map(MonitorSettings.Drift::groups).orElse(Map.of()),
        ranges,
        segments(),
        (int) Blocks.whole(block("limits"), "max_segments"),
        root.containsKey("entity"),
        window(),
        labels());
  }

  private Set<Task> tasks() {
    Set<Task> tasks = EnumSet.noneOf(Task.class);
    Blocks.texts(root.get("task"))
        .forEach(task -> tasks.add(Task.valueOf(task.toUpperCase(Locale.ROOT))));
    return tasks;
  }

  private static List<FeaturePlan> features(Map<String, Object> columns) {
    List<String> calendar = Blocks.texts(columns.get("calendar"));
    List<FeaturePlan> features = new ArrayList<>();
    for (FeaturePlan.Kind kind : FeaturePlan.Kind.values()) {
      String list = kind.name().toLowerCase(Locale.ROOT);
      for (String name : Blocks.texts(columns.get(list))) {
        features.add(new FeaturePlan(name, kind, calendar.contains(name)));
      }
    }
    features.sort(Comparator.comparing(FeaturePlan::name));
    return List.copyOf(features);
  }

  private List<List<String>> segments() {
    List<List<String>> segments = new ArrayList<>();
    if (root.get("segments") instanceof List<?> list) {
      list.forEach(item -> segments.add(Blocks.texts(item)));
    }
    return segments;
  }

  private WindowSettings window() {
    Map<String, Object> window = block("window");
    return new WindowSettings(
        duration(window, "size"),
        duration(window, "slide"),
        duration(window, "offset"),
        ZoneId.of(Blocks.needText(window, "time_zone")),
        duration(window, "lateness"),
        Blocks.whole(window, "min_events"));
  }

  private LabelSettings labels() {
    Map<String, Object> labels = block("labels");
    String absent = Blocks.needText(labels, "absent").toUpperCase(Locale.ROOT);
    return new LabelSettings(
        duration(labels, "horizon"),
        LabelSettings.Absent.valueOf(absent),
        duration(labels, "early_age"),
        Blocks.number(labels, "complete_at"),
        Blocks.number(labels, "min_completeness"),
        duration(labels, "lateness"),
        duration(labels, "corrections_for"));
  }

  // What is watched.

  private MonitorSettings monitors() {
    return new MonitorSettings(
        monitor("quality", SpecReader::quality),
        monitor("drift", SpecReader::drift),
        monitor("prediction_drift", SpecReader::columnDrift),
        monitor("label_drift", SpecReader::columnDrift),
        monitor("multivariate_drift", SpecReader::multivariateDrift),
        monitor("performance", SpecReader::performance),
        monitor("calibration", SpecReader::calibration),
        monitor("coverage", SpecReader::coverage),
        monitor("labels", SpecReader::labelMonitor),
        monitor("estimated_performance", SpecReader::estimatedPerformance),
        monitor("concept_drift", SpecReader::conceptDrift),
        monitor("comparison", SpecReader::comparison));
  }

  private <T> Optional<T> monitor(String id, BiFunction<Map<String, Object>, Common, T> read) {
    if (!(block("monitors").get(id) instanceof Map<?, ?> written)) {
      return Optional.empty();
    }
    Map<String, Object> block = Blocks.copy(written);
    return Optional.of(read.apply(block, common(block)));
  }

  private static Common common(Map<String, Object> block) {
    return new Common(
        Boolean.TRUE.equals(block.get("evidence")),
        severity(Blocks.needText(block, "severity")),
        Blocks.truth(block, "segments"),
        Blocks.whole(block, "min_events"),
        rules(block));
  }

  private static Severity severity(String id) {
    return Severity.valueOf(id.toUpperCase(Locale.ROOT));
  }

  private static @Nullable Severity severityOrNull(Map<String, Object> block) {
    return Blocks.text(block, "severity").map(SpecReader::severity).orElse(null);
  }

  private static List<PlainRule> rules(Map<String, Object> block) {
    return Blocks.list(block.get("rules")).stream().map(SpecReader::rule).toList();
  }

  private static PlainRule rule(Map<String, Object> rule) {
    RuleGrammar parsed = RuleGrammar.parse(Blocks.needText(rule, "when"));
    return new PlainRule(
        parsed.metric(),
        parsed.comparison(),
        parsed.limit(),
        parsed.windows(),
        Blocks.texts(rule.get("features")),
        Blocks.truth(rule, "segments"),
        severityOrNull(rule));
  }

  private static Selection selection(Map<String, Object> block) {
    return new Selection(Blocks.texts(block.get("features")), Blocks.texts(block.get("exclude")));
  }

  private static List<MonitorSettings.Override> overrides(Map<String, Object> block) {
    return Blocks.list(block.get("overrides")).stream()
        .map(
            override ->
                new MonitorSettings.Override(
                    Blocks.texts(override.get("features")),
                    Blocks.numberOrNull(override, "tolerance"),
                    severityOrNull(override),
                    rules(override)))
        .toList();
  }

  private static MonitorSettings.Quality quality(Map<String, Object> block, Common common) {
    Map<String, MonitorSettings.Range> ranges = new TreeMap<>();
    Blocks.copy(block.get("ranges"))
        .forEach(
            (feature, range) -> {
              List<?> ends = (List<?>) range;
              double lowest = ((Number) ends.get(0)).doubleValue();
              double highest = ((Number) ends.get(1)).doubleValue();
              ranges.put(feature, new MonitorSettings.Range(lowest, highest));
            });
    return new MonitorSettings.Quality(
        common,
        selection(block),
        overrides(block),
        Blocks.number(block, "tolerance"),
        Blocks.number(block, "duplicates"),
        Blocks.numberOrNull(block, "volume"),
        ranges,
        durationOrNull(block, "freshness"));
  }

  private static MonitorSettings.Drift drift(Map<String, Object> block, Common common) {
    Map<String, Map<String, List<String>>> groups = new TreeMap<>();
    Blocks.copy(block.get("groups"))
        .forEach(
            (feature, byName) -> {
              Map<String, List<String>> named = new TreeMap<>();
              Blocks.copy(byName).forEach((name, list) -> named.put(name, Blocks.texts(list)));
              groups.put(feature, named);
            });
    return new MonitorSettings.Drift(
        common,
        selection(block),
        overrides(block),
        Blocks.number(block, "tolerance"),
        Blocks.texts(block.get("metrics")),
        groups);
  }

  private static MonitorSettings.ColumnDrift columnDrift(Map<String, Object> block, Common common) {
    return new MonitorSettings.ColumnDrift(
        common,
        Blocks.texts(block.get("columns")),
        Blocks.number(block, "tolerance"),
        MetricCatalogue.distances());
  }

  private static MonitorSettings.MultivariateDrift multivariateDrift(
      Map<String, Object> block, Common common) {
    return new MonitorSettings.MultivariateDrift(
        common,
        selection(block),
        (int) Blocks.whole(block, "dimensions"),
        Blocks.whole(block, "seed"));
  }

  private static MonitorSettings.Performance performance(Map<String, Object> block, Common common) {
    List<Loss> losses =
        Blocks.list(block.get("loss")).stream()
            .map(loss -> new Loss(Blocks.needText(loss, "name"), Blocks.number(loss, "max")))
            .toList();
    return new MonitorSettings.Performance(common, losses, Blocks.number(block, "harm"));
  }

  private static MonitorSettings.Calibration calibration(Map<String, Object> block, Common common) {
    return new MonitorSettings.Calibration(
        common,
        Blocks.number(block, "tolerance"),
        Blocks.needText(block, "against").equals("reference"));
  }

  private static MonitorSettings.Coverage coverage(Map<String, Object> block, Common common) {
    return new MonitorSettings.Coverage(
        common,
        Blocks.number(block, "nominal"),
        Blocks.number(block, "tolerance"),
        Blocks.needText(block, "side").equals("low"),
        Blocks.numberOrNull(Blocks.copy(block.get("aci")), "gamma"));
  }

  private static MonitorSettings.Labels labelMonitor(Map<String, Object> block, Common common) {
    return new MonitorSettings.Labels(
        common, Blocks.number(block, "tolerance"), durationOrNull(block, "expect_within"));
  }

  private static MonitorSettings.EstimatedPerformance estimatedPerformance(
      Map<String, Object> block, Common common) {
    return new MonitorSettings.EstimatedPerformance(common);
  }

  private static MonitorSettings.ConceptDrift conceptDrift(
      Map<String, Object> block, Common common) {
    Map<String, Object> pageHinkley = Blocks.copy(block.get("page_hinkley"));
    Map<String, Object> ddm = Blocks.copy(block.get("ddm"));
    return new MonitorSettings.ConceptDrift(
        common,
        Blocks.texts(block.get("detectors")),
        Blocks.number(Blocks.copy(block.get("adwin")), "delta"),
        Blocks.number(pageHinkley, "delta"),
        Blocks.number(pageHinkley, "threshold"),
        Blocks.number(ddm, "warning"),
        Blocks.number(ddm, "drift"),
        Blocks.number(Blocks.copy(block.get("bocpd")), "hazard"));
  }

  private static MonitorSettings.Comparison comparison(Map<String, Object> block, Common common) {
    return new MonitorSettings.Comparison(common, Blocks.number(block, "alpha"));
  }

  // What becomes of findings.

  private DecisionSettings decision(MonitorSettings monitors) {
    Map<String, Object> alerts = block("alerts");
    return new DecisionSettings(
        Blocks.needText(root, "model"),
        configHash,
        budgetDays(root),
        weights(),
        Blocks.texts(root.get("versions")),
        (int) Blocks.whole(block("limits"), "max_versions"),
        Blocks.number(block("reference"), "delta"),
        duration(block("window"), "size").toMillis() / MILLIS_PER_DAY,
        monitors,
        (int) Blocks.whole(alerts, "resolve_after"),
        textMap(alerts.get("labels")),
        Blocks.text(alerts, "runbook").orElse(null),
        Blocks.needText(block("labels"), "absent"),
        Blocks.text(root, "target_unit").orElse(null),
        policies());
  }

  /** Days per false alarm. */
  static double budgetDays(Map<String, Object> root) {
    Budget budget = Budget.parse(Blocks.needText(root, "false_alarms"));
    return budget.period().toMillis() / MILLIS_PER_DAY / budget.count();
  }

  /** Shares that were changed; empty for the defaults. */
  private Map<String, Double> weights() {
    Map<String, Object> defaults = new LinkedHashMap<>();
    JobSchema.shipped().fillDefaults("weights", defaults);
    Map<String, Double> changed = new TreeMap<>();
    boolean same = true;
    for (Map.Entry<String, Object> entry : block("weights").entrySet()) {
      double share = ((Number) entry.getValue()).doubleValue();
      changed.put(entry.getKey(), share);
      same &= defaults.get(entry.getKey()) instanceof Number n && n.doubleValue() == share;
    }
    return same ? Map.of() : changed;
  }

  private List<RetrainingPolicy> policies() {
    List<String> on = new ArrayList<>();
    block("monitors")
        .forEach(
            (id, value) -> {
              if (value instanceof Map<?, ?>) {
                on.add(id);
              }
            });
    List<Map<String, Object>> policies = Blocks.list(root.get("retraining"));
    if (policies.isEmpty()) {
      return List.of(); // saves loading the expression compiler
    }
    PolicyLanguage language = new PolicyLanguage(on);
    return policies.stream().map(policy -> policy(policy, language)).toList();
  }

  private static RetrainingPolicy policy(Map<String, Object> policy, PolicyLanguage language) {
    String expression = Blocks.needText(policy, "when");
    PolicyLanguage.Checked checked = language.check(expression);
    Condition condition = checked.condition();
    if (condition == null) {
      throw new IllegalArgumentException(
          "policy '" + expression + "': " + checked.faults().get(0).message());
    }
    Budget budget = Budget.parse(Blocks.needText(policy, "budget"));
    return new RetrainingPolicy(
        Blocks.needText(policy, "name"),
        expression,
        condition,
        duration(policy, "cooldown"),
        budget.count(),
        budget.period(),
        Blocks.whole(policy, "min_labels"),
        Blocks.whole(policy, "min_rare_labels"),
        Blocks.number(policy, "gain"),
        Blocks.number(policy, "alpha"),
        duration(policy, "training_window"),
        duration(policy, "expires_after"),
        (int) Blocks.whole(policy, "attempts"),
        Blocks.truth(policy, "approval"),
        Blocks.truth(policy, "dry_run"),
        textMap(policy.get("parameters")));
  }

  /** {@code 2 per 30d}. */
  private record Budget(int count, Duration period) {
    static Budget parse(String text) {
      String[] parts = text.split(" per ", 2);
      return new Budget(Integer.parseInt(parts[0]), Durations.parse(parts[1]));
    }
  }
}
