package dev.weir.cli;

import dev.weir.flink.Environments;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker and a Flink cluster on this machine, each part a process of its own, on free ports
 * of the loopback address.
 *
 * <p>Guarantee: everything lies in one folder; the parts outlive who started them, and {@link #end}
 * ends them and no other process. A part that died is started again with what it had.
 */
final class LocalCluster {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ADDRESS = "127.0.0.1";
  private static final String STATE = "cluster.properties";

  /** What Flink's own scripts open up of Java 17. */
  private static final String[] OPENED = {
    "java.lang",
    "java.net",
    "java.io",
    "java.nio",
    "sun.nio.ch",
    "java.lang.reflect",
    "java.text",
    "java.time",
    "java.util",
    "java.util.concurrent",
    "java.util.concurrent.atomic",
    "java.util.concurrent.locks"
  };

  private final Path folder;
  private final Properties state;

  private LocalCluster(Path folder, Properties state) {
    this.folder = folder;
    this.state = state;
  }

  /** The cluster whose state is in a folder, whether its parts run or not. */
  static Optional<LocalCluster> in(Path folder) {
    Path whole = folder.toAbsolutePath().normalize();
    Path file = whole.resolve(STATE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties state = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      state.load(reader);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CONFIGURATION, file + " cannot be read: " + e, e);
    }
    return Optional.of(new LocalCluster(whole, state));
  }

  /**
   * Starts a cluster in a folder and waits until it can be used. What was there of an earlier one
   * that has ended is deleted.
   *
   * @throws CommandFailure if one runs there already, or a part does not start; nothing is left
   *     then
   */
  static LocalCluster start(Path place, ClusterSettings settings) throws IOException {
    Path folder = place.toAbsolutePath().normalize();
    in(folder).ifPresent(LocalCluster::requireEnded);
    requireLibrary(settings.library());
    clear(folder);
    LocalCluster cluster = new LocalCluster(folder, plan(settings));
    cluster.write(settings);
    boolean started = false;
    try {
      cluster.startMissing();
      cluster.awaitReady();
      started = true;
    } finally {
      if (!started) {
        cluster.end();
      }
    }
    return cluster;
  }

  private void requireEnded() {
    List<String> running = running();
    if (!running.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "a cluster runs in "
              + folder
              + " already ("
              + String.join(", ", running)
              + "); 'weir cluster down --dir "
              + folder
              + "' ends it, or name another --dir");
    }
  }

  private static void requireLibrary(Path library) throws IOException {
    if (Files.isDirectory(library)) {
      try (Stream<Path> jars = Files.list(library)) {
        if (jars.anyMatch(jar -> jar.getFileName().toString().startsWith("flink-"))) {
          return;
        }
      }
    }
    throw new CommandFailure(
        ExitCode.CONFIGURATION,
        "no Flink in "
            + library
            + "; './mvnw -Pquick package' puts it there, or --flink-lib names the lib folder of a"
            + " Flink 2.2");
  }

  private static void clear(Path folder) throws IOException {
    if (!Files.exists(folder.resolve(STATE))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          if (files.findAny().isPresent()) {
            throw new CommandFailure(
                ExitCode.USAGE, folder + " holds something else; name an empty or new --dir");
          }
        }
      }
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Properties plan(ClusterSettings settings) throws IOException {
    Properties state = new Properties();
    for (String port : List.of("broker", "controller", "rest", "rpc", "zookeeper")) {
      state.setProperty("port." + port, String.valueOf(EmbeddedBroker.freePort()));
    }
    state.setProperty("library", settings.library().toAbsolutePath().normalize().toString());
    state.setProperty("taskmanagers", String.valueOf(settings.taskManagers()));
    state.setProperty("slots", String.valueOf(settings.slots()));
    state.setProperty("zookeeper", String.valueOf(settings.highAvailability()));
    settings
        .broker()
        .forEach(
            (key, value) ->
                state.setProperty(
                    "broker." + key,
                    value
                        .replace("${broker}", state.getProperty("port.broker"))
                        .replace("${controller}", state.getProperty("port.controller"))));
    return state;
  }

  private void write(ClusterSettings settings) throws IOException {
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.createDirectories(folder.resolve("tmp"));
    try (Writer writer = Files.newBufferedWriter(folder.resolve(STATE))) {
      state.store(writer, null);
    }
    Configuration flink = flink(settings);
    List<String> lines = new ArrayList<>();
    new TreeMap<>(flink.toMap()).forEach((key, value) -> lines.add(key + ": " + quoted(value)));
    Files.write(conf.resolve("config.yaml"), lines);
    Files.writeString(
        conf.resolve("log4j2.properties"),
        """
        rootLogger.level = INFO
        rootLogger.appenderRef.out.ref = out
        appender.out.type = Console
        appender.out.name = out
        appender.out.layout.type = PatternLayout
        appender.out.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1} - %m%n%throwable
        logger.kafka.name = org.apache.kafka
        logger.kafka.level = WARN
        logger.metrics.name = org.apache.flink.metrics.MetricGroup
        logger.metrics.level = ERROR
        """);
    Files.writeString(
        conf.resolve("zookeeper.properties"),
        """
        dataDir=%s
        tickTime=1000
        clientPort=%s
        clientPortAddress=%s
        admin.enableServer=false
        server.1=%s
        """
            .formatted(
                folder.resolve("zookeeper"),
                state.getProperty("port.zookeeper"),
                ADDRESS,
                ADDRESS));
    Files.write(conf.resolve("java.options"), javaOptions(flink));
    Files.write(conf.resolve("jobmanager.options"), jobManagerMemory(flink));
    TaskExecutorProcessSpec tasks = TaskExecutorProcessUtils.processSpecFromConfig(flink);
    Files.write(
        conf.resolve("taskmanager.options"),
        List.of(ProcessMemoryUtils.generateJvmParametersStr(tasks)));
    Files.writeString(
        conf.resolve("taskmanager.arguments"),
        TaskExecutorProcessUtils.generateDynamicConfigsStr(tasks).strip());
  }

  private static String quoted(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  private static List<String> jobManagerMemory(Configuration flink) {
    JobManagerProcessSpec spec = JobManagerProcessUtils.processSpecFromConfig(flink);
    return List.of(JobManagerProcessUtils.generateJvmParametersStr(spec, flink));
  }

  private Configuration flink(ClusterSettings settings) {
    Map<String, String> more = new HashMap<>();
    for (String host :
        List.of(
            "jobmanager.rpc.address",
            "jobmanager.bind-host",
            "taskmanager.host",
            "taskmanager.bind-host",
            "rest.address",
            "rest.bind-address")) {
      more.put(host, ADDRESS);
    }
    more.put("jobmanager.rpc.port", state.getProperty("port.rpc"));
    more.put("rest.port", state.getProperty("port.rest"));
    // A page of another origin may not even read.
    more.put("web.access-control-allow-origin", address().toString());
    more.put("jobmanager.memory.process.size", "1024m");
    more.put("taskmanager.memory.process.size", "1536m");
    more.put("taskmanager.numberOfTaskSlots", String.valueOf(settings.slots()));
    more.put("heartbeat.interval", "5s");
    more.put("heartbeat.timeout", "20s");
    more.put("io.tmp.dirs", folder.resolve("tmp").toString());
    more.put("execution.checkpointing.savepoint-dir", folder.resolve("savepoints").toUri() + "");
    if (settings.highAvailability()) {
      more.put("high-availability.type", "zookeeper");
      more.put("high-availability.zookeeper.client.session-timeout", "20s");
      more.put("high-availability.storageDir", folder.resolve("ha").toUri().toString());
      more.put(
          "high-availability.zookeeper.quorum",
          ADDRESS + ":" + state.getProperty("port.zookeeper"));
    }
    more.putAll(settings.flink());
    Configuration flink =
        Environments.streaming(folder.resolve("checkpoints"), settings.checkpointInterval());
    more.forEach(flink::setString);
    return flink;
  }

  private List<String> javaOptions(Configuration flink) throws IOException {
    List<String> options = new ArrayList<>();
    Path ours = Path.of(System.getProperty("weir.home", "."), "src/main/launch/jvm.options");
    options.addAll(Files.readAllLines(ours));
    for (String opened : OPENED) {
      options.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    options.add("-Djava.io.tmpdir=\"" + folder.resolve("tmp") + "\"");
    options.add("-XX:+UseSerialGC");
    options.addAll(
        Stream.of(flink.get(CoreOptions.FLINK_JVM_OPTIONS).split(" +"))
            .filter(option -> !option.isEmpty())
            .toList());
    return options;
  }

  /** Starts the parts that are not alive, with what they had; which they were. */
  List<String> startMissing() throws IOException {
    List<String> missing = new ArrayList<>(processes());
    missing.removeAll(running());
    Collections.reverse(missing);
    for (String name : missing) {
      start(name);
    }
    return missing;
  }

  private void start(String name) throws IOException {
    switch (name) {
      case "broker" -> startBroker();
      case "zookeeper" -> startZooKeeper();
      case "jobmanager" -> startJobManager();
      default -> startTaskManager(name);
    }
  }

  /** Starts the broker and waits until clients can connect. */
  private void startBroker() throws IOException {
    Path ready = folder.resolve("tmp").resolve("broker.ready");
    Files.deleteIfExists(ready);
    List<String> main =
        new ArrayList<>(
            List.of(
                BrokerProcess.class.getName(),
                folder.resolve("broker").toString(),
                state.getProperty("port.broker"),
                state.getProperty("port.controller"),
                ready.toString()));
    for (String key : state.stringPropertyNames()) {
      if (key.startsWith("broker.")) {
        main.add(key.substring("broker.".length()) + "=" + state.getProperty(key));
      }
    }
    ClusterProcess broker = process("broker");
    ProcessHandle handle =
        broker.start(
            System.getProperty("java.class.path"),
            List.of("@" + folder.resolve("conf/java.options"), "-Xmx512m", "-Dweir.log.level=warn"),
            main);
    await("broker", () -> alive(broker, handle) && isReady(ready, handle));
  }

  private static boolean isReady(Path file, ProcessHandle process) {
    try {
      return Files.exists(file) && Files.readString(file).equals(String.valueOf(process.pid()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startZooKeeper() throws IOException {
    startFlink(
        "zookeeper",
        // A JobManager that finds the folder of its election gone, because it was empty when
        // ZooKeeper tidied up, never becomes leader again; so it is never tidied away.
        List.of("-Xmx64m", "-Dznode.container.checkIntervalMs=" + Integer.MAX_VALUE),
        "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
        List.of(
            "--zkConfigFile",
            folder.resolve("conf/zookeeper.properties").toString(),
            "--peerId",
            "1"));
  }

  private void startJobManager() throws IOException {
    startFlink(
        "jobmanager",
        List.of("@" + folder.resolve("conf/jobmanager.options")),
        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
        List.of("-c", folder.resolve("conf").toString()));
  }

  private void startTaskManager(String name) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-c", folder.resolve("conf").toString()));
    String dynamic = Files.readString(folder.resolve("conf/taskmanager.arguments"));
    arguments.addAll(List.of(dynamic.split(" +")));
    startFlink(
        name,
        List.of("@" + folder.resolve("conf/taskmanager.options")),
        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
        arguments);
  }

  private void startFlink(String name, List<String> more, String main, List<String> arguments)
      throws IOException {
    List<String> options = new ArrayList<>();
    options.add("@" + folder.resolve("conf/java.options"));
    options.add("-Dlog4j.configurationFile=" + folder.resolve("conf/log4j2.properties").toUri());
    options.add("-Dlog.file=" + process(name).log());
    options.addAll(more);
    List<String> words = new ArrayList<>();
    words.add(main);
    words.addAll(arguments);
    process(name).start(state.getProperty("library") + "/*", options, words);
  }

  /** Waits until every slot has registered. */
  void awaitReady() {
    FlinkRest rest = rest();
    int wanted = taskManagers() * Integer.parseInt(state.getProperty("slots"));
    await("jobmanager", () -> alive("jobmanager") && answers(rest) >= 0);
    await(
        "taskmanager-1",
        () -> processes().stream().allMatch(this::alive) && answers(rest) >= wanted);
  }

  private static int answers(FlinkRest rest) {
    try {
      return rest.slots();
    } catch (IOException e) {
      return -1;
    }
  }

  private boolean alive(String name) {
    ClusterProcess process = process(name);
    return alive(process, process.running().orElse(null));
  }

  /** True; a process that is not alive any more ends the waiting with what it last said. */
  private static boolean alive(ClusterProcess process, @Nullable ProcessHandle handle) {
    if (handle == null || !handle.isAlive()) {
      throw new CommandFailure(
          ExitCode.NOT_REACHABLE,
          "the " + process.name() + " ended while it was started\n" + lastWords(process));
    }
    return true;
  }

  private void await(String name, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new CommandFailure(
            ExitCode.NOT_REACHABLE,
            "the "
                + name
                + " was not ready after "
                + PATIENCE.toSeconds()
                + " s\n"
                + lastWords(process(name)));
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  private static String lastWords(ClusterProcess process) {
    try {
      List<String> lines = Files.readAllLines(process.log());
      List<String> last = lines.subList(Math.max(0, lines.size() - 10), lines.size());
      return "the end of " + process.log() + ":\n" + Plain.text(String.join("\n", last));
    } catch (IOException e) {
      return "its log " + process.log() + " cannot be read: " + e.getMessage();
    }
  }

  /** A part by name: broker, zookeeper, jobmanager, taskmanager-1, ... */
  ClusterProcess process(String name) {
    return new ClusterProcess(folder, name);
  }

  /** The names of all parts, in the order in which they end. */
  List<String> processes() {
    List<String> names = new ArrayList<>();
    for (int number = 1; number <= taskManagers(); number++) {
      names.add("taskmanager-" + number);
    }
    names.add("jobmanager");
    if (hasZooKeeper()) {
      names.add("zookeeper");
    }
    names.add("broker");
    return names;
  }

  /** The names of the parts that are alive. */
  List<String> running() {
    return processes().stream().filter(name -> process(name).running().isPresent()).toList();
  }

  /** Ends every part; how many there were. What they wrote stays. */
  int end() throws IOException {
    int ended = 0;
    for (String name : processes()) {
      if (process(name).end()) {
        ended++;
      }
    }
    return ended;
  }

  int taskManagers() {
    return Integer.parseInt(state.getProperty("taskmanagers"));
  }

  private boolean hasZooKeeper() {
    return Boolean.parseBoolean(state.getProperty("zookeeper"));
  }

  /** Where Kafka clients connect. */
  String bootstrapServers() {
    return ADDRESS + ":" + state.getProperty("port.broker");
  }

  /** Where Flink answers. */
  URI address() {
    return URI.create("http://" + ADDRESS + ":" + state.getProperty("port.rest"));
  }

  FlinkRest rest() {
    return new FlinkRest(address());
  }

  /** Where everything is. */
  Path folder() {
    return folder;
  }
}
