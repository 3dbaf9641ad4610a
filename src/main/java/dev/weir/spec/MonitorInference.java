package dev.weir.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fills in {@code monitors}: which are on, and every key of those. */
final class MonitorInference {
  private static final List<String> PREDICTION_COLUMNS =
      List.of("score", "value", "predicted_class");

  /** Losses by task, the default first. */
  private static final Map<String, List<String>> LOSSES =
      Map.of(
          "binary", List.of("brier", "log_loss", "error_rate"),
          "multiclass", List.of("error_rate", "brier", "log_loss"),
          "regression", List.of("mae", "squared_error", "pinball"));

  private final Resolution resolution;
  private final Map<String, Object> columns;
  private final Map<String, Object> monitors;
  private final List<String> tasks;

  private MonitorInference(Resolution resolution) {
    this.resolution = resolution;
    this.columns = resolution.block("columns");
    this.monitors = resolution.block("monitors");
    this.tasks = Blocks.texts(resolution.root().get("task"));
  }

  /** Fills in the block and reports what the columns do not allow. */
  static void fill(Resolution resolution) {
    MonitorInference inference = new MonitorInference(resolution);
    MetricCatalogue.monitors().forEach(inference::fillMonitor);
  }

  private void fillMonitor(String id) {
    Object written = monitors.get(id);
    String path = "monitors." + id;
    Optional<String> lacking = lacking(id);
    if (written == null) {
      boolean on = lacking.isEmpty() && !(id.equals("multivariate_drift") && !hasEmbedding());
      String reason =
          lacking.map(why -> "off: " + why).orElse(on ? "its columns are there" : "off");
      if (!on) {
        resolution.infer(monitors, path, false, reason);
        return;
      }
      resolution.note(path, reason);
    } else if (Boolean.FALSE.equals(written)) {
      return;
    } else if (lacking.isPresent()) {
      resolution.error(path, "E304", "monitor '" + id + "' lacks its columns: " + lacking.get());
      monitors.put(id, false);
      return;
    }
    fillBlock(id, path);
  }

  private void fillBlock(String id, String path) {
    Map<String, Object> block = Blocks.open(monitors, id);
    JobSchema.shipped().fillDefaults(path, block);
    Object minEvents = Blocks.whole(resolution.block("window"), "min_events");
    resolution.infer(block, path + ".min_events", minEvents, "window.min_events");
    block.put("rules", rules(block.get("rules")));
    switch (id) {
      case "quality" -> {
        fillSelection(block);
        block.putIfAbsent("ranges", Map.of());
      }
      case "drift" -> {
        fillSelection(block);
        block.putIfAbsent("groups", Map.of());
        resolution.infer(block, path + ".metrics", MetricCatalogue.distances(), "all that fit");
      }
      case "multivariate_drift" -> fillSelection(block);
      case "prediction_drift" ->
          resolution.infer(block, path + ".columns", predictionColumns(), "those that are there");
      case "performance" -> fillLosses(block);
      case "coverage" -> fillNominal(block, path);
      default -> {}
    }
  }

  private static void fillSelection(Map<String, Object> block) {
    block.putIfAbsent("features", List.of());
    block.putIfAbsent("exclude", List.of());
    if (block.containsKey("overrides")) {
      List<Map<String, Object>> overrides = Blocks.list(block.get("overrides"));
      overrides.forEach(override -> override.put("rules", rules(override.get("rules"))));
      block.put("overrides", overrides);
    }
  }

  /** Rules as blocks, whether they were written as text or as blocks. */
  private static List<Map<String, Object>> rules(@Nullable Object written) {
    List<Map<String, Object>> rules = new ArrayList<>();
    if (written instanceof List<?> list) {
      for (Object item : list) {
        Map<String, Object> rule = Blocks.copy(item);
        if (item instanceof String text) {
          rule.put("when", text);
        }
        rule.putIfAbsent("segments", false);
        rules.add(rule);
      }
    }
    return rules;
  }

  private boolean hasEmbedding() {
    return !Blocks.texts(columns.get("embedding")).isEmpty();
  }

  private List<String> predictionColumns() {
    List<String> present = new ArrayList<>();
    PREDICTION_COLUMNS.stream().filter(columns::containsKey).forEach(present::add);
    if (columns.containsKey("class_scores") && !present.contains("predicted_class")) {
      present.add("predicted_class");
    }
    if (hasInterval()) {
      present.add("interval_width");
    }
    return present;
  }

  private boolean hasInterval() {
    return columns.containsKey("lower") && columns.containsKey("upper");
  }

  private boolean hasProbability() {
    return columns.containsKey("score") || columns.containsKey("class_scores");
  }

  private boolean hasLabel() {
    return columns.containsKey("label_class") || columns.containsKey("label_value");
  }

  /** What a monitor needs and the columns do not give. */
  private Optional<String> lacking(String id) {
    return switch (id) {
      case "prediction_drift" ->
          missing(!predictionColumns().isEmpty(), "needs score, value or predicted_class");
      case "estimated_performance" -> missing(hasProbability(), "needs score or class_scores");
      case "label_drift", "labels" -> missing(hasLabel(), "needs label_class or label_value");
      case "performance", "concept_drift" ->
          missing(
              hasLabel() && !tasks.isEmpty(), "needs predictions and label_class or label_value");
      case "comparison" ->
          missing(monitors.get("performance") instanceof Map, "needs the loss of performance");
      case "calibration" ->
          missing(
              hasProbability() && columns.containsKey("label_class"),
              "needs score or class_scores, and label_class");
      case "coverage" ->
          missing(
              hasInterval() && columns.containsKey("label_value"),
              "needs lower, upper and label_value");
      default -> Optional.empty();
    };
  }

