package dev.weir.cli;

import dev.weir.flink.kafka.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * {@code weir bench}: every contender on the same topics of the same broker, in rounds that take
 * turns, and what single steps cost.
 *
 * <p>Each contender is a process that stays, so that none pays for another's garbage or compiled
 * code; its first rounds warm it up and do not count.
 */
final class Benchmarks {
  private static final int PARALLELISM = 2;

  /**
   * Rounds that do not count, because code is still being compiled, and those that do.
   *
   * @param atRest whether memory and state are those after all windows that ended are judged
   */
  private record Rounds(int warmUp, int counted, boolean atRest) {}

  private static final Rounds SPEED = new Rounds(3, 5, false);

  /** For what judges and decides as well, each of which is slow to be compiled. */
  private static final Rounds WARM = new Rounds(8, 5, false);

  /** Where the question is what is kept, and not how fast. */
  private static final Rounds SIZE = new Rounds(0, 5, true);

  /** For rounds of a minute. */
  private static final Rounds LONG = new Rounds(1, 3, false);

  private static final String LONGEST = "longest";

  private static final String WINDOWS = "window: {size: 1h, slide: 2m, min_events: 200}\n";
  private static final String UNLABELLED = WINDOWS + "labels: {horizon: 1h, corrections_for: 0s}\n";

  /** Then no id is kept; with it, the copies of features are looked for as well. */
  private static final String NO_COPIES = "monitors: {quality: {duplicates: 1}}\n";

  private static final String TUMBLING =
      "window: {size: 1h, min_events: 200}\nlabels: {horizon: 1h, corrections_for: 0s}\n"
          + NO_COPIES;
  private static final String SEGMENTED = TUMBLING + "segments: [c0]\n";
  private static final String LABELLED =
      "task: binary\nwindow: {size: 1h, min_events: 200}\n"
          + "labels: {horizon: 6h, corrections_for: 0s}\n";

  private final boolean quick;
  private final Path folder;
  private BenchmarkReport report;

  private Benchmarks(boolean quick, Path folder) {
    this.quick = quick;
    this.folder = folder;
    this.report = new BenchmarkReport(quick, PARALLELISM);
  }

  /** {@code --quick}: few and short rounds, to see that it runs; names of parts: only these. */
  public static void main(String[] arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.removeIf(String::isBlank);
    boolean quick = words.remove("--quick");
    Path folder = Files.createDirectories(Path.of("target", "bench").toAbsolutePath());
    Benchmarks benchmarks = new Benchmarks(quick, Files.createTempDirectory(folder, "run-"));
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("profile", benchmarks::profilePath);
    parts.put("pairing", benchmarks::pairingPath);
    parts.put("micro", benchmarks::steps);
    parts.put("scaling", benchmarks::scaling);
    parts.put("width", benchmarks::width);
    parts.put("length", benchmarks::length);
    parts.put("series", benchmarks::series);
    parts.put("latency", benchmarks::latency);
    parts.put("commands", benchmarks::commands);
    parts.put(LONGEST, benchmarks::longest);
    for (Map.Entry<String, Part> part : parts.entrySet()) {
      if (words.contains(part.getKey()) || words.isEmpty() && !part.getKey().equals(LONGEST)) {
        benchmarks.report = new BenchmarkReport(quick, PARALLELISM);
        part.getValue().run();
        benchmarks.report.write(benchmarks.results(), part.getKey());
      }
    }
  }

  private Path results() {
    return quick ? folder.getParent() : Path.of("src", "jmh", "results");
  }

  private interface Part {
    void run() throws Exception;
  }

  /** Who runs, how wide, on which topics, and how many ids of them. */
  private record Entrant(
      String name, Contender contender, int parallelism, BenchmarkTopics topics, long ids) {

    /** Entrants with one key take turns in one process. */
    String process() {
      String prefix = topics.kafka().topicPrefix().replace(".", "");
      return contender.name().toLowerCase(Locale.ROOT) + "-" + parallelism + "-" + prefix;
    }
  }

  private interface Entrants {
    List<Entrant> on(String servers) throws IOException;
  }

  /** A window ends with every millionth record: hundreds of times as often as in real time. */
  private BenchmarkTraffic fastTraffic(boolean whole) {
    return new BenchmarkTraffic(1, 1, 20, quick ? 100_000 : 30_000_000, whole);
  }

