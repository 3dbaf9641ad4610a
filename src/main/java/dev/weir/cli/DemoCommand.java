package dev.weir.cli;

import dev.weir.event.Event;
import dev.weir.flink.Environments;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.SchemaLocation;
import dev.weir.flink.kafka.StreamingJob;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weir demo}: the quick start, a real Kafka and a real Flink inside this process. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Watches a real model go through four months of flights.",
      "Kafka and Flink run inside this process; nothing is left behind but --out."
    },
    footer = {"", "Example:", "  weir demo --headless --out out"})
final class DemoCommand implements Runnable {
  private static final int PARALLELISM = 2;
  private static final int PARTITIONS = 2;
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(2);

  @Option(names = "--headless", description = "Plain lines, for scripts.")
  private boolean headless;

  @Option(names = "--out", description = "Folder for the same files that replay writes.")
  private @Nullable Path out;

  @Option(names = "--force", description = "Write into a folder that is not empty.")
  private boolean force;

  @Option(
      names = "--port",
      defaultValue = "0",
      description = "Port of the page that shows what is seen; 0: a free one.")
  private int port;

  @Option(names = "--job", hidden = true, description = "Another folder with weir.yaml and stream.")
  private @Nullable Path job;

  @Override
  public void run() {
    Path folder = job == null ? home().resolve("jobs/flights-delay") : job;
    if (out != null) {
      Results.prepare(out, force);
    }
    Path scratch = null;
    try {
      scratch = Files.createTempDirectory("weir-demo-");
      Path results = out == null ? Files.createDirectory(scratch.resolve("out")) : out;
      watch(folder, scratch, results);
    } catch (IOException | ExecutionException e) {
      throw new CommandFailure(
          ExitCode.NOT_REACHABLE, "the quick start could not go on: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted", e);
    } finally {
      remove(scratch);
    }
  }

  private static Path home() {
    return Path.of(System.getProperty("weir.home", "."));
  }

  private void watch(Path folder, Path scratch, Path results)
      throws IOException, ExecutionException, InterruptedException {
    DemoView view = DemoView.of(headless);
    Map<Event.Input, Path> files = StreamFeed.files(folder.resolve("stream"));
    Path file = folder.resolve("weir.yaml");
    view.step("Reading " + file + " and its reference");
    CompletableFuture<JobFolder> loading =
        CompletableFuture.supplyAsync(() -> JobFolder.load(file, null));
    try (DemoPage page = DemoPage.start(port, view)) {
      view.step("The page is at " + page.address());
      watch(loading, files, view, scratch, results);
    }
    view.account(results, out != null);
  }

  private static void watch(
      CompletableFuture<JobFolder> loading,
      Map<Event.Input, Path> files,
      DemoView view,
      Path scratch,
      Path results)
      throws IOException, ExecutionException, InterruptedException {
    view.step("Starting Kafka inside this process");
    try (EmbeddedBroker broker = EmbeddedBroker.start(scratch)) {
      JobFolder model = loaded(loading);
      KafkaSettings kafka = KafkaSettings.of(broker.bootstrapServers());
      view.step("Kafka is at " + broker.bootstrapServers() + "; making the topics");
      // Record times of this stream lie in 2001: they are kept as they are, and for ever.
      new KafkaTopics(kafka)
          .create(
              1, PARTITIONS, Map.of("message.timestamp.type", "CreateTime", "retention.ms", "-1"));
      ApplyCommand.publish(kafka, ApplyCommand.missing(kafka, List.of(model)));
      view.step("Starting Flink inside this process");
      JobClient running = start(kafka, scratch, results);
      try (StreamFeed feed = new StreamFeed(model.spec(), files, kafka);
          OutputWatch outputs = new OutputWatch(kafka)) {
        view.begins(feed.firstEventTime());
        play(feed, outputs, view, kafka, running);
        view.step("Everything is read; letting the last windows close");
        running
            .stopWithSavepoint(
                true, scratch.resolve("savepoint").toString(), SavepointFormatType.CANONICAL)
            .get();
        outputs.drain(view::output);
      }
    }
    view.keep(results);
    Replay.Span span = view.span();
    Results.finish(results, loaded(loading), span, Map.of());
  }

  /** What was loaded; what is wrong with it comes out as itself. */
  private static JobFolder loaded(CompletableFuture<JobFolder> loading) {
    try {
      return loading.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException mendable) {
        throw mendable;
      }
      throw e;
    }
  }

  private static JobClient start(KafkaSettings kafka, Path scratch, Path results) {
    StreamExecutionEnvironment env =
        Environments.local(
            Environments.streaming(scratch.resolve("checkpoints"), CHECKPOINT_INTERVAL),
            PARALLELISM);
    StreamingJob.define(env, kafka, SchemaLocation.NONE, true, results);
    try {
      return env.executeAsync("weir demo");
    } catch (Exception e) {
      throw new IllegalStateException("Flink did not start inside this process", e);
    }
  }

  /** Plays the stream and shows what comes out, until all of it was read by the job. */
  private static void play(
      StreamFeed feed, OutputWatch outputs, DemoView view, KafkaSettings kafka, JobClient running)
      throws ExecutionException, InterruptedException {
    CompletableFuture<Void> playing = CompletableFuture.runAsync(feed::play);
    ConsumerLag lag = new ConsumerLag(kafka);
    while (!playing.isDone() || !lag.isZero()) {
      outputs.poll(Duration.ofMillis(250), view::output);
      view.progress(feed.sent(), feed.eventTime());
      // Producers of real traffic do not run months ahead of the watch either.
      feed.allow(view.judgedTo() + StreamFeed.HEAD_START_MILLIS);
      if (running.getJobStatus().get().isGloballyTerminalState()) {
        running.getJobExecutionResult().get();
      }
    }
    playing.get();
  }

  private static void remove(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure)
                throws IOException {
              Files.deleteIfExists(path);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      System.err.println("weir: " + folder + " could not be removed: " + e.getMessage());
    }
  }
}
