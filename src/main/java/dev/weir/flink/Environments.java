package dev.weir.flink;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The settings of Flink that the promises of Weir rest on. What they protect is told in {@code
 * src/docs/operations.md}.
 */
public final class Environments {
  /** Fixed from day one: it cannot be changed later without losing state. */
  public static final int MAX_PARALLELISM = 720;

  /** When a checkpoint is given up. */
  public static final Duration LONGEST_CHECKPOINT = Duration.ofMinutes(5);

  /** How long the end of a window may wait at its source. */
  private static final Duration WATERMARKS = Duration.ofMillis(50);

  /**
   * How long it may wait before each of the steps behind; with Flink's defaults all of this is most
   * of a second, which makes the topics a checkpoint late.
   */
  private static final Duration BUFFERS = Duration.ofMillis(20);

  private Environments() {}

  /** What holds for every run: no Kryo, no unnamed operator, elements are not copied. */
  public static Configuration always() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
    configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, WATERMARKS);
    configuration.set(ExecutionOptions.BUFFER_TIMEOUT, BUFFERS);
    return configuration;
  }

  /** A stream in progress: incremental checkpoints that are kept, RocksDB, patient restarts. */
  public static Configuration streaming(Path checkpoints, Duration interval) {
    Configuration configuration = always();
    configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
    configuration.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, interval.dividedBy(2));
    configuration.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, LONGEST_CHECKPOINT);
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 3);
    configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 3);
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    configuration.set(TaskManagerOptions.BUFFER_DEBLOAT_ENABLED, true);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
        Duration.ofMinutes(1));
    return configuration;
  }

  /** A bounded run: state on the heap, no checkpoints, the first failure ends it. */
  public static Configuration bounded() {
    Configuration configuration = always();
    configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    return configuration;
  }

  /**
   * Flink's web server answers questions and takes no orders; pages of other sites get nothing.
   * That nobody else reaches it is the network's business ({@code src/main/launch/flink.yaml}).
   */
  private static void harden(Configuration configuration) {
    configuration.set(WebOptions.SUBMIT_ENABLE, false);
    configuration.set(WebOptions.CANCEL_ENABLE, false);
    configuration.set(WebOptions.RESCALE_ENABLE, false);
    configuration.set(WebOptions.ACCESS_CONTROL_ALLOW_ORIGIN, "http://127.0.0.1");
    configuration.set(ReadOnlyRest.ENABLED, true);
  }

  /** An environment inside this process, whose web server only answers this machine. */
  public static StreamExecutionEnvironment local(Configuration settings, int parallelism) {
    Configuration configuration = new Configuration(settings);
    harden(configuration);
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    configuration.set(JobManagerOptions.ADDRESS, "127.0.0.1");
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, parallelism);
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(128));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(128));
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
    configuration.set(
        ClusterOptions.UNCAUGHT_EXCEPTION_HANDLING, ClusterOptions.UncaughtExceptionHandleMode.LOG);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    env.setParallelism(parallelism);
    return env;
  }
}
