package dev.weir.cli;

import dev.weir.flink.kafka.ClientSettings;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Party;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/**
 * A broker that allows nothing by itself: TLS with a certificate made just now, SASL/SCRAM-SHA-512
 * with a user for each party, and an authorizer that refuses what no ACL allows. Passwords are
 * canaries: whoever finds one outside the files of this class has found a leak.
 */
final class SecuredBroker implements AutoCloseable {
  static final String CANARY = "canary-5f1d";
  private static final String BROKER = "broker";
  private static final String KEYSTORE_PASSWORD = "keystore-" + CANARY;
  private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule";

  private final EmbeddedBroker broker;
  private final Path folder;
  private final Path certificate;

  private SecuredBroker(EmbeddedBroker broker, Path folder, Path certificate) {
    this.broker = broker;
    this.folder = folder;
    this.certificate = certificate;
  }

  static SecuredBroker start(Path folder) throws Exception {
    Files.createDirectories(folder);
    Path keystore = folder.resolve("broker.p12");
    Path certificate = folder.resolve("broker.pem");
    keytool(
        "-genkeypair -alias broker -keyalg EC -dname CN=broker -validity 2 -storetype PKCS12"
            + " -ext san=ip:127.0.0.1 -keystore",
        keystore);
    keytool("-exportcert -rfc -alias broker -keystore " + keystore + " -file", certificate);
    Map<String, String> settings = new HashMap<>();
    settings.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:SSL");
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
    settings.put("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512");
    settings.put("listener.name.clients.scram-sha-512.sasl.jaas.config", login(BROKER));
    settings.put("listener.name.controller.ssl.client.auth", "required");
    settings.put("ssl.keystore.location", keystore.toString());
    settings.put("ssl.keystore.password", KEYSTORE_PASSWORD);
    settings.put("ssl.truststore.location", certificate.toString());
    settings.put("ssl.truststore.type", "PEM");
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("allow.everyone.if.no.acl.found", "false");
    settings.put("super.users", "User:" + BROKER + ";User:CN=broker");
    List<String> users = new ArrayList<>();
    users.add(user(BROKER));
    for (Party party : Party.values()) {
      users.add(user(name(party)));
    }
    return new SecuredBroker(
        EmbeddedBroker.start(folder.resolve("kafka"), settings, users), folder, certificate);
  }

  private static void keytool(String options, Path last) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(options.split(" ")));
    command.addAll(List.of(last.toString(), "-storepass", KEYSTORE_PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), "UTF-8");
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("keytool: " + said);
    }
  }

  /** The user of a party, without the type of the principal. */
  static String name(Party party) {
    return party.principal().substring("User:".length());
  }

  static String password(String user) {
    return user + "-" + CANARY;
  }

  private static String user(String name) {
    return "SCRAM-SHA-512=[name=" + name + ",password=" + password(name) + "]";
  }

  private static String login(String user) {
    return login(user, password(user));
  }

  static String login(String user, String password) {
    return SCRAM + " required username=\"" + user + "\" password=\"" + password + "\";";
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** The client settings of a party, in a file as people write it. */
  Path clientFile(Party party) throws IOException {
    return clientFile(name(party), login(name(party)));
  }

  /** The client settings of a user who logs in with this. */
  Path clientFile(String name, String login) throws IOException {
    return Files.write(
        folder.resolve(name + ".properties"),
        List.of(
            "security.protocol=SASL_SSL",
            "sasl.mechanism=SCRAM-SHA-512",
            "sasl.jaas.config=" + login,
            "ssl.truststore.type=PEM",
            "ssl.truststore.location=" + certificate));
  }

  /** How a party speaks to this broker. */
  KafkaSettings settings(Party party) throws IOException {
    return settings(clientFile(party));
  }

  private KafkaSettings settings(Path clientFile) throws IOException {
    KafkaSettings usual = KafkaSettings.of(broker.bootstrapServers());
    return new KafkaSettings(
        usual.bootstrapServers(),
        usual.topicPrefix(),
        usual.topicNames(),
        ClientSettings.of(clientFile),
        usual.deployment(),
        usual.transactionTimeout(),
        usual.idleness());
  }

  /** Somebody who may do everything, as the owner of the broker. */
  KafkaSettings owner() throws IOException {
    return settings(ownerFile());
  }

  Path ownerFile() throws IOException {
    return clientFile(BROKER, login(BROKER));
  }

  /** An administrator who may do everything. */
  Admin admin() throws IOException {
    return Admin.create(owner().properties());
  }

  @Override
  public void close() {
    broker.close();
  }
}
