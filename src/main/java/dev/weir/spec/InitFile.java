package dev.weir.spec;

import dev.weir.baseline.ReferenceRows;
import dev.weir.baseline.Season;
import dev.weir.baseline.SeasonCalendar;
import dev.weir.event.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The job file that {@code weir init} writes: what was inferred, with the reason beside it, in at
 * most 40 lines. What is left out is inferred again when the file is loaded.
 *
 * <p>What the reference cannot tell is written as {@code TODO}, which {@code weir validate}
 * refuses.
 */
public final class InitFile {
  private static final int COMMENT_COLUMN = 44;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
  private static final List<String> WORDS = List.of("true", "false", "null");

  /** Share of the variance of volume from which a season is offered. */
  private static final double SEASONAL = 0.2;

  /** Seasons, finest first, with the length that a window must divide. */
  private static final Map<String, Duration> SEASONS =
      new TreeMap<>(
          Map.of(
              "1 hour_of_week", Duration.ofHours(1),
              "2 hour_of_day", Duration.ofHours(1),
              "3 day_of_week", Duration.ofDays(1)));

  private final Resolution resolution;
  private final ReferenceFacts facts;
  private final StringBuilder out = new StringBuilder();

  private InitFile(Resolution resolution, ReferenceFacts facts) {
    this.resolution = resolution;
    this.facts = facts;
  }

  /**
   * The text of a job file.
   *
   * @param model name of the model
   * @param reference path of the reference as it shall stand in the file
   * @param folder where that path begins
   * @param references opens the reference
   * @throws JobFileException if the name is none, or the reference cannot be read or has no column
   *     with the prediction id
   */
  public static String write(
      String model, String reference, Path folder, ReferenceRows.Opener references)
      throws JobFileException {
    String smallest =
        "weir: 1\nmodel: " + quoted(model) + "\nreference: " + quoted(reference) + "\n";
    Resolution resolution =
        JobFiles.resolve(
            smallest.getBytes(StandardCharsets.UTF_8), "weir.yaml", folder, references);
    List<Problem> problems =
        resolution.problems().sorted().stream()
            .filter(problem -> !problem.code().equals("E307"))
            .toList();
    ReferenceFacts facts = resolution.facts();
    if (facts == null || problems.stream().anyMatch(Problem::isError)) {
      throw new JobFileException(problems);
    }
    return new InitFile(resolution, facts).text(model, reference);
  }

  private String text(String model, String reference) {
    out.append("# yaml-language-server: $schema=../../schemas/weir-job.schema.json\n");
    out.append(
        "# Made by 'weir init'. A key that is left out is inferred from the reference again;\n");
    out.append("# 'weir explain' shows every value and where it comes from.\n");
    line("weir: 1", "");
    line("model: " + quoted(model), "");
    line("reference: " + quoted(reference), facts.rows() + " rows");
    writeTask();
    writeColumns();
    writeWindow();
    writeLabels();
    writeMonitors();
    writeSeason();
    writeRetraining();
    return out.toString();
  }

  private void line(String key, String reason) {
    String pad = " ".repeat(Math.max(1, COMMENT_COLUMN - key.length()));
    out.append(key).append(reason.isEmpty() ? "" : pad + "# " + reason).append('\n');
  }

  private void writeTask() {
    List<String> tasks = Blocks.texts(resolution.root().get("task"));
    if (!tasks.isEmpty()) {
      line("task: " + list(tasks), resolution.reason("task"));
    }
    if (tasks.contains("binary")) {
      String positive = String.valueOf(resolution.root().get("positive_class"));
      line(
          "positive_class: " + CanonicalJson.string(positive), resolution.reason("positive_class"));
    }
  }

  private void writeColumns() {
    Map<String, Object> columns = resolution.block("columns");
    out.append('\n');
    List<String> same = new ArrayList<>();
    List<Role> renamed = new ArrayList<>();
    for (Role role : Role.values()) {
      String column = Blocks.text(columns, role.id()).orElse("");
      if (column.equals(role.id())) {
        same.add(column);
      } else if (!column.isEmpty()) {
        renamed.add(role);
      }
    }
    boolean named =
        !renamed.isEmpty()
            || !Blocks.texts(columns.get("ignore")).isEmpty()
            || !Blocks.texts(columns.get("calendar")).isEmpty();
    // A key with nothing below it would be refused.
    line(
        named ? "columns:" : "# columns:",
        Names.features(resolution).size() + " features: every column not named here");
    for (Role role : renamed) {
      String column = Blocks.needText(columns, role.id());
      line("  " + role.id() + ": " + quoted(column), resolution.reason("columns." + role.id()));
    }
    if (!same.isEmpty()) {
      out.append("  # ").append(String.join(", ", same)).append(": have their names\n");
    }
    writeNames(columns, "ignore");
    writeNames(columns, "calendar");
  }

  private void writeNames(Map<String, Object> columns, String key) {
    List<String> names = Blocks.texts(columns.get(key));
    List<String> reasons =
        names.stream()
            .map(name -> resolution.reason("columns." + key + "." + name))
            .distinct()
            .limit(2)
            .toList();
    if (!names.isEmpty()) {
      line("  " + key + ": " + list(names), String.join("; ", reasons));
    }
  }

