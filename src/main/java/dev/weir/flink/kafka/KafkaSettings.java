package dev.weir.flink.kafka;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Which Kafka, which topics, and how to speak to them.
 *
 * @param bootstrapServers HOST:PORT, separated by commas
 * @param topicPrefix what every topic name begins with, {@code weir.} unless renamed
 * @param topicNames names of single topics by suffix, which win over the prefix; inputs may have
 *     several
 * @param client client settings (TLS, SASL); never printed
 * @param deployment name of this deployment: part of transaction ids and of {@code ce_source}
 * @param transactionTimeout how long an open transaction may last; at most what the broker allows
 * @param idleness silence after which a partition no longer holds back time; time in which no
 *     broker answers does not count
 */
public record KafkaSettings(
    String bootstrapServers,
    String topicPrefix,
    Map<String, List<String>> topicNames,
    Map<String, String> client,
    String deployment,
    Duration transactionTimeout,
    Duration idleness)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** What reliability asks for: 15 minutes for a transaction, 5 for silence. */
  public static KafkaSettings of(String bootstrapServers) {
    return new KafkaSettings(
        bootstrapServers,
        "weir.",
        Map.of(),
        Map.of(),
        "weir",
        Duration.ofMinutes(15),
        Duration.ofMinutes(5));
  }

  /** Only the name of an output or control topic, or the first of an input. */
  public String name(Topic topic) {
    return names(topic).get(0);
  }

  /** The names of a topic. */
  public List<String> names(Topic topic) {
    return topicNames.getOrDefault(topic.suffix(), List.of(topicPrefix + topic.suffix()));
  }

  /** Client settings with the servers. */
  public Properties properties() {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.setProperty("bootstrap.servers", bootstrapServers);
    return properties;
  }

  /** The consumer group of one of this deployment's readers. */
  public String group(String reader) {
    return deployment + "-" + reader;
  }

  /** What every transaction id of this deployment begins with, and none of another. */
  public String transactionPrefix() {
    return "weir-" + deployment + "-";
  }

  /** Without the client settings, some of which are secrets. */
  @Override
  public String toString() {
    return "KafkaSettings[" + bootstrapServers + ", " + topicPrefix + "*, " + deployment + "]";
  }
}
