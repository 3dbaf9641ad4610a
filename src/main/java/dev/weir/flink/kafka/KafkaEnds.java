package dev.weir.flink.kafka;

import dev.weir.event.Event;
import dev.weir.flink.Ends;
import dev.weir.flink.FolderSink;
import dev.weir.flink.OperatorId;
import dev.weir.flink.operator.ReleaseTimeOperator;
import dev.weir.flink.state.Arrival;
import dev.weir.flink.state.ArrivalWatermarks;
import dev.weir.flink.state.ControlArrival;
import dev.weir.flink.state.OutputType;
import dev.weir.wire.DecoderSettings;
import dev.weir.wire.OutputRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.metrics.JmxReporter;
import org.jspecify.annotations.Nullable;

/**
 * Kafka topics as ends: inputs from the earliest offset on, control from the beginning, outputs in
 * transactions, triggers read back as committed.
 */
public final class KafkaEnds implements Ends {
  private static final List<Topic> CONTROL =
      Stream.of(Topic.values()).filter(topic -> topic.kind() == Topic.Kind.CONTROL).toList();

  /** Kafka's own, and the one that idleness needs. */
  private static final String REPORTERS =
      JmxReporter.class.getName() + "," + AnsweredFetches.class.getName();

  private final KafkaSettings kafka;
  private final DecoderSettings decoder;
  private final Map<Event.Input, Duration> lateness;
  private final SchemaLocation schemas;
  private final KafkaHistory history;
  private final @Nullable Path countsFolder;

  /**
   * Ends on these topics.
   *
   * @param lateness by input, the largest of all models: how far watermarks stay behind
   * @param history what state must fit
   * @param countsFolder where the final counts go when the job is drained; null: nowhere
   */
  public KafkaEnds(
      KafkaSettings kafka,
      DecoderSettings decoder,
      SchemaLocation schemas,
      Map<Event.Input, Duration> lateness,
      KafkaHistory history,
      @Nullable Path countsFolder) {
    this.kafka = kafka;
    this.decoder = decoder;
    this.schemas = schemas;
    this.lateness = Map.copyOf(lateness);
    this.history = history;
    this.countsFolder = countsFolder;
  }

  @Override
  public SingleOutputStreamOperator<Arrival> read(
      StreamExecutionEnvironment env, Event.Input input) {
    KafkaSource<Arrival> source =
        KafkaSource.<Arrival>builder()
            .setProperties(kafka.properties())
            .setProperty("isolation.level", "read_committed")
            .setProperty("commit.offsets.on.checkpoint", "true")
            .setProperty("partition.discovery.interval.ms", "60000")
            .setProperty("metric.reporters", REPORTERS)
            .setGroupId(kafka.group(input.id()))
            .setTopics(kafka.names(Topic.of(input.id())))
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new ArrivalDeserializer(input, decoder, schemas))
            .build();
    OperatorId id = OperatorId.reading(input);
    WatermarkStrategy<Arrival> watermarks =
        new AnsweredIdleness(
            ArrivalWatermarks.behind(lateness.getOrDefault(input, Duration.ZERO)),
            kafka.group(input.id()),
            kafka.idleness());
    return env.fromSource(source, watermarks, id.label()).uid(id.uid());
  }

  @Override
  public DataStream<ControlArrival> control(StreamExecutionEnvironment env) {
    KafkaSource<ControlArrival> source =
        KafkaSource.<ControlArrival>builder()
            .setProperties(kafka.properties())
            .setProperty("isolation.level", "read_committed")
            .setGroupId(kafka.group("control"))
            .setTopics(CONTROL.stream().map(kafka::name).toList())
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new ControlDeserializer(kafka, decoder.keepPayload()))
            .build();
    return ReleaseTimeOperator.after(
        env.fromSource(source, WatermarkStrategy.noWatermarks(), OperatorId.READ_CONTROL.label())
            .uid(OperatorId.READ_CONTROL.uid())
            .setParallelism(1)
            .transform(
                OperatorId.HOLD_DEPLOYMENT.label(),
                ControlArrival.TYPE,
                new HoldDeploymentOperator(kafka, history))
            .uid(OperatorId.HOLD_DEPLOYMENT.uid())
            .setParallelism(1),
        OperatorId.RELEASE_CONTROL.uid(),
        OperatorId.RELEASE_CONTROL.label());
  }

  @Override
  public Sink<OutputRecord> outputs() {
    KafkaSink<OutputRecord> sink =
        KafkaSink.<OutputRecord>builder()
            .setKafkaProducerConfig(kafka.properties())
            .setProperty(
                "transaction.timeout.ms", String.valueOf(kafka.transactionTimeout().toMillis()))
            .setProperty("linger.ms", "20")
            .setProperty("compression.type", "lz4")
            .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
            .setTransactionalIdPrefix(kafka.transactionPrefix() + "outputs")
            .setRecordSerializer(new OutputSerializer(kafka))
            .build();
    return new TransactionalSink(sink, kafka);
  }

  @Override
  public Optional<DataStream<OutputRecord>> readBack(StreamExecutionEnvironment env) {
    KafkaSource<OutputRecord> source =
        KafkaSource.<OutputRecord>builder()
            .setProperties(kafka.properties())
            .setProperty("isolation.level", "read_committed")
            .setGroupId(kafka.group("read-back"))
            .setTopics(kafka.name(Topic.RETRAINING_TRIGGERS))
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new OutputDeserializer(Topic.RETRAINING_TRIGGERS))
            .build();
    return Optional.of(
        ReleaseTimeOperator.after(
            env.fromSource(source, WatermarkStrategy.noWatermarks(), OperatorId.READ_BACK.label())
                .returns(OutputType.TYPE)
                .uid(OperatorId.READ_BACK.uid())
                .setParallelism(1),
            OperatorId.RELEASE_READ_BACK.uid(),
            OperatorId.RELEASE_READ_BACK.label()));
  }

  @Override
  public Optional<Sink<OutputRecord>> counts() {
    return Optional.ofNullable(countsFolder).map(FolderSink::new);
  }
}
