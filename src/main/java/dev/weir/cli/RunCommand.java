package dev.weir.cli;

import dev.weir.event.Control;
import dev.weir.flink.Environments;
import dev.weir.flink.kafka.ControlLog;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.SchemaLocation;
import dev.weir.flink.kafka.StreamingJob;
import dev.weir.flink.state.ControlRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir run}: the streaming job against a real Kafka, on a Flink inside this process. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the streaming job against a Kafka, on a Flink inside this process.",
      "Publishes the job files of the folder first. Goes on from the newest checkpoint, if any."
    },
    footer = {
      "",
      "Example:",
      "  weir run --job jobs --bootstrap-servers localhost:9092 --checkpoints checkpoints"
    })
final class RunCommand implements Runnable {
  @Mixin private KafkaOptions kafkaOptions = new KafkaOptions();

  @Option(names = "--job", required = true, description = "Folder with job files, or one file.")
  private Path job = Path.of("");

  @Option(
      names = "--checkpoints",
      defaultValue = "checkpoints",
      description = "Folder for checkpoints. Default: ${DEFAULT-VALUE}.")
  private Path checkpoints = Path.of("checkpoints");

  @Option(
      names = "--checkpoint-interval",
      defaultValue = "20",
      description = "Seconds; also how long an alert takes at most. Default: ${DEFAULT-VALUE}.")
  private int intervalSeconds = 20;

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      description = "Tasks. Default: ${DEFAULT-VALUE}.")
  private int parallelism = 2;

  @Option(names = "--schemas", description = "Folder with <id>.avsc of foreign writer schemas.")
  private @Nullable Path schemas;

  @Option(names = "--registry", description = "Address of a Confluent-compatible registry.")
  private @Nullable String registry;

  @Option(
      names = "--dead-letter-payload",
      defaultValue = "head",
      description = "head or none: whether dead letters carry the first bytes of a record.")
  private String deadLetterPayload = "head";

  @Override
  public void run() {
    KafkaSettings kafka = kafkaOptions.settings();
    List<JobFolder> jobs = jobFiles(job).stream().map(file -> JobFolder.load(file, null)).toList();
    List<String> missing = new KafkaTopics(kafka).missing();
    if (!missing.isEmpty()) {
      throw new CommandFailure(
          ExitCode.NOT_REACHABLE,
          "Kafka at "
              + kafka.bootstrapServers()
              + " has no topic "
              + String.join(", ", missing)
              + "; 'weir topics --create --bootstrap-servers "
              + kafka.bootstrapServers()
              + "' makes them");
    }
    publish(kafka, jobs);
    Configuration configuration =
        Environments.streaming(checkpoints.toAbsolutePath(), Duration.ofSeconds(intervalSeconds));
    newest(checkpoints).ifPresent(path -> goOnFrom(configuration, path));
    StreamExecutionEnvironment env = Environments.local(configuration, parallelism);
    String folder = schemas == null ? null : schemas.toAbsolutePath().toString();
    SchemaLocation location =
        new SchemaLocation(folder, registry, System.getenv("WEIR_REGISTRY_PASSWORD_FILE"));
    StreamingJob.define(env, kafka, location, !deadLetterPayload.equals("none"), null);
    execute(env, kafka);
  }

  private static void goOnFrom(Configuration configuration, Path checkpoint) {
    System.err.println("Going on from " + checkpoint);
    configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint.toUri().toString());
  }

  private static void execute(StreamExecutionEnvironment env, KafkaSettings kafka) {
    System.err.println(
        "Watching "
            + kafka.topicPrefix()
            + "* at "
            + kafka.bootstrapServers()
            + "; Ctrl-C ends it");
    try {
      env.execute("weir " + kafka.deployment());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new CommandFailure(
          ExitCode.NOT_REACHABLE,
          "the job ended: " + Plain.text(String.valueOf(e.getMessage())),
          e);
    }
  }

  /** The job files below a folder, or the one file. */
  static List<Path> jobFiles(Path job) {
    if (!Files.isDirectory(job)) {
      return List.of(job);
    }
    try (Stream<Path> files = Files.walk(job, 2)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().equals("weir.yaml")).sorted().toList();
      if (found.isEmpty()) {
        throw new CommandFailure(
            ExitCode.CONFIGURATION,
            "no weir.yaml in " + job + " or a folder in it; 'weir init' writes one");
      }
      return found;
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CONFIGURATION, job + " cannot be read: " + e, e);
    }
  }

  /** Publishes job files and baselines that the control topics do not hold yet. */
  static void publish(KafkaSettings kafka, List<JobFolder> jobs) {
    ControlLog log = new ControlLog(kafka);
    Set<String> known = new HashSet<>();
    for (ControlRecord record : log.read()) {
      // Later records about a model replace earlier ones, so only the last of each kind counts.
      known.removeIf(name -> name.startsWith(prefix(record.control())));
      known.add(prefix(record.control()) + identity(record.control()));
    }
    List<Control> wanted = new ArrayList<>();
    for (JobFolder job : jobs) {
      job.control().stream()
          .map(ControlRecord::control)
          .filter(control -> !known.contains(prefix(control) + identity(control)))
          .forEach(wanted::add);
    }
    try {
      log.publish(wanted);
    } catch (ExecutionException e) {
      throw new CommandFailure(
          ExitCode.NOT_REACHABLE, "the job files cannot be published: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted", e);
    }
  }

  private static String prefix(Control control) {
    return control.getClass().getSimpleName() + "|" + control.modelId() + "|";
  }

  private static String identity(Control control) {
    if (control instanceof Control.JobFile file) {
      return file.configHash();
    }
    return control instanceof Control.BaselineFile file ? file.baselineId() : "";
  }

  /** The newest completed checkpoint or savepoint below a folder. */
  static Optional<Path> newest(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(folder, 3)) {
      return files
          .filter(file -> file.getFileName().toString().equals("_metadata"))
          .max(Comparator.comparing(file -> file.toFile().lastModified()))
          .map(file -> file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION, "the checkpoints in " + folder + " cannot be read: " + e, e);
    }
  }
}
