package dev.weir.flink.kafka;

import dev.weir.flink.state.ControlArrival;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Passes control on, and sees to it that a deployment is one job with one history: no second job
 * beside this one, no beginning without state where there was an earlier run, and no going on from
 * the state of another deployment, of a later release, or of topics that are gone.
 *
 * <p>Only here is it known for certain whether the job was given state: a cluster that recovers by
 * itself tells nobody else. Every refusal ends the job for good; restarting would change nothing.
 */
final class HoldDeploymentOperator extends AbstractStreamOperator<ControlArrival>
    implements OneInputStreamOperator<ControlArrival, ControlArrival> {
  private static final long serialVersionUID = 1;

  /**
   * Format of the state as a whole. Raised by the first release whose state an earlier one must not
   * touch; the codecs of single states have their own.
   */
  static final int STATE_FORMAT = 1;

  private final KafkaSettings kafka;
  private final int stateFormat;
  private final KafkaHistory history;
  private transient @Nullable DeploymentLease lease;

  /** An operator for this deployment, whose state must fit what the broker tells. */
  HoldDeploymentOperator(KafkaSettings kafka, KafkaHistory history) {
    this(kafka, STATE_FORMAT, history);
  }

  /** The operator of a release with another format of state. */
  HoldDeploymentOperator(KafkaSettings kafka, int stateFormat, KafkaHistory history) {
    this.kafka = kafka;
    this.stateFormat = stateFormat;
    this.history = history;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    if (!context.isRestored() && !history.earlierRun().isEmpty()) {
      throw refusal(StartCheck.emptyStart(kafka, history.earlierRun()));
    }
    ListState<Integer> format =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("format", Types.INT));
    ListState<String> owner =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("owner", Types.STRING));
    for (int written : format.get()) {
      if (written > stateFormat) {
        throw refusal(ofALaterRelease(written));
      }
    }
    for (String written : owner.get()) {
      if (!written.equals(owner())) {
        throw refusal(ofAnotherDeployment(written));
      }
    }
    format.update(List.of(stateFormat));
    owner.update(List.of(owner()));
    requireTopicsOfState(context);
  }

  /** Offsets and times of a topic that was made anew say nothing about what is in it now. */
  private void requireTopicsOfState(StateInitializationContext context) throws Exception {
    ListState<Map<String, String>> topics =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("topics", Types.MAP(Types.STRING, Types.STRING)));
    List<String> anew = new ArrayList<>();
    for (Map<String, String> written : topics.get()) {
      history
          .topics()
          .forEach(
              (name, id) -> {
                if (!id.equals(written.getOrDefault(name, id))) {
                  anew.add(name);
                }
              });
    }
    if (!anew.isEmpty() && !history.sameOffsets()) {
      throw refusal(ofTopicsThatAreGone(anew));
    }
    if (!history.topics().isEmpty()) {
      topics.update(List.of(new TreeMap<>(history.topics())));
    }
  }

  /** Whose state this is: transactions and offsets in it are those of these names. */
  private String owner() {
    return "the deployment '" + kafka.deployment() + "' on " + kafka.topicPrefix() + "*";
  }

  private String ofALaterRelease(int written) {
    return "the state was written by a later release (format "
        + written
        + "; this one reads up to "
        + stateFormat
        + "): go on with that release, or start this one from the savepoint it left before the"
        + " upgrade";
  }

  private String ofAnotherDeployment(String written) {
    return "the state is that of "
        + written
        + ", and this job is "
        + owner()
        + ": it would read and write the topics of the other; give it the same --deployment and"
        + " --topic-prefix, or its own state";
  }

  private static String ofTopicsThatAreGone(List<String> anew) {
    return "the state is that of topics which were made anew since ("
        + String.join(", ", anew)
        + "): it knows the offsets and times of the old ones, so what is sent again would be taken"
        + " for read or late, and nothing would be said of it; start without state (weir run: with"
        + " another folder of --checkpoints), with --begin-again, and send the inputs again, or, if"
        + " the topics were copied offset by offset, with --same-offsets";
  }

  @Override
  public void open() throws Exception {
    super.open();
    lease = new DeploymentLease(kafka, getRuntimeContext().getJobInfo().getJobId().toString());
  }

  /**
   * Nothing is committed by a job that does not hold its deployment. It ends before the barrier
   * reaches the sink: what that had prepared for a commit would stay open, and hide what the other
   * job writes until it expires.
   */
  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    String holder = lease == null ? null : lease.otherHolder();
    if (holder != null) {
      throw refusal(StartCheck.heldByAnother(kafka, holder));
    }
  }

  private static SuppressRestartsException refusal(String message) {
    return new SuppressRestartsException(new IllegalStateException(message));
  }

  @Override
  public void processElement(StreamRecord<ControlArrival> control) {
    output.collect(control);
  }

  @Override
  public void close() throws Exception {
    if (lease != null) {
      lease.close();
    }
    super.close();
  }
}
