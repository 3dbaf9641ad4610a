package dev.weir.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** What was measured, where and on which state of the sources: as JSON, and as a table. */
final class BenchmarkReport {
  private static final String RATE = "records/s";
  private static final String COST = "CPU us/record";
  private static final String VALUE_COST = "CPU ns/value";
  private static final String BROKER_COST = "broker's CPU us/record";
  private static final List<String> MEASURES =
      List.of(
          RATE,
          COST,
          VALUE_COST,
          BROKER_COST,
          "allocated B/record",
          "longest pause ms",
          "live heap MB",
          "resident MB",
          "checkpoint MB");

  private static final String ONE_TASK = "weir_one_task";

  private static final String[][] RATIOS = {
    {"weir_profile", "null"},
    {"weir_profile_and_copies", "null"},
    {"weir_profile", "keyed_window_heap"},
    {"weir_profile", "keyed_window_heap_few_bins"},
    {"weir_profile", "keyed_window_rocksdb_few_bins"},
    {"weir_pairing", "interval_join_rocksdb"},
    {"weir_hot_model", "weir_even_models"},
    {"weir_hot_model", ONE_TASK},
    {"weir_wide", "weir_narrow"},
    {"weir_100000", "weir_10000000"},
    {"weir_1000000", "weir_10000000"},
    {"weir_10000000", "weir_100000000"}
  };

  private final boolean quick;
  private final int parallelism;
  private final Map<String, Map<String, List<Double>>> rounds = new LinkedHashMap<>();
  private final Map<String, Map<String, Double>> steps = new TreeMap<>();
  private final Map<String, Number> notes = new TreeMap<>();
  private final Map<String, Map<String, Double>> waits = new LinkedHashMap<>();

  BenchmarkReport(boolean quick, int parallelism) {
    this.quick = quick;
    this.parallelism = parallelism;
  }

  /** Something worth knowing beside. */
  void note(String what, Number value) {
    notes.put(what, value);
  }