  private void profilePath() throws IOException, InterruptedException {
    BenchmarkTraffic traffic = fastTraffic(false);
    rounds(
        "profile",
        WARM,
        servers -> {
          // Many, because a job that has just started is busy with starting.
          long ids = quick ? 200_000 : 24_000_000;
          BenchmarkTopics topics = fill(servers, "profile", traffic, ids, UNLABELLED + NO_COPIES);
          BenchmarkTopics copies = topics(servers, "copies", "profile", traffic, ids, UNLABELLED);
          // The slow ones read a part: they would hold up the others' turns.
          return List.of(
              entrant(Contender.NULL, topics, ids),
              entrant(Contender.WEIR_PROFILE, topics, ids),
              new Entrant(
                  "weir_profile_and_copies", Contender.WEIR_PROFILE, PARALLELISM, copies, ids / 36),
              entrant(Contender.KEYED_WINDOW_HEAP, topics, ids),
              entrant(Contender.KEYED_WINDOW_HEAP_FEW_BINS, topics, ids),
              entrant(Contender.KEYED_WINDOW_ROCKSDB_FEW_BINS, topics, ids / 24));
        });
  }

  private void pairingPath() throws IOException, InterruptedException {
    BenchmarkTraffic traffic = new BenchmarkTraffic(1, 1, 20, quick ? 2_000 : 20_000);
    rounds(
        "pairing",
        SPEED,
        servers -> {
          long ids = quick ? 20_000 : 200_000;
          BenchmarkTopics topics = fill(servers, "pairing", traffic, ids, LABELLED);
          return List.of(
              entrant(Contender.WEIR_PAIRING, topics, ids),
              entrant(Contender.INTERVAL_JOIN_ROCKSDB, topics, ids));
        });
  }

  /**
   * One task on a core of its own against two on two that the broker shares, one model with most of
   * the traffic against many with little.
   */
  private void scaling() throws IOException, InterruptedException {
    long ids = quick ? 100_000 : 6_000_000;
    int perHour = quick ? 50_000 : 1_800_000;
    rounds(
        "scaling",
        WARM,
        servers -> {
          BenchmarkTopics even =
              fill(servers, "even", new BenchmarkTraffic(100, 0.01, 20, perHour), ids, TUMBLING);
          BenchmarkTopics hot =
              fill(servers, "hot", new BenchmarkTraffic(100, 0.9, 20, perHour), ids, TUMBLING);
          List<Entrant> entrants = new ArrayList<>();
          entrants.add(weir("weir_even_models", even, ids));
          entrants.add(weir("weir_hot_model", hot, ids));
          if (Child.canHaveOneCore()) {
            entrants.add(new Entrant("weir_one_task", Contender.WEIR_PROFILE, 1, hot, ids));
          }
          return entrants;
        });
  }

  /** Twenty features against two thousand: so many values of each, and so many rows in a pane. */
  private void width() throws IOException, InterruptedException {
    long ids = quick ? 200_000 : 4_000_000;
    int perHour = quick ? 1_500 : 30_000;
    rounds(
        "width",
        SPEED,
        servers -> {
          BenchmarkTraffic narrow = new BenchmarkTraffic(1, 1, 20, perHour);
          // With three categories as many as an event may hold.
          BenchmarkTraffic wide = new BenchmarkTraffic(1, 1, 1_997, perHour);
          return List.of(
              weir("weir_narrow", fill(servers, "narrow", narrow, ids, TUMBLING), ids),
              weir("weir_wide", fill(servers, "wide", wide, ids / 100, TUMBLING), ids / 100));
        });
  }

  /** Short and long runs in one process. */
  private void length() throws IOException, InterruptedException {
    runs("length", WARM, false, 100_000, quick ? 1_000_000 : 10_000_000);
  }

  /**
   * Much longer ones, for which somebody must ask. They are compressed, or the broker would read
   * more than this machine's memory from its disk, while short ones are still there.
   */
  private void longest() throws IOException, InterruptedException {
    long least = quick ? 100_000 : 10_000_000;
    runs(LONGEST, LONG, true, least, 10 * least);
  }

  private void runs(String part, Rounds wanted, boolean whole, long least, long most)
      throws IOException, InterruptedException {
    BenchmarkTraffic traffic = fastTraffic(whole);
    rounds(
        part,
        wanted,
        servers -> {
          BenchmarkTopics topics = fill(servers, part, traffic, most, UNLABELLED + NO_COPIES);
          List<Entrant> entrants = new ArrayList<>();
          for (long ids = least; ids <= most; ids *= 10) {
            entrants.add(weir("weir_" + ids, topics, ids));
          }
          return entrants;
        });
  }

