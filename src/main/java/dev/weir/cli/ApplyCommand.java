package dev.weir.cli;

import dev.weir.event.Control;
import dev.weir.flink.kafka.ControlLog;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Topic;
import dev.weir.flink.state.ControlRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir apply}: job files and their baselines, from files to the control topics. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Publishes job files with their baselines; a running job takes them up at the next window.",
      "What is in force already is not published again."
    },
    footer = {"", "Example:", "  weir apply jobs --bootstrap-servers localhost:9092"})
final class ApplyCommand implements Runnable {
  @Mixin private KafkaOptions kafkaOptions = new KafkaOptions();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Job files, or folders with them.")
  private List<Path> files = List.of();

  @Option(names = "--dry-run", description = "Only say what would be published.")
  private boolean dryRun;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    KafkaSettings kafka = kafkaOptions.settings();
    List<Control> missing = missing(kafka, load(files));
    if (!dryRun) {
      publish(kafka, missing);
    }
    PrintWriter out = spec.commandLine().getOut();
    for (Control control : missing) {
      String kind = control instanceof Control.JobFile ? "job file" : "baseline";
      out.println(
          (dryRun ? "new " : "applied ")
              + kind
              + " of "
              + Plain.text(control.modelId())
              + " "
              + identity(control));
    }
    if (missing.isEmpty()) {
      spec.commandLine().getErr().println("Everything is in force already");
    }
    out.flush();
  }

  /** Loads the job files below folders, or single ones, with their baselines. */
  static List<JobFolder> load(List<Path> files) {
    return files.stream()
        .flatMap(ApplyCommand::jobFiles)
        .map(file -> JobFolder.load(file, null))
        .toList();
  }

  /** The job files below a folder, or the one file. */
  private static Stream<Path> jobFiles(Path job) {
    if (!Files.isDirectory(job)) {
      return Stream.of(job);
    }
    try (Stream<Path> files = Files.walk(job, 2)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().equals("weir.yaml")).sorted().toList();
      if (found.isEmpty()) {
        throw new CommandFailure(
            ExitCode.CONFIGURATION,
            "no weir.yaml in " + job + " or a folder in it; 'weir init' writes one");
      }
      return found.stream();
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CONFIGURATION, job + " cannot be read: " + e, e);
    }
  }

  /** The job files and baselines that the control topics do not hold yet. */
  static List<Control> missing(KafkaSettings kafka, List<JobFolder> jobs) {
    Set<String> known = new HashSet<>();
    try {
      for (ControlRecord record : new ControlLog(kafka).read()) {
        // Later records about a model replace earlier ones, so only the last of each kind counts.
        known.removeIf(name -> name.startsWith(prefix(record.control())));
        known.add(prefix(record.control()) + identity(record.control()));
      }
    } catch (org.apache.kafka.common.KafkaException e) {
      throw KafkaTopics.unusable(kafka, e);
    }
    List<Control> missing = new ArrayList<>();
    for (JobFolder job : jobs) {
      job.control().stream()
          .map(ControlRecord::control)
          .filter(control -> !known.contains(prefix(control) + identity(control)))
          .forEach(missing::add);
    }
    return missing;
  }

  /** Publishes job files and baselines; they are in force when this returns. */
  static void publish(KafkaSettings kafka, List<Control> controls) {
    if (controls.isEmpty()) {
      return;
    }
    try {
      new ControlLog(kafka).publish(controls);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        throw new CommandFailure(
            ExitCode.NOT_REACHABLE,
            "there are job files that are not in force, and this principal may not publish them ("
                + e.getCause().getMessage()
                + "); let the administrator do it: 'weir apply FILE --kafka-config FILE'",
            e);
      }
      if (e.getCause() instanceof RecordTooLargeException) {
        throw new CommandFailure(
            ExitCode.NOT_REACHABLE,
            "a baseline is larger than its topic takes ("
                + e.getCause().getMessage()
                + "); give the topic "
                + kafka.name(Topic.BASELINES)
                + " the settings that 'weir topics' shows, above all max.message.bytes",
            e);
      }
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
}
