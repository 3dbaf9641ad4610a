package dev.weir.spec;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills in every key that a job file leaves out, by the rules of {@code weir init}: from the
 * reference where it can tell, else by default. A key in the file always wins.
 */
final class Inference {
  private static final List<String> SIZES = List.of("5m", "15m", "1h", "6h", "1d", "1w");

  /** Share of the reference windows that must hold {@code min_events}. */
  private static final double FULL_WINDOWS = 0.9;

  private static final long LEAST_MIN_EVENTS = 50;
  private static final List<String> POSITIVE_WORDS = List.of("1", "true", "yes");
  private static final Pattern DIGITS_AT_END = Pattern.compile(".*?([0-9]{1,2})$");

  private final Resolution resolution;
  private final Map<String, Object> root;

  private Inference(Resolution resolution) {
    this.resolution = resolution;
    this.root = resolution.root();
  }

  /** Fills in everything. */
  static void fill(Resolution resolution) {
    Inference inference = new Inference(resolution);
    inference.fillReference();
    ColumnInference.fill(resolution);
    inference.fillTask();
    inference.fillPositiveClass();
    inference.fillWindow();
    JobSchema.shipped().fillDefaults("", inference.root);
    inference.fillLabels();
    inference.fillRest();
    MonitorInference.fill(resolution);
    inference.fillRetraining();
  }

  private void fillReference() {
    if (root.get("reference") instanceof String path) {
      root.remove("reference");
      resolution.block("reference").put("path", path);
    }
    if (root.containsKey("reference")) {
      JobSchema.shipped().fillDefaults("reference", resolution.block("reference"));
    }
  }

  private void fillTask() {
    if (root.get("task") instanceof String task) {
      root.put("task", List.of(task));
    }
    List<String> tasks = new ArrayList<>();
    List<String> why = new ArrayList<>();
    Map<String, Object> columns = resolution.block("columns");
    ReferenceFacts facts = resolution.facts();
    int classes = facts == null ? 0 : facts.classes().size();
    if (columns.containsKey("score") && classes == 2) {
      tasks.add("binary");
      why.add("a score and a label with 2 classes");
    }
    if (columns.containsKey("class_scores") || classes > 2) {
      tasks.add("multiclass");
      why.add(classes > 2 ? "a label with more than 2 classes" : "class scores");
    }
    if (columns.containsKey("value") && columns.containsKey("label_value")) {
      tasks.add("regression");
      why.add("a predicted value and a numeric label");
    }
    if (tasks.isEmpty()) {
      guessTaskWithoutLabels(columns, tasks, why);
    }
    if (!tasks.isEmpty()) {
      resolution.infer(root, "task", tasks, String.join("; ", why));
    }
  }

  private static void guessTaskWithoutLabels(
      Map<String, Object> columns, List<String> tasks, List<String> why) {
    if (columns.containsKey("score")) {
      tasks.add("binary");
      why.add("a score, and no label to contradict");
    }
    if (columns.containsKey("value")) {
      tasks.add("regression");
      why.add("a predicted value, and no label to contradict");
    }
  }

  private void fillPositiveClass() {
    Object written = root.get("positive_class");
    ReferenceFacts facts = resolution.facts();
    List<String> classes = facts == null ? List.of() : facts.classes();
    if (written != null) {
      String label = Cells.label(written.toString());
      root.put("positive_class", label);
      if (!classes.isEmpty() && isBinary() && !classes.contains(label)) {
        resolution.error(
            "positive_class",
            "E204",
            "positive_class: no label of the reference is '" + label + "'",
            "labels of the reference: " + String.join(", ", classes));
      }
      return;
    }
    if (facts == null || classes.size() != 2) {
      return;
    }
    for (String word : POSITIVE_WORDS) {
      if (classes.contains(word)) {
        String reason = "of the labels " + String.join(" and ", classes);
        resolution.infer(root, "positive_class", word, reason);
        return;
      }
    }
    facts
        .classWithHighestScore()
        .ifPresent(
            label -> resolution.infer(root, "positive_class", label, "its mean score is higher"));
  }

  private boolean isBinary() {
    return Blocks.texts(root.get("task")).contains("binary");
  }

  /** The zone of the windows; UTC where the file has none or a wrong one. */
  static ZoneId zone(JobDocument document) {
    return document.text("window.time_zone").flatMap(Inference::zone).orElse(ZoneId.of("UTC"));
  }

