package dev.weir.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka broker (KRaft, one node) inside this process, on free ports of the loopback address.
 *
 * <p>For the quick start and for tests: everything it keeps lies in the folder it is given. {@link
 * #bootstrapServers()} is valid as soon as the constructor has returned.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final int ATTEMPTS = 3;

  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts a broker that keeps its log in {@code folder}.
   *
   * @throws IOException if no port could be had or the folder cannot be written
   */
  public static EmbeddedBroker start(Path folder) throws IOException {
    return start(folder, Map.of(), List.of());
  }

  /**
   * Starts a broker that keeps its log in {@code folder}, with settings of its own.
   *
   * @param settings win over the usual ones; the listeners are named CLIENTS and CONTROLLER
   * @param users who can log in from the first moment on, each as {@code
   *     SCRAM-SHA-512=[name=NAME,password=PASSWORD]}
   * @throws IOException if no port could be had or the folder cannot be written
   */
  static EmbeddedBroker start(Path folder, Map<String, String> settings, List<String> users)
      throws IOException {
    // A port that was free a moment ago may be taken; another pair is tried then.
    for (int attempt = 1; ; attempt++) {
      int port = freePort();
      int controllerPort = freePort();
      Path log = folder.resolve("broker-" + port);
      try {
        format(log, users);
        return open(log, port, controllerPort, settings);
      } catch (RuntimeException e) {
        if (attempt == ATTEMPTS) {
          throw new IOException("the embedded Kafka broker did not start: " + e.getMessage(), e);
        }
      }
    }
  }

  /**
   * Starts a broker on given ports with the log in {@code log}, which is made where it is not there
   * yet: a broker that ended in whatever way goes on with what it had.
   *
   * @param more settings that replace those of this class
   * @throws IOException if the folder cannot be written
   * @throws RuntimeException if a port is taken
   */
  static EmbeddedBroker open(Path log, int port, int controllerPort, Map<String, String> more)
      throws IOException {
    KafkaRaftServer server =
        new KafkaRaftServer(config(log, port, controllerPort, more), Time.SYSTEM);
    server.startup();
    return new EmbeddedBroker(server, "127.0.0.1:" + port);
  }

  private static KafkaConfig config(
      Path log, int port, int controllerPort, Map<String, String> more) throws IOException {
    Map<String, String> properties = new HashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    properties.put(
        "listeners", "CLIENTS://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.put("advertised.listeners", "CLIENTS://127.0.0.1:" + port);
    properties.put("inter.broker.listener.name", "CLIENTS");
    properties.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("log.dirs", log.toString());
    for (String single :
        new String[] {
          "offsets.topic.replication.factor",
          "offsets.topic.num.partitions",
          "transaction.state.log.replication.factor",
          "transaction.state.log.min.isr",
          "transaction.state.log.num.partitions",
          "share.coordinator.state.topic.replication.factor",
          "share.coordinator.state.topic.min.isr",
          "min.insync.replicas"
        }) {
      properties.put(single, "1");
    }
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("auto.create.topics.enable", "false");
    properties.put("log.cleaner.enable", "false");
    properties.putAll(more);
    if (!Files.exists(log.resolve("meta.properties"))) {
      format(log, List.of());
    }
    return new KafkaConfig(properties);
  }

  private static void format(Path log, List<String> users) throws IOException {
    Formatter formatter = new Formatter();
    formatter.setNodeId(1);
    formatter.setClusterId(Uuid.randomUuid().toString());
    formatter.setControllerListenerName("CONTROLLER");
    formatter.setMetadataLogDirectory(log.toString());
    formatter.addDirectory(log.toString());
    formatter.setReleaseVersion(MetadataVersion.latestProduction());
    formatter.setScramArguments(users);
    formatter.setPrintStream(
        new java.io.PrintStream(java.io.OutputStream.nullOutputStream(), false, "UTF-8"));
    try {
      formatter.run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("could not format " + log, e);
    }
  }

  /** A port of the loopback address that nobody has at this moment. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Where clients connect: {@code 127.0.0.1:PORT}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
