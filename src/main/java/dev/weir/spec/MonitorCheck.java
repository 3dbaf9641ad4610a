package dev.weir.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reports what is wrong with the blocks of {@code monitors}: names, ranges and plain rules. */
final class MonitorCheck {
  private final Resolution resolution;
  private final JobDocument document;
  private final Set<String> features;

  private MonitorCheck(Resolution resolution) {
    this.resolution = resolution;
    this.document = resolution.document();
    this.features = Names.features(resolution);
  }

  /** Looks at every monitor that is on. */
  static void check(Resolution resolution) {
    MonitorCheck check = new MonitorCheck(resolution);
    Map<String, Object> monitors = resolution.block("monitors");
    for (String id : MetricCatalogue.monitors()) {
      if (monitors.get(id) instanceof Map<?, ?>) {
        check.checkMonitor(id, "monitors." + id);
      }
    }
  }

  private void checkMonitor(String id, String path) {
    checkBoth(path);
    checkRules(id, path + ".rules");
    checkOverrides(id, path + ".overrides");
    if (resolution.facts() == null) {
      return;
    }
    Names.checkList(resolution, path + ".features", features);
    Names.checkList(resolution, path + ".exclude", features);
    checkKinds(path + ".ranges", "numeric");
    checkKinds(path + ".groups", "categorical");
    checkMetrics(id, path);
    if (id.equals("quality")) {
      checkRanges(path + ".ranges");
    }
    if (id.equals("prediction_drift")) {
      checkPredictionColumns(path + ".columns");
    }
  }

  private void checkBoth(String path) {
    boolean features = !document.texts(path + ".features").isEmpty();
    if (features && !document.texts(path + ".exclude").isEmpty()) {
      resolution
          .problems()
          .error(
              document.keyAt(path + ".exclude"),
              "E310",
              "features and exclude together in " + path,
              "keep one of them");
    }
  }

  private void checkOverrides(String id, String path) {
    int count = size(path);
    for (int i = 0; i < count; i++) {
      String override = path + "[" + i + "]";
      if (resolution.facts() != null) {
        Names.checkList(resolution, override + ".features", features);
      }
      checkRules(id, override + ".rules");
    }
  }

  private int size(String path) {
    return document
        .node(path)
        .filter(YamlNode.Items.class::isInstance)
        .map(node -> ((YamlNode.Items) node).items().size())
        .orElse(0);
  }

  private void checkKinds(String path, String kind) {
    if (!(document.node(path).orElse(null) instanceof YamlNode.Keys keys)) {
      return;
    }
    Set<String> fitting = Names.features(resolution, kind);
    keys.entries()
        .forEach(
            (name, entry) -> {
              if (!features.contains(name)) {
                Names.report(resolution, entry.keyAt(), path, name, fitting);
              } else if (!fitting.contains(name)) {
                String message = path + ": '" + name + "' is not " + kind;
                resolution.problems().error(entry.keyAt(), "E303", message);
              }
            });
  }

  private void checkRanges(String path) {
    if (!(document.node(path).orElse(null) instanceof YamlNode.Keys keys)) {
      return;
    }
    keys.entries()
        .forEach(
            (name, entry) -> {
              if (YamlNode.plain(entry.value()) instanceof List<?> ends
                  && ends.get(0) instanceof Number lowest
                  && ends.get(1) instanceof Number highest
                  && lowest.doubleValue() > highest.doubleValue()) {
                String message = path + "." + name + ": the lowest value is above the highest";
                resolution.problems().error(entry.value().at(), "E206", message);
              }
            });
  }

  private void checkMetrics(String id, String path) {
    boolean numeric = !Names.features(resolution, "numeric").isEmpty();
    if (!id.equals("drift") || numeric) {
      return;
    }
    for (String metric : document.texts(path + ".metrics")) {
      if (!MetricCatalogue.fitsCategories(metric)) {
        resolution
            .problems()
            .error(
                document.at(path + ".metrics", metric),
                "E303",
                "metric '" + metric + "' needs a numeric feature, and there is none");
      }
    }
  }

  private void checkPredictionColumns(String path) {
    Map<String, Object> columns = resolution.block("columns");
    for (String name : document.texts(path)) {
      boolean there =
          switch (name) {
            case "interval_width" -> columns.containsKey("lower") && columns.containsKey("upper");
            case "predicted_class" ->
                columns.containsKey(name) || columns.containsKey("class_scores");
            default -> columns.containsKey(name);
          };
      if (!there) {
        resolution
            .problems()
            .error(document.at(path, name), "E304", path + ": no column has the role " + name);
      }
    }
  }

  private void checkRules(String monitor, String path) {
    int count = size(path);
    for (int i = 0; i < count; i++) {
      String rule = path + "[" + i + "]";
      String when = document.text(rule).isPresent() ? rule : rule + ".when";
      Optional<String> text = document.text(when);
      if (text.isPresent()) {
        checkMetric(monitor, when, RuleGrammar.parse(text.get()).metric(), rule);
      }
      if (resolution.facts() != null && !monitor.equals("prediction_drift")) {
        Names.checkList(resolution, rule + ".features", features);
      }
    }
  }

  private void checkMetric(String monitor, String path, String metric, String rule) {
    if (!JobSchema.shipped().symbolsOf("metric_id").contains(metric)) {
      List<String> known = MetricCatalogue.of(monitor);
      String expected = "metrics of " + monitor + ": " + String.join(", ", known);
      String message = "unknown metric '" + metric + "'";
      Optional<String> closest = Spelling.closest(metric, known);
      if (closest.isPresent()) {
        error(path, metric, "E308", message, "did you mean '" + closest.get() + "'?", expected);
      } else {
        error(path, metric, "E308", message, expected);
      }
      return;
    }
    List<String> tasks = Blocks.texts(resolution.root().get("task"));
    if (!MetricCatalogue.of(monitor).contains(metric)) {
      String owners = String.join(", ", MetricCatalogue.monitorsOf(metric));
      String message = "metric '" + metric + "' is none of monitor " + monitor;
      error(path, metric, "E303", message, "it belongs to " + owners);
    } else if (!MetricCatalogue.fitsTasks(monitor, metric, tasks)) {
      String message = "metric '" + metric + "' does not fit the task " + String.join(", ", tasks);
      error(path, metric, "E303", message);
    } else if (monitor.equals("drift") && !MetricCatalogue.fitsCategories(metric)) {
      checkNumeric(path, metric, rule);
    }
  }

  private void checkNumeric(String path, String metric, String rule) {
    List<String> named = document.texts(rule + ".features");
    Set<String> numeric = Names.features(resolution, "numeric");
    boolean none =
        named.isEmpty() ? numeric.isEmpty() : named.stream().noneMatch(numeric::contains);
    if (none && resolution.facts() != null) {
      error(path, metric, "E303", "metric '" + metric + "' needs a numeric feature");
    }
  }

  private void error(String path, String metric, String code, String message, String... notes) {
    Position at = document.at(path);
    boolean quoted =
        document.node(path).orElse(null) instanceof YamlNode.Scalar scalar && scalar.quoted();
    Position name = at.shifted(quoted ? 1 : 0, metric.length());
    resolution.problems().error(name, code, message, notes);
  }
}
