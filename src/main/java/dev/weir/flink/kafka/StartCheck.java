package dev.weir.flink.kafka;

import dev.weir.baseline.LabelSettings;
import dev.weir.spec.JobSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Whether a Kafka is one on which the job keeps its promises, asked before the job starts: a job
 * that starts on another fails later, in the middle of the night, or loses results in silence.
 *
 * <p>Asked for is what the job will do, with the principal that will do it: topics, what it may do
 * with them, groups, and a transaction as long as the sink's. Nothing is written; one transactional
 * id of this deployment becomes known to the broker.
 */
public final class StartCheck {
  /** The first answer over TLS takes a busy machine long. */
  private static final int PATIENCE_MILLIS = 30_000;

  /** Transactions whose late commits cannot tear others apart came with brokers 4.0. */
  private static final int TRANSACTION_VERSION = 2;

  private static final Duration POLL = Duration.ofMillis(250);

  private static final String GRANTS_REMEDY =
      "; 'weir topics --acls -o script' prints what is needed";

  private final KafkaSettings kafka;

  /** A check of this Kafka. */
  public StartCheck(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /**
   * That the broker can be reached and is new enough, that the topics are there, and that the job
   * may do what it must.
   *
   * @throws UnfitKafkaException with one sentence for each thing that is wrong
   */
  public void requireUsable() {
    List<String> problems = new ArrayList<>();
    ask(
        admin -> {
          version(admin, problems);
          topics(admin, problems);
          groups(admin, problems);
          transactions(admin, problems);
        });
    require(problems);
  }

  /**
   * That records stay for as long as their labels are waited for.
   *
   * @throws UnfitKafkaException with one sentence for each topic that forgets too early
   */
  public void requireRetention(Collection<JobSpec> specs) {
    List<String> problems = new ArrayList<>();
    ask(admin -> retention(admin, specs, problems));
    require(problems);
  }

  /**
   * What tells of an earlier run of this deployment, and which topics are there.
   *
   * @param sameOffsets whether topics may be others than those of the state
   */
  public KafkaHistory history(boolean sameOffsets) {
    return new KafkaHistory(earlierRun(), topics(), sameOffsets);
  }

  /** Ids of the topics that the job reads, by name. */
  public SortedMap<String, String> topics() {
    SortedMap<String, String> ids = new TreeMap<>();
    List<String> names =
        Arrays.stream(Topic.values())
            .filter(topic -> topic.kind() != Topic.Kind.OUTPUT)
            .flatMap(topic -> kafka.names(topic).stream())
            .toList();
    ask(
        admin ->
            admin
                .describeTopics(names)
                .allTopicNames()
                .get()
                .forEach((name, topic) -> ids.put(name, topic.topicId().toString())));
    return ids;
  }

  /**
   * What tells that this deployment has run before: its results, or how far it has read. Empty if
   * nothing does.
   */
  public List<String> earlierRun() {
    List<String> signs = new ArrayList<>();
    ask(
        admin -> {
          for (String reader : Grants.readersOfJob()) {
            String group = kafka.group(reader);
            if (!admin
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .isEmpty()) {
              signs.add("the group " + group + " has committed offsets");
              return;
            }
          }
          if (holdsRecords(admin, kafka.name(Topic.AUDIT))) {
            signs.add(kafka.name(Topic.AUDIT) + " holds records");
          }
        });
    return signs;
  }

  /**
   * That no other job runs this deployment. A job that has just died is waited for: it may come
   * back for as long as its lease lasts.
   *
   * @throws UnfitKafkaException naming the job that does
   */
  public void requireFree() {
    ask(
        admin -> {
          long end = System.nanoTime() + DeploymentLease.GONE.toNanos();
          String holder = DeploymentLease.otherHolder(admin, kafka, "");
          while (holder != null && System.nanoTime() < end) {
            LockSupport.parkNanos(POLL.toNanos());
            holder = DeploymentLease.otherHolder(admin, kafka, "");
          }
          if (holder != null) {
            throw new UnfitKafkaException(
                kafka.bootstrapServers(), List.of("has it that " + heldByAnother(kafka, holder)));
          }
        });
  }

  static String heldByAnother(KafkaSettings kafka, String holder) {
    return "the deployment '"
        + kafka.deployment()
        + "' is run by another job ("
        + holder
        + "): two with one name would fence each other; stop that one, or name this one with"
        + " --deployment and give it topics of its own";
  }

  /**
   * That a job without state may begin.
   *
   * @throws UnfitKafkaException if this deployment has run before
   */
  public void requireNew() {
    List<String> signs = earlierRun();
    if (!signs.isEmpty()) {
      throw new UnfitKafkaException(
          kafka.bootstrapServers(), List.of("has it that " + emptyStart(kafka, signs)));
    }
  }

  static String emptyStart(KafkaSettings kafka, List<String> signs) {
    return "the deployment '"
        + kafka.deployment()
        + "' has run before ("
        + String.join(", ", signs)
        + "), and this start was given no state: it would forget open alerts, evidence and audit"
        + " numbers, and say things twice; start it from its newest savepoint or checkpoint, or, if"
        + " that is what you want, with --begin-again";
  }

  /** A conversation with the broker. */
  @FunctionalInterface
  private interface Question {
    void ask(Admin admin) throws ExecutionException, InterruptedException;
  }

  private void ask(Question question) {
    try (Admin admin = Admin.create(patient())) {
      question.ask(admin);
    } catch (ExecutionException e) {
      throw unreachable(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (org.apache.kafka.common.KafkaException e) {
      throw unreachable(e.getCause() == null ? e : e.getCause());
    }
  }

  private Properties patient() {
    Properties properties = kafka.properties();
    properties.putIfAbsent("default.api.timeout.ms", PATIENCE_MILLIS);
    properties.putIfAbsent("request.timeout.ms", PATIENCE_MILLIS / 2);
    return properties;
  }

  private UnfitKafkaException unreachable(Throwable cause) {
    String remedy = "; check --bootstrap-servers and --kafka-config, and that the broker runs";
    if (cause instanceof SslAuthenticationException) {
      remedy = "; is its certificate among those that ssl.truststore.location trusts?";
    } else if (cause instanceof AuthenticationException) {
      remedy = "; check user and password in --kafka-config";
    } else if (cause instanceof AuthorizationException) {
      remedy = GRANTS_REMEDY;
    }
    return new UnfitKafkaException(
        kafka.bootstrapServers(), "cannot be used (" + cause.getMessage() + ")" + remedy, cause);
  }

  private void require(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new UnfitKafkaException(kafka.bootstrapServers(), problems);
    }
  }

  private static void version(Admin admin, List<String> problems)
      throws ExecutionException, InterruptedException {
    FinalizedVersionRange version =
        admin
            .describeFeatures()
            .featureMetadata()
            .get()
            .finalizedFeatures()
            .get("transaction.version");
    int level = version == null ? 0 : version.maxVersionLevel();
    if (level < TRANSACTION_VERSION) {
      problems.add(
          "has transaction.version="
              + level
              + ", with which a late commit can tear a transaction; needed is "
              + TRANSACTION_VERSION
              + ": brokers 4.0 or later and 'kafka-features.sh upgrade --feature"
              + " transaction.version=2'");
    }
  }

  private void topics(Admin admin, List<String> problems)
      throws ExecutionException, InterruptedException {
    Set<String> names = new TreeSet<>();
    for (Topic topic : Topic.values()) {
      names.addAll(kafka.names(topic));
    }
    Map<String, KafkaFuture<TopicDescription>> topics =
        admin
            .describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    List<String> missing = new ArrayList<>();
    List<String> forbidden = new ArrayList<>();
    for (String name : names) {
      Set<AclOperation> allowed = allowed(topics, name, missing);
      for (Grant grant : Grants.of(kafka, Party.JOB)) {
        if (grant.resource() == ResourceType.TOPIC
            && grant.name().equals(name)
            && !missing.contains(name)
            && !allowed.contains(grant.operation())) {
          forbidden.add(grant.words() + " (to " + grant.purpose() + ")");
        }
      }
    }
    if (!missing.isEmpty()) {
      problems.add(
          "has no topic "
              + String.join(", ", missing)
              + "; 'weir topics --create --bootstrap-servers "
              + kafka.bootstrapServers()
              + "' makes them");
    }
    if (!forbidden.isEmpty()) {
      problems.add("does not allow this principal to " + join(forbidden) + GRANTS_REMEDY);
    }
  }

  private static Set<AclOperation> allowed(
      Map<String, KafkaFuture<TopicDescription>> topics, String name, List<String> missing)
      throws ExecutionException, InterruptedException {
    try {
      return Objects.requireNonNull(topics.get(name), name).get().authorizedOperations();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        missing.add(name);
      } else if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
      return Set.of();
    }
  }

  private void groups(Admin admin, List<String> problems)
      throws ExecutionException, InterruptedException {
    List<String> forbidden = new ArrayList<>();
    for (Grant grant : Grants.of(kafka, Party.JOB)) {
      if (grant.resource() == ResourceType.GROUP) {
        try {
          admin.listConsumerGroupOffsets(grant.name()).partitionsToOffsetAndMetadata().get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof GroupAuthorizationException)) {
            throw e;
          }
          forbidden.add(grant.words() + " (to " + grant.purpose() + ")");
        }
      }
    }
    if (!forbidden.isEmpty()) {
      problems.add("does not allow this principal to " + join(forbidden) + GRANTS_REMEDY);
    }
  }

  /** Asks for a transaction as long as the sink's: the broker says itself if that is too long. */
  private void transactions(Admin admin, List<String> problems)
      throws ExecutionException, InterruptedException {
    Properties properties = kafka.properties();
    properties.setProperty("transactional.id", kafka.transactionPrefix() + "check");
    properties.setProperty(
        "transaction.timeout.ms", String.valueOf(kafka.transactionTimeout().toMillis()));
    properties.putIfAbsent("max.block.ms", PATIENCE_MILLIS);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
    } catch (TransactionalIdAuthorizationException e) {
      problems.add(
          "does not allow this principal to "
              + Grants.of(kafka, Party.JOB).stream()
                  .filter(grant -> grant.resource() == ResourceType.TRANSACTIONAL_ID)
                  .map(grant -> grant.words() + " (to " + grant.purpose() + ")")
                  .findFirst()
                  .orElseThrow()
              + GRANTS_REMEDY);
    } catch (org.apache.kafka.common.KafkaException e) {
      if (!String.valueOf(e.getMessage()).contains("transaction.max.timeout.ms")) {
        throw e;
      }
      problems.add(
          "allows transactions of at most "
              + longestTransaction(admin)
              + " (transaction.max.timeout.ms), and the job asks for "
              + kafka.transactionTimeout().toMillis()
              + " ms (--transaction-timeout); raise the one or lower the other");
    }
  }

  private static String longestTransaction(Admin admin)
      throws ExecutionException, InterruptedException {
    Node broker = admin.describeCluster().nodes().get().iterator().next();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, broker.idString());
    try {
      return setting(admin, resource, "transaction.max.timeout.ms") + " ms";
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
      return "what this principal may not see";
    }
  }

  private static String setting(Admin admin, ConfigResource resource, String name)
      throws ExecutionException, InterruptedException {
    Map<ConfigResource, Config> configs = admin.describeConfigs(List.of(resource)).all().get();
    return Objects.requireNonNull(configs.get(resource)).get(name).value();
  }

  private void retention(Admin admin, Collection<JobSpec> specs, List<String> problems)
      throws ExecutionException, InterruptedException {
    Duration longest = Duration.ZERO;
    String model = "";
    for (JobSpec spec : specs) {
      LabelSettings labels = spec.profile().labels();
      if (labels.horizon().compareTo(longest) > 0) {
        longest = labels.horizon();
        model = spec.modelId();
      }
    }
    for (Topic topic : List.of(Topic.PREDICTIONS, Topic.LABELS)) {
      for (String name : kafka.names(topic)) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        long kept = Long.parseLong(setting(admin, resource, "retention.ms"));
        boolean deletes = setting(admin, resource, "cleanup.policy").contains("delete");
        if (deletes && kept >= 0 && kept < longest.toMillis()) {
          problems.add(
              "keeps records of "
                  + name
                  + " for "
                  + Duration.ofMillis(kept)
                  + ", and the model '"
                  + model
                  + "' waits for labels for "
                  + longest
                  + "; set retention.ms to "
                  + longest.plusDays(7).toMillis()
                  + " (the horizon and a week)");
        }
      }
    }
  }

  /** Whether a topic holds a record that is committed. */
  private boolean holdsRecords(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    TopicDescription description =
        Objects.requireNonNull(
            admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic), topic);
    List<TopicPartition> partitions =
        description.partitions().stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    Properties properties = patient();
    properties.setProperty("isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        if (!consumer.poll(Duration.ofMillis(200)).isEmpty()) {
          return true;
        }
      }
      return false;
    }
  }

  private static String join(List<String> words) {
    return String.join(", ", words);
  }
}
