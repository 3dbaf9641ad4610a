package dev.weir.cli;

import dev.weir.flink.Environments;
import dev.weir.flink.kafka.KafkaHistory;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.SchemaLocation;
import dev.weir.flink.kafka.StartCheck;
import dev.weir.flink.kafka.StreamingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

  @Option(
      names = "--begin-again",
      description = "Without a checkpoint, begin anew even where this deployment has run before.")
  private boolean beginAgain;

  @Option(
      names = "--same-offsets",
      description =
          "Go on from a checkpoint although topics were made anew: they are exact copies.")
  private boolean sameOffsets;

  @Override
  public void run() {
    KafkaSettings kafka = kafkaOptions.settings();
    requireTimeForCommit(kafka);
    List<JobFolder> jobs = ApplyCommand.load(List.of(job));
    StartCheck check = new StartCheck(kafka);
    check.requireUsable();
    check.requireFree();
    Optional<Path> state = newest(checkpoints);
    if (state.isEmpty() && !beginAgain) {
      check.requireNew();
    }
    ApplyCommand.publish(kafka, ApplyCommand.missing(kafka, jobs));
    Configuration configuration =
        Environments.streaming(checkpoints.toAbsolutePath(), Duration.ofSeconds(intervalSeconds));
    state.ifPresent(path -> goOnFrom(configuration, path));
    StreamExecutionEnvironment env = Environments.local(configuration, parallelism);
    String folder = schemas == null ? null : schemas.toAbsolutePath().toString();
    SchemaLocation location =
        new SchemaLocation(folder, registry, System.getenv("WEIR_REGISTRY_PASSWORD_FILE"));
    KafkaHistory history = new KafkaHistory(List.of(), check.topics(), sameOffsets);
    check.requireRetention(
        StreamingJob.define(
            env, kafka, location, !deadLetterPayload.equals("none"), history, null));
    execute(env, kafka);
  }

  /** A transaction is open from one checkpoint until the next is complete. */
  private void requireTimeForCommit(KafkaSettings kafka) {
    Duration needed = Duration.ofSeconds(intervalSeconds).plus(Environments.LONGEST_CHECKPOINT);
    if (kafka.transactionTimeout().compareTo(needed) <= 0) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--transaction-timeout "
              + kafka.transactionTimeout().toSeconds()
              + ": results would expire before their checkpoint is given up ("
              + needed.toSeconds()
              + " s: --checkpoint-interval and "
              + Environments.LONGEST_CHECKPOINT.toSeconds()
              + " s); make it longer");
    }
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
          "the job ended: " + Plain.text(innermost(e)) + " (-v shows the whole story)",
          e);
    }
  }

  /** Flink wraps what happened many times over. */
  private static String innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
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
