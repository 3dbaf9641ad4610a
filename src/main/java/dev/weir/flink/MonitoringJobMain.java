package dev.weir.flink;

import dev.weir.flink.kafka.ClientSettings;
import dev.weir.flink.kafka.KafkaHistory;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.SchemaLocation;
import dev.weir.flink.kafka.StartCheck;
import dev.weir.flink.kafka.StreamingJob;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Entry point of {@code weir-job.jar} on a Flink cluster.
 *
 * <p>Arguments: {@code --bootstrap-servers HOST:PORT} (needed), {@code --kafka-config FILE}, {@code
 * --topic-prefix P}, {@code --deployment NAME}, {@code --transaction-timeout SECONDS}, {@code
 * --idleness SECONDS}, {@code --schemas DIR}, {@code --registry URL}, {@code
 * --registry-password-file FILE}, {@code --dead-letter-payload none}, {@code --begin-again true}
 * (where an earlier run of the deployment is to be forgotten), {@code --same-offsets true} (where
 * topics are exact copies of those of the state). Checkpoints, state backend and restarts are those
 * of the cluster's configuration.
 */
public final class MonitoringJobMain {
  private static final List<String> KNOWN =
      List.of(
          "bootstrap-servers",
          "kafka-config",
          "topic-prefix",
          "deployment",
          "transaction-timeout",
          "idleness",
          "schemas",
          "registry",
          "registry-password-file",
          "dead-letter-payload",
          "begin-again",
          "same-offsets");

  private MonitoringJobMain() {}

  /** Submits the job and returns; nothing of the result is asked for. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> options = options(arguments);
    String servers = options.get("bootstrap-servers");
    if (servers == null) {
      throw new IllegalArgumentException("--bootstrap-servers HOST:PORT is needed");
    }
    KafkaSettings kafka =
        new KafkaSettings(
            servers,
            options.getOrDefault("topic-prefix", "weir."),
            Map.of(),
            client(options.get("kafka-config")),
            options.getOrDefault("deployment", "weir"),
            seconds(options, "transaction-timeout", "900"),
            seconds(options, "idleness", "300"));
    SchemaLocation schemas =
        new SchemaLocation(
            options.get("schemas"), options.get("registry"), options.get("registry-password-file"));
    boolean keepPayloads = !"none".equals(options.get("dead-letter-payload"));
    Configuration always = Environments.always();
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(always);
    StartCheck check = new StartCheck(kafka);
    check.requireUsable();
    // A cluster with high availability runs this again while the job goes on.
    if (env.getConfiguration().get(HighAvailabilityOptions.HA_MODE).equalsIgnoreCase("NONE")) {
      check.requireFree();
    }
    KafkaHistory history =
        new KafkaHistory(
            "true".equals(options.get("begin-again")) ? List.of() : check.earlierRun(),
            check.topics(),
            "true".equals(options.get("same-offsets")));
    check.requireRetention(StreamingJob.define(env, kafka, schemas, keepPayloads, history, null));
    env.executeAsync("weir " + kafka.deployment());
  }

  private static Duration seconds(Map<String, String> options, String name, String usual) {
    return Duration.ofSeconds(Long.parseLong(options.getOrDefault(name, usual)));
  }

  private static Map<String, String> options(String[] arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < words.size(); i += 2) {
      String name = words.get(i).startsWith("--") ? words.get(i).substring(2) : "";
      if (!KNOWN.contains(name) || i + 1 == words.size()) {
        throw new IllegalArgumentException(
            "'"
                + words.get(i)
                + "' is not an option with a value; known: --"
                + String.join(", --", KNOWN));
      }
      options.put(name, words.get(i + 1));
    }
    return options;
  }

  private static Map<String, String> client(@Nullable String file) throws IOException {
    return file == null ? Map.of() : ClientSettings.of(Path.of(file));
  }
}
