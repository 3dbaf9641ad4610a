package dev.weir.cli;

import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Topic;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that speaks to Kafka. */
final class KafkaOptions {
  @Option(
      names = "--bootstrap-servers",
      defaultValue = "${env:WEIR_BOOTSTRAP_SERVERS}",
      description = "HOST:PORT of brokers, separated by commas.")
  private @Nullable String bootstrapServers;

  @Option(
      names = {"--kafka-config", "--config"},
      description = "Properties file with client settings: TLS, SASL. Never printed.")
  private @Nullable Path configuration;

  @Option(names = "--property", description = "One client setting, KEY=VALUE; no secrets here.")
  private Map<String, String> properties = new HashMap<>();

  @Option(
      names = "--topic-prefix",
      defaultValue = "${env:WEIR_TOPIC_PREFIX:-weir.}",
      description = "What topic names begin with. Default: ${DEFAULT-VALUE}.")
  private String topicPrefix = "weir.";

  @Option(names = "--topic", description = "Another name for one topic: predictions=team.scores.")
  private Map<String, String> topics = new HashMap<>();

  @Option(
      names = "--deployment",
      defaultValue = "weir",
      description = "Name of this deployment, in ce_source and transaction ids.")
  private String deployment = "weir";

  /** What was given, as settings; a Kafka must have been named. */
  KafkaSettings settings() {
    if (bootstrapServers == null || bootstrapServers.isBlank()) {
      throw new CommandFailure(
          ExitCode.USAGE, "which Kafka? name it with --bootstrap-servers HOST:PORT");
    }
    return names();
  }

  /** What was given, as settings that are good for the names of topics alone. */
  KafkaSettings names() {
    Map<String, String> client = new HashMap<>(properties);
    client.putAll(file());
    Map<String, List<String>> names = new HashMap<>();
    topics.forEach((topic, name) -> names.put(known(topic), List.of(name.split(","))));
    return new KafkaSettings(
        bootstrapServers == null ? "" : bootstrapServers,
        topicPrefix,
        names,
        client,
        deployment,
        Duration.ofMinutes(15),
        Duration.ofMinutes(5));
  }

  private static String known(String topic) {
    List<String> known = Arrays.stream(Topic.values()).map(Topic::suffix).toList();
    if (!known.contains(topic)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--topic: no topic '" + Plain.text(topic) + "'; known are " + String.join(", ", known));
    }
    return topic;
  }

  private Map<String, String> file() {
    Map<String, String> settings = new HashMap<>();
    if (configuration == null) {
      return settings;
    }
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(configuration)) {
      read.load(reader);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "the Kafka settings " + configuration + " cannot be read; --kafka-config names the file",
          e);
    }
    read.stringPropertyNames().forEach(name -> settings.put(name, read.getProperty(name)));
    return settings;
  }
}
