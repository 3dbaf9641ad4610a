package dev.weir.cli;

import dev.weir.spec.JobFileException;
import dev.weir.spec.JobFiles;
import dev.weir.spec.Problem;
import dev.weir.spec.ProblemPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir validate}: what is wrong with job files, with line and column. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = {
      "Checks job files against their schema and their reference.",
      "Exit 3 if a file is refused. Problems are on standard output."
    },
    footer = {"", "Example:", "  weir validate jobs/flights-delay/weir.yaml"})
final class ValidateCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Job files.")
  private List<Path> files = List.of();

  @Option(names = "--strict", description = "Warnings refuse a file too.")
  private boolean strict;

  @Option(
      names = "--format",
      defaultValue = "human",
      description = "human, json (one object a line) or github. Default: ${DEFAULT-VALUE}.")
  private ProblemPrinter format = ProblemPrinter.HUMAN;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    boolean refused = false;
    for (Path file : files) {
      refused |= isRefused(file);
    }
    return (refused ? ExitCode.CONFIGURATION : ExitCode.DONE).number();
  }

  private boolean isRefused(Path file) {
    List<Problem> problems = problems(file);
    spec.commandLine().getOut().print(format.print(problems));
    spec.commandLine().getOut().flush();
    long errors = problems.stream().filter(Problem::isError).count();
    long warnings = problems.size() - errors;
    boolean refused = errors > 0 || (strict && warnings > 0);
    spec.commandLine()
        .getErr()
        .println(
            Plain.text(file.toString())
                + (refused ? ": refused, " : ": valid, ")
                + counted(errors, "error")
                + ", "
                + counted(warnings, "warning"));
    return refused;
  }

  private static String counted(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  private static List<Problem> problems(Path file) {
    if (!Files.isRegularFile(file)) {
      throw JobFolder.noJobFile(file);
    }
    try {
      return JobFiles.load(file, ReferenceFile::open).warnings();
    } catch (JobFileException e) {
      return e.problems();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION, "the job file " + file + " cannot be read: " + e, e);
    }
  }
}
