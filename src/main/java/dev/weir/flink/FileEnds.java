package dev.weir.flink;

import dev.weir.event.Event;
import dev.weir.event.FeatureValues;
import dev.weir.event.KeptRecord;
import dev.weir.event.RawRecord;
import dev.weir.flink.state.Arrival;
import dev.weir.flink.state.ArrivalWatermarks;
import dev.weir.flink.state.ControlArrival;
import dev.weir.flink.state.ControlRecord;
import dev.weir.wire.ColumnRoles;
import dev.weir.wire.Decoded;
import dev.weir.wire.EventEncoder;
import dev.weir.wire.OutputRecord;
import dev.weir.wire.Row;
import dev.weir.wire.RowEvents;
import dev.weir.wire.TableReader;
import dev.weir.wire.TimeBounds;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Files as ends: each input is one file and one partition, outputs are lines in a folder. For one
 * model.
 */
public final class FileEnds implements Ends {
  /** What a run over files is called in {@code ce_source}. */
  public static final String DEPLOYMENT = "replay";

  private final String modelId;
  private final Map<Event.Input, Path> files;
  private final ColumnRoles roles;
  private final TimeBounds times;
  private final Map<Event.Input, Duration> lateness;
  private final List<ControlRecord> control;
  private final Path folder;

  /**
   * Ends on these files.
   *
   * @param files the file of each input; an input without one is empty
   * @param roles what the columns mean
   * @param times event times that are believed
   * @param lateness by input
   * @param control what people and registries say, by event time
   * @param folder where outputs go; it exists
   */
  public FileEnds(
      String modelId,
      Map<Event.Input, Path> files,
      ColumnRoles roles,
      TimeBounds times,
      Map<Event.Input, Duration> lateness,
      List<ControlRecord> control,
      Path folder) {
    this.modelId = modelId;
    this.files = new EnumMap<>(Event.Input.class);
    files.forEach((input, file) -> this.files.put(input, file.toAbsolutePath()));
    this.roles = roles;
    this.times = times;
    this.lateness = Map.copyOf(lateness);
    this.control =
        control.stream()
            .sorted(
                Comparator.comparingLong(ControlRecord::effectiveFrom)
                    .thenComparingLong(ControlRecord::order))
            .toList();
    this.folder = folder;
  }

  @Override
  public SingleOutputStreamOperator<Arrival> read(
      StreamExecutionEnvironment env, Event.Input input) {
    Path file = files.get(input);
    String path = file == null ? null : file.toString();
    ReplaySource<Arrival> source =
        new ReplaySource<>(new FileOpener(input, modelId, path, roles, times));
    OperatorId id = OperatorId.reading(input);
    return env.fromSource(
            source,
            ArrivalWatermarks.behind(lateness.getOrDefault(input, Duration.ZERO)),
            id.label(),
            Arrival.TYPE)
        .uid(id.uid())
        .setParallelism(1);
  }

  @Override
  public DataStream<ControlArrival> control(StreamExecutionEnvironment env) {
    WatermarkStrategy<ControlArrival> byEventTime =
        WatermarkStrategy.<ControlArrival>forMonotonousTimestamps()
            .withTimestampAssigner((arrival, time) -> time(arrival));
    return env.fromSource(
            new ReplaySource<>(new ListOpener(control)),
            byEventTime,
            OperatorId.READ_CONTROL.label(),
            ControlArrival.TYPE)
        .uid(OperatorId.READ_CONTROL.uid())
        .setParallelism(1);
  }

  private static long time(ControlArrival arrival) {
    ControlRecord record = arrival.record();
    return record == null ? Long.MIN_VALUE : record.effectiveFrom();
  }

  @Override
  public Sink<OutputRecord> outputs() {
    return new FolderSink(folder);
  }

  @Override
  public Optional<DataStream<OutputRecord>> readBack(StreamExecutionEnvironment env) {
    return Optional.empty();
  }

  @Override
  public Optional<Sink<OutputRecord>> counts() {
    return Optional.of(new FolderSink(folder));
  }

  private record FileOpener(
      Event.Input input, String modelId, @Nullable String path, ColumnRoles roles, TimeBounds times)
      implements ReplaySource.Opener<Arrival> {
    private static final long serialVersionUID = 1;

    @Override
    public ReplaySource.Elements<Arrival> open() {
      if (path == null) {
        return new Nothing<>();
      }
      TableReader table = TableReader.open(Path.of(path));
      RowEvents events = new RowEvents(input, modelId, roles, times, true);
      events.requireColumns(table);
      return new FileRows(input, table, events);
    }
  }

  private record Nothing<T>() implements ReplaySource.Elements<T> {
    @Override
    public @Nullable T next() {
      return null;
    }

    @Override
    public void close() {}
  }

  private record FileRows(Event.Input input, TableReader table, RowEvents events)
      implements ReplaySource.Elements<Arrival> {
    @Override
    public @Nullable Arrival next() {
      Row row = table.next();
      if (row == null) {
        return null;
      }
      Decoded decoded = events.read(row);
      byte[] value = decoded instanceof Decoded.Good good ? encoded(good.event()) : null;
      return new Arrival(
          new KeptRecord(input.id(), 0, row.line(), RawRecord.NO_TIMESTAMP, null, value, Map.of()),
          decoded);
    }

    /** Avro, which has no form for a value of a wrong type; a row with one is hashed as JSON. */
    private static byte[] encoded(Event event) {
      if (event instanceof Event.Features features) {
        FeatureValues values = features.features();
        for (int i = 0; i < values.size(); i++) {
          if (values.kind(i) == FeatureValues.Kind.WRONG_TYPE) {
            return EventEncoder.json(event);
          }
        }
      }
      return EventEncoder.avro(event);
    }

    @Override
    public void close() throws IOException {
      table.close();
    }
  }

  /** Hands over a list; records of it travel as bytes because they are not serializable. */
  private static final class ListOpener
      implements ReplaySource.Opener<ControlArrival>, Serializable {
    private static final long serialVersionUID = 1;

    private final ArrayList<byte[]> records = new ArrayList<>();

    ListOpener(List<ControlRecord> control) {
      control.forEach(record -> records.add(record.bytes()));
    }

    @Override
    public ReplaySource.Elements<ControlArrival> open() {
      Iterator<byte[]> iterator = records.iterator();
      return new ReplaySource.Elements<>() {
        @Override
        public @Nullable ControlArrival next() {
          return iterator.hasNext() ? ControlArrival.of(ControlRecord.of(iterator.next())) : null;
        }

        @Override
        public void close() {}
      };
    }
  }
}
