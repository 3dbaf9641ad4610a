package dev.weir.flink.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One deployment is run by one job: two with one name would fence each other's transactions and
 * lose results without a word.
 *
 * <p>The lease is membership in a consumer group over a topic of one partition: who has been given
 * the partition holds the deployment. It lapses {@link #LAPSE} after its holder stopped answering,
 * and at once when it is closed. A job that comes back under its own id takes it up again.
 */
final class DeploymentLease implements AutoCloseable {
  /** How long a holder may be silent. */
  static final Duration LAPSE = Duration.ofSeconds(10);

  /** After this a job that lost its JobManager has noticed, ended, and its lease has lapsed. */
  static final Duration GONE = Duration.ofSeconds(45);

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentLease.class);
  private static final Duration BEAT = Duration.ofMillis(500);

  /** One that has died may still be a member; one that is there after this long is alive. */
  private static final Duration CERTAIN = LAPSE.plus(LAPSE.dividedBy(2));

  private static final String READER = "lease";

  private final KafkaSettings kafka;
  private final String jobId;
  private final CountDownLatch ended = new CountDownLatch(1);
  private long otherSince = System.nanoTime();
  private volatile boolean closed;
  private volatile @Nullable String holder;
  private volatile boolean certain;

  /** Takes up the lease for a job, in the background. */
  DeploymentLease(KafkaSettings kafka, String jobId) {
    this.kafka = kafka;
    this.jobId = jobId;
    Thread thread = new Thread(this::hold, "weir-deployment-lease");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Who else holds the deployment, if this job does not; null: nobody that is known of. Where
   * somebody else is there this waits until it is certain whether he is alive, so that nothing is
   * committed in between; a broker that does not answer is not waited for.
   */
  @Nullable String otherHolder() throws InterruptedException {
    long end = System.nanoTime() + CERTAIN.plus(LAPSE).toNanos();
    while (!certain && !closed && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(BEAT.toMillis());
    }
    return holder;
  }

  private void hold() {
    Properties properties = kafka.properties();
    properties.setProperty("group.id", kafka.group(READER));
    properties.setProperty("client.id", clientId(jobId));
    properties.setProperty("enable.auto.commit", "false");
    properties.setProperty("session.timeout.ms", String.valueOf(LAPSE.toMillis()));
    properties.setProperty("heartbeat.interval.ms", String.valueOf(LAPSE.toMillis() / 4));
    properties.setProperty(
        "partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
    Properties asking = kafka.properties();
    asking.setProperty("default.api.timeout.ms", String.valueOf(LAPSE.toMillis() / 2));
    asking.setProperty("request.timeout.ms", String.valueOf(LAPSE.toMillis() / 4));
    try (Admin admin = Admin.create(asking);
        KafkaConsumer<byte[], byte[]> member =
            new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      member.subscribe(List.of(kafka.name(Topic.JOB_FILES)));
      while (!closed) {
        beat(member, admin);
      }
    } finally {
      ended.countDown();
    }
  }

  /** A broker that does not answer changes nothing: nobody else can take the lease from it. */
  private void beat(KafkaConsumer<byte[], byte[]> member, Admin admin) {
    try {
      member.poll(BEAT);
      member.pause(member.assignment());
      String other = member.assignment().isEmpty() ? otherHolder(admin, kafka, jobId) : null;
      long now = System.nanoTime();
      otherSince = other == null ? now : otherSince;
      holder = now - otherSince > CERTAIN.toNanos() ? other : null;
      certain = other == null || holder != null;
    } catch (ExecutionException | org.apache.kafka.common.KafkaException e) {
      certain = true;
      LOG.warn("The lease of {} cannot be looked after: {}", kafka.deployment(), e.getMessage());
      LockSupport.parkNanos(BEAT.toNanos());
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private static String clientId(String jobId) {
    return "weir-job-" + jobId;
  }

  /** A member of the group that is not of this job; null: there is none. */
  static @Nullable String otherHolder(Admin admin, KafkaSettings kafka, String jobId)
      throws ExecutionException, InterruptedException {
    String group = kafka.group(READER);
    try {
      ConsumerGroupDescription description =
          admin.describeConsumerGroups(List.of(group)).all().get().get(group);
      if (description == null) {
        return null;
      }
      for (MemberDescription member : description.members()) {
        if (!member.clientId().equals(clientId(jobId))) {
          return member.clientId() + " on " + member.host();
        }
      }
      return null;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      // Left in good order the lease is free at once, else when it lapses.
      if (!ended.await(LAPSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("The lease of {} was not given back; it lapses by itself", kafka.deployment());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
