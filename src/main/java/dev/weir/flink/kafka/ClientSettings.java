package dev.weir.flink.kafka;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The settings of Kafka clients that people may give: how to reach and trust the broker, who they
 * are, and how patient to be. Nothing that loads a class of their choice, and nothing that Weir's
 * promises rest on.
 *
 * <p>A value may refer to a secret instead of being one: {@code ${env:NAME}}, {@code
 * ${file:PROPERTIES:KEY}}, {@code ${directory:FOLDER:FILE}}. Kafka's clients look it up where they
 * run, so the secret is not in the job that is sent to a cluster. No message holds a value.
 */
public final class ClientSettings {
  /** Settings that are no secret, need no class and touch no promise. */
  private static final Set<String> PATIENCE =
      Set.of(
          "client.dns.lookup",
          "client.rack",
          "connections.max.idle.ms",
          "default.api.timeout.ms",
          "delivery.timeout.ms",
          "fetch.max.bytes",
          "fetch.max.wait.ms",
          "fetch.min.bytes",
          "max.block.ms",
          "max.partition.fetch.bytes",
          "max.poll.records",
          "metadata.max.age.ms",
          "receive.buffer.bytes",
          "reconnect.backoff.max.ms",
          "reconnect.backoff.ms",
          "request.timeout.ms",
          "retry.backoff.max.ms",
          "retry.backoff.ms",
          "send.buffer.bytes",
          "socket.connection.setup.timeout.max.ms",
          "socket.connection.setup.timeout.ms");

  /** They name classes that would be loaded. */
  private static final Set<String> CLASSES =
      Set.of(
          "sasl.client.callback.handler.class",
          "sasl.login.class",
          "sasl.oauthbearer.jwt.retriever.class",
          "sasl.oauthbearer.jwt.validator.class",
          "ssl.engine.factory.class");

  private static final String LOGIN_CALLBACK = "sasl.login.callback.handler.class";
  private static final String OAUTH_CALLBACK =
      "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler";

  /** Not among them: modules that look names up over a network (CVE-2023-25194). */
  private static final Set<String> LOGIN_MODULES =
      Set.of(
          "org.apache.kafka.common.security.scram.ScramLoginModule",
          "org.apache.kafka.common.security.plain.PlainLoginModule",
          "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
          "com.sun.security.auth.module.Krb5LoginModule");

  private static final Map<String, String> LOOKED_UP =
      Map.of(
          "config.providers",
          "env,file,directory",
          "config.providers.env.class",
          "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
          "config.providers.file.class",
          "org.apache.kafka.common.config.provider.FileConfigProvider",
          "config.providers.directory.class",
          "org.apache.kafka.common.config.provider.DirectoryConfigProvider");

  private static final List<ConfigDef> CLIENTS =
      List.of(
          AdminClientConfig.configDef(), ConsumerConfig.configDef(), ProducerConfig.configDef());

  private ClientSettings() {}

  /**
   * The settings of a properties file.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException naming the file and the setting, if it holds another
   */
  public static Map<String, String> of(Path file) throws IOException {
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      read.load(reader);
    }
    Map<String, String> settings = new HashMap<>();
    for (String name : read.stringPropertyNames()) {
      settings.put(name, usable(file.toString(), name, read.getProperty(name, "")));
    }
    if (settings.values().stream().anyMatch(value -> value.contains("${"))) {
      settings.putAll(LOOKED_UP);
    }
    return settings;
  }

  /**
   * The settings of the command line, which everybody on the machine can read.
   *
   * @throws IllegalArgumentException naming the setting, if it is a secret or not one of these
   */
  public static Map<String, String> ofArguments(Map<String, String> given) {
    Map<String, String> settings = new HashMap<>();
    given.forEach(
        (name, value) -> {
          if (isSecret(name)) {
            throw new IllegalArgumentException(
                "--property: '"
                    + name
                    + "' is a secret, and everybody on this machine can read arguments; write it"
                    + " into a file that only you can read, and name that with --kafka-config"
                    + " FILE");
          }
          settings.put(name, usable("--property", name, value));
        });
    return settings;
  }

  /** Whether a setting holds a secret: Kafka keeps it out of logs, or its name says so. */
  static boolean isSecret(String name) {
    return CLIENTS.stream()
            .map(client -> client.configKeys().get(name))
            .anyMatch(key -> key != null && key.type == ConfigDef.Type.PASSWORD)
        || name.matches("(?i).*(jaas|password|passphrase|secret).*");
  }

  private static String usable(String where, String name, String value) {
    if (!known().contains(name)) {
      throw new IllegalArgumentException(
          where
              + ": the Kafka setting '"
              + name
              + "' is not one that Weir takes: "
              + (isOfClients(name)
                  ? "Weir sets it itself, or it would load a class"
                  : "Kafka's clients do not know it")
              + "; known are "
              + String.join(", ", known()));
    }
    // What is looked up later is checked by Kafka's own list of refused modules.
    if (name.equals("sasl.jaas.config") && !value.startsWith("${")) {
      String module = value.strip().split("\\s", 2)[0];
      if (!LOGIN_MODULES.contains(module)) {
        throw new IllegalArgumentException(
            where
                + ": the login module of 'sasl.jaas.config' must be one of "
                + String.join(", ", new TreeSet<>(LOGIN_MODULES)));
      }
    }
    if (name.equals(LOGIN_CALLBACK) && !value.equals(OAUTH_CALLBACK)) {
      throw new IllegalArgumentException(where + ": '" + name + "' may only be " + OAUTH_CALLBACK);
    }
    if (name.endsWith(".url") && !value.startsWith("https://")) {
      throw new IllegalArgumentException(where + ": '" + name + "' must begin with https://");
    }
    return value;
  }

  private static boolean isOfClients(String name) {
    return CLIENTS.stream().anyMatch(client -> client.configKeys().containsKey(name));
  }

  private static TreeSet<String> known() {
    TreeSet<String> known = new TreeSet<>(PATIENCE);
    known.add("security.protocol");
    for (ConfigDef client : CLIENTS) {
      client.configKeys().keySet().stream()
          .filter(name -> name.startsWith("ssl.") || name.startsWith("sasl."))
          .forEach(known::add);
    }
    known.removeAll(CLASSES);
    return known;
  }
}