  private static Optional<String> missing(boolean there, String what) {
    return there ? Optional.empty() : Optional.of(what);
  }

  private void fillLosses(Map<String, Object> block) {
    String path = "monitors.performance.loss";
    Object written = block.get("loss");
    List<Map<String, Object>> losses = new ArrayList<>();
    if (written == null) {
      List<String> names = tasks.stream().map(task -> losses(task).get(0)).distinct().toList();
      names.forEach(name -> losses.add(loss(name)));
      block.remove("loss");
      fillMaxima(losses, path, true);
      resolution.infer(block, path, losses, "one for each task");
      return;
    }
    List<?> list = written instanceof List<?> several ? several : List.of(written);
    for (Object item : list) {
      losses.add(item instanceof String name ? loss(name) : Blocks.copy(item));
    }
    if (reportLosses(losses, path, written instanceof List)) {
      fillMaxima(losses, path, written instanceof List);
    }
    block.put("loss", losses);
  }

  private static List<String> losses(String task) {
    return LOSSES.getOrDefault(task, List.of());
  }

  private static Map<String, Object> loss(String name) {
    Map<String, Object> loss = new LinkedHashMap<>();
    loss.put("name", name);
    return loss;
  }

  /** Whether every loss has its task, of which it is the only one. */
  private boolean reportLosses(List<Map<String, Object>> losses, String path, boolean list) {
    boolean fit = true;
    Set<String> served = new HashSet<>();
    for (int i = 0; i < losses.size(); i++) {
      String name = String.valueOf(losses.get(i).get("name"));
      String at = list ? path + "[" + i + "]" : path;
      Optional<String> task =
          tasks.stream().filter(candidate -> losses(candidate).contains(name)).findFirst();
      if (task.isEmpty()) {
        resolution.error(
            at,
            "E303",
            "loss '" + name + "' does not fit the task " + String.join(", ", tasks),
            "expected: " + String.join(", ", fitting()));
        fit = false;
      } else if (!served.add(task.get())) {
        resolution.error(
            at, "E303", "a second loss for the task " + task.get() + ": '" + name + "'");
        fit = false;
      }
    }
    return fit;
  }

  private List<String> fitting() {
    return tasks.stream().flatMap(task -> losses(task).stream()).distinct().toList();
  }

  private void fillMaxima(List<Map<String, Object>> losses, String path, boolean list) {
    for (int i = 0; i < losses.size(); i++) {
      Map<String, Object> loss = losses.get(i);
      String at = list ? path + "[" + i + "]" : path;
      String name = String.valueOf(loss.get("name"));
      boolean multiclass = tasks.contains("multiclass") && !tasks.contains("binary");
      if (name.equals("brier") || name.equals("error_rate")) {
        double largest = name.equals("brier") && multiclass ? 2 : 1;
        resolution.infer(loss, at + ".max", largest, "its largest value");
      } else if (!loss.containsKey("max")) {
        inferMaximum(loss, name, at);
      }
    }
  }

  private void inferMaximum(Map<String, Object> loss, String name, String at) {
    ReferenceFacts facts = resolution.facts();
    String positive = String.valueOf(resolution.root().getOrDefault("positive_class", "1"));
    double max =
        facts == null ? Double.NaN : facts.lossQuantile(name, positive, nominalOfInterval());
    if (Double.isNaN(max) || max <= 0) {
      resolution.error(
          at,
          "E202",
          "missing key 'max' of the loss '" + name + "': the reference cannot tell it",
          "expected: such as {name: " + name + ", max: 100}");
      return;
    }
    resolution.infer(loss, at + ".max", max, "99th percentile of the loss in the reference");
  }

  private double nominalOfInterval() {
    Map<String, Object> coverage = Blocks.copy(monitors.get("coverage"));
    Double written = Blocks.numberOrNull(coverage, "nominal");
    if (written != null) {
      return written;
    }
    ReferenceFacts facts = resolution.facts();
    return hasInterval()
        ? Inference.nominalByName(
                Blocks.needText(columns, "lower"), Blocks.needText(columns, "upper"))
            .orElse(facts == null ? Double.NaN : facts.coveredShare())
        : Double.NaN;
  }

  private void fillNominal(Map<String, Object> block, String path) {
    if (block.containsKey("nominal")) {
      return;
    }
    String lower = Blocks.needText(columns, "lower");
    String upper = Blocks.needText(columns, "upper");
    Optional<Double> named = Inference.nominalByName(lower, upper);
    ReferenceFacts facts = resolution.facts();
    if (named.isPresent()) {
      String reason = "by the names " + lower + " and " + upper;
      resolution.infer(block, path + ".nominal", named.get(), reason);
      return;
    }
    double share = facts == null ? Double.NaN : Math.rint(facts.coveredShare() * 100) / 100;
    if (share > 0 && share < 1) {
      resolution.infer(block, path + ".nominal", share, "share covered in the reference");
    } else {
      resolution.error(
          path,
          "E202",
          "missing key 'nominal' in monitors.coverage: the reference cannot tell it",
          "which share do lower and upper promise to hold? such as 0.9");
    }
  }
}
