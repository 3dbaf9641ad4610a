package dev.weir.cli;

import dev.weir.flink.kafka.ClientSettings;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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
      defaultValue = "${env:WEIR_KAFKA_CONFIG}",
      description = {
        "Properties file with client settings: TLS, SASL. Never printed.",
        "A value may be $${env:NAME} or $${directory:FOLDER:FILE}."
      })
  private @Nullable Path configuration;

  @Option(names = "--property", description = "One client setting, KEY=VALUE; secrets are refused.")
  private Map<String, String> properties = new HashMap<>();

  @Mixin private NamingOptions naming = new NamingOptions();

  @Option(names = "--topic", description = "Another name for one topic: predictions=team.scores.")
  private Map<String, String> topics = new HashMap<>();

  @Option(
      names = "--transaction-timeout",
      defaultValue = "900",
      description = "Seconds that results may wait for their commit. Default: ${DEFAULT-VALUE}.")
  private int transactionTimeoutSeconds = 900;

  @Option(
      names = "--idleness",
      defaultValue = "300",
      description = {
        "Seconds without a record after which a partition no longer holds back time.",
        "Default: ${DEFAULT-VALUE}."
      })
  private int idlenessSeconds = 300;

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
    Map<String, String> client = client();
    Map<String, List<String>> names = new HashMap<>();
    topics.forEach((topic, name) -> names.put(known(topic), List.of(name.split(","))));
    return new KafkaSettings(
        bootstrapServers == null ? "" : bootstrapServers,
        naming.topicPrefix(),
        names,
        client,
        naming.deployment(),
        Duration.ofSeconds(transactionTimeoutSeconds),
        Duration.ofSeconds(idlenessSeconds));
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

  private Map<String, String> client() {
    Map<String, String> settings = new HashMap<>();
    try {
      settings.putAll(ClientSettings.ofArguments(properties));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, Plain.text(String.valueOf(e.getMessage())), e);
    }
    if (configuration == null) {
      return settings;
    }
    try {
      settings.putAll(ClientSettings.of(configuration));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION, Plain.text(String.valueOf(e.getMessage())), e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "the Kafka settings " + configuration + " cannot be read; --kafka-config names the file",
          e);
    }
    return settings;
  }
}
