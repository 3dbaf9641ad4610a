package dev.weir.flink.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.jspecify.annotations.Nullable;

/**
 * Brings control to operators that have no input for it, because they run in the task of a source:
 * Flink begins no checkpoint in a task that has a source and another input as well.
 *
 * <p>Guarantee: as on a broadcast stream, a listener hears a record before a checkpoint barrier
 * only if everybody behind the operator that hears control hears it before that barrier. The
 * operator first sends a record down its stream and then tells it here; and what a coordinator
 * sends once its own part of a checkpoint is done, which is before any source is asked to begin it,
 * Flink delivers after the barrier. After a failure the operator reads control again from the
 * checkpoint on, and tells it again.
 */
public final class ControlRelay implements OperatorCoordinator {
  private static final String LISTENERS = "weir-control";

  private final Context context;
  private final boolean listens;
  private final Map<Integer, SubtaskGateway> subtasks = new TreeMap<>();

  /** What was told before all subtasks were there. */
  private final List<Told> early = new ArrayList<>();

  private ControlRelay(Context context, boolean listens) {
    this.context = context;
    this.listens = listens;
  }

  /** Where the operator that hears control tells what it hears. */
  public static Provider telling(OperatorID operator) {
    return new RelayProvider(operator, false);
  }

  /** What passes it on to the subtasks of a listener. */
  public static Provider listening(OperatorID operator) {
    return new RelayProvider(operator, true);
  }

  private record RelayProvider(OperatorID operator, boolean listens) implements Provider {
    private static final long serialVersionUID = 1;

    @Override
    public OperatorID getOperatorId() {
      return operator;
    }

    @Override
    public OperatorCoordinator create(Context context) {
      return new ControlRelay(context, listens);
    }
  }

  /** A control record on its way. */
  public static final class Told implements OperatorEvent {
    private static final long serialVersionUID = 1;

    private final byte[] record;

    /** A record to tell. */
    public Told(ControlRecord record) {
      this.record = record.bytes();
    }

    /** What is told. */
    public ControlRecord control() {
      return ControlRecord.of(record);
    }
  }

  @Override
  public void start() {
    if (listens) {
      listeners().add(this);
    }
  }

  @Override
  public void close() {
    listeners().remove(this);
  }

  /** The listeners of this job; all coordinators run in one thread of its master. */
  @SuppressWarnings("unchecked") // Nobody else uses the name.
  private List<ControlRelay> listeners() {
    context.getCoordinatorStore().putIfAbsent(LISTENERS, new CopyOnWriteArrayList<ControlRelay>());
    return (List<ControlRelay>) context.getCoordinatorStore().get(LISTENERS);
  }

  @Override
  public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {
    for (ControlRelay listener : listeners()) {
      listener.tell((Told) event);
    }
  }

  private void tell(Told event) {
    if (subtasks.size() < context.currentParallelism()) {
      early.add(event);
    }
    subtasks.values().forEach(gateway -> send(gateway, event));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Flink fails a task that an event did not reach.
  private static void send(SubtaskGateway gateway, Told event) {
    gateway.sendEvent(event);
  }

  @Override
  public void executionAttemptReady(int subtask, int attempt, SubtaskGateway gateway) {
    subtasks.put(subtask, gateway);
    early.forEach(event -> send(gateway, event));
    if (subtasks.size() == context.currentParallelism()) {
      early.clear();
    }
  }

  @Override
  public void executionAttemptFailed(int subtask, int attempt, @Nullable Throwable reason) {
    subtasks.remove(subtask);
  }

  @Override
  public void subtaskReset(int subtask, long checkpoint) {
    // Who tells it begins again as well, so what it told since then comes a second time.
    subtasks.remove(subtask);
    early.clear();
  }

  @Override
  public void resetToCheckpoint(long checkpoint, byte @Nullable [] data) {
    subtasks.clear();
    early.clear();
  }

  @Override
  public void checkpointCoordinator(long checkpoint, CompletableFuture<byte[]> result) {
    // Listeners keep what they heard in their own state.
    result.complete(new byte[0]);
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {}
}
