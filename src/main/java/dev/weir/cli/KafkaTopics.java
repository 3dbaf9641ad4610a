package dev.weir.cli;

import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topics of a Kafka: which there are, and making the missing ones. */
final class KafkaTopics {
  private static final int PATIENCE_MILLIS = 10_000;

  private final KafkaSettings kafka;

  KafkaTopics(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /** Names of topics that do not exist. */
  List<String> missing() {
    try (Admin admin = admin()) {
      return missing(admin);
    } catch (ExecutionException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private List<String> missing(Admin admin) throws ExecutionException, InterruptedException {
    Set<String> present = admin.listTopics().names().get();
    List<String> missing = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      kafka.names(topic).stream().filter(name -> !present.contains(name)).forEach(missing::add);
    }
    return missing;
  }

  /**
   * Makes the missing topics; never changes one that exists.
   *
   * @param replication copies of each record
   * @param mostPartitions bound on the partitions of a topic
   * @param inputSettings settings of the input topics that replace the usual ones
   */
  List<String> create(int replication, int mostPartitions, Map<String, String> inputSettings) {
    try (Admin admin = admin()) {
      List<String> missing = missing(admin);
      List<NewTopic> wanted = new ArrayList<>();
      for (Topic topic : Topic.values()) {
        for (String name : kafka.names(topic)) {
          if (missing.contains(name)) {
            int partitions = Math.min(mostPartitions, topic.partitions());
            Map<String, String> settings = new TreeMap<>(topic.settings(replication));
            if (topic.kind() == Topic.Kind.INPUT) {
              settings.putAll(inputSettings);
            }
            wanted.add(new NewTopic(name, partitions, (short) replication).configs(settings));
          }
        }
      }
      admin.createTopics(wanted).all().get();
      return missing;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return List.of();
      }
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * In what the topics that exist differ from those that would be made: one sentence each, without
   * the number of copies, which is the operator's.
   *
   * @param replication copies of each record
   */
  List<String> differences(int replication) {
    try (Admin admin = admin()) {
      List<String> missing = missing(admin);
      List<String> differences = new ArrayList<>();
      for (Topic topic : Topic.values()) {
        for (String name : kafka.names(topic)) {
          if (!missing.contains(name)) {
            compare(admin, topic, name, replication, differences);
          }
        }
      }
      return differences;
    } catch (ExecutionException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static void compare(
      Admin admin, Topic topic, String name, int replication, List<String> differences)
      throws ExecutionException, InterruptedException {
    Map<String, TopicDescription> topics =
        admin.describeTopics(List.of(name)).allTopicNames().get();
    int partitions = Objects.requireNonNull(topics.get(name), name).partitions().size();
    // More partitions are an operator's choice, but all readers of a control topic see one order.
    if (topic.kind() == Topic.Kind.CONTROL && partitions != 1) {
      differences.add(name + ": " + partitions + " partitions, a control topic must have 1");
    }
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    Map<ConfigResource, Config> configs = admin.describeConfigs(List.of(resource)).all().get();
    Config found = Objects.requireNonNull(configs.get(resource), name);
    topic
        .settings(replication)
        .forEach(
            (key, wanted) -> {
              ConfigEntry entry = found.get(key);
              String value = entry == null ? "" : entry.value();
              if (!wanted.equals(value)) {
                differences.add(name + ": " + key + " is " + value + ", recommended " + wanted);
              }
            });
  }

  private Admin admin() {
    Properties properties = kafka.properties();
    properties.putIfAbsent("default.api.timeout.ms", PATIENCE_MILLIS);
    properties.putIfAbsent("request.timeout.ms", PATIENCE_MILLIS / 2);
    try {
      return Admin.create(properties);
    } catch (org.apache.kafka.common.KafkaException e) {
      throw unreachable(e);
    }
  }

  private CommandFailure unreachable(Exception e) {
    return unusable(kafka, e);
  }

  /** What is said when a Kafka does not do what it is asked for. */
  static CommandFailure unusable(KafkaSettings kafka, Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String remedy =
        cause instanceof InvalidReplicationFactorException
            ? "give --replication as many as there are brokers, at most"
            : "check --bootstrap-servers and --kafka-config, and that the broker runs";
    return new CommandFailure(
        ExitCode.NOT_REACHABLE,
        "Kafka at "
            + kafka.bootstrapServers()
            + " cannot be used ("
            + Plain.text(String.valueOf(cause.getMessage()))
            + "); "
            + remedy,
        e);
  }

  private static CommandFailure interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new CommandFailure(ExitCode.INTERRUPTED, "interrupted", e);
  }
}
