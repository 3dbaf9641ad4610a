package dev.weir.cli;

import dev.weir.spec.InitFile;
import dev.weir.spec.JobFileException;
import dev.weir.spec.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir init}: a first job file, with the reason beside every key. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a job file with everything that the reference tells, and says why.",
      "Without -o it goes to standard output. What the reference cannot tell is a TODO."
    },
    footer = {
      "",
      "Example:",
      "  weir init --model churn --reference churn.csv -o jobs/churn/weir.yaml"
    })
final class InitCommand implements Runnable {
  @Option(names = "--model", required = true, description = "Name of the model: a-z 0-9 . _ -")
  private String model = "";

  @Option(
      names = "--reference",
      required = true,
      description = "What the model saw, said and what came of it: CSV, JSON Lines, .gz of both.")
  private Path reference = Path.of("");

  @Option(
      names = {"-o", "--out"},
      description = "Job file to write. Left out: standard output.")
  private @Nullable Path out;

  @Option(names = "--force", description = "Write over a job file that is there.")
  private boolean force;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    if (!Files.isRegularFile(reference)) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "no file " + reference + "; --reference takes CSV or JSON Lines, .gz of both");
    }
    if (out == null) {
      spec.commandLine().getOut().print(text(Path.of("")));
      spec.commandLine().getOut().flush();
      return;
    }
    if (Files.exists(out) && !force) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION, out + " is already there; name another file or say --force");
    }
    Path parent = out.getParent();
    write(out, parent == null ? Path.of("") : parent);
  }

  private void write(Path file, Path folder) {
    String text = text(folder);
    try {
      Files.createDirectories(folder.toAbsolutePath());
      Files.writeString(file, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "the job file " + file + " cannot be written (" + e + "); name another one with -o",
          e);
    }
    PrintWriter err = spec.commandLine().getErr();
    decisions(text).forEach(err::println);
    err.println("Wrote " + file + ". Next: weir validate " + file);
  }

  private String text(Path folder) {
    Path from = folder.toAbsolutePath().normalize();
    try {
      return InitFile.write(model, pathIn(from), from, ReferenceFile::open);
    } catch (JobFileException e) {
      String problems =
          e.problems().stream()
              .filter(Problem::isError)
              .flatMap(InitCommand::lines)
              .collect(Collectors.joining("\n"));
      throw new CommandFailure(
          ExitCode.CONFIGURATION, "no job file can be made of " + reference + "\n" + problems, e);
    }
  }

  /** The reference as it stands in a job file of this folder: relative unless far away. */
  private String pathIn(Path folder) {
    Path file = reference.toAbsolutePath().normalize();
    boolean near =
        file.getNameCount() > 1
            && folder.getNameCount() > 0
            && Objects.equals(file.getRoot(), folder.getRoot())
            && file.getName(0).equals(folder.getName(0));
    return (near ? folder.relativize(file) : file).toString().replace('\\', '/');
  }

  private static Stream<String> lines(Problem problem) {
    return Stream.concat(
        Stream.of("  " + problem.code() + ": " + Plain.text(problem.message())),
        problem.notes().stream().map(note -> "    = " + Plain.text(note)));
  }

  /** What was decided, one line each: the lines of the file that have a reason. */
  private static Stream<String> decisions(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("#") && line.contains(" # "))
        .map(line -> line.replaceFirst(" +# ", "   because: "));
  }
}
