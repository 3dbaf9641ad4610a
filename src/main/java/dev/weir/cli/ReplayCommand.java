package dev.weir.cli;

import dev.weir.event.Event;
import dev.weir.wire.InputFileException;
import dev.weir.wire.TimeBounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weir replay}: the production dataflow, bounded, over files. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Runs the production dataflow over files and writes what it would have said.",
    footer = {
      "",
      "Example:",
      "  weir replay --job jobs/flights-delay/weir.yaml \\",
      "    --features jobs/flights-delay/stream/features.csv.gz \\",
      "    --predictions jobs/flights-delay/stream/predictions.csv.gz \\",
      "    --labels jobs/flights-delay/stream/labels.csv.gz --out out"
    })
final class ReplayCommand implements Runnable {
  @Option(names = "--job", required = true, description = "Job file.")
  private Path job = Path.of("");

  @Option(names = "--features", description = "Features: CSV or JSON Lines, .gz of both.")
  private @Nullable Path features;

  @Option(names = "--predictions", description = "Predictions.")
  private @Nullable Path predictions;

  @Option(names = "--labels", description = "Labels.")
  private @Nullable Path labels;

  @Option(names = "--out", required = true, description = "Folder for the results.")
  private Path out = Path.of("");

  @Option(
      names = "--parallelism",
      defaultValue = "1",
      description = "Tasks. Default: ${DEFAULT-VALUE}.")
  private int parallelism;

  @Option(
      names = "--baseline",
      description = "Baseline to use instead of the job file's reference.")
  private @Nullable Path baseline;

  @Option(names = "--not-before", description = "Earlier event times are dead letters.")
  private Instant notBefore = Instant.ofEpochMilli(TimeBounds.EARLIEST);

  @Option(names = "--not-after", description = "Later event times are dead letters.")
  private Instant notAfter = Instant.ofEpochMilli(TimeBounds.LATEST);

  @Option(names = "--force", description = "Write into a folder that is not empty.")
  private boolean force;

  @Override
  public void run() {
    if (parallelism < 1) {
      throw new CommandFailure(ExitCode.USAGE, "--parallelism must be 1 or more");
    }
    JobFolder folder = JobFolder.load(job, baseline);
    Map<Event.Input, Path> files = files();
    TimeBounds times = TimeBounds.fixed(notBefore.toEpochMilli(), notAfter.toEpochMilli());
    Results.prepare(out, force);
    try {
      Map<String, List<String>> ignored = Replay.ignoredColumns(folder.spec(), files);
      Replay.Span span = Replay.run(folder, files, List.of(), times, parallelism, out);
      Results.finish(out, folder, span, ignored);
    } catch (InputFileException e) {
      throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION, "the results cannot be written to " + out + ": " + e, e);
    }
    System.err.println("Results are in " + out);
  }

  private Map<Event.Input, Path> files() {
    Map<Event.Input, Path> files = new EnumMap<>(Event.Input.class);
    put(files, Event.Input.FEATURES, features);
    put(files, Event.Input.PREDICTIONS, predictions);
    put(files, Event.Input.LABELS, labels);
    if (files.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE, "nothing to replay; name --features, --predictions or --labels");
    }
    return files;
  }

  private static void put(Map<Event.Input, Path> files, Event.Input input, @Nullable Path file) {
    if (file == null) {
      return;
    }
    if (!Files.isRegularFile(file)) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "no file " + file + "; --" + input.id() + " takes CSV or JSON Lines, .gz of both");
    }
    files.put(input, file);
  }
}
