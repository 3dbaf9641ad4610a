package dev.weir.flink;

import dev.weir.event.Event;
import dev.weir.flink.state.Arrival;
import dev.weir.flink.state.ControlArrival;
import dev.weir.wire.OutputRecord;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Where records come from and go to: Kafka topics, files, or lists in a test. Everything between
 * the ends is the same for all of them.
 */
public interface Ends {
  /**
   * The records of one input, decoded, with timestamps and with watermarks that are, per partition,
   * the largest event time seen minus the lateness. Nothing stands between the source and who reads
   * the stream: an arrival does not travel.
   */
  SingleOutputStreamOperator<Arrival> read(StreamExecutionEnvironment env, Event.Input input);

  /** The control records, in one order, read by one task. */
  DataStream<ControlArrival> control(StreamExecutionEnvironment env);

  /** Where all outputs go, by the topic each names. */
  Sink<OutputRecord> outputs();

  /** The trigger topic as committed, if there is something that can be read back. */
  Optional<DataStream<OutputRecord>> readBack(StreamExecutionEnvironment env);

  /** Where the final counts of each input go, if anybody wants them. */
  Optional<Sink<OutputRecord>> counts();
}