  private void writeWindow() {
    Map<String, Object> window = resolution.block("window");
    out.append('\n');
    line("window:", "");
    line("  size: " + window.get("size"), resolution.reason("window.size"));
    if (!resolution.reason("window.min_events").isEmpty()) {
      String key = "  min_events: " + window.get("min_events");
      line(key, resolution.reason("window.min_events"));
    }
  }

  private void writeLabels() {
    Map<String, Object> labels = resolution.block("labels");
    out.append('\n');
    line("labels:", "");
    Optional<String> horizon = Blocks.text(labels, "horizon");
    if (horizon.isPresent()) {
      line("  horizon: " + horizon.get(), resolution.reason("labels.horizon"));
      line("  early_age: " + labels.get("early_age"), resolution.reason("labels.early_age"));
    } else {
      line(
          "  horizon: TODO",
          "how long is a label waited for, such as 7d? The reference cannot tell");
    }
  }

  private void writeMonitors() {
    Map<String, Object> monitors = resolution.block("monitors");
    List<String> on = new ArrayList<>();
    MetricCatalogue.monitors().stream()
        .filter(id -> monitors.get(id) instanceof Map<?, ?>)
        .forEach(on::add);
    out.append('\n');
    line("monitors:", "on: " + String.join(", ", on));
    line("  quality: true", "");
    if (on.contains("performance")) {
      writeLosses(Blocks.copy(monitors.get("performance")));
    }
    if (on.contains("coverage")) {
      Map<String, Object> coverage = Blocks.copy(monitors.get("coverage"));
      String nominal = CanonicalJson.write(coverage.get("nominal"));
      String reason = resolution.reason("monitors.coverage.nominal");
      String check = reason.startsWith("by the names") ? "" : "; check it";
      line("  coverage: {nominal: " + nominal + "}", reason + check);
    }
  }

  private void writeLosses(Map<String, Object> performance) {
    List<String> losses = new ArrayList<>();
    for (Map<String, Object> loss : Blocks.list(performance.get("loss"))) {
      boolean bounded = List.of("brier", "error_rate").contains(loss.get("name"));
      String max = CanonicalJson.write(loss.get("max"));
      losses.add(
          bounded
              ? String.valueOf(loss.get("name"))
              : "{name: " + loss.get("name") + ", max: " + max + "}");
    }
    String joined = "[" + String.join(", ", losses) + "]";
    line(
        "  performance: {loss: " + joined + "}",
        "one for each task; max: 99th percentile of the loss in the reference");
  }

  /** Offers a season as a comment; it is never switched on silently. */
  private void writeSeason() {
    Map<String, Object> window = resolution.block("window");
    Duration size = Durations.parse(String.valueOf(window.get("size")));
    ZoneId zone = ZoneId.of(String.valueOf(window.get("time_zone")));
    for (Map.Entry<String, Duration> season : SEASONS.entrySet()) {
      String by = season.getKey().substring(2);
      if (season.getValue().toMillis() % size.toMillis() == 0) {
        double explained = explained(by, size, zone);
        if (explained > SEASONAL) {
          String percent = Math.round(100 * explained) + " %";
          out.append("\n# seasonality: {by: ").append(by).append("}   # explains ");
          out.append(percent).append(" of the variance of volume in the reference\n");
          return;
        }
      }
    }
  }

  /** Share of the variance of rows per window between seasonal cells; 0 if a cell is seen once. */
  private double explained(String by, Duration size, ZoneId zone) {
    SeasonCalendar calendar = new SeasonCalendar(Season.of(by).orElseThrow(), zone);
    Map<Integer, List<Long>> cells = new TreeMap<>();
    Map<Long, Long> windows = facts.windows(size, zone);
    windows.forEach(
        (start, count) ->
            cells.computeIfAbsent(calendar.cell(start), unused -> new ArrayList<>()).add(count));
    double mean = mean(windows.values().iterator());
    double total = 0;
    double between = 0;
    for (List<Long> cell : cells.values()) {
      if (cell.size() < 2) {
        return 0;
      }
      double own = mean(cell.iterator());
      between += cell.size() * (own - mean) * (own - mean);
      total += cell.stream().mapToDouble(count -> (count - mean) * (count - mean)).sum();
    }
    return total == 0 ? 0 : between / total;
  }

  private static double mean(Iterator<Long> counts) {
    double sum = 0;
    int number = 0;
    while (counts.hasNext()) {
      sum += counts.next();
      number++;
    }
    return number == 0 ? 0 : sum / number;
  }

  private void writeRetraining() {
    if (resolution.block("monitors").get("performance") instanceof Map<?, ?>) {
      out.append('\n');
      line("retraining:", "");
      line("  - name: retrain", "");
      line("    when: performance.alert", "");
      line("    dry_run: true", "consumers must not train; false once you trust it");
    }
  }

  private static String list(List<String> names) {
    return "[" + String.join(", ", names.stream().map(InitFile::quoted).toList()) + "]";
  }

  private static String quoted(String text) {
    boolean plain = PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    return plain ? text : CanonicalJson.string(text);
  }
}
