package dev.weir.cli;

import dev.weir.flink.kafka.Grant;
import dev.weir.flink.kafka.Party;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/** The grants as people need them: to read, to run, to keep in a repository. */
final class AclListing {
  private final List<Grant> grants;
  private final Map<Party, String> principals;

  /**
   * A listing of these grants.
   *
   * @param principals {@code User:NAME} of parties that are not called as usual
   */
  AclListing(List<Grant> grants, Map<Party, String> principals) {
    this.grants = List.copyOf(grants);
    this.principals = Map.copyOf(principals);
  }

  /** Grants that one command or one rule can give: they differ in the name alone. */
  private record Group(
      Party party, AclOperation operation, ResourceType resource, PatternType pattern) {
    static Group of(Grant grant) {
      return new Group(grant.party(), grant.operation(), grant.resource(), grant.pattern());
    }
  }

  private String principal(Party party) {
    return principals.getOrDefault(party, party.principal());
  }

  /** One line a grant, with what it is for. */
  void printTable(PrintWriter out) {
    int width = width(grants.stream().map(grant -> principal(grant.party())).toList());
    int what = width(grants.stream().map(Grant::words).toList());
    String row = "%-" + width + "s  %-" + what + "s  %s%n";
    out.printf(Locale.ROOT, row, "PRINCIPAL", "MAY", "TO");
    for (Grant grant : grants) {
      out.printf(Locale.ROOT, row, principal(grant.party()), grant.words(), grant.purpose());
    }
  }

  private static int width(List<String> cells) {
    return cells.stream().mapToInt(String::length).max().orElse(0);
  }

  /** Commands of Kafka's own tool; KAFKA_CONFIG may name the settings of one who may run them. */
  void printScript(PrintWriter out) {
    Map<Group, StringBuilder> commands = new LinkedHashMap<>();
    for (Grant grant : grants) {
      commands
          .computeIfAbsent(Group.of(grant), this::command)
          .append(' ')
          .append(option(grant.resource()))
          .append(" '")
          .append(grant.name())
          .append('\'');
    }
    commands.values().forEach(out::println);
  }

  private StringBuilder command(Group group) {
    StringBuilder command =
        new StringBuilder("kafka-acls.sh --bootstrap-server \"$BOOTSTRAP_SERVERS\"")
            .append(" ${KAFKA_CONFIG:+--command-config \"$KAFKA_CONFIG\"} --add")
            .append(" --allow-principal '")
            .append(principal(group.party()))
            .append("' --operation ")
            .append(Grant.operationName(group.operation()));
    if (group.pattern() == PatternType.PREFIXED) {
      command.append(" --resource-pattern-type prefixed");
    }
    return command;
  }

  private static String option(ResourceType resource) {
    return switch (resource) {
      case GROUP -> "--group";
      case TRANSACTIONAL_ID -> "--transactional-id";
      default -> "--topic";
    };
  }

  /** Strimzi users that log in with SCRAM-SHA-512. */
  void printManifests(PrintWriter out) {
    for (Party party : Party.values()) {
      out.println("---");
      out.println("apiVersion: kafka.strimzi.io/v1beta2");
      out.println("kind: KafkaUser");
      out.println("metadata:");
      out.println("  name: " + principal(party).substring(principal(party).indexOf(':') + 1));
      out.println("  labels:");
      out.println("    strimzi.io/cluster: kafka");
      out.println("spec:");
      out.println("  authentication:");
      out.println("    type: scram-sha-512");
      out.println("  authorization:");
      out.println("    type: simple");
      out.println("    acls:");
      grants.stream().filter(grant -> grant.party() == party).forEach(grant -> rule(grant, out));
    }
  }

  private static void rule(Grant grant, PrintWriter out) {
    String type =
        option(grant.resource()).substring(2).replace("transactional-id", "transactionalId");
    out.println("      - resource:");
    out.println("          type: " + type);
    out.println("          name: " + grant.name());
    out.println("          patternType: " + grant.pattern().name().toLowerCase(Locale.ROOT));
    out.println("        operations: [" + Grant.operationName(grant.operation()) + "]");
  }
}
