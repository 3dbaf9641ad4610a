package dev.weir.cli;

import dev.weir.baseline.Baseline;
import dev.weir.spec.LoadedJob;
import dev.weir.spec.ProblemPrinter;
import dev.weir.wire.BaselineAvro;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir profile}: what reference rows look like, frozen as a baseline. */
@Command(
    name = "profile",
    mixinStandardHelpOptions = true,
    description = {
      "Profiles reference rows into a baseline.",
      "'weir replay --baseline' reads it, and a job file may name it as its reference."
    },
    footer = {
      "",
      "Example:",
      "  weir profile --job jobs/flights-delay/weir.yaml \\",
      "    --reference jobs/flights-delay/reference.csv --out baseline.avro"
    })
final class ProfileCommand implements Runnable {
  @Option(names = "--job", required = true, description = "Job file.")
  private Path job = Path.of("");

  @Option(
      names = "--reference",
      description =
          "Reference rows: CSV, JSON Lines, .gz of both. Left out: those of the job file.")
  private @Nullable Path reference;

  @Option(names = "--out", required = true, description = "Baseline to write.")
  private Path out = Path.of("");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    LoadedJob loaded = JobFolder.file(job);
    if (reference != null && !Files.isRegularFile(reference)) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "no file " + reference + "; --reference takes CSV or JSON Lines, .gz of both");
    }
    Baseline baseline = JobFolder.baseline(loaded.spec(), reference);
    try {
      Path parent = out.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.write(out, BaselineAvro.write(baseline));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "the baseline " + out + " cannot be written (" + e + "); name another one with --out",
          e);
    }
    PrintWriter err = spec.commandLine().getErr();
    err.print(ProblemPrinter.HUMAN.print(loaded.warnings()));
    err.println(
        "Baseline "
            + baseline.id()
            + " of "
            + baseline.header().rows()
            + " rows in "
            + baseline.windows()
            + " windows is in "
            + out);
  }
}
