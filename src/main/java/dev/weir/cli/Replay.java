package dev.weir.cli;

import dev.weir.event.Event;
import dev.weir.flink.Environments;
import dev.weir.flink.FileEnds;
import dev.weir.flink.JobSettings;
import dev.weir.flink.MonitoringJob;
import dev.weir.flink.kafka.StreamingJob;
import dev.weir.flink.operator.ProfileOperator;
import dev.weir.flink.state.ControlRecord;
import dev.weir.flink.state.KnownModels;
import dev.weir.spec.JobSpec;
import dev.weir.wire.InputFileException;
import dev.weir.wire.RowEvents;
import dev.weir.wire.TableReader;
import dev.weir.wire.TimeBounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The production dataflow over files, in this process.
 *
 * <p>Guarantee: equal files and job file give equal bytes, at every parallelism.
 */
final class Replay {
  private Replay() {}

  /**
   * Runs the dataflow to the end of the files; its tasks leave their lines in {@code folder}.
   *
   * @param said what people and registries said
   * @throws InputFileException if a file cannot be read
   */
  static Span run(
      JobFolder job,
      Map<Event.Input, Path> files,
      List<ControlRecord> said,
      TimeBounds times,
      int parallelism,
      Path folder) {
    StreamExecutionEnvironment env = Environments.local(Environments.bounded(), parallelism);
    FileEnds ends =
        new FileEnds(
            job.spec().modelId(),
            files,
            StreamingJob.columnRoles(job.spec()),
            times,
            StreamingJob.lateness(List.of(job.spec())),
            said,
            folder);
    JobSettings settings =
        new JobSettings(FileEnds.DEPLOYMENT, KnownModels.of(job.control()), true);
    MonitoringJob.define(env, settings, ends);
    return span(execute(env, "weir replay " + job.spec().modelId()));
  }

  /**
   * Between which event times a run had records; both absent if it had none.
   *
   * @param first earliest, epoch milliseconds
   * @param last latest, epoch milliseconds
   */
  record Span(@Nullable Long first, @Nullable Long last) {}

  private static Span span(JobExecutionResult result) {
    Long first = null;
    Long last = null;
    for (Event.Input input : Event.Input.values()) {
      Long earliest = result.getAccumulatorResult(ProfileOperator.FIRST_TIME + input.id());
      Long latest = result.getAccumulatorResult(ProfileOperator.LAST_TIME + input.id());
      if (earliest != null && latest != null && earliest <= latest) {
        first = first == null ? earliest : Long.valueOf(Math.min(first, earliest));
        last = last == null ? latest : Long.valueOf(Math.max(last, latest));
      }
    }
    return new Span(first, last);
  }

  /** Runs to the end; what a person can mend comes out as itself, not wrapped by Flink. */
  private static JobExecutionResult execute(StreamExecutionEnvironment env, String name) {
    try {
      return env.execute(name);
    } catch (Exception failure) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof InputFileException mendable) {
          throw mendable;
        }
      }
      throw new IllegalStateException("the dataflow failed", failure);
    }
  }

  /** Columns of each file that nothing is made of, where a header tells them beforehand. */
  static Map<String, List<String>> ignoredColumns(JobSpec spec, Map<Event.Input, Path> files)
      throws IOException {
    Map<String, List<String>> ignored = new LinkedHashMap<>();
    for (Map.Entry<Event.Input, Path> file : files.entrySet()) {
      RowEvents events =
          new RowEvents(
              file.getKey(),
              spec.modelId(),
              StreamingJob.columnRoles(spec),
              TimeBounds.OF_FILES,
              false);
      try (TableReader table = TableReader.open(file.getValue())) {
        events.requireColumns(table);
        List<String> columns = events.ignoredColumns(table.columns());
        if (!columns.isEmpty()) {
          ignored.put(file.getKey().id(), columns);
        }
      }
    }
    return ignored;
  }
}
