package dev.weir.flink.state;

import java.io.Serializable;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.CoordinatedOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/**
 * Makes an operator that tells or hears control past the stream, and its end of the {@link
 * ControlRelay} beside it.
 *
 * @param <I> what it reads
 * @param <O> what it writes
 */
public final class RelayedOperatorFactory<I, O> extends AbstractStreamOperatorFactory<O>
    implements CoordinatedOperatorFactory<O>, OneInputStreamOperatorFactory<I, O> {
  private static final long serialVersionUID = 1;

  private final Class<? extends StreamOperator<O>> operator;
  private final Maker<O> maker;
  private final End end;

  /**
   * A factory for one operator.
   *
   * @param operator its class
   * @param maker makes it where its task runs
   * @param end whether it tells or hears
   */
  public RelayedOperatorFactory(
      Class<? extends StreamOperator<O>> operator, Maker<O> maker, End end) {
    this.operator = operator;
    this.maker = maker;
    this.end = end;
  }

  /** Makes an operator. */
  @FunctionalInterface
  public interface Maker<O> extends Serializable {
    /** Makes it from what Flink has for it. */
    StreamOperator<O> make(StreamOperatorParameters<O> parameters);
  }

  /** An end of the relay. */
  @FunctionalInterface
  public interface End extends Serializable {
    /** The end of the operator with this id. */
    OperatorCoordinator.Provider of(OperatorID id);
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Flink's signature.
  public <T extends StreamOperator<O>> T createStreamOperator(
      StreamOperatorParameters<O> parameters) {
    return (T) maker.make(parameters);
  }

  @Override
  @SuppressWarnings("rawtypes") // Flink's signature.
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return operator;
  }

  @Override
  public OperatorCoordinator.Provider getCoordinatorProvider(String name, OperatorID id) {
    return end.of(id);
  }
}
