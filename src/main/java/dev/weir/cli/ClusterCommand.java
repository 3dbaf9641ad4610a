package dev.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.flink.kafka.KafkaSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir cluster}: a Kafka and a Flink of several processes on this machine. */
@Command(
    name = "cluster",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "A Kafka broker and a Flink cluster on this machine, each part a process of its own:",
      "for rehearsals (a crash, an upgrade, another parallelism) and for trying the job jar.",
      "Everything lies in the folder --dir and listens on the loopback address alone."
    },
    footer = {
      "",
      "Example:",
      "  weir cluster up --dir cluster",
      "  weir cluster submit --dir cluster --job jobs",
      "  weir cluster status --dir cluster",
      "  weir cluster down --dir cluster"
    },
    subcommands = {
      ClusterCommand.Up.class,
      ClusterCommand.Submit.class,
      ClusterCommand.Status.class,
      ClusterCommand.Mend.class,
      ClusterCommand.Down.class
    })
final class ClusterCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The folder of a cluster. */
  static final class Place {
    @Option(
        names = "--dir",
        defaultValue = "cluster",
        description = "Folder of the cluster. Default: ${DEFAULT-VALUE}.")
    private Path folder = Path.of("cluster");

    private Optional<LocalCluster> cluster() {
      return LocalCluster.in(folder);
    }

    private LocalCluster running() {
      return cluster()
          .filter(cluster -> !cluster.running().isEmpty())
          .orElseThrow(
              () ->
                  new CommandFailure(
                      ExitCode.NOT_REACHABLE,
                      "no cluster runs in "
                          + folder
                          + "; 'weir cluster up --dir "
                          + folder
                          + "' starts one"));
    }
  }

  private static Path built(@Nullable Path given, String name) {
    return given == null ? Path.of(System.getProperty("weir.home", "."), "target", name) : given;
  }

  private static CommandFailure notReachable(String what, Exception e) {
    return new CommandFailure(
        ExitCode.NOT_REACHABLE, what + ": " + Plain.text(String.valueOf(e.getMessage())), e);
  }

  /** {@code weir cluster up}. */
  @Command(
      name = "up",
      mixinStandardHelpOptions = true,
      description = "Starts the processes and waits until they can be used.")
  static final class Up implements Runnable {
    @Mixin private Place place = new Place();

    @Option(
        names = "--task-managers",
        defaultValue = "2",
        description = "Processes that run tasks. Default: ${DEFAULT-VALUE}.")
    private int taskManagers = 2;

    @Option(
        names = "--slots",
        defaultValue = "1",
        description = "Tasks side by side in each of them. Default: ${DEFAULT-VALUE}.")
    private int slots = 1;

    @Option(
        names = "--high-availability",
        description = "A ZooKeeper too: jobs go on when the JobManager dies and comes back.")
    private boolean highAvailability;

    @Option(
        names = "--checkpoint-interval",
        defaultValue = "20",
        description = "Seconds; also how long an alert takes at most. Default: ${DEFAULT-VALUE}.")
    private int intervalSeconds = 20;

    @Option(names = "--flink", description = "One setting of Flink, KEY=VALUE.")
    private Map<String, String> flink = new HashMap<>();

    @Option(names = "--broker", description = "One setting of the broker, KEY=VALUE.")
    private Map<String, String> broker = new HashMap<>();

    @Option(
        names = "--flink-lib",
        description = "The lib folder of a Flink 2.2. Default: what the build took from Maven.")
    private @Nullable Path library;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      ClusterSettings settings =
          new ClusterSettings(
              built(library, "flink-lib"),
              taskManagers,
              slots,
              highAvailability,
              Duration.ofSeconds(intervalSeconds),
              flink,
              broker);
      try {
        print(LocalCluster.start(place.folder, settings), spec);
      } catch (IOException e) {
        throw notReachable("the cluster did not start in " + place.folder, e);
      }
    }
  }

  private static void print(LocalCluster cluster, CommandSpec spec) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("kafka " + cluster.bootstrapServers());
    out.println("flink " + cluster.address());
    out.println("logs " + cluster.folder().resolve("log"));
    out.flush();
  }

  /** {@code weir cluster submit}. */
  @Command(
      name = "submit",
      mixinStandardHelpOptions = true,
      description = {
        "Makes the topics that are missing, publishes the job files and submits the job jar.",
        "Prints Flink's id of the job."
      })
  static final class Submit implements Runnable {
    @Mixin private Place place = new Place();

    @Option(names = "--job", required = true, description = "Folder with job files, or one file.")
    private Path job = Path.of("");

    @Mixin private NamingOptions naming = new NamingOptions();

    @Option(
        names = "--parallelism",
        defaultValue = "2",
        description = "Tasks. Default: ${DEFAULT-VALUE}.")
    private int parallelism = 2;

    @Option(names = "--jar", description = "The job jar. Default: the one that the build made.")
    private @Nullable Path jar;

    @Option(
        names = "--from",
        description = "Savepoint or checkpoint to go on from, as a path or as Flink names it.")
    private @Nullable String from;

    @Option(
        names = "--begin-again",
        description = "Without --from, begin anew even where this deployment has run before.")
    private boolean beginAgain;

    @Option(
        names = "--same-offsets",
        description = "With --from, although topics were made anew: they are exact copies.")
    private boolean sameOffsets;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      LocalCluster cluster = place.running();
      String state = from == null ? null : state(from);
      Path file = built(jar, "weir-job.jar");
      if (!Files.isRegularFile(file)) {
        throw new CommandFailure(
            ExitCode.CONFIGURATION, "no job jar " + file + "; './mvnw -Pquick package' makes it");
      }
      List<JobFolder> jobs = ApplyCommand.load(List.of(job));
      KafkaSettings kafka =
          new KafkaSettings(
              cluster.bootstrapServers(),
              naming.topicPrefix(),
              Map.of(),
              Map.of(),
              naming.deployment(),
              Duration.ofMinutes(15),
              Duration.ofMinutes(5));
      try {
        requireSlots(cluster);
        new KafkaTopics(kafka).create(1, Integer.MAX_VALUE, Map.of());
        ApplyCommand.publish(kafka, ApplyCommand.missing(kafka, jobs));
        String id = cluster.rest().submit(file, parallelism, arguments(kafka), Map.of(), state);
        spec.commandLine().getOut().println(id);
      } catch (IOException e) {
        throw notReachable("the job was not accepted", e);
      }
    }

    /**
     * The address of a savepoint or checkpoint; what lies in a file system of ours must be there.
     */
    private static String state(String named) {
      boolean address = named.matches("[a-z][a-z0-9+.-]+:.*");
      if (address && !named.startsWith("file:")) {
        return named;
      }
      Path path = address ? Path.of(URI.create(named).getPath()) : Path.of(named);
      if (!Files.exists(path)) {
        throw new CommandFailure(
            ExitCode.CONFIGURATION,
            "--from: no savepoint or checkpoint at "
                + path
                + "; savepoints/ and checkpoints/ in the folder of the cluster have what there is");
      }
      return path.toAbsolutePath().toUri().toString();
    }

    private void requireSlots(LocalCluster cluster) throws IOException {
      int slots = cluster.rest().slots();
      if (slots < parallelism) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "--parallelism " + parallelism + " needs as many slots, and the cluster has " + slots);
      }
    }

    private List<String> arguments(KafkaSettings kafka) {
      return new ArrayList<>(
          List.of(
              "--bootstrap-servers",
              kafka.bootstrapServers(),
              "--topic-prefix",
              naming.topicPrefix(),
              "--deployment",
              naming.deployment(),
              "--begin-again",
              String.valueOf(beginAgain),
              "--same-offsets",
              String.valueOf(sameOffsets)));
    }
  }

  /** {@code weir cluster status}. */
  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "Prints the processes and the jobs. Ends with 5 if a process is missing.")
  static final class Status implements Callable<Integer> {
    @Mixin private Place place = new Place();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      LocalCluster cluster = place.running();
      print(cluster, spec);
      PrintWriter out = spec.commandLine().getOut();
      boolean whole = true;
      for (String name : cluster.processes()) {
        Optional<ProcessHandle> process = cluster.process(name).running();
        whole &= process.isPresent();
        out.println(name + " " + process.map(found -> "pid " + found.pid()).orElse("not running"));
      }
      try {
        for (JsonNode job : cluster.rest().jobs()) {
          out.println(
              "job "
                  + job.path("jid").asText()
                  + " "
                  + job.path("state").asText()
                  + " "
                  + Plain.text(job.path("name").asText()));
        }
      } catch (IOException e) {
        String why = e.getMessage() == null ? "Flink does not answer" : e.getMessage();
        out.println("jobs unknown: " + Plain.text(why));
      }
      out.flush();
      return whole ? ExitCode.DONE.number() : ExitCode.FOUND.number();
    }
  }

  /** {@code weir cluster mend}. */
  @Command(
      name = "mend",
      mixinStandardHelpOptions = true,
      description = {
        "Starts the processes again that died, with what they had, as a supervisor would.",
        "Without --high-availability a JobManager that died has forgotten its jobs."
      })
  static final class Mend implements Runnable {
    @Mixin private Place place = new Place();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      LocalCluster cluster = place.running();
      try {
        List<String> started = cluster.startMissing();
        cluster.awaitReady();
        started.forEach(name -> spec.commandLine().getOut().println("started " + name));
      } catch (IOException e) {
        throw notReachable("the cluster in " + place.folder + " could not be mended", e);
      }
    }
  }

  /** {@code weir cluster down}. */
  @Command(
      name = "down",
      mixinStandardHelpOptions = true,
      description = {
        "Ends the processes. What they wrote stays in the folder until the next 'up'.",
        "Where nothing runs there is nothing to do, and that is no failure."
      })
  static final class Down implements Runnable {
    @Mixin private Place place = new Place();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      try {
        Optional<LocalCluster> cluster = place.cluster();
        int ended = cluster.isPresent() ? cluster.get().end() : 0;
        spec.commandLine()
            .getErr()
            .println(
                ended == 0 ? "Nothing runs in " + place.folder : "Ended " + ended + " processes");
      } catch (IOException e) {
        throw notReachable("the cluster in " + place.folder + " could not be ended", e);
      }
    }
  }
}