  /** The zone of a name; empty if there is none. */
  static Optional<ZoneId> zone(String name) {
    try {
      return Optional.of(ZoneId.of(name));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private void fillWindow() {
    Map<String, Object> window = resolution.block("window");
    ReferenceFacts facts = resolution.facts();
    if (facts == null || window.containsKey("size") || !facts.has(Role.EVENT_TIME)) {
      return;
    }
    ZoneId zone = zone(resolution.document());
    long least =
        window.get("min_events") instanceof Number given
            ? given.longValue()
            : JobSchema.shipped().wholeDefault("window.min_events");
    for (String size : SIZES) {
      List<Long> counts = facts.windowCounts(Durations.parse(size), zone);
      long full = counts.stream().filter(count -> count >= least).count();
      if (!counts.isEmpty() && full >= FULL_WINDOWS * counts.size()) {
        String reason =
            full + " of " + counts.size() + " reference windows hold " + least + " rows";
        resolution.infer(window, "window.size", size, "smallest that fits: " + reason);
        return;
      }
    }
    List<Long> weeks = facts.windowCounts(Durations.parse("1w"), zone);
    if (weeks.isEmpty()) {
      return;
    }
    resolution.infer(
        window, "window.size", "1w", "no window holds " + least + " rows often enough");
    long median = weeks.stream().sorted().skip((weeks.size() - 1) / 2).findFirst().orElse(0L);
    resolution.infer(
        window,
        "window.min_events",
        Math.max(LEAST_MIN_EVENTS, median / 2),
        "half the median of the reference weeks, at least " + LEAST_MIN_EVENTS);
  }

  private void fillLabels() {
    Map<String, Object> window = resolution.block("window");
    Map<String, Object> labels = resolution.block("labels");
    fillLateness(window);
    resolution.infer(window, "window.slide", Blocks.needText(window, "size"), "window.size");
    String lateness = Blocks.needText(window, "lateness");
    resolution.infer(labels, "labels.lateness", lateness, "window.lateness");
    ReferenceFacts facts = resolution.facts();
    if (facts != null && facts.has(Role.LABEL_TIME) && !labels.containsKey("horizon")) {
      facts
          .horizon()
          .ifPresent(
              horizon ->
                  resolution.infer(
                      labels,
                      "labels.horizon",
                      Durations.write(horizon),
                      "99 % of the labels of every class came within it in the reference"));
    }
    if (!labels.containsKey("horizon")) {
      reportHorizon(facts);
      return;
    }
    fillEarlyAge(labels, facts);
  }

  /** The default would be longer than very short windows. */
  private void fillLateness(Map<String, Object> window) {
    Duration size = Durations.parse(Blocks.needText(window, "size"));
    Duration lateness = Durations.parse(Blocks.needText(window, "lateness"));
    if (lateness.compareTo(size) > 0 && !resolution.document().isWritten("window.lateness")) {
      window.remove("lateness");
      resolution.infer(window, "window.lateness", Durations.write(size), "at most window.size");
    }
  }

  private void reportHorizon(@Nullable ReferenceFacts facts) {
    boolean reported =
        resolution.document().isWritten("labels.horizon")
            || (facts == null && !resolution.isBaseline());
    if (reported) {
      return; // a wrong horizon, or a reference that cannot be read
    }
    boolean told = facts != null && facts.has(Role.LABEL_TIME);
    resolution.error(
        "labels.horizon",
        "E307",
        "labels.horizon is missing, and the reference "
            + (told ? "is too short to tell it" : "has no column label_time"),
        "how long is a label waited for? such as 7d");
  }

  private void fillEarlyAge(Map<String, Object> labels, @Nullable ReferenceFacts facts) {
    Duration horizon = Durations.parse(Blocks.needText(labels, "horizon"));
    boolean given = labels.containsKey("early_age");
    double median = facts == null || given ? Double.NaN : facts.medianDelay();
    if (Double.isNaN(median)) {
      resolution.infer(labels, "labels.early_age", "0s", "off: no label_time in the reference");
    } else {
      Duration age = Duration.ofSeconds((long) Math.ceil(median / 1000));
      resolution.infer(
          labels, "labels.early_age", Durations.write(age), "median delay of the reference");
    }
    Duration early = Durations.parse(Blocks.needText(labels, "early_age"));
    if (early.compareTo(horizon) >= 0 && !early.isZero()) {
      labels.put("early_age", "0s");
      resolution.note("labels.early_age", "off: not below the horizon");
    }
  }

  private void fillRest() {
    Map<String, Object> window = resolution.block("window");
    Map<String, Object> season = resolution.block("seasonality");
    String zone = Blocks.needText(window, "time_zone");
    resolution.infer(season, "seasonality.time_zone", zone, "window.time_zone");
    root.putIfAbsent("segments", List.of());
    root.putIfAbsent("retraining", List.of());
    resolution.block("alerts").putIfAbsent("labels", Map.of());
  }

  private void fillRetraining() {
    List<Map<String, Object>> policies = Blocks.list(root.get("retraining"));
    for (Map<String, Object> policy : policies) {
      JobSchema.shipped().fillDefaults("retraining[]", policy);
      policy.putIfAbsent("parameters", Map.of());
    }
    root.put("retraining", policies);
  }

  /** The promised share of an interval by the names of its columns: {@code y_lower90}. */
  static Optional<Double> nominalByName(String lower, String upper) {
    Matcher low = DIGITS_AT_END.matcher(lower);
    Matcher high = DIGITS_AT_END.matcher(upper);
    if (!low.matches() || !high.matches()) {
      return Optional.empty();
    }
    int first = Integer.parseInt(low.group(1));
    int second = Integer.parseInt(high.group(1));
    int percent = first == second ? first : second - first;
    return percent > 0 && percent < 100 ? Optional.of(percent / 100.0) : Optional.empty();
  }
}
