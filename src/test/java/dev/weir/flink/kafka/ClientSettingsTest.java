package dev.weir.flink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which settings of Kafka clients people may give, and where. */
class ClientSettingsTest {
  private static final String SECRET = "hunter2";

  @TempDir private Path folder;

  private Map<String, String> read(String... lines) throws IOException {
    return ClientSettings.of(Files.write(folder.resolve("client.properties"), List.of(lines)));
  }

  @Test
  void file_mayHoldWhatItTakesToLogIn() throws IOException {
    assertThat(
            read(
                "security.protocol=SASL_SSL",
                "sasl.mechanism=SCRAM-SHA-512",
                "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required"
                    + " username=\"weir-job\" password=\""
                    + SECRET
                    + "\";",
                "ssl.truststore.location=/etc/weir/ca.pem",
                "request.timeout.ms=20000"))
        .hasSize(5)
        .containsEntry("security.protocol", "SASL_SSL");
  }

  @Test
  void referencesToSecrets_areLookedUpByKafkaItself() throws IOException {
    assertThat(read("ssl.key.password=${directory:/etc/weir:key}"))
        .containsEntry("ssl.key.password", "${directory:/etc/weir:key}")
        .containsEntry("config.providers", "env,file,directory");
    assertThat(read("ssl.key.password=plain")).doesNotContainKey("config.providers");
  }

  /** What loads a class, reads a file by address, or breaks a promise. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sasl.jaas.config=com.sun.security.auth.module.JndiLoginModule required"
            + " password=\"hunter2\";",
        "sasl.jaas.config=com.sun.security.auth.module.LdapLoginModule required x=\"hunter2\";",
        "sasl.oauthbearer.token.endpoint.url=file:///etc/hunter2",
        "sasl.oauthbearer.jwks.endpoint.url=http://169.254.169.254/hunter2",
        "sasl.login.callback.handler.class=com.example.hunter2",
        "sasl.client.callback.handler.class=com.example.hunter2",
        "ssl.engine.factory.class=com.example.hunter2",
        "security.providers=com.example.hunter2",
        "interceptor.classes=com.example.hunter2",
        "metric.reporters=com.example.hunter2",
        "config.providers=hunter2",
        "isolation.level=hunter2",
        "transactional.id=hunter2",
        "enable.idempotence=hunter2",
        "acks=hunter2",
        "group.id=hunter2",
        "auto.offset.reset=hunter2",
        "bootstrap.servers=hunter2",
        "sasl.jaas.confg=hunter2",
      })
  void file_mayNotHoldMore_andNoMessageHoldsTheValue(String line) {
    assertThatThrownBy(() -> read(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("client.properties")
        .hasMessageContaining("'" + line.substring(0, line.indexOf('=')) + "'")
        .hasMessageNotContaining(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sasl.jaas.config",
        "ssl.key.password",
        "ssl.keystore.key",
        "ssl.truststore.password",
        "sasl.oauthbearer.client.credentials.client.secret",
      })
  void secretInArguments_isRefusedWithTheRemedy(String name) {
    assertThatThrownBy(() -> ClientSettings.ofArguments(Map.of(name, SECRET)))
        .hasMessageContaining("'" + name + "' is a secret")
        .hasMessageContaining("--kafka-config FILE")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void otherArguments_areTaken() {
    assertThat(ClientSettings.ofArguments(Map.of("security.protocol", "SSL"))).hasSize(1);
  }

  @Test
  void settings_arePrintedWithoutSecrets() {
    KafkaSettings usual = KafkaSettings.of("localhost:9092");
    KafkaSettings secret =
        new KafkaSettings(
            usual.bootstrapServers(),
            usual.topicPrefix(),
            usual.topicNames(),
            Map.of("ssl.key.password", SECRET),
            usual.deployment(),
            usual.transactionTimeout(),
            usual.idleness());
    assertThat(secret.toString()).contains("localhost:9092").doesNotContain(SECRET);
  }
}