  /**
   * Five hundred models of twenty features in ten segments, a hundred without, and the same hundred
   * with: what it takes to keep them.
   */
  private void series() throws IOException, InterruptedException {
    int many = quick ? 20 : 500;
    int some = quick ? 10 : 100;
    // One window of an hour ends, and another is nearly full.
    int perHour = quick ? 50_000 : 500_000;
    long ids = perHour * 19L / 10;
    rounds(
        "series",
        SIZE,
        servers -> {
          BenchmarkTraffic large = new BenchmarkTraffic(many, 1.0 / many, 20, perHour);
          BenchmarkTraffic small = new BenchmarkTraffic(some, 1.0 / some, 20, perHour);
          return List.of(
              weir("weir_series", fill(servers, "series", large, ids, SEGMENTED), ids),
              weir("weir_few_series", fill(servers, "few", small, ids, TUMBLING), ids),
              weir("weir_some_series", topics(servers, "some", "few", small, ids, SEGMENTED), ids));
        });
  }

  private void latency() throws IOException, InterruptedException {
    Path log = folder.resolve("latency.log");
    try (Child broker = Child.start(BenchmarkBroker.class, log, folder.resolve("b").toString())) {
      WindowLatency.measure(broker.read(), folder, quick, report);
    }
  }

  private void commands() throws IOException, InterruptedException {
    new CommandTimes(folder, quick ? 1 : 3).measure(report);
  }

  private static Entrant entrant(Contender contender, BenchmarkTopics topics, long ids) {
    String name = contender.name().toLowerCase(Locale.ROOT);
    return new Entrant(name, contender, PARALLELISM, topics, ids);
  }

  private static Entrant weir(String name, BenchmarkTopics topics, long ids) {
    return new Entrant(name, Contender.WEIR_PROFILE, PARALLELISM, topics, ids);
  }

  private BenchmarkTopics fill(
      String servers, String prefix, BenchmarkTraffic traffic, long ids, String jobFile)
      throws IOException {
    BenchmarkTopics topics = topics(servers, prefix, prefix, traffic, ids, jobFile);
    report.note(prefix + ": bytes of a features record", topics.fill(jobFile.equals(LABELLED)));
    return topics;
  }

  private BenchmarkTopics topics(
      String servers,
      String prefix,
      String features,
      BenchmarkTraffic traffic,
      long ids,
      String jobFile)
      throws IOException {
    return new BenchmarkTopics(
            BenchmarkTopics.settings(servers, prefix + ".", features + ".features", "fill"),
            traffic,
            ids)
        .make(folder.resolve(prefix + "-job"), jobFile.equals(LABELLED), jobFile);
  }

  private void rounds(String part, Rounds wanted, Entrants entrants)
      throws IOException, InterruptedException {
    Rounds rounds = quick ? new Rounds(1, 1, wanted.atRest()) : wanted;
    Map<String, Child> running = new HashMap<>();
    Path log = folder.resolve(part + ".log");
    try (Child broker = Child.start(BenchmarkBroker.class, log, folder.resolve(part).toString())) {
      String servers = broker.read();
      List<Entrant> turns = entrants.on(servers);
      for (int round = 0; round < rounds.warmUp() + rounds.counted(); round++) {
        for (Entrant entrant : turns) {
          Child child = running.get(entrant.process());
          if (child == null) {
            child = start(entrant, servers, broker.pid(), log);
            running.put(entrant.process(), child);
          }
          String answer =
              child.ask(entrant.ids() + (rounds.atRest() ? " " + ContenderProcess.AT_REST : ""));
          System.err.println(part + " round " + round + " " + entrant.name() + " " + answer);
          if (round >= rounds.warmUp()) {
            report.round(entrant.name(), entrant.topics().traffic().values(), answer);
          }
        }
        // Whoever stops it half way keeps the rounds that were.
        report.write(results(), part);
      }
    } finally {
      for (Child child : running.values()) {
        child.close();
      }
    }
  }

  private Child start(Entrant entrant, String servers, long broker, Path log) throws IOException {
    return Child.start(
        entrant.parallelism() < PARALLELISM ? Child.ONE_CORE : List.of(),
        ContenderProcess.class,
        log,
        entrant.contender().name(),
        servers,
        entrant.topics().kafka().topicPrefix(),
        entrant.topics().kafka().name(Topic.FEATURES),
        folder.resolve(entrant.process()).toString(),
        String.valueOf(entrant.parallelism()),
        String.valueOf(broker));
  }

  private void steps() throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("dev\\.weir\\..*Benchmark\\..*")
            .addProfiler(GCProfiler.class)
            .jvmArgs("@src/main/launch/jvm.options", "-Xmx2g", "-XX:+UseParallelGC");
    if (quick) {
      options
          .forks(1)
          .warmupIterations(1)
          .measurementIterations(1)
          .warmupTime(TimeValue.seconds(1))
          .measurementTime(TimeValue.seconds(1));
    }
    for (RunResult result : new Runner(options.build()).run()) {
      report.step(result);
    }
  }
}
