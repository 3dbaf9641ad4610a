package dev.weir.flink.kafka;

import dev.weir.flink.state.ControlArrival;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Passes control on, and sees to it that a deployment is one job with one history: no second job
 * beside this one, and no beginning without state where there was an earlier run.
 *
 * <p>Only here is it known for certain whether the job was given state: a cluster that recovers by
 * itself tells nobody else. Either refusal ends the job for good; restarting would change nothing.
 */
final class HoldDeploymentFunction extends ProcessFunction<ControlArrival, ControlArrival>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  private final KafkaSettings kafka;
  private final List<String> earlierRun;
  private transient @Nullable DeploymentLease lease;

  /**
   * A function for this deployment.
   *
   * @param earlierRun signs that it has run before; empty where a new beginning is wanted
   */
  HoldDeploymentFunction(KafkaSettings kafka, List<String> earlierRun) {
    this.kafka = kafka;
    this.earlierRun = List.copyOf(earlierRun);
  }

  @Override
  public void initializeState(FunctionInitializationContext context) {
    if (!context.isRestored() && !earlierRun.isEmpty()) {
      throw refusal(StartCheck.emptyStart(kafka, earlierRun));
    }
  }

  @Override
  public void open(OpenContext context) {
    lease = new DeploymentLease(kafka, getRuntimeContext().getJobInfo().getJobId().toString());
  }

  /** Nothing is committed by a job that does not hold its deployment. */
  @Override
  public void snapshotState(FunctionSnapshotContext context) throws InterruptedException {
    String holder = lease == null ? null : lease.otherHolder();
    if (holder != null) {
      throw refusal(StartCheck.heldByAnother(kafka, holder));
    }
  }

  private static SuppressRestartsException refusal(String message) {
    return new SuppressRestartsException(new IllegalStateException(message));
  }

  @Override
  public void processElement(
      ControlArrival control, Context context, Collector<ControlArrival> out) {
    out.collect(control);
  }

  @Override
  public void close() {
    if (lease != null) {
      lease.close();
    }
  }
}
