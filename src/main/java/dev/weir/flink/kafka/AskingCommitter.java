package dev.weir.flink.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits, and where a commit is refused asks the broker what became of the transaction: one that
 * had been committed before is a success, so what Flink counts as failed is lost.
 *
 * <p>A job that comes back commits once more what its checkpoint prepared. A broker that raises the
 * epoch of a producer with each commit (transaction version 2) refuses this with the same words as
 * a transaction that it threw away. Where it cannot say, the commit counts as failed. So does one
 * that the broker has forgotten, because nobody used its id for {@code
 * transactional.id.expiration.ms}: it was committed or thrown away long ago, and to ask again would
 * change nothing.
 */
final class AskingCommitter implements Committer<KafkaCommittable> {
  private static final Logger LOG = LoggerFactory.getLogger(AskingCommitter.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Committer<KafkaCommittable> committer;
  private final KafkaSettings kafka;

  AskingCommitter(Committer<KafkaCommittable> committer, KafkaSettings kafka) {
    this.committer = committer;
    this.kafka = kafka;
  }

  @Override
  public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
      throws IOException, InterruptedException {
    List<CommitRequest<KafkaCommittable>> asking =
        requests.stream().<CommitRequest<KafkaCommittable>>map(AskingRequest::new).toList();
    committer.commit(asking);
  }

  @Override
  public void close() throws IOException {
    try {
      committer.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IOException("the committer could not be closed", e);
    }
  }

  /** Whether the broker holds this very transaction as committed; false where it does not say. */
  private boolean isCommitted(KafkaCommittable transaction) {
    Properties asking = kafka.properties();
    asking.setProperty("default.api.timeout.ms", String.valueOf(PATIENCE.toMillis()));
    asking.setProperty("request.timeout.ms", String.valueOf(PATIENCE.toMillis() / 2));
    String id = transaction.getTransactionalId();
    try (Admin admin = Admin.create(asking)) {
      TransactionDescription found =
          admin
              .describeTransactions(List.of(id))
              .description(id)
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("The broker says of the transaction {}: {}", id, found);
      return isCommit(found, transaction.getProducerId(), transaction.getEpoch());
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("What became of the transaction {} is not known", id, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The epoch is that of the transaction, or the next one, which a commit may begin. */
  static boolean isCommit(TransactionDescription found, long producerId, int epoch) {
    boolean committed =
        found.state() == TransactionState.COMPLETE_COMMIT
            || found.state() == TransactionState.PREPARE_COMMIT;
    boolean same =
        found.producerId() == producerId
            && (found.producerEpoch() == epoch || found.producerEpoch() == epoch + 1);
    return committed && same;
  }

  /** Hands on what becomes of a request, and asks before it says that it failed. */
  private final class AskingRequest implements CommitRequest<KafkaCommittable> {
    private final CommitRequest<KafkaCommittable> request;

    AskingRequest(CommitRequest<KafkaCommittable> request) {
      this.request = request;
    }

    @Override
    public KafkaCommittable getCommittable() {
      return request.getCommittable();
    }

    @Override
    public int getNumberOfRetries() {
      return request.getNumberOfRetries();
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
      if (isCommitted(getCommittable())) {
        LOG.info(
            "Nothing is lost: the transaction {} had been committed before",
            getCommittable().getTransactionalId());
        request.signalAlreadyCommitted();
      } else {
        request.signalFailedWithKnownReason(reason);
      }
    }

    /** Would end the task, which after a restart would ask the same again. */
    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
      if (reason instanceof InvalidPidMappingException) {
        signalFailedWithKnownReason(reason);
      } else {
        request.signalFailedWithUnknownReason(reason);
      }
    }

    @Override
    public void retryLater() {
      request.retryLater();
    }

    @Override
    public void updateAndRetryLater(KafkaCommittable committable) {
      request.updateAndRetryLater(committable);
    }

    /** For the log of the sink. */
    @Override
    public String toString() {
      return getCommittable().toString();
    }

    @Override
    public void signalAlreadyCommitted() {
      request.signalAlreadyCommitted();
    }
  }
}
