package dev.weir.cli;

import dev.weir.flink.kafka.Grants;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Party;
import dev.weir.flink.kafka.Topic;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir topics}: what Weir reads and writes, and making what is missing. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the topics with their settings, or makes the missing ones.",
      "A topic that exists is never changed; what differs is said.",
      "With --acls: prints who must be allowed to do what with them."
    },
    footer = {
      "",
      "Examples:",
      "  weir topics -o table",
      "  weir topics --acls -o script",
      "  weir topics --create --replication 1 --bootstrap-servers localhost:9092"
    })
final class TopicsCommand implements Runnable {
  /** How the topics are printed. */
  enum Format {
    /** For people. */
    TABLE,
    /** Shell commands. */
    SCRIPT,
    /** Strimzi manifests. */
    YAML
  }

  @Mixin private KafkaOptions kafkaOptions = new KafkaOptions();

  @Option(names = "--create", description = "Make the missing topics.")
  private boolean create;

  @Option(names = "--dry-run", description = "With --create: only say what is missing.")
  private boolean dryRun;

  @Option(names = "--acls", description = "Print the grants of each principal, not the topics.")
  private boolean acls;

  @Option(
      names = "--principal",
      description = "With --acls: another principal of a party, job=User:CN=weir.")
  private Map<String, String> principals = new HashMap<>();

  @Option(
      names = "--replication",
      defaultValue = "3",
      description = "Copies of each record. Default: ${DEFAULT-VALUE}.")
  private int replication = 3;

  @Option(
      names = "-o",
      defaultValue = "table",
      description = "table, script or yaml. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TABLE;

  @Spec private CommandSpec spec = CommandSpec.create();

  private record Wanted(String name, Topic topic, Map<String, String> settings) {}

  @Override
  public void run() {
    if (replication < 1) {
      throw new CommandFailure(ExitCode.USAGE, "--replication must be 1 or more");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (acls) {
      print(new AclListing(Grants.of(kafkaOptions.names()), principals()), out);
    } else if (create) {
      create(kafkaOptions.settings(), out);
    } else {
      List<Wanted> wanted = wanted(kafkaOptions.names());
      switch (format) {
        case TABLE -> printTable(wanted, out);
        case SCRIPT -> wanted.forEach(topic -> printCommand(topic, out));
        case YAML -> wanted.forEach(topic -> printManifest(topic, out));
      }
    }
    out.flush();
  }

  private void print(AclListing listing, PrintWriter out) {
    switch (format) {
      case TABLE -> listing.printTable(out);
      case SCRIPT -> listing.printScript(out);
      case YAML -> listing.printManifests(out);
    }
  }

  private Map<Party, String> principals() {
    Map<Party, String> named = new EnumMap<>(Party.class);
    principals.forEach(
        (id, principal) -> {
          Party party =
              Arrays.stream(Party.values())
                  .filter(known -> known.id().equals(id))
                  .findFirst()
                  .orElseThrow(() -> unknownParty(id));
          if (!principal.matches("\\w+:[^'\\p{Cntrl}]+")) {
            throw new CommandFailure(
                ExitCode.USAGE,
                "--principal: '"
                    + Plain.text(principal)
                    + "' is not TYPE:NAME, as in User:weir-job");
          }
          named.put(party, principal);
        });
    return named;
  }

  private static CommandFailure unknownParty(String id) {
    return new CommandFailure(
        ExitCode.USAGE,
        "--principal: no party '"
            + Plain.text(id)
            + "'; known are "
            + Arrays.stream(Party.values()).map(Party::id).collect(Collectors.joining(", ")));
  }

  private void create(KafkaSettings kafka, PrintWriter out) {
    KafkaTopics topics = new KafkaTopics(kafka);
    List<String> differences = topics.differences(replication);
    List<String> made =
        dryRun ? topics.missing() : topics.create(replication, Integer.MAX_VALUE, Map.of());
    made.forEach(name -> out.println((dryRun ? "missing " : "made ") + name));
    differences.forEach(difference -> out.println("differs " + difference));
    if (made.isEmpty()) {
      spec.commandLine().getErr().println("No topic is missing at " + kafka.bootstrapServers());
    }
  }

  private List<Wanted> wanted(KafkaSettings kafka) {
    List<Wanted> wanted = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      for (String name : kafka.names(topic)) {
        wanted.add(new Wanted(name, topic, topic.settings(replication)));
      }
    }
    return wanted;
  }

  private static void printTable(List<Wanted> topics, PrintWriter out) {
    int width = topics.stream().mapToInt(topic -> topic.name().length()).max().orElse(0);
    String row = "%-" + width + "s  %-10s  %-14s  %-9s  %s%n";
    out.printf(Locale.ROOT, row, "TOPIC", "PARTITIONS", "CLEANUP", "RETENTION", "WRITTEN BY");
    for (Wanted wanted : topics) {
      Topic topic = wanted.topic();
      out.printf(
          Locale.ROOT,
          row,
          wanted.name(),
          topic.partitions(),
          topic.cleanup(),
          topic.retention() == null ? "for ever" : topic.retention().toDays() + " d",
          switch (topic.kind()) {
            case INPUT -> "producers";
            case CONTROL -> "people, registries, orchestrators";
            case OUTPUT -> "the job";
          });
    }
  }

  private void printCommand(Wanted topic, PrintWriter out) {
    StringBuilder command =
        new StringBuilder("kafka-topics.sh --bootstrap-server \"$BOOTSTRAP_SERVERS\"")
            .append(" --create --if-not-exists --topic '")
            .append(topic.name())
            .append("' --partitions ")
            .append(topic.topic().partitions())
            .append(" --replication-factor ")
            .append(replication);
    topic
        .settings()
        .forEach((key, value) -> command.append(" --config ").append(key + "=" + value));
    out.println(command);
  }

  private void printManifest(Wanted topic, PrintWriter out) {
    out.println("---");
    out.println("apiVersion: kafka.strimzi.io/v1beta2");
    out.println("kind: KafkaTopic");
    out.println("metadata:");
    out.println("  name: " + topic.name().replace('_', '-').toLowerCase(Locale.ROOT));
    out.println("  labels:");
    out.println("    strimzi.io/cluster: kafka");
    out.println("spec:");
    out.println("  topicName: " + topic.name());
    out.println("  partitions: " + topic.topic().partitions());
    out.println("  replicas: " + replication);
    out.println("  config:");
    topic.settings().forEach((key, value) -> out.println("    " + key + ": \"" + value + "\""));
  }
}
