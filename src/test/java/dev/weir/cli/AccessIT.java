package dev.weir.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.event.Event;
import dev.weir.event.Event.Input;
import dev.weir.flink.kafka.Grant;
import dev.weir.flink.kafka.Grants;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Party;
import dev.weir.flink.kafka.StartCheck;
import dev.weir.flink.kafka.Topic;
import dev.weir.flink.kafka.UnfitKafkaException;
import dev.weir.wire.EventEncoder;
import dev.weir.wire.TriggerIdentity;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Least privilege on a real broker with TLS, SASL/SCRAM and ACLs: everything works with exactly the
 * grants that Weir ships, nothing is left over, and nobody writes where others do. And secrets stay
 * where they are.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AccessIT {
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  @TempDir private static Path folder;
  private static SecuredBroker broker;
  private static List<Grant> grants;
  private static final Map<Party, Probe> PROBES = new EnumMap<>(Party.class);

  @BeforeAll
  static void startBroker() throws Exception {
    broker = SecuredBroker.start(folder.resolve("secured"));
    grants = Grants.of(broker.owner());
    // The shipped script, as a person runs it.
    String script = Ran.command("topics", "--acls", "-o", "script").out();
    ShippedScript.run(script, folder, broker.bootstrapServers(), broker.ownerFile());
    for (Party party : Party.values()) {
      PROBES.put(party, new Probe(broker.settings(party)));
    }
  }

  @AfterAll
  static void stopBroker() {
    PROBES.values().forEach(Probe::close);
    broker.close();
  }

  @Test
  @Order(1)
  void script_grantsWhatTheCatalogueLists() throws Exception {
    try (Admin owner = broker.admin()) {
      assertThat(owner.describeAcls(AclBindingFilter.ANY).values().get(60, TimeUnit.SECONDS))
          .containsExactlyInAnyOrderElementsOf(
              grants.stream().map(grant -> grant.binding(grant.party().principal())).toList());
    }
  }

  @Test
  @Order(2)
  void administrator_makesTopicsAndPublishes() throws Exception {
    Path jobs = Files.createDirectories(folder.resolve("jobs/small"));
    Files.move(SmallTraffic.job(jobs, 10), jobs.resolve("weir.yaml"));

    Ran made = weir(Party.ADMIN, "topics", "--create", "--replication", "1");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out().lines()).hasSize(Topic.values().length);
    keepOldRecords();
    Ran applied = weir(Party.ADMIN, "apply", jobs);
    assertThat(applied.code()).as(applied.err()).isZero();
    assertThat(applied.out()).contains("applied job file of small", "applied baseline of small");
  }

  @Test
  @Order(3)
  void wholeJob_worksWithExactlyTheseGrants_andLeaksNoSecret() throws Exception {
    Path jobs = folder.resolve("jobs/small");
    Path run = Files.createDirectories(folder.resolve("run"));

    Process job = startJob(jobs, run);
    try {
      SmallTraffic traffic = SmallTraffic.of(13);
      send(Party.FEATURES_PRODUCER, traffic.events().get(Input.FEATURES));
      send(Party.PREDICTIONS_PRODUCER, traffic.events().get(Input.PREDICTIONS));
      send(Party.LABELS_PRODUCER, traffic.events().get(Input.LABELS));
      byte[] trigger = awaitRecord(Party.ORCHESTRATOR, Topic.RETRAINING_TRIGGERS, job, run);
      assertThat(TriggerIdentity.of(trigger)).isNotNull();
      awaitRecord(Party.NOTIFIER, Topic.ALERTS, job, run);
      awaitRecord(Party.DASHBOARD, Topic.METRICS, job, run);
      awaitRecord(Party.DASHBOARD, Topic.AUDIT, job, run);
      assertNoSecretIn(job, run);
      assertFlinkTakesNoOrders(new FlinkPages(said(run)), job);
    } finally {
      job.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
    }
    assertThat(said(run)).as("how the job got on").doesNotContain("ERROR", "Exception");
  }

  private static Ran weir(Party party, Object... arguments) throws Exception {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--kafka-config",
            broker.clientFile(party)));
    return Ran.command(all.toArray());
  }

  /** The traffic of this test is years old. */
  private static void keepOldRecords() throws Exception {
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    for (Topic topic : Topic.values()) {
      changes.put(
          new ConfigResource(ConfigResource.Type.TOPIC, broker.owner().name(topic)),
          Stream.of(
                  new ConfigEntry("message.timestamp.type", "CreateTime"),
                  new ConfigEntry("retention.ms", "-1"))
              .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
              .toList());
    }
    try (Admin owner = broker.admin()) {
      owner.incrementalAlterConfigs(changes).all().get(60, TimeUnit.SECONDS);
      // The controller has it; the broker may still be busy making the topics as they were first.
      KafkaRig.await(
          "topics that keep old records", () -> keepsOldRecords(owner, changes.keySet()));
    }
  }

  private static boolean keepsOldRecords(Admin owner, Collection<ConfigResource> topics) {
    try {
      return owner.describeConfigs(topics).all().get(60, TimeUnit.SECONDS).values().stream()
          .allMatch(
              config ->
                  config.get("message.timestamp.type").value().equals("CreateTime")
                      && config.get("retention.ms").value().equals("-1"));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code weir run} as its own process: its password is in the environment and nowhere else. */
  private static Process startJob(Path jobs, Path run) throws Exception {
    String user = SecuredBroker.name(Party.JOB);
    Path settings =
        broker.clientFile(
            "job-by-environment", SecuredBroker.login(user, "${env:WEIR_TEST_PASSWORD}"));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@src/main/launch/jvm.options",
            "-Xmx1g",
            "-Dweir.log.level=info",
            "-Djava.io.tmpdir=" + Files.createDirectories(run.resolve("tmp")),
            "-cp",
            System.getProperty("java.class.path"),
            Weir.class.getName(),
            "run",
            "-v",
            "--job",
            jobs.toString(),
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--kafka-config",
            settings.toString(),
            "--checkpoints",
            run.resolve("checkpoints").toString(),
            "--checkpoint-interval",
            "2");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(run.resolve("said.txt").toFile());
    builder.environment().put("WEIR_TEST_PASSWORD", SecuredBroker.password(user));
    return builder.start();
  }

  private static String said(Path run) throws Exception {
    return Files.readString(run.resolve("said.txt"));
  }

  private static void send(Party party, List<Event> events) throws Exception {
    KafkaSettings kafka = broker.settings(party);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.properties(), new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (Event event : events) {
        String topic = kafka.name(Topic.of(event.input().id()));
        // Every partition gets some, so that none holds back time.
        int partitions = producer.partitionsFor(topic).size();
        int partition = Math.floorMod(event.predictionId().hashCode(), partitions);
        byte[] value = EventEncoder.avro(event);
        sent.add(producer.send(new ProducerRecord<>(topic, partition, event.time(), null, value)));
      }
      for (int i = 0; i < sent.size(); i++) {
        assertThat(sent.get(i).get(60, TimeUnit.SECONDS).timestamp())
            .as("the time at which the topic took a record, else the job sets it aside as too old")
            .isEqualTo(events.get(i).time());
      }
    }
  }

  private static byte[] awaitRecord(Party party, Topic topic, Process job, Path run)
      throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      assertThat(job.isAlive()).as("the job ended: %s", said(run)).isTrue();
      byte[] value = PROBES.get(party).first(topic);
      if (value != null) {
        return value;
      }
    }
    byte[] deadLetter = PROBES.get(Party.DASHBOARD).first(Topic.DEAD_LETTERS);
    throw new AssertionError(
        "no record on "
            + topic
            + "; first dead letter: "
            + (deadLetter == null ? "none" : new String(deadLetter, UTF_8))
            + "; the job said: "
            + said(run));
  }

  private static void assertNoSecretIn(Process job, Path run) throws Exception {
    Set<String> leaks = new TreeSet<>();
    Path process = Path.of("/proc", String.valueOf(job.pid()));
    if (Files.isDirectory(process)) {
      String arguments = Files.readString(process.resolve("cmdline"));
      assertThat(arguments).contains(Weir.class.getName());
      look("the arguments", arguments, leaks);
    }
    String said = said(run);
    assertThat(said).as("it logs").contains("INFO");
    look("the log", said, leaks);
    for (String page : new FlinkPages(said).all()) {
      look("a page of Flink", page, leaks);
    }
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        look(file.toString(), Files.readString(file, ISO_8859_1), leaks);
      }
    }
    assertThat(leaks).as("places that hold a secret").isEmpty();
  }

  private static void assertFlinkTakesNoOrders(FlinkPages flink, Process job) throws Exception {
    String path = "/jobs/" + flink.job();
    Map<String, String> orders = new LinkedHashMap<>();
    orders.put("PATCH " + path + "?mode=cancel", "");
    orders.put("POST " + path + "/stop", "{\"drain\": true}");
    orders.put("POST " + path + "/savepoints", "{\"cancel-job\": true}");
    orders.put("PUT " + path + "/resource-requirements", "{}");
    orders.put("POST /jars/upload", "");
    orders.put("DELETE /cluster", "");
    orders.put("GET " + path + "/yarn-cancel", "");
    orders.put("GET " + path + "/%79arn-cancel", "");
    for (Map.Entry<String, String> order : orders.entrySet()) {
      String[] words = order.getKey().split(" ");
      HttpResponse<String> answer = flink.ask(words[0], words[1], order.getValue());
      assertThat(answer.statusCode()).as(order.getKey()).isEqualTo(405);
    }
    HttpResponse<String> asked = flink.ask("GET", "/config", "");
    assertThat(asked.headers().firstValue("Access-Control-Allow-Origin"))
        .hasValue("http://127.0.0.1");
    assertThat(flink.address()).startsWith("http://127.0.0.1:");
    assertThat(job.isAlive()).isTrue();
    assertThat(flink.job()).as("the same job still runs").isEqualTo(path.substring(6));
  }

  private static void look(String place, String text, Set<String> leaks) {
    if (text.contains(SecuredBroker.CANARY)) {
      leaks.add(place);
    }
  }

  @Test
  @Order(4)
  void everyGrant_isNeeded() throws Exception {
    List<String> needless = new ArrayList<>();
    try (Admin owner = broker.admin();
        Probe everywhere = new Probe(broker.owner())) {
      for (Topic topic : Topic.values()) {
        assertThat(everywhere.mayWrite(broker.owner().name(topic))).isTrue();
      }
      for (Grant grant : grants) {
        Probe probe = PROBES.get(grant.party());
        assertThat(probe.isAllowed(grant))
            .as("with it: %s %s", grant.party(), grant.words())
            .isTrue();
        AclBindingFilter one = grant.binding(grant.party().principal()).toFilter();
        owner.deleteAcls(List.of(one)).all().get(60, TimeUnit.SECONDS);
        if (!becomes(false, probe, grant)) {
          needless.add(grant.party() + " " + grant.words());
        }
        if (grant.party() == Party.JOB) {
          assertStartNames(grant);
        }
        owner
            .createAcls(List.of(grant.binding(grant.party().principal())))
            .all()
            .get(60, TimeUnit.SECONDS);
        assertThat(becomes(true, probe, grant)).as("again: %s", grant.words()).isTrue();
      }
    }
    assertThat(needless).as("grants without which everything works").isEmpty();
  }

  /** Whether a change of the ACLs is felt, which takes the broker a moment. */
  private static boolean becomes(boolean allowed, Probe probe, Grant grant) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (probe.isAllowed(grant) != allowed) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    return true;
  }

  private static void assertStartNames(Grant grant) throws Exception {
    try {
      new StartCheck(broker.settings(Party.JOB)).requireUsable();
      throw new AssertionError("a job without " + grant.words() + " would start");
    } catch (UnfitKafkaException e) {
      assertThat(e.getMessage())
          .contains("does not allow this principal to " + grant.words(), "weir topics --acls")
          .doesNotContain(SecuredBroker.CANARY);
    }
  }

  @Test
  @Order(5)
  void nobody_writesWhereOthersDo() {
    List<String> wrote = new ArrayList<>();
    int tried = 0;
    for (Party party : Party.values()) {
      for (Topic topic : Topic.values()) {
        boolean granted =
            grants.stream()
                .anyMatch(
                    grant ->
                        grant.party() == party
                            && grant.operation() == AclOperation.WRITE
                            && grant.name().equals("weir." + topic.suffix()));
        if (!granted) {
          tried++;
          if (PROBES.get(party).mayWrite("weir." + topic.suffix())) {
            wrote.add(party + " to " + topic);
          }
        }
      }
    }
    assertThat(tried).isGreaterThan(90);
    assertThat(wrote).isEmpty();
  }

  @Test
  @Order(6)
  void wrongPassword_andUntrustedCertificate_areSaidWithoutTheSecret() throws Exception {
    Path wrong =
        broker.clientFile(
            "wrong",
            SecuredBroker.login(SecuredBroker.name(Party.JOB), "wrong-" + SecuredBroker.CANARY));
    Ran refused =
        Ran.command(
            "run",
            "--job",
            folder.resolve("jobs"),
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--kafka-config",
            wrong,
            "-v");
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err())
        .contains("check user and password in --kafka-config")
        .doesNotContain(SecuredBroker.CANARY);

    Properties distrustful = broker.settings(Party.JOB).properties();
    distrustful.remove("ssl.truststore.location");
    distrustful.remove("ssl.truststore.type");
    distrustful.remove("bootstrap.servers");
    Path file = folder.resolve("distrustful.properties");
    try (java.io.Writer writer = Files.newBufferedWriter(file, UTF_8)) {
      distrustful.store(writer, null);
    }
    Ran distrusted =
        Ran.command(
            "run",
            "--job",
            folder.resolve("jobs"),
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--kafka-config",
            file,
            "-v");
    assertThat(distrusted.code()).isEqualTo(4);
    assertThat(distrusted.err())
        .contains("is its certificate among those")
        .doesNotContain(SecuredBroker.CANARY);
  }
}
