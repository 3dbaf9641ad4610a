package dev.weir.flink.kafka;

import dev.weir.baseline.ReferenceProfiler;
import dev.weir.baseline.ReferenceRow;
import dev.weir.event.Control;
import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.event.PairInput;
import dev.weir.flink.operator.ProfileOperator;
import dev.weir.flink.state.Arrival;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.KnownModels;
import dev.weir.spec.JobFiles;
import dev.weir.spec.JobSpec;
import dev.weir.testing.KeptFeatures;
import dev.weir.testing.TestingReference;
import dev.weir.wire.BaselineAvro;
import dev.weir.wire.DecoderSettings;
import dev.weir.wire.EventEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * All that Weir does with a features record that nothing is paired with, from Kafka's record to the
 * summaries of its pane: what a task of a source runs, with neither a broker nor the source itself.
 *
 * <p>Models alternate, and each has names of its own, twenty numbers, three categories, and three
 * segments by a tag. Every record has another id, entity and trace. All lie in one minute.
 */
public final class HotPath implements AutoCloseable {
  private static final int RECORDS = 1 << 10;
  private static final int NUMBERS = 20;
  private static final int CATEGORIES = 3;
  private static final long START = 1_767_571_200_000L;

  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
  private final ArrivalDeserializer deserializer =
      new ArrivalDeserializer(Event.Input.FEATURES, DecoderSettings.DEFAULT, SchemaLocation.NONE);
  private final OneInputStreamOperatorTestHarness<Arrival, PairInput> operator;
  private final Counting counting = new Counting();

  /** What a source does with an arrival. */
  private final class Counting implements Collector<Arrival> {
    private final StreamRecord<Arrival> element = new StreamRecord<>(null);

    @Override
    public void collect(Arrival arrival) {
      try {
        operator.processElement(element.replace(arrival, arrival.time()));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {}
  }

  /** A task that knows so many models. */
  public HotPath(Path folder, int models) throws Exception {
    List<ControlRecord> known = new ArrayList<>();
    for (int model = 0; model < models; model++) {
      known.addAll(published(folder, model, known.size()));
    }
    operator =
        new OneInputStreamOperatorTestHarness<>(
            ProfileOperator.factory(Event.Input.FEATURES, KnownModels.of(known), "test", false));
    operator.setup();
    operator.open();
    deserializer.open(null);
    for (int i = 0; i < RECORDS; i++) {
      records.add(
          new ConsumerRecord<>(
              "weir.features",
              i % 2,
              i,
              new byte[0],
              EventEncoder.avro(event(i % models, i, START + i))));
    }
  }

  private static List<ControlRecord> published(Path folder, int model, long order)
      throws Exception {
    StringBuilder header = new StringBuilder("prediction_id,event_time,region");
    for (int i = 0; i < NUMBERS + CATEGORIES; i++) {
      header.append(',').append(column(model, i));
    }
    List<ReferenceRow> rows = new ArrayList<>();
    List<String> lines = new ArrayList<>(List.of(header.toString()));
    for (int i = 0; i < 400; i++) {
      KeptFeatures event = event(model, i, START - 86_400_000L + i * 100_000L);
      StringBuilder line = new StringBuilder(event.predictionId()).append(',');
      line.append(Instant.ofEpochMilli(event.time())).append(',');
      line.append(event.tags().get("region"));
      for (int column = 0; column < NUMBERS + CATEGORIES; column++) {
        line.append(',').append(event.features().category(column));
      }
      lines.add(line.toString());
      rows.add(new ReferenceRow(event, null, null));
    }
    Files.write(folder.resolve("reference" + model + ".csv"), lines);
    String job =
        """
        weir: 1
        model: %s
        reference: reference%d.csv
        columns: {tags: [region]}
        window: {size: 1h, min_events: 20}
        labels: {horizon: 1h}
        monitors: {quality: {duplicates: 1}}
        segments: [region]
        """
            .formatted(id(model), model);
    JobSpec spec =
        JobFiles.load(
                job.getBytes(StandardCharsets.UTF_8), "weir.yaml", folder, TestingReference::open)
            .spec();
    byte[] baseline =
        BaselineAvro.write(
            new ReferenceProfiler(spec.profile())
                .profile(rows, null, "00", null, spec.configHash()));
    return List.of(
        new ControlRecord(
            new Control.JobFile(
                id(model), spec.configHash(), spec.source(), spec.resolved(), 1, 0L, "test", ""),
            order,
            0),
        new ControlRecord(new Control.BaselineFile(id(model), "00", baseline, 0L), order + 1, 0));
  }

  private static String id(int model) {
    return "model-of-some-team-" + model;
  }

  private static String column(int model, int i) {
    return (i < NUMBERS ? "number_" : "kind_") + model + "_" + i;
  }

  private static KeptFeatures event(int model, int i, long time) {
    FeatureValues values = new FeatureValues();
    for (int column = 0; column < NUMBERS; column++) {
      values.addDouble(column(model, column), (i * 31 + column * 17) % 1_009 + 0.25);
    }
    for (int column = NUMBERS; column < NUMBERS + CATEGORIES; column++) {
      values.addText(column(model, column), "kind " + (i + column) % 6);
    }
    return new KeptFeatures(
        "request-" + i,
        id(model),
        time,
        values,
        i % 5 == 0 ? null : "v" + i % 2,
        Map.of(),
        "customer-" + i,
        Map.of("region", "region " + i % 3),
        "00-4bf92f3577b34da6a3ce929d0e0e4736-%016x-01".formatted(i));
  }

  /** Reads and counts the record at this position; after the last comes the first. */
  public void count(int position) {
    deserializer.deserialize(records.get(position & RECORDS - 1), counting);
  }

  /** How many records there are. */
  public int size() {
    return RECORDS;
  }

  @Override
  public void close() throws Exception {
    operator.close();
  }
}
