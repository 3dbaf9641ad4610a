package dev.weir.flink.kafka;

import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * One thing that one party must be allowed to do.
 *
 * @param party who
 * @param operation what; Read and Write bring Describe with them
 * @param resource on what kind of thing
 * @param name its name, or what its name begins with
 * @param pattern whether {@code name} is the whole name
 * @param purpose what would not work without it
 */
public record Grant(
    Party party,
    AclOperation operation,
    ResourceType resource,
    String name,
    PatternType pattern,
    String purpose) {

  /** This grant as Kafka keeps it, for a principal ({@code User:NAME}) on any host. */
  public AclBinding binding(String principal) {
    return new AclBinding(
        new ResourcePattern(resource, name, pattern),
        new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
  }

  /** An operation as Kafka's tools spell it: {@code DescribeConfigs}. */
  public static String operationName(AclOperation operation) {
    StringBuilder name = new StringBuilder();
    for (String word : operation.name().split("_")) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  /** What it allows, for people: {@code Write topic weir.metrics}. */
  public String words() {
    String kind =
        switch (resource) {
          case GROUP -> "group";
          case TRANSACTIONAL_ID -> "transactional id";
          default -> "topic";
        };
    return operationName(operation)
        + " "
        + kind
        + " "
        + name
        + (pattern == PatternType.PREFIXED ? "*" : "");
  }
}