  /**
   * A round that counts.
   *
   * @param values features of a record
   */
  void round(String contender, int values, String answer) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (String word : answer.split(" ")) {
      String[] pair = word.split("=");
      numbers.put(pair[0], Double.valueOf(pair[1]));
    }
    double records = numbers.get("records");
    put(contender, RATE, records / numbers.get("seconds"));
    put(contender, COST, numbers.get("cpu") * 1e6 / records);
    put(contender, VALUE_COST, numbers.get("cpu") * 1e9 / records / values);
    put(contender, BROKER_COST, numbers.get("broker") * 1e6 / records);
    put(contender, "allocated B/record", numbers.get("allocated") / records);
    put(contender, "longest pause ms", numbers.get("pause") / 1e6);
    put(contender, "live heap MB", numbers.get("live") / 1e6);
    put(contender, "resident MB", numbers.get("resident") / 1e6);
    put(contender, "checkpoint MB", numbers.get("state") / 1e6);
  }

  private void put(String contender, String measure, double value) {
    rounds
        .computeIfAbsent(contender, any -> new LinkedHashMap<>())
        .computeIfAbsent(measure, any -> new ArrayList<>())
        .add(value);
  }

  /** A step that was measured alone. */
  void step(RunResult result) {
    String[] words = result.getParams().getBenchmark().split("\\.");
    String name = words[words.length - 2] + "." + words[words.length - 1];
    for (String key : result.getParams().getParamsKeys()) {
      name += " " + key + "=" + result.getParams().getParam(key);
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put(result.getPrimaryResult().getScoreUnit(), result.getPrimaryResult().getScore());
    result
        .getSecondaryResults()
        .forEach(
            (label, secondary) -> {
              if (label.contains("alloc.rate.norm")) {
                numbers.put("B/op", ((Result<?>) secondary).getScore());
              }
            });
    steps.put(name, numbers);
  }

  /** How long something took each time, seconds. */
  void waited(String what, List<Double> seconds) {
    List<Double> sorted = seconds.stream().sorted().toList();
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("times", (double) sorted.size());
    numbers.put("median s", quantile(sorted, 0.5));
    numbers.put("p99 s", quantile(sorted, 0.99));
    numbers.put("longest s", quantile(sorted, 1));
    waits.put(what, numbers);
  }

  private static double quantile(List<Double> sorted, double level) {
    return sorted.get((int) Math.max(0, Math.ceil(level * sorted.size()) - 1));
  }

  private void waits(StringBuilder out) {
    out.append("\n| what | ").append(String.join(" | ", waits.values().iterator().next().keySet()));
    out.append(" |\n|---|---|---|---|---|\n");
    waits.forEach(
        (what, numbers) -> {
          out.append("| ").append(what);
          numbers.values().forEach(value -> out.append(" | ").append(number(value)));
          out.append(" |\n");
        });
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Writes {@code PART.json} and the table, {@code PART.md}. */
  void write(Path folder, String part) throws IOException {
    Files.createDirectories(folder);
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("machine", machine());
    all.put("quick", quick);
    all.put("parallelism", parallelism);
    all.put("notes", notes);
    all.put("rounds", rounds);
    all.put("steps", steps);
    all.put("waits", waits);
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    Files.writeString(folder.resolve(part + ".json"), mapper.writeValueAsString(all) + "\n");
    Files.writeString(folder.resolve(part + ".md"), table());
  }

  private String table() throws IOException {
    StringBuilder out = new StringBuilder("# What was measured\n\n");
    machine()
        .forEach(
            (name, value) -> out.append("- ").append(name).append(": ").append(value).append('\n'));
    notes.forEach(
        (name, value) -> out.append("- ").append(name).append(": ").append(value).append('\n'));
    if (!rounds.isEmpty()) {
      contenders(out);
      ratios(out);
    }
    if (!waits.isEmpty()) {
      waits(out);
    }
    if (!steps.isEmpty()) {
      steps(out);
    }
    return out.toString();
  }

  private void contenders(StringBuilder out) {
    out.append("\nMedians of interleaved rounds, parallelism ").append(parallelism).append(":\n\n");
    out.append("| contender | ").append(String.join(" | ", MEASURES)).append(" | rounds |\n");
    out.append("|---".repeat(MEASURES.size() + 2)).append("|\n");
    rounds.forEach(
        (name, measures) -> {
          out.append("| ").append(name);
          for (String measure : MEASURES) {
            out.append(" | ").append(number(median(measures.get(measure))));
          }
          out.append(" | ").append(measures.get(RATE).size()).append(" |\n");
        });
  }

  private void steps(StringBuilder out) {
    out.append("\nSingle steps, one thread:\n\n| step | score | unit | allocated B/op |\n");
    out.append("|---|---|---|---|\n");
    steps.forEach(
        (name, numbers) -> {
          String unit = numbers.keySet().iterator().next();
          out.append("| ").append(name).append(" | ").append(number(numbers.get(unit)));
          out.append(" | ").append(unit).append(" | ");
          out.append(number(numbers.getOrDefault("B/op", 0.0))).append(" |\n");
        });
  }

  private void ratios(StringBuilder out) {
    out.append("\nBy the clock, and by processor time, which other load disturbs less:\n\n");
    out.append("| ratio | records/s | records per CPU second | values per CPU second |\n");
    out.append("|---|---|---|---|\n");
    for (String[] pair : RATIOS) {
      ratio(out, pair[0], pair[1]);
    }
    if (rounds.containsKey(ONE_TASK)) {
      secondTask(out);
    }
  }

  /**
   * One task has a core of its own. Two have both cores but for what the broker uses of them, so
   * their records count by the core seconds that are left, idle ones among them.
   */
  private void secondTask(StringBuilder out) {
    double shared = median("weir_hot_model", BROKER_COST) * 1e-6 * median("weir_hot_model", RATE);
    double left = parallelism - shared;
    double speedup = median("weir_hot_model", RATE) * parallelism / left / median(ONE_TASK, RATE);
    out.append("\nOne task reads %.0f records/s on one core. ".formatted(median(ONE_TASK, RATE)));
    out.append("Two read %.0f on the ".formatted(median("weir_hot_model", RATE)));
    out.append("%.2f cores that the broker leaves them, ".formatted(left));
    out.append("which is %.2f times as much by core.\n".formatted(speedup / parallelism));
    out.append("With the broker's cost subtracted a second task and core bring ");
    out.append("%.2f times the records.\n".formatted(speedup));
  }

  private void ratio(StringBuilder out, String one, String other) {
    if (rounds.containsKey(one) && rounds.containsKey(other)) {
      out.append("| ").append(one).append(" / ").append(other);
      out.append(" | %.2f".formatted(median(one, RATE) / median(other, RATE)));
      out.append(" | %.2f".formatted(median(other, COST) / median(one, COST)));
      out.append(" | %.2f |\n".formatted(median(other, VALUE_COST) / median(one, VALUE_COST)));
    }
  }

  private double median(String contender, String measure) {
    return median(rounds.get(contender).get(measure));
  }

  private static String number(double value) {
    return value >= 1000 ? "%.0f".formatted(value) : "%.3f".formatted(value);
  }

  private static Map<String, String> machine() throws IOException {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("commit", said("git", "describe", "--always", "--dirty"));
    machine.put("processor", processor());
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    machine.put("load of the last minute", "%.1f".formatted(load));
    machine.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    machine.put("Java", Runtime.version().toString());
    machine.put("Flink", org.apache.flink.runtime.util.EnvironmentInformation.getVersion());
    machine.put("Kafka", org.apache.kafka.common.utils.AppInfoParser.getVersion());
    return machine;
  }

  private static String processor() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return System.getProperty("os.arch");
    }
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    }
  }

  private static String said(String... command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      return line == null ? "unknown" : line;
    }
  }
}
