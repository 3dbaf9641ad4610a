package dev.weir.cli;

import dev.weir.flink.kafka.UnfitKafkaException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code ./weir COMMAND}. Standard output is data, standard error is talk. */
@Command(
    name = "weir",
    description = "Watches machine-learning models online.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "weir 1.0.0-SNAPSHOT",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a defect of Weir; a report file is named",
      "2:usage",
      "3:a job file, baseline or input file is wrong",
      "4:Kafka, Flink or a store cannot be reached",
      "5:a check found something",
      "130:interrupted"
    },
    subcommands = {
      DemoCommand.class,
      InitCommand.class,
      ValidateCommand.class,
      ExplainCommand.class,
      ProfileCommand.class,
      ReplayCommand.class,
      ApplyCommand.class,
      RunCommand.class,
      ClusterCommand.class,
      TopicsCommand.class,
      BenchCommand.class,
      RedriveCommand.class,
      CompletionCommand.class,
    })
public final class Weir implements Runnable {
  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show stack traces and what is being done.")
  private boolean verbose;

  private Weir() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command and returns its exit code. */
  public static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  /** All commands, ready to be run. */
  static CommandLine commandLine() {
    Weir weir = new Weir();
    CommandLine line = new CommandLine(weir);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Weir::explainUsage);
    line.setExecutionExceptionHandler((failure, command, parsed) -> weir.explain(failure, command));
    // Every command's help tells the exit codes, which stand in one place.
    UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    for (CommandLine command : line.getSubcommands().values()) {
      command
          .getCommandSpec()
          .usageMessage()
          .exitCodeListHeading(usage.exitCodeListHeading())
          .exitCodeList(usage.exitCodeList());
    }
    return line;
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  private static int explainUsage(ParameterException failure, String[] arguments) {
    CommandLine line = failure.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("weir: " + Plain.text(String.valueOf(failure.getMessage())));
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE.number();
  }

  private int explain(Exception failure, CommandLine command) {
    PrintWriter err = command.getErr();
    if (failure instanceof CommandFailure expected) {
      return explain(expected, expected.code(), err);
    }
    if (failure instanceof UnfitKafkaException) {
      return explain(failure, ExitCode.NOT_REACHABLE, err);
    }
    err.println("weir: a defect of Weir: " + Plain.text(String.valueOf(failure)));
    err.println(report(failure));
    if (verbose) {
      failure.printStackTrace(err);
    }
    return ExitCode.DEFECT.number();
  }

  private int explain(Exception expected, ExitCode code, PrintWriter err) {
    err.println("weir: " + expected.getMessage());
    if (verbose) {
      expected.printStackTrace(err);
    }
    return code.number();
  }

  private static String report(Exception failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    try {
      Path file = Files.createTempFile("weir-report-", ".txt");
      Files.writeString(file, trace.toString(), StandardCharsets.UTF_8);
      return "The report is in " + file + "; please send it along.";
    } catch (IOException e) {
      return "No report could be written (" + e.getMessage() + "); -v shows the stack trace.";
    }
  }
}
