package dev.weir.cli;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import dev.weir.flink.kafka.KafkaSettings;
import dev.weir.flink.kafka.Topic;
import dev.weir.stats.summary.NumericLayout;
import dev.weir.wire.Decoded;
import dev.weir.wire.DecoderSettings;
import dev.weir.wire.EventDecoder;
import dev.weir.wire.SchemaSource;
import dev.weir.wire.TimeBounds;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.ProcessJoinFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What somebody would write with Flink alone: rows keyed by model into windows of histograms, and
 * Flink's interval join for labels. They get our decoder; neither late records nor duplicates,
 * evidence or outputs are their care.
 */
final class UsersJobs {
  static final String WINDOW = "Histograms of a window";
  static final String JOIN_FEATURES = "Join features";
  static final String JOIN_LABELS = "Join labels";

  /** The bins that Weir counts, and the fewer that somebody else may find enough. */
  static final int BINS = NumericLayout.DEFAULT_FINE_BINS;

  static final int FEW_BINS = NumericLayout.DEFAULT_BINS;

  private UsersJobs() {}

  /** A row, with public fields as Flink likes it. */
  public static final class Row {
    public String id = "";
    public String model = "";
    public long time;
    public double[] numbers = {};
    public String[] categories = {};
  }

  /** Histograms and moments of one window. */
  public static final class Histograms {
    public long[] counts = {};
    public long[] kinds = {};
    public double[] sums = {};
    public double[] squares = {};
  }

  /** Counts rows into bins. */
  static final class Count implements AggregateFunction<Row, Histograms, Histograms> {
    private static final long serialVersionUID = 1;

    private final int bins;
    private final double[] edges;

    /** The edges of an exponential distribution: those of every feature here. */
    Count(int bins) {
      this.bins = bins;
      edges = new double[bins - 1];
      Arrays.setAll(edges, i -> -StrictMath.log(1 - (i + 1.0) / bins) * 100);
    }

    @Override
    public Histograms createAccumulator() {
      return new Histograms();
    }

    @Override
    public Histograms add(Row row, Histograms into) {
      if (into.counts.length == 0) {
        into.counts = new long[row.numbers.length * bins];
        into.kinds = new long[row.categories.length * BenchmarkTraffic.KINDS];
        into.sums = new double[row.numbers.length];
        into.squares = new double[row.numbers.length];
      }
      for (int i = 0; i < row.numbers.length; i++) {
        double value = row.numbers[i];
        int bin = Arrays.binarySearch(edges, value);
        into.counts[i * bins + (bin < 0 ? -bin - 1 : bin + 1)]++;
        into.sums[i] += value;
        into.squares[i] += value * value;
      }
      for (int i = 0; i < row.categories.length; i++) {
        into.kinds[i * BenchmarkTraffic.KINDS + row.categories[i].charAt(4) - '0']++;
      }
      return into;
    }

    @Override
    public Histograms getResult(Histograms accumulator) {
      return accumulator;
    }

    @Override
    public Histograms merge(Histograms one, Histograms other) {
      throw new UnsupportedOperationException("tumbling windows do not merge");
    }
  }

  /** Our decoder behind theirs. */
  static final class Rows implements KafkaRecordDeserializationSchema<Row> {
    private static final long serialVersionUID = 1;

    private final Event.Input input;
    private transient EventDecoder decoder;

    Rows(Event.Input input) {
      this.input = input;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
      decoder = decoder(input);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Row> out) {
      RawRecord raw =
          new KeptRecord(
              record.topic(),
              record.partition(),
              record.offset(),
              record.timestamp(),
              record.key(),
              record.value(),
              Map.of());
      if (decoder.decode(raw) instanceof Decoded.Good good) {
        out.collect(row(good.event()));
      }
    }

    private static Row row(Event event) {
      Row row = new Row();
      row.id = event.predictionId();
      row.model = event.modelId();
      row.time = event.time();
      if (event instanceof Event.Features features) {
        FeatureValues values = features.features();
        int numeric = values.size() - BenchmarkTraffic.CATEGORICAL;
        row.numbers = new double[numeric];
        row.categories = new String[BenchmarkTraffic.CATEGORICAL];
        Arrays.setAll(row.numbers, values::number);
        Arrays.setAll(row.categories, i -> String.valueOf(values.text(numeric + i)));
      } else if (event instanceof Event.Prediction prediction && prediction.score() != null) {
        row.numbers = new double[] {prediction.score()};
      } else if (event instanceof Event.Label label && label.labelClass() != null) {
        row.categories = new String[] {label.labelClass()};
      }
      return row;
    }

    @Override
    public TypeInformation<Row> getProducedType() {
      return TypeInformation.of(Row.class);
    }
  }

  /** The decoder that all contenders use. */
  static EventDecoder decoder(Event.Input input) {
    TimeBounds any = TimeBounds.fixed(0, Long.MAX_VALUE);
    return new EventDecoder(input, new DecoderSettings(any, false, null), SchemaSource.NONE);
  }

  private static DataStream<Row> read(
      StreamExecutionEnvironment env, KafkaSettings kafka, Event.Input input) {
    KafkaSource<Row> source =
        KafkaSource.<Row>builder()
            .setProperties(kafka.properties())
            .setTopics(kafka.names(Topic.of(input.id())))
            .setGroupId("user-" + input.id())
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new Rows(input))
            .build();
    WatermarkStrategy<Row> watermarks =
        WatermarkStrategy.<Row>forBoundedOutOfOrderness(Duration.ofMinutes(10))
            .withTimestampAssigner((row, time) -> row.time);
    return env.fromSource(source, watermarks, "Read " + input.id()).uid("read-" + input.id());
  }

  /** Windows of an hour, keyed by model, of histograms with so many bins. */
  static void keyedWindow(StreamExecutionEnvironment env, KafkaSettings kafka, int bins) {
    read(env, kafka, Event.Input.FEATURES)
        .keyBy(row -> row.model)
        .window(TumblingEventTimeWindows.of(Duration.ofHours(1)))
        .aggregate(new Count(bins))
        .name(WINDOW)
        .uid("window")
        .sinkTo(new DiscardingSink<>())
        .uid("discard");
  }

  /** Features to predictions, and both to labels within six hours. */
  static void intervalJoin(StreamExecutionEnvironment env, KafkaSettings kafka) {
    DataStream<Row> given = read(env, kafka, Event.Input.FEATURES);
    DataStream<Row> said = read(env, kafka, Event.Input.PREDICTIONS);
    DataStream<Row> happened = read(env, kafka, Event.Input.LABELS);
    said.keyBy(row -> row.id)
        .intervalJoin(given.keyBy(row -> row.id))
        .between(Duration.ofHours(-1), Duration.ZERO)
        .process(new Together())
        .name(JOIN_FEATURES)
        .uid("join-features")
        .keyBy(row -> row.id)
        .intervalJoin(happened.keyBy(row -> row.id))
        .between(Duration.ZERO, Duration.ofHours(6))
        .process(new Together())
        .name(JOIN_LABELS)
        .uid("join-labels")
        .sinkTo(new DiscardingSink<>())
        .uid("discard");
  }

  /** Both sides in one row. */
  private static final class Together extends ProcessJoinFunction<Row, Row, Row> {
    private static final long serialVersionUID = 1;

    @Override
    public void processElement(Row left, Row right, Context context, Collector<Row> out) {
      Row both = new Row();
      both.id = left.id;
      both.model = left.model;
      both.time = left.time;
      both.numbers = left.numbers.length > right.numbers.length ? left.numbers : right.numbers;
      both.categories = right.categories;
      out.collect(both);
    }
  }
}
